"""Portals of three levels: a government, its departments, its towns, ten years each, and what is taken for a report.

A platform's own module says how it arranges them: `Levels(column=…, path=…)`, a page a column with `show`, lists of
`site.of(organ)`, and `site.way()` for what leads from the home page to the column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.portal import Answer
from tests.portals import ORGANS, YEARS, Line, Site, html

SLUGS = ("zfb", "czj", "slj", "wjj", "qhz", "bsz", "cgjd")
SHORT = ("县政府办公室", "财政局", "水利局", "卫生健康局", "青河镇", "白石镇", "城关街道")
KINDS = {"zf": ("县政府年报", (0,)), "bm": ("部门年报", (1, 2, 3)), "xz": ("乡镇（街道）年报", (4, 5, 6))}
OTHERS = (  # in the columns of reports
    "{organ}{year}年法治政府建设年度报告",
    "{organ}{year}年政府网站工作年度报表",
    "关于做好{year}年政府信息公开工作年度报告编制发布工作的通知",
    "青石县住房公积金{year}年年度报告",
)
COLUMNS = {  # beside them
    "政府网站工作年度报表": ("/wzbb/", "青石县政府网站工作年度报表（{year}年度）"),
    "年度报告": ("/zwgk/zfwzndbb/", "青石县人民政府门户网站{year}年度工作年度报表"),
    "法治政府建设年度报告": ("/fzzf/", "青石县{year}年度法治政府建设情况报告"),
    "公积金年度报告": ("/gjj/gknb/", "青石县住房公积金{year}年年度报告"),
    "统计年报": ("/tjnb/", "青石县{year}年统计年报"),
}
NEWS = "".join(
    f"<li><a href='/xwzx/202601/t2026010{n}_9{n}.html'>县长调研春耕第{n}期</a><span>2026-01-0{n}</span></li>"
    for n in range(1, 9)
)
ROW = "<li><a href='{href}' title='{title}'>{title}</a><span>{date}</span></li>"


def levels() -> list[Line]:
    """Ten reports of each organ, newest first, with a picture of the newest and other things between them."""
    found: list[Line] = []

    def add(title: str, year: int, organ: int, day: int, report: bool) -> None:
        date = f"{year + 1}-01-{day}"
        found.append(Line(number=len(found) + 1, title=title, year=year, organ=organ, date=date, report=report))

    for at, organ in enumerate(ORGANS):
        for place, year in enumerate(YEARS):
            add(f"{organ}{year}年政府信息公开工作年度报告", year, at, 10 + at, True)
            if year % 2:
                add(OTHERS[(place // 2 + at) % len(OTHERS)].format(organ=organ, year=year), year, at, 20 + at, False)
        add(f"一图读懂{organ}2025年政府信息公开工作年度报告", 2025, at, 28, False)
    return found


@dataclass(kw_only=True)
class Levels(Site):
    """A portal of three levels while a test builds it."""

    lines: list[Line] = field(default_factory=levels)
    wrong: list[str] = field(default_factory=list)  # says plainly that it is no report: not to be asked for

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pages["/robots.txt"] = Answer(status=404)
        self.wrong += [self.path(line) for line in self.lines if not line.report and "一图读懂" not in line.title]
        self.wrong += [f"/xwzx/202601/t2026010{n}_9{n}.html" for n in range(1, 9)]
        for name, (folder, title) in COLUMNS.items():
            rows = [(f"{folder}{year + 1}01/t{year + 1}0120_7{year}.html", title.format(year=year)) for year in YEARS]
            self.show(folder, name, "".join(f"<li><a href='{href}'>{text}</a></li>" for href, text in rows))
            self.wrong += [href for href, _ in rows]

    def of(self, *organs: int) -> list[Line]:
        """The lines of some organs, newest first."""
        return sorted((line for line in self.lines if line.organ in organs), key=lambda line: -line.year)

    def show(self, path: str, title: str, body: str, *, head: str = "") -> None:
        """A page with what stands around every page: menu, crumbs, news."""
        menu = {"首页": "/", "政务公开": "/zwgk/", "政府信息公开指南": "/zn/"}
        menu |= {name: folder for name, (folder, _) in COLUMNS.items()}
        links = "".join(f"<a href='{href}'>{name}</a> " for name, href in menu.items())
        meta = "<meta charset='utf-8'><meta name='SiteName' content='青石县人民政府'>"
        self.pages[path] = html(
            f"<html><head>{meta}<title>{title}-青石县人民政府</title>{head}</head><body><div class=menu>{links}</div>"
            f"<div class=crumbs>首页 &gt; {title}</div>{body}<div class=side><ul>{NEWS}</ul></div></body></html>"
        )

    def way(self, column: str = "", name: str = "政府信息公开年报") -> None:
        """From the home page to the column in three steps, past the columns of other reports."""
        self.show("/", "首页", "<a href='/xwzx/'>新闻</a><a href='/zwgk/'>政务公开</a>")
        self.show("/zwgk/", "政务公开", "<a href='/zwgk/zfxxgk/'>政府信息公开</a><a href='/zwgk/cwgk/'>财务公开</a>")
        self.show("/zwgk/zfxxgk/", "政府信息公开", f"<a href='{column or self.column}'>{name}</a>")


def rows(site: Levels, lines: Iterable[Line], shape: str = ROW) -> str:
    """Lines of a list as HTML."""
    return "".join(shape.format(href=site.path(line), title=line.title, date=line.date) for line in lines)
