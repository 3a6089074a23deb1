"""Epoint WebBuilder: a shell, a script that names the site, and a service that counts from 0 or 1."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html
from tests.portals.hubs import columns, folder, part
from tests.portals.levels import SLUGS, Levels

COLUMN = "/dynamic/zwgk/govInfoPub.html?categorynum=003006&deptcode=QS01"
SCRIPT = "/js/webBuilderCommon.js"
SIZE = 20


def path(line: Line) -> str:
    """A day and a guid."""
    return f"/zwgk/003006/{line.date.replace('-', '')}/{line.number:08x}-0000-4000-8000-000000000000.html"


def portal(*, first: int = 0, inline: bool = False, wrapped: bool = False, clamps: bool = True) -> Site:
    """The portal; `first`: the number of page one, `clamps`: what is before it is page one, not an error."""
    site = Site(column=COLUMN, path=path)
    project = "/EWB_YK_Mid" if wrapped else "/EWB-FRONT"
    info = f'var siteInfo = {{"siteGuid":"7eb5f7f1-9041-43ad-8e13-8fcb82ea831a","projectName":"{project}"}};'
    info += "function ask(p){return JSON.stringify({token: '', params: p})}" if wrapped else ""
    beside = f"<script>{info}</script>" if inline else f"<script src='{SCRIPT}'></script>"
    site.pages[COLUMN] = html(f"<html><body><div class='ewb-list' id='list'></div>{beside}</body></html>")
    site.pages[SCRIPT] = Answer(body=info.encode(), headers={"Content-Type": "application/javascript"})

    def service(asked: Asked) -> Answer:
        assert asked.method == "POST"
        assert asked.headers["Content-Type"].startswith("application/json")
        body = json.loads(asked.body)
        query = body["params"] if wrapped else body
        assert (query["categorynum"], query["deptcode"]) == ("003006", "QS01")
        page = query["pageIndex"] - first
        if page < 0 and not clamps:
            return answer({"custom": {"total": 0, "data": []}})
        found = [
            {"infourl": path(line), "title": line.title[:8] + "...", "realtitle": line.title, "infodate": line.date}
            for line in site.part(max(page, 0) * SIZE, SIZE)
        ]
        return answer({"custom": {"total": len(site.lines), "data": found}, "status": {"code": 1}})

    site.pages[f"{project}/rest/lightfrontaction/getgovinfolist"] = service
    return site


def levels() -> Levels:
    """A directory: one category for all, a code for each organ; eight rows an answer, whatever is asked for."""
    site = Levels(column=folder(0), path=path)
    info = 'var siteInfo = {"siteGuid":"7eb5f7f1-9041-43ad-8e13-8fcb82ea831a","projectName":"/EWB-FRONT"};'
    site.pages[SCRIPT] = Answer(body=info.encode(), headers={"Content-Type": "application/javascript"})
    shell = "<div class='ewb-list'></div><script>var categorynum = '003006'; var deptcode = '{}';</script>"
    beside = f"<script src='{SCRIPT}'></script>"
    columns(site, [shell.format(f"QS{organ:02}") + beside for organ in range(len(SLUGS))])

    def service(asked: Asked) -> Answer:
        query = json.loads(asked.body)
        lines = site.of(int(query["deptcode"].removeprefix("QS")))
        found = [
            {"infourl": path(line), "title": line.title, "infodate": line.date}
            for line in part(lines, query["pageIndex"] * 8, 8)
        ]
        return answer({"custom": {"total": len(lines), "data": found}, "status": {"code": 1}})

    site.pages["/EWB-FRONT/rest/lightfrontaction/getgovinfolist"] = service
    return site
