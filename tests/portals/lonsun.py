"""Anhui LonSun: a column of an organ, filled fifteen rows at a time."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, html, items, number

COLUMN = "/public/column/6596?type=3"
LABEL = "/site/label/8888"
ROW = '<li><a class="title" href="{href}" title="{title}">{title}</a><span class="date">{date}</span></li>'


def path(line: Line) -> str:
    """An article of an organ."""
    return f"/public/6596/{83000 + line.number}.html"


def portal(*, counts: bool = True, printed: bool = False, empty: bool = False) -> Site:
    """The portal; `counts`: its pager names the rows, `printed`: the first page is in the column's HTML."""
    site = Site(column=COLUMN, path=path)
    if empty:
        site.lines = []
    shown = items(site.part(0, 15), path, ROW) if printed else ""
    script = f"var siteId = '4697423'; $.ajax({{url:'{LABEL}', data:{{labelName:'publicInfoList', siteId: siteId}}}})"
    site.pages[COLUMN] = html(f"<html><body><ul>{shown}</ul><script>{script}</script></body></html>")

    def label(asked: Asked) -> Answer:
        fields = asked.fields
        assert (fields["organId"], fields["type"], fields["siteId"]) == ("6596", "3", "4697423")
        found = site.part((number(asked, "pageIndex") - 1) * 15, 15)
        if not found:
            return html(fields["result"])
        pager = f"<div class='page'>共<b>{len(site.lines)}</b>条 1/5页</div>" if counts else ""
        return html(f"<ul>{items(found, path, ROW)}</ul>{pager}")

    site.pages[LABEL] = label
    return site
