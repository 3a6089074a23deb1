"""Story starters, each against data made by hand: N >= 30, blanks out, dismissed out, coverage beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml  # type: ignore[import-untyped]
from lxml import etree, html

from archive import reviews
from archive.shown import judged
from commands.reading import check_archive
from commands.serving import ROOM
from tests.audited import keep, made, opened
from tests.datasette_server import get, serving
from tests.explored import BLANK, COPY, COUNT, ELSEWHERE, LATE, LOST, SMALL, TODAY, finding, organ

pytest_plugins = ["tests.explored_fixture"]

QUERIES = yaml.safe_load((ROOM / "metadata.yaml").read_text("utf-8"))["databases"]["nianbao"]["queries"]
RANKED = ("refused_most", "backlog_grew", "lost_lawsuits")


def answer(site: str, name: str, **values: object) -> list[dict[str, Any]]:
    """As JSON, through Datasette's own query."""
    asked = dict.fromkeys(QUERIES[name]["params"], "") | values
    got = get(f"{site}/nianbao/{name}.json?{urlencode({**asked, '_shape': 'array'})}")
    assert got.status == 200, got.text
    return list(json.loads(got.body))


def page(site: str, path: str, **headers: str) -> etree._Element:
    got = get(site + path, headers=headers)
    assert got.status == 200, got.text
    return html.document_fromstring(got.text)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def test_who_refused_most(site: str) -> None:
    rows = answer(site, "refused_most", year=2022)
    decided = {n: 90 + (COPY - 1 if n == COPY else n) for n in range(COUNT) if n not in (BLANK, SMALL)}
    refused = {n: (COPY - 1 if n == COPY else n) for n in decided}
    expected = sorted(decided, key=lambda n: (-round(100 * refused[n] / decided[n], 1), organ(n)))
    assert [row["organ"] for row in rows] == [organ(n) for n in expected]
    assert rows[0] == {
        "organ": organ(31), "year": 2022, "division": "370306", "refused": 31, "decided": 121, "share": 25.6,
        "with_numbers": COUNT - 1, "reports": COUNT, "doubts": 0,
    }  # fmt: skip
    assert rows == answer(site, "refused_most")  # the latest year where none is asked for
    assert [row["doubts"] for row in rows if row["organ"] in (organ(0), organ(1))] == [1, 1]


def test_one_reason_and_another_threshold(site: str) -> None:
    assert {row["refused"] for row in answer(site, "refused_most", reason="state_secret")} == {0}
    small = answer(site, "refused_most", reason="internal_affairs", least=4)
    assert (small[0]["organ"], small[0]["share"]) == (organ(SMALL), 100.0)
    assert organ(SMALL) not in [row["organ"] for row in answer(site, "refused_most", least=5)]
    assert len(answer(site, "refused_most", reason="not_held")) == COUNT - 1  # blank is another square


@pytest.mark.parametrize("name", RANKED)
def test_fewer_than_thirty_are_not_ranked(site: str, name: str) -> None:
    assert answer(site, name, region="3703")
    assert answer(site, name, region="37", kind="department")
    assert answer(site, name, region="44", year=2021) == []
    assert answer(site, name, kind="town") == []
    assert answer(site, name, year=1999) == []
    root = page(site, f"/stories/{name}?region=44&year=2021")
    assert "不足 30 份" in text(root.cssselect("p.notice")[0])


def test_whose_backlog_grew(site: str) -> None:
    rows = answer(site, "backlog_grew", year=2022)
    growth = {row["organ"]: row["growth"] for row in rows}
    assert growth[organ(31)] == 32
    assert (growth[organ(7)], growth[organ(COPY)]) == (8, 8)
    assert organ(5) not in growth  # it carried 99 in
    assert list(growth.values()) == sorted(growth.values(), reverse=True)
    assert {(row["with_numbers"], row["reports"]) for row in rows} == {(COUNT, COUNT)}


def test_whose_lawsuits_are_lost(site: str) -> None:
    rows = answer(site, "lost_lawsuits", year=2022)
    assert (rows[0]["organ"], rows[0]["lost"], rows[0]["concluded"], rows[0]["share"]) == (organ(LOST), 14, 24, 58.3)
    assert len(rows) == COUNT
    assert answer(site, "lost_lawsuits", year=2022, least=1000) == []


def test_who_is_late_every_year(site: str) -> None:
    (row,) = answer(site, "late_every_year")
    assert (row["organ"], row["late_years"], row["known_years"], row["first_year"], row["last_year"]) == (
        organ(LATE), 2, 2, 2021, 2022,
    )  # fmt: skip
    assert row["owed_years"] > 2  # of later years nobody can say
    assert answer(site, "late_every_year", least=3) == []
    assert answer(site, "late_every_year", region="44") == []


def test_who_copied_whom(site: str) -> None:
    rows = answer(site, "copied_whom", year=2022)
    assert {(row["organ"], row["other_organ"]) for row in rows} == {(organ(7), organ(COPY)), (organ(COPY), organ(7))}
    assert answer(site, "copied_whom", year=2021) == []
    root = page(site, "/stories/copied_whom")
    assert f"{organ(7)}2022年报告" in [text(link) for link in root.cssselect("table.list td a")]


