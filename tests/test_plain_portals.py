"""Portals that nobody's platform made: what is printed in whatever markup is found, and little else asked for.

Every portal has a menu, crumbs and a side bar with news of the TRS dialect, as most real pages have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.portal import HTML, Answer, Asked, Pages, Portal, crawl, rows

ORGANS = ("", "财政局", "水利局", "教育局", "青河镇", "白石镇", "城关街道办事处")
TITLE = "青石县{}{}年政府信息公开工作年度报告"
MENU = """<div class=header><a href='/'>首页</a><a href='/zwgk/'>政务公开</a><a href='/zn/'>政府信息公开指南</a>
<a href='/zwgk/fdzdgknr/'>法定主动公开内容</a><a href='/wzbb/'>政府网站工作年度报表</a></div>"""
NEWS = "".join(
    f"<li><a href='/xwzx/202601/t2026010{n}_9{n}.html'>县长调研春耕第{n}期</a><span>2026-01-0{n}</span></li>"
    for n in range(1, 9)
)
YEARS = range(2025, 2015, -1)


@dataclass(kw_only=True)
class Site:
    """A portal while a test builds it."""

    column: str
    title: str = "政府信息公开年报"
    charset: str = "utf-8"
    base: str = ""
    lists: int = 1  # pages that have to be asked for to find all
    pages: Pages = field(default_factory=lambda: {"/robots.txt": Answer()})
    wanted: set[str] = field(default_factory=set)

    def html(self, body: str, title: str = "") -> Answer:
        head = f"<meta charset={self.charset}><title>{title or self.title}-青石县</title>{self.base}"
        crumbs = f"<div class=crumb>首页 &gt; {title or self.title}</div>"
        text = f"<html><head>{head}</head><body>{MENU}{crumbs}{body}<div class=side><ul>{NEWS}</ul></div></body></html>"
        return Answer(body=text.encode(self.charset), headers={"Content-Type": f"text/html; charset={self.charset}"})

    def report(self, path: str, title: str, more: str = "") -> str:
        """Put a report there, and give its address."""
        self.wanted.add(path)
        self.pages[path] = self.html(f"<h1>{title}</h1><div class=content><p>一、总体情况</p>{more}</div>", title)
        return path

    def file(self, path: str) -> str:
        """Put a file there, and give its address."""
        self.wanted.add(path)
        self.pages[path] = Answer(body=b"%PDF-1.4", headers={"Content-Type": "application/pdf"})
        return path

    def items(self, folder: str, reports: Iterable[tuple[int, int]]) -> str:
        """Lines of a list, by organ and year."""
        found = ""
        for organ, year in reports:
            title = TITLE.format(ORGANS[organ], year)
            path = self.report(f"{folder}{year + 1}01/t{year + 1}0120_{organ}{year}.html", title)
            found += f"<li><a href='{path}'>{title}</a><span>{year + 1}-01-20</span></li>"
        return found

    def paged(self, addresses: list[str], pager: Callable[[int], str]) -> Site:
        """Pages of six lines each; the pager is told the number of its page, from 1 on."""
        every = [(organ, year) for year in YEARS for organ in range(4)]
        for number, url in enumerate(addresses, 1):
            part = every[number * 4 - 4 : number * 4]
            self.pages[url] = self.html(f"<ul>{self.items('/zwgk/nb/', part)}</ul>{pager(number)}")
        self.lists = len(addresses)
        return self


def table_in_gbk() -> Site:
    site = Site(column="/xxgk/list.asp?cid=5", charset="gbk", lists=5)
    for page in range(1, 6):
        lines = ""
        for n in range(4):
            title = TITLE.format(ORGANS[n], 2026 - page)
            href = site.report(f"/xxgk/view.asp?id={page}{n}", title).rpartition("/")[2]
            lines += f"<tr><td>{n}<td align=left><a href='{href}'>{title}</a></td><td>{2027 - page}-1-{n + 1}</td></tr>"
        following = f"<a href='list.asp?cid=5&page={page + 1}'>下一页</a>" if page < 5 else "下一页"
        address = site.column + (f"&page={page}" if page > 1 else "")
        site.pages[address] = site.html(f"<table>{lines}</table>首页 上一页 {following} 尾页")
    return site


def addresses_of_no_dialect() -> Site:
    site = Site(column="/zwgk/nb/")
    lines = [(site.report(f"/zwgk/nb/nb-{year}.html", "x"), TITLE.format("", year), year) for year in YEARS]
    body = "".join(
        f"<dt><a href='{href}'>{title}</a></dt><dd>发布：{year + 1}/01/20</dd>" for href, title, year in lines
    )
    cut = [(site.report(f"/a/12-{year}.html", "x"), TITLE.format("财政局", year)[:17]) for year in YEARS]
    body += "".join(f"<div><a href='{href}'>{title}...</a></div>" for href, title in cut)
    site.pages[site.column] = site.html(f"<dl>{body}</dl>")
    return site


def a_base() -> Site:
    site = Site(column="/zwgk/nb/index.html", base="<base href='/site/'>")
    lines = site.items("/site/nb/", ((0, year) for year in YEARS)).replace("href='/site/", "href='")
    site.pages[site.column] = site.html(f"<ul>{lines}</ul>")
    return site


def organs_by_name() -> Site:
    site = Site(column="/zwgk/zfxxgknb/", lists=9)
    site.pages[site.column] = site.html("<a href='bm/'>政府部门</a><a href='xz/'>乡镇街道</a>")
    for kind, organs in (("bm", (1, 2, 3)), ("xz", (4, 5, 6))):
        folder = f"{site.column}{kind}/"
        site.pages[folder] = site.html("".join(f"<a href='o{organ}/'>{ORGANS[organ]}</a>" for organ in organs))
        for organ in organs:
            own = f"{folder}o{organ}/"
            site.pages[own] = site.html(f"<ul>{site.items(own, ((organ, year) for year in YEARS))}</ul>", ORGANS[organ])
    return site


def tabs_under_numbers() -> Site:
    site = Site(column="/c100/c2001/list.shtml", lists=4)
    names = ("2025年", "2024年", "部门年报", "乡镇（街道）年报", "统计年报")
    tabs = "".join(f"<li><a href='/c100/c{2001 + n}/list.shtml'>{name}</a></li>" for n, name in enumerate(names))
    for n in range(4):
        lines = site.items(f"/c100/c{2001 + n}/", ((n, year) for year in YEARS))
        site.pages[f"/c100/c{2001 + n}/list.shtml"] = site.html(f"<ul>{tabs}</ul><ul>{lines}</ul>")
    return site


def hub_with_more_in_pictures() -> Site:
    site = Site(column="/zwgk/zfxxgknb/", lists=4)
    boxes = ""
    for organ, kind in enumerate(("zf", "bm", "xz")):
        folder = f"{site.column}{kind}/"
        lines = site.items(folder, ((organ, year) for year in YEARS))
        site.pages[folder] = site.html(f"<ul>{lines}</ul>")
        few = "</li>".join(lines.split("</li>")[:3])
        boxes += f"<div><h2><a href='./{kind}/'><img src='/m.gif' alt='更多'></a></h2><ul>{few}</ul></div>"
    site.pages[site.column] = site.html(boxes)
    return site


def years_in_a_select() -> Site:
    site = Site(column="/xxgk/nb.jsp", lists=11)
    choice = "".join(f"<option value='nb.jsp?year={year}'>{year}年</option>" for year in YEARS)
    for year in YEARS:
        lines = site.items("/xxgk/", ((organ, year) for organ in range(4)))
        page = site.html(f"<select onchange='location.href=this.value'>{choice}</select><ul>{lines}</ul>")
        site.pages[f"/xxgk/nb.jsp?year={year}"] = page
    site.pages[site.column] = site.pages["/xxgk/nb.jsp?year=2025"]
    return site


def only_files() -> Site:
    site = Site(column="/zwgk/nb/")
    lines = "".join(f"<li><a href='{site.file(f'/files/{year}nb.pdf')}'>{year}年度</a></li>" for year in YEARS)
    lines += "".join(
        f"<li><a href='{site.file(f'/download.jsp?id={year}')}'>{TITLE.format('财政局', year)}.pdf</a></li>"
        for year in YEARS
    )
    site.pages[site.column] = site.html(f"<ul>{lines}</ul>")
    return site


def articles_that_name_others() -> Site:
    site = Site(column="/zwgk/nb/")
    named = "".join(f"<p><a href='{site.file(f'/f/{n}.doc')}'>{n}镇.doc</a></p>" for n in range(20))
    named += "".join(f"<p><a href='{site.file(f'/down.do?f={n}')}'>{n}村.doc</a></p>" for n in range(5))
    named += site.items("/zwgk/bm/", ((organ, 2025) for organ in range(1, 7)))
    named += "<p><a href='/zwgk/bm/202601/t20260101_1.html'>县长谈政府信息公开</a></p>"
    path = site.report("/zwgk/nb/202601/t20260120_1.html", "2025年度各部门政府信息公开年报", named)
    site.pages[site.column] = site.html(f"<ul><li><a href='{path}'>2025年度各部门政府信息公开年报</a></li></ul>")
    return site


def articles_that_are_split() -> Site:
    site = Site(column="/zwgk/nb/")
    counted = "<script>createPageHTML(3, 0, 't20260120_2025', 'html');</script>"
    linked = "<b>1</b><a href='t20250120_2024_1.html'>2</a><a href='t20250120_2024_1.html'>下一页</a>"
    lines = ""
    for year, more, pages in ((2025, counted, 3), (2024, linked, 2)):
        stem = f"/zwgk/nb/{year + 1}01/t{year + 1}0120_{year}"
        lines += f"<li><a href='{site.report(f'{stem}.html', 'x', more)}'>{TITLE.format('', year)}</a></li>"
        for page in range(1, pages):
            site.report(f"{stem}_{page}.html", "x")
    site.pages[site.column] = site.html(f"<ul>{lines}</ul>")
    return site


def next_page_with_an_arrow() -> Site:
    addresses = ["/zwgk/nb/list.html", *(f"/zwgk/nb/list-{n}.html" for n in range(2, 6))]
    return Site(column=addresses[0]).paged(addresses, lambda n: f"<a href='list-{n + 1}.html'>下一页&gt;</a>" * (n < 5))


def next_page_in_a_picture() -> Site:
    addresses = ["/zwgk/nb/", *(f"/zwgk/nb/p/{n}/" for n in range(2, 6))]
    link = "<a href='/zwgk/nb/p/{}/'><img src='/n.gif' alt='下一页'></a>"
    return Site(column=addresses[0]).paged(addresses, lambda n: link.format(n + 1) * (n < 5))


def pages_in_a_window() -> Site:
    addresses = ["/zwgk/nb/", *(f"/zwgk/nb/?p={n}" for n in range(2, 11))]

    def pager(page: int) -> str:
        numbers = "".join(f"<a href='?p={n}'>{n}</a>" for n in range(max(1, page - 2), min(11, page + 3)))
        return f"{numbers}<a href='?p={min(page + 1, 10)}'>»</a>"

    return Site(column=addresses[0]).paged(addresses, pager)


def pages_in_a_select() -> Site:
    addresses = ["/xxgk/nb.jsp?c=1", *(f"/xxgk/nb.jsp?c=1&page={n}" for n in range(2, 6))]
    options = "".join(f"<option value='nb.jsp?c=1&page={n}'>第{n}页</option>" for n in range(1, 6))
    return Site(column=addresses[0]).paged(addresses, lambda _: f"<select>{options}</select>")


def pages_by_a_form() -> Site:
    addresses = ["/xxgk/nb.jsp", *(f"/xxgk/nb.jsp?pageNo={n}&c=7" for n in range(2, 6))]
    form = "<form action='nb.jsp'><input type=hidden name=pageNo value={}><input type=hidden name=c value=7></form>"
    return Site(column=addresses[0]).paged(
        addresses, lambda n: form.format(n) + f"<a href='javascript:goPage({n + 1})'>下一页</a>"
    )


def pages_that_keep_their_state() -> Site:
    """ASP.NET: each page is asked for with the state that the one before it was given."""
    site = Site(column="/xxgk/nb.aspx")
    addresses = [f"p{n}" for n in range(1, 6)]

    def pager(page: int) -> str:
        state = f"<input type=hidden name=__VIEWSTATE value='s{page}'>"
        numbers = "".join(
            f"<a href=\"javascript:__doPostBack('Pager1','{n}')\">{n}</a>" for n in range(1, 6) if n != page
        )
        return f"<form method=post action='nb.aspx'>{state}</form>{numbers}"

    site.paged(addresses, pager)
    shown = [site.pages.pop(address) for address in addresses]

    def answer(asked: Asked) -> Answer:
        page = int(asked.fields.get("__EVENTARGUMENT", "1"))
        good = page == 1 or asked.fields["__VIEWSTATE"] == f"s{page - 1}"
        found = shown[page - 1] if good else Answer(status=500)
        assert isinstance(found, Answer)
        return found

    site.pages[site.column] = answer
    return site


def steps_before_the_column() -> Site:
    site = Site(column="/zwgk/nb/", lists=3)
    step = "<html><head><meta http-equiv=refresh content='0;url=list/'></head></html>"
    site.pages["/zwgk/nb/"] = Answer(body=step.encode(), headers={"Content-Type": HTML})
    script = "<html><script>window.location.href='./index.html?x=1'</script></html>"
    site.pages["/zwgk/nb/list/"] = Answer(body=script.encode(), headers={"Content-Type": HTML})
    site.pages["/zwgk/nb/list/index.html?x=1"] = site.html(
        f"<ul>{site.items('/n/', ((0, year) for year in YEARS))}</ul>"
    )
    return site


def a_calendar() -> Site:
    site = Site(column="/zwgk/nb/", lists=6)
    lines = site.items("/zwgk/nb/", ((0, year) for year in YEARS))

    def answer(asked: Asked) -> Answer:
        year = int(asked.fields.get("y", "2025"))
        links = "".join(f"<a href='/zwgk/nb/?y={other}'>{other}年</a>" for other in (year - 1, year + 1))
        links += "".join(f"<a href='?d={year}01{day:02}'>{day}</a>" for day in range(1, 29))
        return site.html(f"<ul>{lines}</ul>{links}")

    site.pages[site.column] = answer
    return site


def lines_that_a_script_opens() -> Site:
    site = Site(column="/zwgk/nb/")
    reports = [(site.report(f"/zwgk/nb/{y + 1}01/t{y + 1}0120_1.html", "x"), TITLE.format("", y), y + 1) for y in YEARS]
    lines = "".join(
        f"<tr onclick=\"window.open('{href}')\"><td>{title}</td><td>{y}-01-20</td></tr>" for href, title, y in reports
    )
    site.pages[site.column] = site.html(f"<table>{lines}</table>")
    return site


def one_page_among_other_columns() -> Site:
    """What stands beside it in its folder is named after kinds of organs as well."""
    site = Site(column="/zwgk/nb.html", lists=3)
    others = "".join(f"<a href='/zwgk/{name}.html'>{name}</a>" for name in ("政府文件", "部门文件", "政府机构", "更多"))
    menu = f"{others}<a href='/zwgk/bmnb.html'>部门年报</a><a href='/zwgk/nb/xz.html'>乡镇</a>"
    for organ, path in enumerate(("nb", "bmnb", "nb/xz")):
        lines = site.items(f"/zwgk/{path}/", ((organ, year) for year in YEARS))
        site.pages[f"/zwgk/{path}.html"] = site.html(f"{menu}<ul>{lines}</ul>")
    return site


def organs_in_a_select() -> Site:
    site = Site(column="/xxgk/nb.jsp", lists=7)
    choice = "".join(f"<option value='nb.jsp?dept={organ}'>{ORGANS[organ]}</option>" for organ in range(1, 7))
    site.pages[site.column] = site.html(f"<select>{choice}</select>")
    for organ in range(1, 7):
        lines = site.items("/xxgk/", ((organ, year) for year in YEARS))
        site.pages[f"/xxgk/nb.jsp?dept={organ}"] = site.html(f"<select>{choice}</select><ul>{lines}</ul>")
    return site


def one_column_for_all_that_is_annual() -> Site:
    site = Site(column="/zwgk/ndbg/", title="年度报告")
    others = ("法治政府建设年度报告", "政府网站工作年度报表", "部门决算", "政府工作报告")
    lines = site.items("/zwgk/ndbg/", ((0, year) for year in YEARS))
    for year in YEARS:
        for n, name in enumerate(others):
            lines += f"<li><a href='/zwgk/ndbg/{year}01/t{year}0101_77{n}.html'>青石县{year}年{name}</a></li>"
    site.pages[site.column] = site.html(f"<ul>{lines}</ul>")
    return site


SITES: dict[str, Callable[[], Site]] = {
    build.__name__: build
    for build in (
        table_in_gbk, addresses_of_no_dialect, a_base, organs_by_name, tabs_under_numbers, hub_with_more_in_pictures,
        years_in_a_select, only_files, articles_that_name_others, articles_that_are_split, next_page_with_an_arrow,
        next_page_in_a_picture, pages_in_a_window, pages_in_a_select, pages_by_a_form, pages_that_keep_their_state,
        steps_before_the_column, a_calendar, one_column_for_all_that_is_annual, lines_that_a_script_opens,
        one_page_among_other_columns, organs_in_a_select,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All portals, crawled side by side."""
    folder: Path = tmp_path_factory.mktemp("crawl") / "data"
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        sites = {name: build() for name, build in SITES.items()}
        portals = {
            name: stack.enter_context(Portal(site.pages, address=f"127.0.0.{number}"))
            for number, (name, site) in enumerate(sites.items(), 1)
        }
        sources = {name: portal.source(name, sites[name].column) for name, portal in portals.items()}
        report = crawl(folder, *sources.values())
        assert report["log"] == ""
        for name, portal in portals.items():
            query = f"SELECT url, role FROM snapshots WHERE source = '{name}'"
            asked = [(url.removeprefix(portal.url), role) for url, role in rows(folder, query)]
            found[name] = sites[name], report["results"][name], asked
    return found


