"""Reports that a list names in full at addresses that say nothing, or say that they are columns."""

from __future__ import annotations

from pathlib import Path

from tests.portal import COLUMN, Answer, Pages, Portal, crawl, page, rows
from tests.portals import article

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
