"""Reports that a list names in full at addresses that say nothing, or say that they are columns."""

from __future__ import annotations

from pathlib import Path

from crawler.lists import read_list
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, page, rows
from tests.portals import article
from tests.test_trs import response

TITLE = "青石县{}年政府信息公开工作年度报告"


def kept(archive: Path, portal: Portal) -> set[str]:
    found = rows(archive, "SELECT url FROM snapshots WHERE role = 'article' AND status = 200")
    return {url.removeprefix(portal.url) for (url,) in found}


def test_the_column_of_a_year_that_is_the_report_itself_is_kept_as_one(tmp_path: Path) -> None:
    """2024.htm is a list of organs, 2023.htm a report; on a page that is not the first the others are skips."""
    items = "".join(f"<li><a href='{year}.htm'>{TITLE.format(year)}</a></li>" for year in (2024, 2023))
    items += f"<li><a href='/d/7022'>{TITLE.format(2022)}</a></li><li><a href='index_2.html'>2</a></li>"
    named = ((2019, "/d/7019"), (2018, "2018.htm"))
    last = "".join(f"<li><a href='{href}'>{TITLE.format(year)}</a></li>" for year, href in named)
    pages: Pages = {
        COLUMN: page(f"<ul>{items}</ul>"),
        COLUMN + "index_2.html": page(f"<ul>{last}</ul>"),
        COLUMN + "2024.htm": page(f"<ul><li><a href='/d/7024'>{TITLE.format(2024)}</a></li></ul>"),
        COLUMN + "2023.htm": Answer(body=article(2023)),
        **{f"/d/7{year % 1000:03}": Answer(body=article(year)) for year in (2024, 2022, 2019)},
    }
    with Portal(pages) as portal:
        crawl(tmp_path / "a", portal.source())
        assert kept(tmp_path / "a", portal) == {"/d/7024", "/d/7022", "/d/7019", COLUMN + "2023.htm"}
    skipped = rows(tmp_path / "a", "SELECT url, reason, detail FROM skips")
    assert skipped == [(f"{portal.url}{COLUMN}2018.htm", "out_of_scope", "called a report, at the address of a column")]


def test_other_papers_at_the_same_kind_of_address_are_lines_of_the_list(tmp_path: Path) -> None:
    """The second page has no report at all, the third has one: all are read, and none of the other papers is."""
    reports = (9, 11, 50)
    lines = [(f"/d/{n}", TITLE.format(2025) if n in reports else f"关于第{n}批事项的公示") for n in range(60)]
    pages: Pages = {f"/d/{n}": Answer(body=article(2025)) for n in reports}
    for first in range(0, 60, 20):
        items = "".join(f"<li><a href='{href}'>{title}</a></li>" for href, title in lines[first : first + 20])
        on = f"<a href='index_{first // 20 + 1}.html'>下一页</a>" if first < 40 else ""
        news = "<ol><li><a href='/d/99'>县长调研春耕</a></li><li><a href='/d/98'>县长调研防汛</a></li></ol>"
        pages[COLUMN + (f"index_{first // 20}.html" if first else "")] = page(f"<ul>{items}</ul>共60条 {on}{news}")
    with Portal(pages) as portal:
        result = crawl(tmp_path / "a", portal.source())["results"]["qingshi"]
        asked = {path for path in portal.paths() if path.startswith("/d/")}
    assert asked == {"/d/9", "/d/11", "/d/50"}
    assert (result["rows"], result["expected"], result["had"], result["skipped"]) == (60, 60, 60, 57)


def test_bare_names_among_reports_are_worth_a_look() -> None:
    lines = [
        ("/d/1", TITLE.format(2025)),
        ("/d/2", TITLE.format(2024)),
        ("/d/3", "青河镇"),
        ("/d/4", "政府信息公开指南"),
    ]
    items = "".join(f"<li><a href='{href}'>{title}</a>2026-01-0{href[3:]}</li>" for href, title in lines)
    listing = read_list(response(f"<ul>{items}</ul><a href='/d/5'>2</a>", "https://www.qingshi.gov.cn/zwgk/nb/"))
    assert [(row.url[-4:], row.date, row.listed) for row in listing.rows] == [
        (href, f"2026-01-0{href[3:]}", True) for href, _ in lines
    ]


def test_the_year_of_a_report_may_be_that_of_its_folder(tmp_path: Path) -> None:
    """The index is a frame of years, whose pages name the report without one, beside papers that are none."""
    others = "<li><a href='q.htm'>法治政府建设年度报告</a></li><li><a href='../'>政府信息公开年报</a></li>"
    pages: Pages = {COLUMN: page("".join(f"<a href='{year}/'>{year}年</a>" for year in (2024, 2023)))}
    for year in (2024, 2023):
        pages[f"{COLUMN}{year}/"] = page(f"<ul><li><a href='xxgk.htm'>信息公开工作年度报告</a></li>{others}</ul>")
        pages[f"{COLUMN}{year}/xxgk.htm"] = Answer(body=article(year))
    with Portal(pages) as portal:
        crawl(tmp_path / "a", portal.source())
        assert kept(tmp_path / "a", portal) == {f"{COLUMN}{year}/xxgk.htm" for year in (2024, 2023)}


def test_a_search_asks_for_one_article_of_a_kind_and_blames_no_sitemap(tmp_path: Path) -> None:
    text = f"<div class='TRS_Editor'>{'本年度我单位认真落实各项工作。' * 30}</div>"
    links = "".join(f"<a href='/a/b/{n}.html'>政府信息公开指南（{2000 + n}年版）</a>" for n in range(10, 25))
    pages: Pages = {"/": page(links), **{f"/a/b/{n}.html": page(text) for n in range(10, 25)}}
    pages["/a/b/12.html"] = page("<p>政府信息公开</p>")
    with Portal(pages) as portal:
        result = crawl(tmp_path / "a", portal.source(path="/"))["results"]["qingshi"]
        assert len([path for path in portal.paths() if path.startswith("/a/b/")]) <= 2
    assert result["failed"].startswith("no column of annual reports was found")
    assert "404" not in result["failed"]
