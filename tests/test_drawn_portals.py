"""Columns that only a browser shows as such: trees that scripts draw, markup that waits, tables of links without names.

Each is crawled from the address of its column and from the home page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from parsel import Selector

from crawler.addresses import absolute
from crawler.families.rows import of_cell
from crawler.trees import nodes
from tests.portal import Portal, crawl, rows
from tests.test_plain_portals import ORGANS, TITLE, YEARS, Site

COLUMN = "/zwgk/zfxxgknb/"
OWN = "http://www.qingshi.gov.cn/zwgk/zfxxgknb/"


def organs(site: Site, address: str) -> list[tuple[str, str]]:
    """A column for each organ, name and address."""
    found = [(ORGANS[n], address.format(n)) for n in range(1, 7)]
    for n, (_, url) in enumerate(found, 1):
        site.pages[url] = site.html(f"<ul>{site.items(f'/xxgk/{n}/', ((n, year) for year in YEARS))}</ul>")
    return found


def a_tree_of_calls() -> Site:
    site = Site(column=COLUMN, lists=7)
    calls = "".join(f"d.add({n},0,'{o}','{url}');" for n, (o, url) in enumerate(organs(site, "/xxgk/nb.jsp?o={}"), 1))
    code = f"var d = new dTree('d'); d.add(0,-1,'政府信息公开年报'); {calls} document.write(d);"
    site.pages[COLUMN] = site.html(f"<script>{code}</script>")
    return site


def a_tree_of_nodes() -> Site:
    site = Site(column=COLUMN, lists=7)
    found = [{"id": n, "pId": 0, "name": o, "url": url} for n, (o, url) in enumerate(organs(site, "/xxgk/nb/o{}/"), 1)]
    tree = json.dumps([{"id": 0, "name": "政府信息公开年报", "open": True}, *found], ensure_ascii=False)
    site.pages[COLUMN] = site.html(f"<ul id=t class=ztree></ul><script>var zNodes = {tree};</script>")
    return site


def a_table_of_organs_and_years() -> Site:
    site = Site(column=COLUMN)
    table = f"<tr><th>单位</th>{''.join(f'<th>{year}年</th>' for year in YEARS)}</tr>"
    for n in range(1, 7):
        paths = [(f"{COLUMN}{year + 1}01/t{year + 1}0120_{n}{year}.html", year) for year in YEARS]
        cells = (f"<td><a href='{site.report(path, TITLE.format(ORGANS[n], y))}'>查看</a></td>" for path, y in paths)
        table += f"<tr><td>{ORGANS[n]}</td>{''.join(cells)}</tr>"
    site.pages[COLUMN] = site.html(f"<table>{table}</table>")
    return site


def a_map() -> Site:
    site = Site(column=COLUMN)
    reports = [(site.report(f"/zwgk/nb{year}.html", "x"), TITLE.format("", year)) for year in YEARS]
    areas = "".join(f"<area shape=rect coords='1,1,9,9' href='{href}' alt='{title}'>" for href, title in reports)
    site.pages[COLUMN] = site.html(f"<img src=/m.gif usemap='#m'><map name=m>{areas}</map>")
    return site


def lists_that_wait() -> Site:
    site = Site(column=COLUMN)
    lists = [f"<ul>{site.items(f'/zwgk/{n}/', ((n, year) for year in YEARS))}</ul>" for n in range(4)]
    waiting = f"<textarea style='display:none'>{lists[1]}</textarea><script type='text/template'>{lists[2]}</script>"
    site.pages[COLUMN] = site.html(f"{lists[0]}{waiting}<textarea class=lazy>{lists[3]}</textarea>")
    return site


def years_that_a_choice_composes() -> Site:
    site = Site(column="/zwgk/nb/nb_2025.html", lists=10)
    options = "".join(f"<option value='{year}'>{year}年</option>" for year in YEARS)
    choice = f"""<select onchange="location.href='nb_' + this.value + '.html'">{options}</select>"""
    for year in YEARS:
        lines = site.items("/x/", ((organ, year) for organ in range(4)))
        site.pages[f"/zwgk/nb/nb_{year}.html"] = site.html(f"{choice}<ul>{lines}</ul>")
    return site


def links_by_way_of_a_page() -> Site:
    site = Site(column=COLUMN)
    lines = ""
    for year in YEARS:
        href = site.report(f"/zwgk/nb/{year}/a.html", title := TITLE.format("", year))
        lines += f"<li><a href='/jump.html?url={quote(href, safe='')}'>{title}</a></li>"
    site.pages["/jump.html"] = site.html(
        "<script>location.href = decodeURIComponent(location.search.slice(5))</script>"
    )
    site.pages[COLUMN] = site.html(f"<ul>{lines}</ul>")
    return site


SITES: dict[str, Callable[[], Site]] = {
    build.__name__: build
    for build in (
        a_tree_of_calls, a_tree_of_nodes, a_table_of_organs_and_years, a_map, lists_that_wait,
        years_that_a_choice_composes, links_by_way_of_a_page,
    )
}  # fmt: skip


def test_all_is_found_from_the_column_and_from_the_home_page(tmp_path: Path) -> None:
    found: dict[str, set[str]] = {}
    wanted: dict[str, set[str]] = {}
    with ExitStack() as stack:
        sources = []
        for number, (name, build) in enumerate(SITES.items(), 1):
            for side, path in (("column", ""), ("home", "/")):
                site = build()
                site.pages["/"] = site.html(f"<a href='{site.column}'>政府信息公开年报</a>", "首页")
                portal = stack.enter_context(Portal(site.pages, address=f"127.0.{1 + bool(path)}.{number}"))
                sources.append(portal.source(f"{name}-{side}", path or site.column))
                wanted[sources[-1].id] = {portal.url + one for one in site.wanted}
        report = crawl(tmp_path / "data", *sources)
    asked = "SELECT source, url, role FROM snapshots WHERE status = 200"
    for source, url, role in rows(tmp_path / "data", asked):
        if role in ("article", "part", "attachment"):
            found.setdefault(source, set()).add(url)
    assert found == wanted
    for source, result in report["results"].items():
        assert (result["failed"], result["reports"]) == ("", len(wanted[source])), source


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("d.add(1,0,'财政局','nb/1.jsp','','main')", [("nb/1.jsp", "财政局")]),
        ('t.add("a","r","财政局","nb/1.jsp");', [("nb/1.jsp", "财政局")]),
        ("[{id:1, name:'财政局', open:true, url:'/nb/'}]", [("/nb/", "财政局")]),
        ("[{'href': '/nb/', 'id': 1, 'text': '财政局', children: []}]", [("/nb/", "财政局")]),
        ("[{name:'部门', children:[{name:'财政局', url:'/nb/'}]}]", [("/nb/", "财政局")]),
        ("d.add(1,-1,'年报')", []),
        ("[{name:'财政局'}, {url:'/nb/'}]", []),
    ],
)
def test_the_nodes_of_a_tree(script: str, found: list[tuple[str, str]]) -> None:
    assert [*nodes(Selector(text=f"<script>{script}</script>"))] == found


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("<tr><th>单位<th>2024年<th>2023年<tr><td>财政局<td>无<td><a>查看</a>", "财政局2023年"),
        ("<tr><td>财政局<td><a>查看</a>", ""),  # nothing stands above it
        ("<tr><th>单位<tr><td>财政局<td><a>查看</a>", "财政局"),
        ("<tr><th>单位<tr><td><a>查看</a>", ""),
    ],
)
def test_what_a_table_says_of_a_link(table: str, name: str) -> None:
    (anchor,) = Selector(text=f"<table>{table}</table>").xpath("//a")
    assert of_cell(anchor.root) == name


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/jump.html?url=%2Fnb%2F2023.html", "http://www.qingshi.gov.cn/nb/2023.html"),
        ("/link?target=https://czj.qingshi.gov.cn/nb/&from=1", "https://czj.qingshi.gov.cn/nb/"),
        ("/login.do?url=/nb/", "http://www.qingshi.gov.cn/login.do?url=/nb/"),
        ("/redirect?id=5", "http://www.qingshi.gov.cn/redirect?id=5"),
        ("/jump?url=//[", None),
    ],
)
def test_a_link_by_way_of_a_page_that_only_passes_on(href: str, url: str | None) -> None:
    assert absolute(href, OWN) == url
