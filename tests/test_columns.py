"""From a page to the columns that it may lead to: by link, select, frame and script, and a crawl of three levels."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.below import children
from crawler.columns import is_of_reports, leads
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page, rows
from tests.test_trs import response

SITE = "https://www.qingshi.gov.cn"
HOME = f"{SITE}/"
NB = f"{SITE}/zwgk/zfxxgknb/"


def best(body: str, url: str = HOME) -> list[str]:
    return [lead.url.removeprefix(SITE) for lead in leads(response(body, url))]


def below(body: str) -> list[str]:
    return [url.removeprefix(NB) for url in children(response(body, NB), NB, of_reports=True)]


@pytest.mark.case(35)
def test_the_right_one_of_two_menus() -> None:
    """MOST has 年度报告 for its reports about the website beside 政府信息公开年报."""
    menu = """<title>政府信息公开</title><a href="../zfwzndbb/">年度报告</a><a href="../xxgknb/">政府信息公开年报</a>
    <a href="/zwgk/">政务公开</a><a href="/news/">新闻动态</a><a href="/gjj/gknb/">公积金年度报告</a>"""
    assert best(menu, f"{SITE}/xxgk/zhinan/") == ["/xxgk/xxgknb/", "/zwgk/"]


def test_what_leads_on_besides_links() -> None:
    assert best("<script>location.replace('./zfxxgk/main.htm')</script>") == ["/zfxxgk/main.htm"]
    assert best("<meta http-equiv='Refresh' content='0; URL=/zwgk/index.html'>") == ["/zwgk/index.html"]
    assert best("<select><option value='/zfxxgk/zfxxgknb/'>年报</option><option value='3'>公开</option></select>") == [
        "/zfxxgk/zfxxgknb/"
    ]
    assert best("""<a href="javascript:;" onclick="go('/xxgk/gkndbg/')">信息公开年报</a>""") == ["/xxgk/gkndbg/"]
    assert best("<frameset><frame src='/xxgk/list.html'></frameset>") == ["/xxgk/list.html"]


@pytest.mark.case(26)
def test_columns_below_a_column() -> None:
    body = """<title>政府信息公开年报</title><iframe src="list.html"></iframe>
    <a href="bmnb/">部门年报</a><a href="./xz/">乡镇（街道）</a><a href="2024n/">2024年</a>
    <a href="bmnb/more/">更多>></a>
    <select><option value="./2023n/">2023年度</option><option value="2022">2022</option></select>
    <a href="../zhinan/">政府信息公开指南</a><a href="wzbb/">政府网站工作报表年报</a><a href="index.html">本级</a>
    <a href="202601/t20260120_1.html">2025年</a><a href="files/2025.pdf">2025年</a>"""
    assert below(body) == ["list.html", "bmnb/", "xz/", "2024n/", "bmnb/more/", "2023n/"]
    assert is_of_reports(response(body, f"{SITE}/a/b/"))
    assert not is_of_reports(response("<title>政务公开</title>", f"{SITE}/zwgk/"))


def test_a_column_of_kinds_and_years_is_read_to_the_last(tmp_path: Path) -> None:
    """Three levels of organs: government, departments, towns; each town and year in a column of its own."""
    pages: Pages = {"/robots.txt": Answer(body=b"")}
    reports = {}

    def article(folder: str, n: int, organ: str, year: int) -> tuple[str, str, str]:
        href = f"./{year + 1}01/t{year + 1}0120_{n}.html"
        reports[f"{folder}{href[2:]}"] = page(f"<div class='TRS_Editor'>{organ}{year}年</div>")
        return href, f"{organ}{year}年政府信息公开工作年度报告", f"{year + 1}-01-20"

    links = "<a href='bm/'>部门</a><a href='xz/'>乡镇街道</a>"
    own = [article(COLUMN, year, "青石县", year) for year in range(2016, 2026)]
    first = list_page(own)
    pages[COLUMN] = Answer(body=first.body.replace(b"<ul", links.encode() + b"<ul", 1))
    for kind, organs in (("bm", ("财政局", "教育局")), ("xz", ("青河镇", "白石镇"))):
        folder = f"{COLUMN}{kind}/"
        years = "".join(f"<a href='{year}n/'>{year}年</a>" for year in range(2016, 2026))
        pages[folder] = page(f"<title>信息公开年报</title>{years}")
        for year in range(2016, 2026):
            found = [article(f"{folder}{year}n/", 100 * i + year, organ, year) for i, organ in enumerate(organs)]
            pages[f"{folder}{year}n/"] = list_page(found)
    pages |= reports
    assert len(reports) == 50
    with Portal(pages) as portal:
        report = crawl(tmp_path / "data", portal.source())
        captured = {url.removeprefix(portal.url) for (url,) in rows(tmp_path / "data", "SELECT url FROM snapshots")}
    result = report["results"]["qingshi"]
    assert (result["failed"], result["reports"], result["errors"]) == ("", 50, 0)
    assert set(reports) <= captured
