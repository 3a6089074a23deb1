"""A report as a whole: an address for each reading, last year's numbers, what happened, citing, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin

import pytest
from lxml import etree, html

from archive import reviews
from archive.records import Fact, Snapshot
from archive.shown import judged
from archive.shown.citing import bibtex, gb_t_7714
from archive.shown.comparing import LONGEST, STEPS, _Places, compared
from archive.store import Archive
from parsers.forms import INDICATORS
from parsers.output import as_json
from parsers.pipeline import parse
from tests.datasette_server import Answer, get, serving
from tests.history import Portal, page, report

ORGAN = "青石县财政局"
SAID = "本年度各项工作平稳有序，公开渠道进一步拓宽。"
NOW = "本年度各项工作平稳推进，公开渠道进一步拓宽。"
CHANGED = "requests.new.natural_person"


class Site(NamedTuple):
    """A server over an archive of two years, of which the second was edited."""

    address: str
    before: Snapshot
    after: Snapshot
    body: bytes  # of the later one
    facts: dict[int, dict[str, Fact]]  # year -> of the current reading

    def get(self, path: str, **more: Any) -> Answer:
        return get(f"{self.address}{path}", **more)

    def report(self, rest: str = "/2021") -> etree._Element:
        return html.document_fromstring(self.get(f"/report/{quote(ORGAN)}{rest}").text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        portal = Portal(folder / "data", patch)
        first = page(report(year=2021, seed=3), published="2022-01-20").replace(
            b"<table", f"<p>{SAID}</p><table".encode(), 1
        )
        number = str(report(year=2021, seed=3).values[CHANGED])
        cell = first.index(f">{number}<".encode(), first.index("本年新收政府信息公开申请数量".encode()))
        second = first[: cell + 1] + b"4711" + first[cell + 1 + len(number) :]
        second = second.replace(SAID.encode(), NOW.encode())
        portal.visit("2021-02-01", {"2020.html": page(report(year=2020, seed=2), published="2021-01-20")})
        portal.visit("2022-02-01", {"2021.html": first})
        portal.visit("2022-06-01", {"2021.html": second})
        portal.events()
        file = portal.directory / reviews.NAME
        (found, *_) = judged.listed(portal.archive, rules=["flow_balance"], organ=ORGAN, years=[2021])
        one = [found | {"message": found["message_zh"]}]
        reviews.judge(file, one, judgement="dismissed", note="年报附注已说明", by="李明")
        reviews.sync(portal.archive.db, file)
        every = portal.archive.db.execute("SELECT id FROM snapshots WHERE url LIKE '%2021.html' ORDER BY timestamp")
        before, after = (portal.archive.snapshot(id) for (id,) in every.fetchall())
        assert before
        assert after
        current = portal.archive.db.execute("SELECT year, snapshot, part FROM reports").fetchall()
        facts = {year: {f.indicator: f for f in portal.archive.facts(id, part)} for year, id, part in current}
        portal.close()
    with serving(folder / "data", log=folder / "log") as address:
        yield Site(address, before, after, second, facts)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def digest(snapshot: Snapshot) -> str:
    return snapshot.digest.removeprefix("sha256:")[:16]


def test_a_digest_shows_that_reading_whichever_is_current(site: Site) -> None:
    now, then = site.report(f"/2021/{digest(site.after)}"), site.report(f"/2021/{digest(site.before)}")
    shown = [root.get_element_by_id(f"square-{CHANGED}") for root in (site.report(), now, then)]
    assert [text(cell).startswith("4711") for cell in shown] == [True, True, False]
    assert "现在也是当前所用的" in text(now.cssselect("p.note")[0])
    (notice,) = (one for one in then.cssselect("p.notice.WARN") if "不是现在所用的" in text(one))
    assert "2022-02-01" in text(notice)
    assert urljoin(site.address, notice.cssselect("a")[0].get("href")).startswith(
        f"{site.address}/report/{quote(ORGAN)}/2021"
    )
    assert (SAID in text(then), NOW in text(then), NOW in text(now)) == (True, False, True)
    assert {text(one) for one in then.cssselect("tr.current em")} == {"当前所用"}
    assert site.get(f"/report/{quote(ORGAN)}/2021/{'0' * 16}").status == 404
    assert site.get(f"/report/{quote(ORGAN)}/2020/{digest(site.after)}").status == 404


def test_the_permanent_address_leads_to_the_same(site: Site) -> None:
    (link,) = site.report().cssselect(".cite a")
    assert digest(site.after) in link.get("href")
    there = html.document_fromstring(get(urljoin(site.address, link.get("href"))).text)
    assert there.cssselect(".cite a")[0].get("href") == link.get("href")
    earlier = site.report(f"/2021/{digest(site.before)}").cssselect(".cite a")[0].get("href")
    assert digest(site.before) in earlier


def test_last_years_number_stands_where_it_means_the_same(site: Site) -> None:
    root = site.report()
    shown = {
        small.getparent().get("id").removeprefix("square-"): text(small) for small in root.cssselect("td .last-year")
    }
    both = {name for name in site.facts[2021] if name in site.facts[2020] and not name.startswith("proactive")}
    numbers = {name for name in both if site.facts[2020][name].state == "number"}
    assert set(shown) == numbers
    assert numbers
    assert all(said == f"20: {site.facts[2020][name].value}" for name, said in shown.items())
    (link,) = root.get_element_by_id("square-requests.new.total").cssselect(".last-year a")
    assert link.get("href").partition("#")[0] == f"/report/{quote(ORGAN)}/2020"
    assert not site.report("/2020").cssselect(".last-year")


def test_what_happened_stands_in_order_of_time(site: Site) -> None:
    told = [text(one) for one in site.report().cssselect(".timeline li")]
    assert ["报告上写的公布日期" in one for one in told] == [True, False, False, False, False]
    assert [one[:10] for one in told] == ["2022-01-20", "2022-02-01", "2022-02-01", "2022-06-01", "2022-06-01"]
    assert "首次采集到" in told[1]
    assert "有改动" in told[3]
    (compare,) = site.report().cssselect(".timeline .edited a[href*=compare]")
    assert "并排比较" in text(html.document_fromstring(get(urljoin(site.address, compare.get("href"))).text))


def test_json_is_what_extract_prints_and_what_people_said(site: Site) -> None:
    answer = site.get(f"/report/{quote(ORGAN)}/2021.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    told = json.loads(answer.body)
    printed = as_json(parse(site.after, site.body))
    for one in (told, printed):
        one["facts"] = sorted(one["facts"], key=lambda fact: str(fact["indicator"]))
    for name in ("facts", "sections", "statements", "extras", "passed", "forms", "organ", "year", "title", "kind"):
        assert told[name] == json.loads(json.dumps(printed[name])), name
    own = [finding for finding in told["findings"] if "other" not in finding]
    same = ("rule", "verdict", "indicators", "expected", "actual", "evidence", "message")
    assert [[one[name] for name in same] for one in own] == [
        [json.loads(json.dumps(one[name])) for name in same] for one in printed["findings"]
    ]
    (said,) = (one["review"] for one in own if "review" in one)
    assert (said["judgement"], said["note"], said["by"]) == ("dismissed", "年报附注已说明", "李明")
    assert told["capture"]["digest"] == site.after.digest
    earlier = json.loads(site.get(f"/report/{quote(ORGAN)}/2021/{digest(site.before)}.json").body)
    assert earlier["capture"]["digest"] == site.before.digest


def test_csv_has_all_of_it_in_one_table(site: Site) -> None:
    answer = site.get(f"/report/{quote(ORGAN)}/2021.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="2021-{digest(site.after)}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    told = json.loads(site.get(f"/report/{quote(ORGAN)}/2021.json").body)
    for record in ("fact", "statement", "finding", "section"):
        assert sum(row["record"] == record for row in rows) == len(told[f"{record}s"]), record
    (changed,) = (row for row in rows if (row["record"], row["indicator"]) == ("fact", CHANGED))
    assert (changed["value"], changed["state"]) == ("4711", "number")
    assert [row["judgement"] for row in rows if row["judgement"]] == ["dismissed"]


def test_links_to_programs_and_files_are_on_the_page(site: Site) -> None:
    root = site.report()
    for link in root.cssselect("link[rel=alternate], .actions a, a.download"):
        address = urljoin(site.address, link.get("href")).partition("#")[0]
        assert get(address).status == 200, address
    assert site.get(f"/report/{quote('没有的局')}/2021.json").status == 404


def test_citations() -> None:
    cited = {
        "organ": "青石县{财政}局",
        "title": "青石县财政局\n100% 年报\\",
        "year": 2021,
        "published": "2022-01-20",
        "timestamp": "20220201000002",
        "url": "http://www.qingshi.gov.cn/a{b}.html",
        "digest": "sha256:0123456789abcdef",
    }
    assert gb_t_7714(cited, "http://here/x") == (
        "青石县{财政}局. 青石县财政局 100% 年报\\[EB/OL]. (2022-01-20)[2022-02-01]. "
        "http://www.qingshi.gov.cn/a{b}.html. nianbao sha256:0123456789abcdef. http://here/x"
    )
    entry = bibtex(cited, "http://here/x")
    assert entry.startswith("@misc{nianbao2021-0123456789ab,\n")
    assert r"author = {{青石县{\textbraceleft}财政{\textbraceright}局}}" in entry
    assert r"100\% 年报" in entry
    assert "url = {http://www.qingshi.gov.cn/a%7Bb%7D.html}" in entry
    assert entry.count("{") == entry.count("}")


# Side by side


def test_versions_are_compared_square_by_square_and_word_by_word(site: Site) -> None:
    (link,) = site.report().cssselect("#readings ~ .scroll a[href*=compare]")
    answer = get(urljoin(site.address, link.get("href")))
    root = html.document_fromstring(answer.text)
    differing = {
        text(row.cssselect("th")[0]): [text(cell) for cell in row.cssselect("td")]
        for row in root.cssselect("tr.differs")
    }
    before = site.get(f"/snapshot/{site.before.id}/square?indicator={CHANGED}")
    old = int(text(html.document_fromstring(before.text).cssselect(".marked-squares .square")[0]))
    (cells,) = differing.values()
    assert cells == ["4711", str(old), f"-{4711 - old}"]
    assert len(root.cssselect("tr.same")) == len(site.facts[2021]) - 1
    (changed,) = root.cssselect("table.texts tr.changed")
    assert [text(cell) for cell in changed.cssselect("td")] == [NOW, SAID]
    assert ("".join(map(text, changed.cssselect("del"))), "".join(map(text, changed.cssselect("ins")))) == (
        "推进",
        "有序",
    )


@pytest.mark.parametrize(
    "name", ["{organ}/{year}", "/report/{quoted}/{year}", "http://any.host/report/{quoted}/{year}?x=1"]
)
def test_sides_are_named_as_people_have_them(site: Site, name: str) -> None:
    a, b = (name.format(organ=ORGAN, quoted=quote(ORGAN), year=year) for year in (2020, 2021))
    answer = site.get(f"/compare?a={quote(a, safe='')}&b={quote(b, safe='')}")
    root = html.document_fromstring(answer.text)
    assert (answer.status, [text(one)[:17] for one in root.cssselect(".sides-named a")]) == (
        200,
        [f"{ORGAN}2020年报告"[:17], f"{ORGAN}2021年报告"[:17]],
    )
    shared = [row for row in root.cssselect("tbody tr") if "一、本年新收" in text(row) and "总计" in text(row)]
    then, now = (site.facts[year]["requests.new.total"].value for year in (2020, 2021))
    assert then is not None
    assert now is not None
    assert [text(cell) for cell in shared[0].cssselect("td")][:2] == [str(then), str(now)]


def test_a_reader_who_has_one_report_is_asked_for_the_other(site: Site) -> None:
    report = html.document_fromstring(site.get(f"/report/{quote(ORGAN)}/2021").text)
    (link,) = [one.get("href") for one in report.cssselect("p.actions a") if text(one) == "与别的报告并排比较"]
    answer = site.get(link)
    root = html.document_fromstring(answer.text)
    assert answer.status == 200
    assert [text(one) for one in root.cssselect(".sides-named a")] == [f"{ORGAN}2021年报告"]
    assert root.cssselect("#compare-a")[0].get("value")
    assert not root.cssselect(".notice")


def test_a_table_without_a_difference_says_so(site: Site) -> None:
    one = quote(f"{ORGAN}/2021", safe="")
    root = html.document_fromstring(site.get(f"/compare?a={one}&b={one}").text)
    heads = [text(head)[0] for head in root.cssselect("section[aria-labelledby=numbers] h3")]
    assert heads == sorted(heads, key="二三四".index)
    assert len(root.cssselect("p.all-same")) == len(root.cssselect("table.all-same")) == len(heads) > 2


def test_bad_names_are_said(site: Site) -> None:
    assert site.get("/compare").status == 200
    for bad in ("<script>alert(1)</script>", "x/2021", "0" * 16, "%00", "http://[", "a" * 5000, "//../2021", ORGAN):
        answer = site.get(f"/compare?a={quote(bad, safe='%')}&b={quote(ORGAN)}/2021")
        assert (answer.status, "没有找到" in answer.text or bad == "%00") == (404, True), bad
        assert "<script>alert" not in answer.text
    assert "was not found" in site.get("/compare?a=x&b=y", headers={"Accept-Language": "en"}).text


def test_no_word_is_lost_between_two_texts() -> None:
    old = ["一、总体情况", "收到申请12件。", "甲" * 9000, "只在旧的", "相同"]
    new = ["一、总体情况", "共收到申请21件。", "乙" * 9000 + "甲", "相同", "只在新的", "又一段"]
    lines = compared(old, new).lines
    assert ["".join(text for _, text in line.a) for line in lines if line.a] == old
    assert ["".join(text for _, text in line.b) for line in lines if line.b] == new
    assert [line.kind for line in compared(old, old).lines] == ["same"] * 5
    for line in lines:
        same = ["".join(text for own, text in side if not own) for side in (line.a, line.b)]
        assert same[0] == same[1]


HOSTILE = {
    "few kinds of paragraphs": (["a", "b", "b"] * 1000, ["b", "a", "a"] * 1000),
    "few characters": (["ab" * 4000 + "aab" * 100], ["aab" * 3000]),
    "many long paragraphs": ([f"{n}" + "ab" * 400 for n in range(3000)], [f"{n}" + "aab" * 300 for n in range(3000)]),
    "very long": (["甲" * 4_000_000], ["甲" * 3_999_999 + "乙"]),
    "long and unlike": (["甲" * 9000] * 3000, ["乙" * 9000] * 3000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_texts_that_would_take_hours_are_shown_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is counted: no clock decides what is shown."""
    asked, taken = [0], _Places.get

    def counting(places: _Places, key: object, default: object = None) -> object:
        asked[0] += 1 + len(dict.get(places, key, ()))
        return taken(places, key, default)

    monkeypatch.setattr(_Places, "get", counting)
    old, new = HOSTILE[name]
    texts = compared(old, new)
    assert texts.bounded
    assert asked[0] <= 2 * STEPS + len(old) + len(new) + LONGEST
    assert ["".join(text for _, text in line.a) for line in texts.lines if line.a] == old
    assert ["".join(text for _, text in line.b) for line in texts.lines if line.b] == new
    assert not compared(old, old).bounded


def test_the_archive_is_left_as_it_was(site: Site, tmp_path: Path) -> None:
    """Nothing of this writes: the pages work over a database that is read only."""
    with Archive.open(tmp_path / "empty", INDICATORS):
        pass
    with serving(tmp_path / "empty", log=tmp_path / "log") as address:
        assert get(f"{address}/compare?a=x/2020&b=y/2020").status == 404
        assert get(f"{address}/report/{quote(ORGAN)}/2021.csv").status == 404
