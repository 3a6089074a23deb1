"""Hanweb JCMS classic: the first 45 records in an island, the others from dataproxy.jsp."""

from __future__ import annotations

from collections.abc import Callable

from tests.portal import Answer, Asked
from tests.portals import Line, Site, html, number
from tests.portals.levels import KINDS, SHORT, Levels

COLUMN = "/col/col9021/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
QUERY = "page=1&appid=1&webid=7&path=/&columnid=9021&unitid=48213&webname=%E9%9D%92%E7%9F%B3&permissiontype=0"
FIRST = 45
PLAIN = "<li><a href='{href}' title='{title}'>{cut}…</a><span>{year}-\n 0{month}-\n {day}</span></li>"
CUT = "<li style=<br/><a href='{href}' title='{title}'>{cut}…</a><span>{year}-{month}-{day}</span></li>"


def path(line: Line) -> str:
    """Month and day without zeros."""
    return f"/art/{line.year + 1}/1/{int(line.date[-2:])}/art_9021_{55000 + line.number}.html"


def record(line: Line, path: Callable[[Line], str] = path) -> str:
    """One record; every third is cut."""
    shape = CUT if line.number % 3 == 0 else PLAIN
    year, month, day = line.date.split("-")
    text = shape.format(href=path(line), title=line.title, cut=line.title[:12], year=year, month=int(month), day=day)
    return f"<record><![CDATA[{text}]]></record>"


def island(site: Site, first: int = FIRST) -> str:
    """The records that the column page holds."""
    records = "".join(map(record, site.part(0, first)))
    call = f'<nextgroup><![CDATA[<a href="{PROXY}?{QUERY}"></a>]]></nextgroup>'
    data = f"<datastore>{call}<recordset>{records}</recordset></datastore>"
    return f'<script type="text/xml">{data}</script>'


def portal(*, ignores: str = "", twice: bool = False, first: int = FIRST) -> Site:
    """The portal; `ignores` names what its service does not know."""
    site = Site(column=COLUMN, path=path)
    blocks = "".join(f'<div id="{unit}">{island(site, first)}</div>' for unit in ("48213", "m48213")[: 1 + twice])
    news = "<record><![CDATA[<li><a href='/art/2026/3/1/art_1_9.html'>青石县召开会议</a></li>]]></record>"
    foreign = f'<script type="text/xml"><datastore><a columnid="1" href="?columnid=1">{news}</datastore></script>'
    script = (
        "var param_48213={columnid:9021,unitid:'48213'};"
        f"$('#48213').jpage({{totalRecord:{len(site.lines)},perPage:15,groupSize:3,proxyUrl:'{PROXY}'}});"
    )
    site.pages[COLUMN] = html(
        f"<html><body>{foreign}<ul class='list'></ul>{blocks}<script>{script}</script></body></html>"
    )

    def proxy(asked: Asked) -> Answer:
        fields, known = asked.fields, asked.fields.get("unitid") == "48213" and asked.headers.get("Referer")
        if ignores == "all" or not known:
            return xml("<datastore><recordset></recordset></datastore>      ")
        if "startrecord" in fields and not ignores:
            start, end = number(asked, "startrecord"), number(asked, "endrecord")
            found = site.part(start - 1, end - start + 1)
        elif ignores == "numbers":
            found = site.part(0, FIRST)
        else:
            found = site.part((number(asked, "page") - 1) * FIRST, FIRST)
        records = "".join(map(record, found))
        count = f"<totalrecord>{len(site.lines)}</totalrecord><totalpage>2</totalpage><v>1</v>"
        return xml(
            f"<?xml version='1.0' encoding='utf-8'?><datastore>{count}<recordset>{records}</recordset></datastore>"
        )

    site.pages[PROXY] = proxy
    return site


def xml(text: str) -> Answer:
    """An answer of the service."""
    return Answer(body=text.encode(), headers={"Content-Type": "text/xml;charset=UTF-8"})


def own_path(line: Line) -> str:
    """An article in the column of its organ."""
    return path(line).replace("9021", str(9100 + line.organ))


def levels() -> Levels:
    """Columns by number: the government's own names those of the kinds, these name those of the organs."""
    site = Levels(column="/col/col9100/index.html", path=own_path)
    kinds = {9020 + at: (name, organs) for at, (name, organs) in enumerate(KINDS.values()) if at}
    tabs = "".join(f"<a href='/col/col{number}/index.html'>{name}</a>" for number, (name, _) in kinds.items())
    tabs += "<a href='/col/col8001/index.html'>教育局</a>"  # its news, in every menu
    news = [f"<a href='/art/2026/3/{day}/art_8001_{day}.html'>教育局召开会议</a>" for day in range(1, 6)]
    site.wrong += [f"/art/2026/3/{day}/art_8001_{day}.html" for day in range(1, 6)]
    records = "".join(f"<record><![CDATA[<li>{link}</li>]]></record>" for link in news)
    site.show("/col/col8001/index.html", "教育局", f"{tabs}<script type='text/xml'><datastore>{records}</script>")
    for number_, (name, organs) in kinds.items():
        links = "".join(f"<li><a href='/col/col{9100 + organ}/index.html'>{SHORT[organ]}</a></li>" for organ in organs)
        site.show(f"/col/col{number_}/index.html", name, f"{tabs}<ul>{links}</ul>")
    for organ, name in enumerate(SHORT):
        lines, unit = site.of(organ), 48000 + organ
        query = QUERY.replace("9021", str(9100 + organ)).replace("48213", str(unit))
        records = "".join(record(line, own_path) for line in lines[:6])
        data = f'<nextgroup><![CDATA[<a href="{PROXY}?{query}"></a>]]></nextgroup><recordset>{records}</recordset>'
        call = f"$('#{unit}').jpage({{totalRecord:{len(lines)},perPage:2,groupSize:3,proxyUrl:'{PROXY}'}});"
        island = f'<div id="{unit}"><script type="text/xml"><datastore>{data}</datastore></script></div>'
        title = f"政府信息公开年报 &gt; {name}" if organ else "政府信息公开年报"
        site.show(f"/col/col{9100 + organ}/index.html", title, f"{tabs}{island}<script>{call}</script>")

    def proxy(asked: Asked) -> Answer:
        lines = site.of(number(asked, "unitid") - 48000)
        start, end = number(asked, "startrecord"), number(asked, "endrecord")
        records = "".join(record(line, own_path) for line in lines[start - 1 : end])
        return xml(f"<datastore><totalrecord>{len(lines)}</totalrecord><recordset>{records}</recordset></datastore>")

    site.pages[PROXY] = proxy
    site.way()
    return site
