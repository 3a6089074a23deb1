"""Hanweb JPaaS: a shell of four units, one of them a menu, the list of 15 rows a page in JSON that holds HTML."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, items
from tests.portals.hubs import part
from tests.portals.levels import KINDS, SHORT, Levels

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


def organ_path(line: Line) -> str:
    """In the column of its organ; old ones keep the address that they had before."""
    if line.year < 2019:
        return f"/art/{line.year + 1}/1/{int(line.date[-2:])}/art_77{line.organ}_{line.number}.html"
    return f"/col/col77{line.organ}/art/{line.year + 1}/art_{line.number:032x}.html"


def levels() -> Levels:
    """Every column is a shell; what leads from one to the next stands in units that calls fill, as the lists do."""
    site = Levels(column="/col/col770/index.html", path=organ_path)
    kinds = {780 + at: (name, organs) for at, (name, organs) in enumerate(KINDS.values()) if at}
    tabs = "".join(f"<li><a href='/col/col{number}/index.html'>{name}</a></li>" for number, (name, _) in kinds.items())
    menu = "<a href='/'>首页</a><a href='/zwgk/ldzc/'>领导之窗</a><a href='/zwgk/ghjh/index.html'>规划计划</a>"
    organs = [f"<li><a href='/col/col77{organ}/index.html'>{name}</a></li>" for organ, name in enumerate(SHORT)]
    site.wrong += ["/zwgk/ldzc/", "/zwgk/ghjh/index.html"]
    own = f"<li><a href='{site.column}'>政府信息公开年报</a></li>"
    units = {("44", "左侧栏目"): f"{menu}{own}", ("44", "右侧内容"): "<p>政府信息公开指南</p>"}
    for organ in range(len(SHORT)):
        units["77" + str(organ), "左侧栏目"] = f"{menu}<ul>{tabs}</ul>"
    for number, (_, members) in kinds.items():
        units[str(number), "左侧栏目"] = menu
        units[str(number), "内容区域"] = f"<ul>{''.join(organs[organ] for organ in members)}</ul>"
    for organ, name in enumerate(SHORT):
        column = "<meta name='ColumnName' content='信息公开年报'>"
        site.show(f"/col/col77{organ}/index.html", name, _shell(f"77{organ}", "左侧栏目", "信息列表"), head=column)
    for number, (name, _) in kinds.items():
        site.show(f"/col/col{number}/index.html", name, _shell(str(number), "左侧栏目", "内容区域"))

    def gateway(asked: Asked) -> Answer:
        page, tag = asked.fields["pageId"], asked.fields["tagId"]
        if tag != "信息列表":
            return answer({"success": True, "code": "200", "data": {"html": units.get((page, tag), "")}})
        lines, number = site.of(int(page[-1])), json.loads(asked.fields["paramJson"])["pageNo"]
        shape = ROW.replace("{host}", asked.headers["Host"]).replace("{cut}", "{title}")
        listed = items(part(lines, (number - 1) * SIZE, SIZE), organ_path, shape)
        pager = f"<div class='page' count='{len(lines)}' rows='{SIZE}' pageNo='{number}'></div>"
        return answer({"success": True, "code": "200", "data": {"html": f"<ul>{listed}</ul>{pager}"}})

    site.pages[GATEWAY] = gateway
    site.way()
    site.show("/zwgk/zfxxgk/", "政府信息公开", _shell("44", "右侧内容", "左侧栏目"))
    return site


def _shell(page: str, *tags: str) -> str:
    return "".join(UNIT.format(tag=tag).replace("ca51", page) for tag in ("导航", *tags, "页脚"))