def test_whose_numbers_were_changed_later(site: str) -> None:
    (row,) = answer(site, "changed_numbers")
    assert (row["organ"], row["year"], row["squares"], row["at"]) == (organ(2), 2022, 1, "20230901000000")
    root = page(site, "/stories/changed_numbers")
    assert [link.get("href") for link in root.cssselect("td a")] == [
        f"/snapshot/{row['before']}",
        f"/snapshot/{row['after']}",
    ]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Reports that deny, are blank or missing; one finding of each kind is dismissed."""
    directory = tmp_path_factory.mktemp("odd") / "data"
    with opened(directory) as archive:
        for number in (1, 2):
            for year in (2021, 2022):
                found = (finding("zero_claim", "FAIL", 0.0), finding("blank_table", "NOT_REPORTED", float(number)))
                keep(archive, made(year, organ=organ(number), findings=found))
        blank = made(2022, organ=organ(3), findings=(finding("blank_table", "NOT_REPORTED", 0.0),))
        keep(archive, blank)
        keep(archive, replace(blank, division="440306", province="广东省", city="深圳市", county="宝安区"))
        check_archive(archive, today=TODAY)
        file = directory / reviews.NAME
        chosen = judged.listed(archive, organ=organ(2), years=[2022], verdicts=["FAIL", "NOT_REPORTED"])
        said = [one | {"message": one["message_zh"]} for one in chosen]
        reviews.judge(file, said, judgement="dismissed", note="", by="周晓")
        reviews.sync(archive.db, file)
    with serving(directory, log=tmp_path_factory.mktemp("log") / "log") as site:
        yield site


def test_who_says_there_were_none_and_counts_some(odd: str) -> None:
    rows = answer(odd, "said_none")
    assert [(row["organ"], row["year"]) for row in rows] == [(organ(1), 2022), (organ(1), 2021), (organ(2), 2021)]
    assert len(answer(odd, "said_none", year=2021)) == 2
    assert answer(odd, "said_none", region="11") == []


def test_who_leaves_tables_blank_year_after_year(odd: str) -> None:
    (row,) = answer(odd, "left_blank")
    assert (row["organ"], row["blank_years"], row["report_years"]) == (organ(1), 2, 2)
    assert {row["organ"] for row in answer(odd, "left_blank", least=1)} == {organ(1), organ(2), organ(3)}


def test_namesakes_are_told_apart_by_where_they_are(odd: str) -> None:
    rows = page(odd, "/stories/left_blank?least=1").cssselect("tbody tr")
    places = {text(row.cssselect("th small")[0]) for row in rows if row.cssselect("th small")}
    assert len(rows) == 4
    assert len(places) == 2
    assert "广东省深圳市宝安区" in places


def test_who_did_not_publish(tmp_path: Path, site: str) -> None:
    assert answer(site, "silent_years") == []  # nobody watched these columns
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2022))
        archive.db.execute(
            "INSERT INTO audits (key, rule, version, verdict, organ, year, division, other_organ, other_division,"
            " indicators, evidence, message_zh, message_en, id) VALUES ('k', 'missing_report', 1, 'WARN', ?, 2021,"
            " '370306', '', '', '[]', '2022-01-31', '没有找到', 'none was found', -1)",
            (ELSEWHERE,),
        )
    with serving(tmp_path / "data", log=tmp_path / "log") as other:
        (row,) = answer(other, "silent_years")
        assert (row["organ"], row["year"], row["deadline"]) == (ELSEWHERE, 2021, "2022-01-31")


def test_every_story_is_explained_in_both_languages(site: str) -> None:
    for language in ("zh", "en"):
        root = page(site, "/stories", **{"Accept-Language": language})
        assert len(root.cssselect("dl.story dt")) == len(QUERIES)
        for link in root.cssselect("dl.story a"):
            story = page(site, link.get("href"), **{"Accept-Language": language})
            chinese = [
                c for c in text(story.cssselect("h1")[0]) + text(story.cssselect("p.lead")[0]) if "一" <= c <= "龥"
            ]
            assert bool(chinese) == (language == "zh"), link.get("href")
            heads = [text(head) for head in story.cssselect("thead th")]
            assert not [head for head in heads if "_" in head or head.islower()], heads


def test_tables_answer_by_choice_and_can_be_taken_along(site: str) -> None:
    root = page(site, "/stories/refused_most?year=2021&kind=department&reason=internal_affairs")
    assert [text(option) for option in root.xpath("//option[@selected]")] == ["部门", "不予公开：属于三类内部事务信息"]
    assert root.xpath("//input[@name='year']/@value") == ["2021"]
    for address in root.xpath("//p[@class='note']/a/@href"):
        assert get(site + address).status == 200


def test_a_form_says_what_it_takes_and_each_answer_leads_on(site: str) -> None:
    root = page(site, "/stories/refused_most?year=2022", **{"Accept-Language": "zh"})
    assert root.xpath("//input[@name='least']/@placeholder") == ["30"]
    assert root.xpath("//datalist[@id = //input[@name='region']/@list]/option[@value='37']/text()") == ["山东"]
    assert {text(cell).partition(".")[2] for cell in root.xpath("//td[@data-label='比例（%）']")} <= set("0123456789")
    for name in words_of_least():
        assert page(site, f"/stories/{name}").xpath("//input[@name='least']/@placeholder")[0].isdecimal()
    (late,) = page(site, "/stories/late_every_year").xpath("//tbody//th/a")
    assert text(late) == organ(LATE)
    assert get(site + late.get("href")).status == 200


def words_of_least() -> list[str]:
    """The stories that ask how many there should be at least."""
    known = yaml.safe_load((ROOM / "words" / "zh" / "stories.yaml").read_text("utf-8"))["story_least"]
    assert set(known) == {name for name, query in QUERIES.items() if "least" in query["params"]}
    return list(known)


@pytest.mark.parametrize(
    "query", ["year=abc", "region=1", "region='", "kind=army", "reason=none", "least=-1", "least=0", "least=1e9"]
)
def test_what_cannot_be_asked_is_said(site: str, query: str) -> None:
    answer = get(f"{site}/stories/refused_most?{query}")
    assert answer.status == 400
    assert "有一项选择不成立" in answer.text
    assert get(f"{site}/stories/nothing").status == 404
