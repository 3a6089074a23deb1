"""The page of a report, over HTTP: each fact in its square, findings, readings, prose."""

from __future__ import annotations

import re

import pytest

from archive.store import Archive
from tests.archive_contents import (
    DENIED,
    NAMESAKE,
    NAMESAKES,
    ONE_TABLE_ORGAN,
    STATES_ORGAN,
    STATES_YEAR,
    TOWNS,
    Contents,
)
from tests.datasette_server import get
from tests.reading_pages import (
    ANKANG,
    LUKOU,
    STATES,
    WEIDONG,
    WEIHAI,
    ZHOUCUN,
    links,
    one,
    page,
    report,
    report_path,
    rows,
    square,
    text,
)
from tests.reports import needs_office

pytest_plugins = ["tests.archive_fixture"]


@pytest.mark.parametrize("which", [ZHOUCUN, WEIDONG, ANKANG, LUKOU, pytest.param(WEIHAI, marks=needs_office), STATES])
def test_every_fact_stands_in_its_square(server: str, contents: Contents, which: tuple[str, int]) -> None:
    root = report(server, which)
    ((snapshot,),) = rows(contents.directory, "SELECT snapshot FROM reports WHERE organ = ? AND year = ?", *which)
    with Archive.open_readonly(contents.directory) as archive:
        facts = archive.facts(str(snapshot))
    for fact in facts:
        cell = square(root, fact.indicator)
        assert fact.state in cell.get("class").split()
        shown = re.match(r"-?[\d.]+", text(cell))
        assert (shown is not None and float(shown[0]) == fact.value) == (fact.state == "number"), fact
    states = [cell.get("class").split()[1] for cell in root.cssselect("td.square")]
    assert len(states) - states.count("missing") == len(facts)
    missing = {which: 0} | {ANKANG: 7, STATES: 3 + 7}
    assert states.count("missing") == missing[which]


def test_blank_zero_missing_and_unreadable_never_look_alike(server: str) -> None:
    root = report(server, STATES)
    row = {
        column: square(root, f"requests.new.{column}")
        for column in ("natural_person", "business", "research", "social_welfare", "legal_service", "total")
    }
    shown = {column: text(cell) for column, cell in row.items()}
    assert shown["natural_person"] == "（空白）"
    assert shown["business"] == "0"
    assert shown["research"].endswith("／")
    assert shown["social_welfare"] == "若干<i>件</i>"
    assert shown["legal_service"] == "未读出"
    assert shown["total"].startswith("42")
    assert text(one(row["total"], ".raw")) == "原文増42"
    assert text(square(root, f"requests.{DENIED}.natural_person")) == "缺"
    assert len({cell.get("class").split()[1] for cell in row.values()} | {"missing"}) == 6
    assert text(square(root, "proactive.fees.amount")) == "113.96原文113.96万元"


def test_a_mixed_form_is_said_and_printed_block_by_block(server: str) -> None:
    root = report(server, STATES)
    assert "混用了 2019、2021 两种表式" in text(one(root, "section.tables"))
    assert [text(title) for title in root.cssselect("table.proactive th.title")] == [
        f"第二十条第（{number}）项" for number in "一五六八"
    ]


def test_the_lawsuit_that_the_prose_denies(server: str) -> None:
    root = report(server, ZHOUCUN)
    finding = one(root, "article.finding.FAIL")
    assert "不符" in text(one(finding, ".verdict"))
    assert "正文说没有行政诉讼，表中却有 1 件。" in text(finding)
    assert text(one(finding, ".sums")) == "应为0 实为1 差+1"
    assert "行政诉讼" in text(one(finding, "blockquote"))
    (marked,) = root.cssselect("td.marked")
    assert (marked.get("id"), marked.get("class")) == (
        "square-review.litigation_direct.total",
        "square number marked FAIL",
    )
    (link,) = marked.cssselect(".marks a")
    assert (link.get("href"), link.get("aria-label")) == (f"#{finding.get('id')}", "见问题 1")
    assert "61 项核对通过" in text(one(root, ".folded.PASS"))


@needs_office
def test_uncertain_findings_are_folded_and_counted(server: str) -> None:
    root = report(server, WEIHAI)
    summary = text(one(root, "details.UNCERTAIN summary"))
    assert summary == "38 项因有空白格无法确定；若空白为零，则全部成立。"
    assert len(root.cssselect("details.UNCERTAIN li")) == 38
    assert "没有发现不符" in text(one(root, "section.findings"))


def test_some_of_the_uncertain_fail_even_so(server: str) -> None:
    root = report(server, STATES)
    summary = text(one(root, "details.UNCERTAIN summary"))
    assert summary == "3 项因有空白格无法确定；若空白为零，则 2 项成立，1 项不成立。"
    assert len(root.cssselect("details.UNCERTAIN li.fails")) == 1


def test_missing_row_and_blank_tables(server: str) -> None:
    ankang = report(server, ANKANG)
    assert len(ankang.cssselect("td.square.missing.marked.FAIL")) == 7
    missing, share = (text(card) for card in ankang.cssselect("article.finding.FAIL"))
    assert "四、结转下年度继续办理" in missing
    (stated,) = (card for card in map(text, ankang.cssselect("article.finding.WARN")) if "正文写" in card)
    assert "其他对外管理服务事项信息1373项”，表中“其他对外管理服务事项 · 处理决定数量”却为 1375；" in stated
    assert "720 ÷ 787 应为 91.49%" in share
    assert "无法核对" in text(one(ankang, "details.NOT_ASSESSABLE summary"))
    lukou = report(server, LUKOU)
    assert "表格结构在原文中已经丢失" in text(one(lukou, "section.tables"))
    assert ["未填报" in text(card) for card in lukou.cssselect("article.finding.NOT_REPORTED")] == [True, True]
    assert not lukou.cssselect("td.marked")
    assert [text(number) for number in lukou.cssselect(".counts.small strong")] == ["（空白）"] * 4 + ["16", "182"]


