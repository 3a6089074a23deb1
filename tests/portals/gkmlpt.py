"""Guangdong gkmlpt: the tree names the column, the API lists 30 articles a page under two addresses each."""

from __future__ import annotations

import calendar
import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, number

COLUMN = "/slj/gkmlpt/index"
API = "/slj/gkmlpt/api/all/3021"
SIZE = 100


def path(line: Line) -> str:
    """An address without date or organ."""
    return f"/slj/gkmlpt/content/9/9103/post_{9103000 + line.number}.html"


def portal(*, size: int = SIZE) -> Site:
    """The portal, its pages of `size` rows."""
    site = Site(column=COLUMN, path=path)
    other = [{"id": 3001, "name": "网站工作年度报告", "children": []}]
    tree = json.dumps(
        [
            {"id": 3000, "name": "机构职能", "post_count": 5, "children": other},
            {"children": None, "x": 1, "post_count": len(site.lines), "name": "政府信息公开年报", "id": 3021},
        ]
    )
    config = "window._CONFIG = { SITE_ID: '755', SID: '755041', TREE: " + tree + ", SERVICE_AREA_ID: 0 };"
    site.pages[COLUMN] = html(f"<html><body><div id='app'></div><script>{config}</script></body></html>")

    def api(asked: Asked) -> Answer:
        assert asked.fields["sid"] == "755041"
        page = max(number(asked, "page"), 1)
        articles = [
            {
                "id": line.number,
                "title": line.title,
                "date": 1,
                "display_publish_time": calendar.timegm((*map(int, line.date.split("-")), 0, 30, 0)) - 8 * 3600,
                "url": f"http://{asked.headers['Host']}{path(line)}",
                "post_url": f"http://{asked.headers['Host']}/zwgk/content/post_{line.number}.html",
                "attachment": [{"url": "/x.pdf"}],
            }
            for line in site.part((page - 1) * size, size)
        ]
        return answer({"classify": {"id": 3021, "post_count": 1}, "total": len(site.lines), "articles": articles})

    site.pages[API] = api
    return site
