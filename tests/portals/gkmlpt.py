"""Guangdong gkmlpt: the tree names the column, the API lists 30 articles a page under two addresses each."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, number
from tests.portals.hubs import part
from tests.portals.levels import ROW, SHORT, SLUGS, Levels, rows

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


def organ_path(line: Line) -> str:
    """An address below that of its organ; one that has left the platform for a column of its own has it there."""
    name = f"content/post_{9103000 + line.number}.html"
    return f"/wjj/xxgkndbg/{name}" if line.organ == 3 else f"{_home(line.organ)}/{name.replace('/', '/9/9103/')}"


def levels() -> Levels:
    """A platform below the path of each organ; departments are linked from the government's, towns from a directory."""
    site = Levels(column="/gkmlpt/index", path=organ_path)
    links = [f"<a href='{_home(organ)}/index'>{name}</a>" for organ, name in enumerate(SHORT)]
    site.show("/zwgk/zjxxgk/", "镇街信息公开目录", f"<ul>{''.join(f'<li>{link}</li>' for link in links[4:])}</ul>")
    for organ, name in enumerate(SHORT):
        years = [{"id": 3100 + year, "name": f"{year}年", "post_count": 0, "children": []} for year in (2025, 2024)]
        node = {"id": 3021, "name": "政府信息公开年报", "post_count": 16, "children": years if organ == 2 else []}
        if organ == 3:
            node |= {"jump_url": "/wjj/xxgkndbg/", "post_count": 0}
        website = {"id": 3030, "name": "政府网站工作年度报表", "post_count": 9, "children": []}
        tree = [{"id": 3000, "name": "法定主动公开内容", "post_count": 50, "children": [website, node]}]
        config = f"window._CONFIG = {{ SITE_ID: '755', SID: '75504{organ}', TREE: {json.dumps(tree)}, X: 0 }};"
        others = f"<div class='org'>{''.join(links[1:4])}<a href='/zwgk/zjxxgk/'>镇街信息公开目录</a></div>"
        site.pages[f"{_home(organ)}/index"] = html(
            f"<html><head><title>政府信息公开目录-{name}</title></head><body><div id='app'></div>"
            f"<script>{config}</script>{others if not organ else ''}</body></html>"
        )
        site.pages[f"{_home(organ)}/api/all/3021"] = _api(site, organ)
        for year in years:
            site.pages[f"{_home(organ)}/api/all/{year['id']}"] = answer({"total": 0, "articles": []})
    site.show("/wjj/xxgkndbg/", "信息公开年报", f"<ul>{rows(site, site.of(3), ROW)}</ul>")
    site.way("/gkmlpt/index#3021")
    return site


def _home(organ: int) -> str:
    return f"/{SLUGS[organ]}/gkmlpt" if organ else "/gkmlpt"


def _api(site: Levels, organ: int) -> Callable[[Asked], Answer]:
    def api(asked: Asked) -> Answer:
        assert asked.fields["sid"] == f"75504{organ}"
        lines = site.of(organ)
        articles = [
            {
                "id": line.number,
                "title": line.title,
                "date": 1767225600,
                "url": f"http://{asked.headers['Host']}{organ_path(line)}",
                "post_url": f"http://{asked.headers['Host']}/zwgk/content/post_{line.number}.html",
            }
            for line in part(lines, (max(number(asked, "page"), 1) - 1) * 10, 10)
        ]
        return answer({"classify": {"id": 3021}, "total": len(lines), "articles": articles})

    return api
