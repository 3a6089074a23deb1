"""Hanweb JCMS classic: the first 45 records in an island, the others from dataproxy.jsp."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, html, number

COLUMN = "/col/col9021/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
QUERY = "page=1&appid=1&webid=7&path=/&columnid=9021&unitid=48213&webname=%E9%9D%92%E7%9F%B3&permissiontype=0"
FIRST = 45
PLAIN = "<li><a href='{href}' title='{title}'>{cut}…</a><span>{year}-\n 0{month}-\n {day}</span></li>"
CUT = "<li style=<br/><a href='{href}' title='{title}'>{cut}…</a><span>{year}-{month}-{day}</span></li>"


def path(line: Line) -> str:
    """Month and day without zeros."""
    return f"/art/{line.year + 1}/1/{int(line.date[-2:])}/art_9021_{55000 + line.number}.html"


def record(line: Line) -> str:
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
