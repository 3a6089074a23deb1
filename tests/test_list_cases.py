"""Lists as PORTALS.md has them in section 12, those that no portal of another module shows."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from tests.portal import Answer, Portal, crawl, rows
from tests.test_plain_portals import TITLE, Site

ASKED = "SELECT url FROM snapshots WHERE role = 'article' AND status = 200"


def found(folder: Path, portal: Portal) -> list[str]:
    return sorted(url.removeprefix(portal.url) for (url,) in rows(folder, ASKED))


@pytest.mark.case(28)
def test_a_pager_in_base64(tmp_path: Path) -> None:
    def pager(page: int) -> str:
        links = "".join(f"<a class='p' href='/zwgk/nb/index_{n}.html'>{n}</a>" for n in range(2, 6) if n != page)
        packed = b64encode(f"<div>{links}</div>".encode()).decode()
        return f"<div id='pages'>{packed}</div><script src='/js/pages.js'></script>"

    addresses = ["/zwgk/nb/index.html", *(f"/zwgk/nb/index_{n}.html" for n in range(2, 6))]
    site = Site(column=addresses[0]).paged(addresses, pager)
    with Portal(site.pages) as portal:
        crawl(tmp_path / "data", portal.source(path=site.column))
        assert found(tmp_path / "data", portal) == sorted(site.wanted)


def counted_down(site: Site, reports: list[tuple[int, int]], size: int) -> None:
    """A VSB list: page one is the column, page two of n has number n - 1."""
    pages = -(-len(reports) // size)
    for page in range(pages):
        lines = site.items("/info/1082/", reports[page * size : (page + 1) * size])
        following = f"<a href='/zwgk/nb/{pages - page - 1}.htm' class='Next'>下页</a>" if page < pages - 1 else ""
        address = site.column if page == 0 else f"/zwgk/nb/{pages - page}.htm"
        script = "<script src='/system/resource/js/vsbscreen.min.js'></script>"
        pager = f"<div class='pb_sys_common pb_sys_style1'>{following}</div>"
        site.pages[address] = site.html(f"{script}<ul>{lines}</ul>{pager}")


@pytest.mark.case(13)
def test_a_report_that_pushes_the_others_to_pages_of_other_numbers(tmp_path: Path) -> None:
    every = [(0, year) for year in range(2025, 2012, -1)]
    site = Site(column="/zwgk/nb.htm")
    counted_down(site, every[1:], 4)
    with Portal(site.pages) as portal:
        source = portal.source(path=site.column)
        crawl(tmp_path / "data", source, fresh_hours=0)
        before = found(tmp_path / "data", portal)
        counted_down(site, every, 4)
        portal.pages.update(site.pages)
        crawl(tmp_path / "data", source, fresh_hours=0)
        assert (len(before), found(tmp_path / "data", portal)) == (12, sorted(site.wanted))


@pytest.mark.case(32)
def test_a_flat_list_of_many_organs(tmp_path: Path) -> None:
    """28 organs and ten years on 94 pages."""
    site = Site(column="/zwgk/nb/index.html", lists=94)
    every = [(organ, year) for year in range(2025, 2015, -1) for organ in range(28)]
    for page in range(94):
        lines = ""
        for organ, year in every[page * 3 : (page + 1) * 3]:
            title = TITLE.format(f"第{organ}局", year)
            href = site.report(f"/zwgk/nb/{year + 1}01/t{year + 1}0120_{organ}{year}.html", title)
            lines += f"<li><a href='{href}'>{title}</a><span>{year + 1}-01-20</span></li>"
        address = site.column if page == 0 else f"/zwgk/nb/index_{page}.html"
        script = f"<script>createPageHTML(94, {page}, 'index', 'html');</script>"
        site.pages[address] = site.html(f"<ul>{lines}</ul>{script}")
    site.pages["/zwgk/nb/index_94.html"] = Answer(status=404)
    with Portal(site.pages) as portal:
        crawl(tmp_path / "data", portal.source(path=site.column))
        assert found(tmp_path / "data", portal) == sorted(site.wanted)
        assert len(portal.paths()) == len(set(portal.paths()))