def test_a_report_without_a_table_says_so(server: str) -> None:
    root = report(server, (ONE_TABLE_ORGAN, STATES_YEAR))
    assert ["没有找到这张表" in text(notice) for notice in root.cssselect("p.absent")] == [True, True]
    assert len(root.cssselect("table.statutory")) == 1
    assert "没有可以核对的内容" in text(one(root, "section.findings"))
    assert [text(number) for number in root.cssselect(".counts.small strong")][:2] == ["缺", "缺"]


def test_all_readings_of_a_report_are_listed(server: str, contents: Contents) -> None:
    root = report(server, STATES)
    query = "SELECT snapshot FROM readings WHERE organ = ? ORDER BY numbers DESC"
    both = [snapshot for (snapshot,) in rows(contents.directory, query, STATES_ORGAN)]
    readings = one(root, "section[aria-labelledby=readings]")
    assert [text(link) for link in readings.cssselect("th a:not(.download)")] == both
    assert len(both) == 2
    assert "当前所用" in text(one(readings, "tr.current"))
    behind = readings.cssselect("tbody tr")[1]
    assert "读出的数字较少" in text(behind)
    with Archive.open_readonly(contents.directory) as archive:
        said, said_there = ({fact.indicator for fact in archive.facts(str(one))} for one in both)
    assert len(said - said_there) > 50
    assert text(one(behind, ".differing summary")) == f"{len(said - said_there)} 格不同"
    differing = [link.get("href").removeprefix("#square-") for link in behind.cssselect(".differing a")]
    assert len(differing) == 50
    assert set(differing) < said - said_there
    assert all(text(item).endswith("→ 缺") for item in behind.cssselect(".differing li")[:50])
    other = page(get(f"{server}/snapshot/{both[1]}"))
    assert "当前所用的读数来自另一份快照" in text(other)


def test_rows_that_an_organ_added_are_shown_apart(server: str) -> None:
    root = report(server, STATES)
    (listed,) = root.xpath("//table[caption[text()='机关自行增加的行']]")
    said = [text(row).partition(" ")[2] for row in listed.cssselect("tbody tr")]
    assert said == [
        "三、收到和处理政府信息公开申请情况自然人（空白）",
        "三、收到和处理政府信息公开申请情况总计2.5 万元",
    ]
    assert "（八）转送<i>其他机关" in text(listed)


def test_organs_of_one_name_have_pages_of_their_own(server: str, contents: Contents) -> None:
    answer = get(server + report_path(NAMESAKE, STATES_YEAR))
    assert answer.status == 200
    ways = page(answer).cssselect("article li a")
    assert [text(way) for way in ways] == [city + county for _, city, county in NAMESAKES]
    for way, (division, _, county) in zip(ways, NAMESAKES, strict=True):
        root = page(get(server + way.get("href")))
        assert f"{county} {division}" in text(one(root, "dl.facts-about"))
        assert [text(link) for link in root.cssselect("section[aria-labelledby=readings] th a:not(.download)")] == [
            contents.snapshots[division].id
        ]
    assert get(server + report_path(NAMESAKE, STATES_YEAR) + "?division=999999").status == 404


def test_each_report_of_a_pack_has_its_own_page(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["several"]
    for part, town in enumerate(TOWNS, start=1):
        root = report(server, (town, STATES_YEAR))
        with Archive.open_readonly(contents.directory) as archive:
            facts = {fact.indicator: fact.raw for fact in archive.facts(snapshot.id, part)}
        assert text(square(root, "requests.new.total")) == facts["requests.new.total"]
        assert f"/nianbao/facts?snapshot={snapshot.id}&part={part}" in links(root)
        assert f"{part}<i>.docx" in text(one(root, "dl.facts-about"))
        assert len(root.cssselect("section.findings article")) == 1
    whole = page(get(f"{server}/snapshot/{snapshot.id}"))
    listed = one(whole, "section[aria-labelledby=parts]")
    assert {report_path(town, STATES_YEAR) for town in TOWNS} <= links(listed)
    assert [text(item)[:4] for item in listed.cssselect("li")] == ["示例市甲", "示例市乙", "说明<b"]
    assert "没有被认作报告" not in text(whole)


def test_prose_dates_and_ways_on(server: str, contents: Contents) -> None:
    root = report(server, ZHOUCUN)
    snapshot = contents.snapshots["zhoucun-2020"]
    headings = [text(heading) for heading in root.cssselect(".prose h3")]
    assert [heading[0] for heading in headings[-6:]] == list("一二三四五六")
    about = text(one(root, "dl.facts-about"))
    assert all(part in about for part in ("2021-01-22", snapshot.url, snapshot.digest, "2019 年表式", "utf-8", "demo"))
    wanted = {
        f"/snapshot/{snapshot.id}",
        f"/snapshot/{snapshot.id}/original",
        f"/nianbao/facts?snapshot={snapshot.id}&part=0",
        f"{report_path(*ZHOUCUN)}/{snapshot.digest[7:23]}.json?division=370306",
    }
    assert wanted <= links(root)
    answer = get(f"{server}/nianbao/facts.json?snapshot={snapshot.id}&part=0&_shape=array&_size=max")
    assert answer.body.count(b'"indicator"') == 198
