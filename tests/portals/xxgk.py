"""Hanweb xxgk: a directory by POST, and the report page of every unit and year."""

from __future__ import annotations

from dataclasses import replace

from tests.portal import Answer, Asked
from tests.portals import ORGANS, YEARS, Line, Site, html, items, number

COLUMN = "/col/col1229/index.html"
SEARCH = "/module/xxgk/search.jsp"
ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"
QUERY = "standardXxgk=1&isAllList=1&texttype=0&infotypeId=A0205&jdid=149&area=002482429&divid=div1256283"
ROW = (
    "<tr class='tr_main_value_odd'><td><a class='bt_link' href='{href}' title='{title}'>{title}</a></td>"
    "<td>青石县</td><td>{date}</td></tr>"
)


def path(line: Line) -> str:
    """Month and day without zeros."""
    return f"/art/{line.year + 1}/1/{int(line.date[-2:])}/art_1229_{55000 + line.number}.html"


def portal() -> Site:
    """The directory, twenty rows a page."""
    site = Site(column=COLUMN, path=path)
    script = f"<script>$('#div1256283').load('{SEARCH}?{QUERY.replace('&', '&amp;')}')</script>"
    site.pages[COLUMN] = html(f"<html><body><div id='div1256283'></div>{script}</body></html>")

    def search(asked: Asked) -> Answer:
        assert asked.method == "POST"
        assert asked.fields["infotypeId"] == "A0205"
        assert asked.fields["sortfield"] == ",createdate:0,orderid:0"
        found = site.part((number(asked, "currpage") - 1) * 20, 20)
        pages = -(-len(site.lines) // 20)
        return html(f"<table>{items(found, path, ROW)}</table><td align='right'>&nbsp;&nbsp;共{pages}页&nbsp;</td>")

    site.pages[SEARCH] = search
    return site


def annual_path(line: Line) -> str:
    """One address a unit and year."""
    organ = line.organ
    return f"{ANNUAL}?area=1137090000434159{organ}P&fbtime={line.year}"


def annual() -> Site:
    """A page of links to the report of each unit and year, the parameters in either order, some named twice."""
    site = Site(column="/col/col77/index.html", path=annual_path)
    site.lines = [line for line in site.lines if line.report]
    rows = ""
    for line in site.lines:
        path, _, query = annual_path(line).partition("?")
        area, year = query.split("&")
        swapped = f"{path}?{year}&amp;{area}"
        rows += f"<li><a href='{swapped if line.number % 2 else annual_path(line)}'>{line.title}</a> {line.date}</li>"
        rows += f"<li><a href='{annual_path(line)}'>{line.year}</a></li>" if line.number % 3 == 0 else ""
    site.pages[site.column] = html(f"<html><body><ul>{rows}</ul></body></html>")
    return site


def chosen() -> Site:
    """A form: unit and year are chosen, and a script makes the address of them."""
    site = Site(column="/col/col78/index.html", path=annual_path)
    site.lines = [replace(line, title="", date="") for line in site.lines if line.report]
    areas = "".join(f"<option value='1137090000434159{at}P'>{organ}</option>" for at, organ in enumerate(ORGANS))
    years = "".join(f"<option value='{year}'>{year}年</option>" for year in YEARS)
    script = f"<script>$('#a').load('{ANNUAL}?area=' + area.value + '&fbtime=' + year.value)</script>"
    form = f"<select id='area'>{areas}</select><select id='year'>{years}</select>"
    site.pages[site.column] = html(f"<html><body>{form}<div id='a'></div>{script}</body></html>")
    return site
