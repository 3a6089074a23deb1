"""The columns of organs that a column of reports names, where no address says that they are below it."""

from __future__ import annotations

import pytest

from archive.records import Source
from crawler.below import children, is_unit, leads_to_reports, organs
from crawler.families import Page, Row
from crawler.lists import COLUMN_LIMIT, Column, Columns, Listing
from tests.test_trs import response

SITE = "https://www.qingshi.gov.cn"
SOURCE = Source(id="qingshi", organ="青石县人民政府", division="370300", level="county", url=f"{SITE}/gkmlpt/index")
MENU = (
    "<a href='/col/col8001/index.html'>教育局</a><a href='/col/col802/index.html'>政府信息公开指南</a>"
    "<a href='/col/col9101/index.html'>财政局</a><a href='/czj/zfxxgknb/'>财政局</a><a href='/czj/'>水利局</a>"
    "<a href='https://www.others.gov.cn/col/col9103/index.html'>公安局</a>"
)


def read(body: str, path: str, *, below: bool = False) -> list[str]:
    page = response(body, SITE + path)
    found = organs(page, page.url, of_reports=leads_to_reports(page, below=below), below=below)
    return [url.removeprefix(SITE) for url in found]


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("/gkmlpt/index", True),
        ("/slj/gkmlpt/index", True),
        ("/slj/gkmlpt/content/9/9103/post_9103540.html", False),
        ("/public/column/6596?type=3", True),
        ("/public/column/6596?nav=3&type=3", True),
        ("/public/column/6596?type=4", False),
        ("/public/column/6596?type=4&catId=123&action=list", False),
        ("/module/xxgk/xxgkAnnualReport.jsp?area=11370900004341590P", True),
        ("/module/xxgk/xxgkAnnualReport.jsp?area=11370900004341590P&fbtime=2022", False),
        ("/module/xxgk/xxgkAnnualReport.jsp?fbtime=2017&area=113325000026455663", False),
        ("/col/col1229/index.html?vc_xxgkarea=11370900004341590P", True),
        ("/col/col1229/index.html", False),
    ],
)
def test_what_a_platform_has_for_one_organ(path: str, unit: bool) -> None:
    assert is_unit(SITE + path) == unit


def test_organs_are_followed_from_a_column_of_reports_alone() -> None:
    """By the same address with another number, or by a slug of reports; of another portal none."""
    column = f"<title>部门年报</title>{MENU}"
    assert read(f"<title>政府信息公开年报</title>{MENU}", "/col/col9020/index.html") == [
        "/col/col8001/index.html",
        "/col/col9101/index.html",
        "/czj/zfxxgknb/",
    ]
    assert len(read(column, "/col/col9020/index.html", below=True)) == 3
    assert read(column, "/col/col9020/index.html") == []
    assert read(f"<title>政务动态</title>{MENU}", "/col/col9020/index.html", below=True) == []


def test_one_number_alone_may_differ() -> None:
    body = (
        "<title>政府信息公开年报</title><a href='/list?site=12345&kind=4'>财政局</a>"
        "<a href='/list?site=12346&kind=3'>水利局</a>"
        "<a href='/list?site=12347&kind=31'>教育局</a><a href='/list?site=12345&kind=2'>公安局</a>"
    )
    assert read(body, "/list?site=12345&kind=3") == ["/list?site=12346&kind=3"]


def test_a_directory_of_units_need_say_nothing_itself() -> None:
    units = (
        "<a href='/czj/gkmlpt/index'>财政局</a><a href='/qhz/gkmlpt/index'>青河镇</a><a href='/x/gkmlpt/index'>更多</a>"
    )
    assert read(f"<title>目录</title>{units}", "/zwgk/bm/", below=True) == ["/czj/gkmlpt/index", "/qhz/gkmlpt/index"]
    assert read(f"<title>目录</title>{units}", "/zwgk/bm/") == []
    beside = (
        "<a href='/zwgk/zj/'>镇街信息公开目录</a><a href='/zwgk/zn/'>政府信息公开指南</a><a href='/b/'>部门动态</a>"
    )
    assert read(beside, "/gkmlpt/index") == ["/zwgk/zj/"]


def test_the_columns_of_an_organ_by_type_are_no_kinds_of_organs() -> None:
    """LonSun has five columns for each organ at one address: 政府信息公开指南 is named after no government."""
    body = (
        "<a href='/public/column/6596?type=2'>政府信息公开指南</a><a href='/public/column/6596?type=4'>青石县财政局</a>"
        "<a href='/public/column/6596?type=4&amp;catId=7&amp;action=list'>政府信息公开年报</a>"
        "<a href='/public/column/6597?type=1'>水利局</a>"
    )
    page = response(body, f"{SITE}/public/column/6596?type=3")
    below = [url.removeprefix(SITE) for url in children(page, page.url, of_reports=True)]
    assert below == ["/public/column/6596?type=4&catId=7&action=list"]
    assert read(body, "/public/column/6596?type=3") == ["/public/column/6597?type=3"]


def test_a_source_has_no_end_of_columns() -> None:
    """What is not looked at is said, so that nothing is concluded from what it might have named."""
    columns = Columns()
    first = columns.first(SOURCE, SOURCE.url)
    named = Listing(organs=[f"{SITE}/{n}/gkmlpt/index" for n in range(COLUMN_LIMIT)])
    assert len(columns.below(first, Listing(organs=named.organs[1:]))) == COLUMN_LIMIT - 1
    assert columns.lacks(SOURCE) == ""
    assert columns.below(first, named) == []
    assert columns.lacks(SOURCE) == f"{SITE}/0/gkmlpt/index"


@pytest.mark.parametrize(
    ("title", "of_reports", "goes_on", "inside"),
    [
        ("教育局召开会议", False, False, False),
        ("教育局2025年政府信息公开工作年度报告", False, True, False),
        ("2025年", False, True, False),
        ("教育局", True, True, True),
    ],
)
def test_the_news_of_a_bureau_are_not_read_to_the_end(
    title: str, of_reports: bool, goes_on: bool, inside: bool
) -> None:
    """Its column stands in the menu of a column of reports, and is called as that is."""
    column = Column(source=SOURCE, beside=True, ahead=(Page(url=f"{SITE}/col/col8001/2.html"),))
    column.begin(f"{SITE}/col/col8001/index.html", Listing(of_reports=of_reports))
    rows = [Row(url=f"{SITE}/art/2026/3/1/art_8001_1.html", title=title, date="2026-03-01", listed=True)]
    column.total = 4895
    column.add(rows)
    assert column.total == (4895 if goes_on else 0)
    assert bool(column.following()) == goes_on
    assert [of_the_list for _, of_the_list in column.told_apart(rows)] == [inside]
