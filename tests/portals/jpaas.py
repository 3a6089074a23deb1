"""Hanweb JPaaS: a shell of four units, one of them a menu, the list of 15 rows a page in JSON that holds HTML."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html

COLUMN = "/col/col77/index.html"
GATEWAY = "/api-gateway/jpaas-publish-server/front/page/build/unit"
SIZE = 15
UNIT = (
    '<script id="{tag}" src="/cms_files/default/script/AuthorizedRead/unitbuild.js?v=3.1.3" webId="8d82ab"'
    ' parseType="buildstatic" url="' + GATEWAY + "\" queryData=\"{{'parseType':'bulidstatic','webId':'8d82ab',"
    "'tplSetId':'20aa','pageType':'column','tagId':'{tag}','editType':'null','pageId':'ca51'}}\"></script>"
)
ROW = "<li class='cf'><a href='http://{host}{href}' title='{title}' target='_blank'>{cut}…</a><span>{date}</span></li>"


def path(line: Line) -> str:
    """An address without a date."""
    return f"/col/col77/art/{line.year + 1}/art_{line.number:032x}.html"


def portal(*, wraps: bool = True, ignores: bool = False, count: int = 0) -> Site:
    """The portal; `wraps`: the page is in paramJson, `ignores`: every page is the first."""
    site = Site(column=COLUMN, path=path)
    if count:
        site.lines = site.lines[:count]
    units = "".join(UNIT.format(tag=tag) for tag in ("导航", "左侧栏目", "信息列表", "页脚"))
    site.pages[COLUMN] = html(f"<html><body><div class='nav'></div>{units}</body></html>")

    def gateway(asked: Asked) -> Answer:
        fields = asked.fields
        assert fields["parseType"] == "bulidstatic"
        if fields["tagId"] == "左侧栏目":
            return answer({"success": True, "data": {"html": "<a href='/col/col78/index.html'>信息公开年报</a>"}})
        if fields["tagId"] != "信息列表":  # also what comes of GBK
            return answer({"success": False, "data": {}})
        page = json.loads(fields["paramJson"])["pageNo"] if wraps else int(fields["pageNo"])
        shown = site.part(0 if ignores else (page - 1) * SIZE, SIZE)
        rows = "".join(
            ROW.format(
                host=asked.headers["Host"],
                href=path(line),
                title=line.title.replace("公开工作", "公开\n工作"),
                cut=line.title[:9],
                date=line.date,
            )
            for line in shown
        )
        pager = f"<div class='page' count='{len(site.lines)}' rows='{SIZE}' pageNo='{page}'></div>"
        return answer({"success": True, "code": "200", "data": {"html": f"<ul>{rows}</ul>{pager}"}})

    site.pages[GATEWAY] = gateway
    return site