@pytest.mark.case(15, 20, 25, 27, 30)
@pytest.mark.parametrize("name", SITES)
def test_all_is_found_and_nothing_else(crawled: dict[str, Any], name: str) -> None:
    site, result, asked = crawled[name]
    assert result["failed"] == ""
    assert {url for url, role in asked if role in ("article", "part", "attachment")} == site.wanted
    assert sum(role == "list" for _, role in asked) <= site.lists + 1  # what follows the last page may be none


def test_what_a_list_lacked_is_kept_until_it_lacks_nothing(tmp_path: Path) -> None:
    def lacked() -> list[tuple[Any, ...]]:
        return rows(tmp_path / "data", "SELECT lacks FROM sources")

    site = next_page_with_an_arrow()
    first, last = site.pages["/zwgk/nb/list.html"], site.pages["/zwgk/nb/list-5.html"]
    assert isinstance(first, Answer)
    site.pages["/zwgk/nb/list.html"] = Answer(body=first.body.replace(b"</body>", "共 20 条</body>".encode()))
    site.pages["/zwgk/nb/list-5.html"] = Answer(status=404)
    with Portal(site.pages) as portal:
        source = portal.source(path=site.column)
        result = crawl(tmp_path / "data", source, fresh_hours=0)["results"]["qingshi"]
        assert (result["failed"], result["had"], result["expected"]) == ("", 16, 20)
        assert lacked() == [("16 of 20 rows",)]
        portal.pages["/zwgk/nb/list-5.html"] = Answer(body=b"not all of it", length=9999)
        crawl(tmp_path / "data", source, fresh_hours=0)
        assert lacked() == [("16 of 20 rows",)]
        portal.pages["/zwgk/nb/list.html"] = Answer(status=500)  # of a column that failed nothing new is known
        crawl(tmp_path / "data", source, fresh_hours=0)
        assert lacked() == [("16 of 20 rows",)]
        portal.pages |= {"/zwgk/nb/list.html": first, "/zwgk/nb/list-5.html": last}
        crawl(tmp_path / "data", source, fresh_hours=0)
        assert lacked() == [("",)]
