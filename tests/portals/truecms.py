"""TrueCMS: a shell, and JSONP that holds XML that holds HTML."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, html, number
from tests.portals.hubs import columns, folder, part
from tests.portals.levels import SLUGS, Levels

COLUMN = "/ntsrmzf/xxgknb/xxgknb.html"
SERVICE = "/TrueCMS/messageController/getMessage.do"
IDENTITY = "40f2e1c6-7b1a-4c3e-9a52-0123456789ab"


def path(line: Line) -> str:
    """A slug and a guid."""
    return f"/ntsrmzf/xxgknb/content/{line.number:08x}-0000-4000-8000-000000000000.html"


def portal(*, most: int = 20) -> Site:
    """The portal; `most`: records that one answer holds."""
    site = Site(column=COLUMN, path=path)
    script = f"$('#list').jpage({{proxyUrl:'{SERVICE}',columnId:'{IDENTITY}',perPage:20}})"
    site.pages[COLUMN] = html(f"<html><body><ul id='list'></ul><script>{script}</script></body></html>")

    def service(asked: Asked) -> Answer:
        if not asked.headers.get("Referer", "").endswith(COLUMN) or asked.fields["columnId"] != IDENTITY:
            return Answer(status=404)
        start, end = number(asked, "startrecord"), number(asked, "endrecord")
        records = "".join(
            f"<record><![CDATA[<li><a href='{path(line)}' title='{line.title}'>{line.title[:9]}...</a>"
            f"<span>{line.date}</span></li>]]></record>"
            for line in site.part(start - 1, min(end - start + 1, most))
        )
        data = f"<datastore><totalrecord>{len(site.lines)}</totalrecord><recordset>{records}</recordset></datastore>"
        body = f"{asked.fields['callback']}({json.dumps({'code': 1, 'result': data})})"
        return Answer(body=body.encode(), headers={"Content-Type": "text/javascript;charset=UTF-8"})

    site.pages[SERVICE] = service
    return site


def levels() -> Levels:
    """A column by its guid for each organ, five records an answer."""
    site = Levels(column=folder(0), path=path)
    script = f"<ul id='list'></ul><script>$('#list').jpage({{{{proxyUrl:'{SERVICE}',columnId:'{{}}'}}}})</script>"
    columns(site, [script.format(IDENTITY[:-1] + str(organ)) for organ in range(len(SLUGS))])

    def service(asked: Asked) -> Answer:
        lines = site.of(int(asked.fields["columnId"][-1]))
        start, end = number(asked, "startrecord"), number(asked, "endrecord")
        records = "".join(
            f"<record><![CDATA[<li><a href='{path(line)}' title='{line.title}'>{line.title[:9]}...</a>"
            f"<span>{line.date}</span></li>]]></record>"
            for line in part(lines, start - 1, min(end - start + 1, 5))
        )
        data = f"<datastore><totalrecord>{len(lines)}</totalrecord><recordset>{records}</recordset></datastore>"
        body = f"{asked.fields['callback']}({json.dumps({'code': 1, 'result': data})})"
        return Answer(body=body.encode(), headers={"Content-Type": "text/javascript;charset=UTF-8"})

    site.pages[SERVICE] = service
    return site
