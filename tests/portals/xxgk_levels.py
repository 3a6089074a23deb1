"""Hanweb xxgk on three levels: a unit has the code of its organ; its reports stand one a year, or in a directory."""

from __future__ import annotations

from dataclasses import replace

from tests.portal import Answer, Asked
from tests.portals import Line, html, items, number
from tests.portals.hubs import part
from tests.portals.levels import SHORT, Levels, levels
from tests.portals.xxgk import ANNUAL, ROW, SEARCH

TREE = "/module/xxgk/tree.jsp"
TOWNS = "/zwgk/xzjd/"
CHOSEN = 3  # an organ whose years are chosen in a form
MIXED = 2  # an organ whose directory is asked for as a whole by its page
SIZE = 6
NODE = r"""d.add({at},0,"<a href='#' onclick=\"funclick('{node}','{area}')\">{name}</a>");"""


def code(organ: int) -> str:
    """The code of an organ, whose last character may be a letter."""
    return f"11370900004341{organ}90{'P' if organ % 2 else organ}"


def annual_path(line: Line) -> str:
    """One address a unit and year."""
    return f"{ANNUAL}?area={code(line.organ)}&fbtime={line.year}"


def annual(year: int = 0) -> Levels:
    """A page for each unit and year, whose other years and units it names; `year`: the registry names that of one."""
    reports = [replace(line, title="", date="") for line in levels() if line.report]
    column = f"{ANNUAL}?area={code(0)}" + (f"&fbtime={year}" if year else "")
    site = Levels(column=column, path=annual_path, lines=reports)
    others = _units(site, f"{ANNUAL}?area={{}}")
    for organ in range(len(SHORT)):
        own, lines = code(organ), site.of(organ)
        years = [f"area={own}&amp;fbtime={line.year}" for line in lines]
        years[1::2] = [f"fbtime={line.year}&amp;area={own}" for line in lines[1::2]]
        links = "".join(f"<a href='{ANNUAL}?{query}'>{line.year}</a>" for query, line in zip(years, lines, strict=True))
        if organ == CHOSEN:
            options = "".join(f"<option value='{line.year}'>{line.year}年</option>" for line in lines)
            ask = f"<script>$('#text').load('{ANNUAL}?area={own}&fbtime=' + $('#year').val())</script>"
            links = f"<select id='year'>{options}</select>{ask}"
        body = f"<div>点击收听年报语音朗读</div><div>{links}</div>{others}"
        site.show(f"{ANNUAL}?area={own}", f"政府信息公开年报 &gt; {SHORT[organ]}", body)
        for query, line in zip(years, lines, strict=True):
            report = site.pages[annual_path(line)]
            assert isinstance(report, Answer)
            both = report.body.replace(b"</body>", f"<div>{links}</div>{others}</body>".encode())
            site.pages[annual_path(line)] = replace(report, body=both)
            site.pages[f"{ANNUAL}?{query.replace('&amp;', '&')}"] = site.pages[annual_path(line)]
    site.way(f"{ANNUAL}?area={code(0)}")
    return site


def article_path(line: Line) -> str:
    """Month and day without zeros."""
    return f"/art/{line.year + 1}/1/{int(line.date[-2:])}/art_1229_{55000 + line.number}.html"


def directory() -> Levels:
    """A directory for each unit, whose tree of categories names that of the reports."""
    site = Levels(column=f"/col/col1229/index.html?vc_xxgkarea={code(0)}", path=article_path)
    others = _units(site, "/col/col1229/index.html?vc_xxgkarea={}")
    for organ, name in enumerate(SHORT):
        ask = f"$('#tree').load('{TREE}?standardXxgk=1&area={code(organ)}&divid=div4');"
        whole = f"$('#div4').load('{SEARCH}?divid=div4&infotypeId=0&jdid=149&area={code(organ)}')"
        ask += whole if organ == MIXED else ""
        body = f"<div id='tree'></div><div id='div4'></div>{others}<script>{ask}</script>"
        site.show(f"/col/col1229/index.html?vc_xxgkarea={code(organ)}", f"{name}政府信息公开目录", body)
        site.wrong.append(f"/art/2026/2/1/art_1229_9{organ}.html")

    def tree(asked: Asked) -> Answer:
        nodes = {"A01": "机构职能", "A0205": "政府信息公开年报", "A0206": "政府网站工作年度报表"}
        area = asked.fields["area"]
        links = [
            NODE.format(at=at, node=node, area=area, name=name) for at, (node, name) in enumerate(nodes.items(), 1)
        ]
        return html(f"<script>d = new dTree('d');{''.join(links)}document.write(d);</script>")

    def search(asked: Asked) -> Answer:
        fields = asked.fields
        organ = next(organ for organ in range(len(SHORT)) if code(organ) == fields["area"])
        if fields["infotypeId"] != "A0205":
            row = ROW.format(href=f"/art/2026/2/1/art_1229_9{organ}.html", title="机构职能", date="2026-02-01")
            return html(f"<table>{row}</table>&nbsp;&nbsp;共1页&nbsp;")
        assert (asked.method, fields["jdid"]) == ("POST", "149" if organ == MIXED else "1")
        lines = site.of(organ)
        found = items(part(lines, (number(asked, "currpage") - 1) * SIZE, SIZE), article_path, ROW)
        return html(f"<table>{found}</table><td>&nbsp;&nbsp;共{-(-len(lines) // SIZE)}页&nbsp;</td>")

    site.pages[TREE], site.pages[SEARCH] = tree, search
    site.way(name="政府信息公开目录")
    return site


def _units(site: Levels, address: str) -> str:
    """Links to the units of departments, and to a page of those of towns."""
    links = [f"<li><a href='{address.format(code(organ))}'>{name}</a></li>" for organ, name in enumerate(SHORT)]
    site.show(TOWNS, "乡镇街道政府信息公开", f"<ul>{''.join(links[4:])}</ul>")
    return f"<ul>{''.join(links[:4])}</ul><a href='{TOWNS}'>乡镇街道政府信息公开</a>"
