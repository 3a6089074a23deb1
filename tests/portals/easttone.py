"""easttone: fifteen rows a page by JSON; what is no array of channels brings the whole site."""

from __future__ import annotations

import calendar
import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html
from tests.portals.hubs import columns, folder, part
from tests.portals.levels import SLUGS, Levels

COLUMN = "/zhengwu/xxgknb/"
SEARCH = "/front/api/data/search"
SIZE = 15


def path(line: Line) -> str:
    """A year and two numbers."""
    return f"/zhengwu/xxgknb/{line.year + 1}/33/{2900 + line.number}.html"


def portal(*, cap: bool = False, words: bool = False) -> Site:
    """The portal; `cap`: its totals are 10,000, `words`: its dates are text."""
    site = Site(column=COLUMN, path=path)
    script = f"new CMS('#columnlist',{{ids:'1899',http:'{SEARCH}',pageSize:15}})"
    template = "<li v-for='item in list'><a :href='item.url'>{{item.title}}</a></li>"
    site.pages[COLUMN] = html(f"<html><body><ul id='columnlist'>{template}</ul><script>{script}</script></body></html>")

    def search(asked: Asked) -> Answer:
        query = json.loads(asked.body)
        if query.get("channelList") != ["1899"]:
            foreign = [{"title": "青石县召开2025年大会", "url": f"/news/{n}.html"} for n in range(15)]
            return answer({"code": 0, "data": {"totalCount": 10_000, "list": foreign}})
        rows = [
            {
                "id": f"a{line.number}",
                "title": line.title,
                "display_date": "{}年{}月{}日".format(*line.date.split("-")) if words else stamp(line.date),
                "url": f"https://{asked.headers['Host']}{path(line)}",
            }
            for line in site.part((query["pageNo"] - 1) * SIZE, SIZE)
        ]
        rows += [{"title": "无效条目", "url": ""}] if rows else []
        count = 0 if not rows else 10_000 if cap else len(site.lines)
        return answer({"code": 0, "data": {"pageNo": 1, "totalCount": count, "list": rows}})

    site.pages[SEARCH] = search
    return site


def stamp(date: str) -> int:
    """Half past midnight in China, in milliseconds: the day before in UTC."""
    return (calendar.timegm((*map(int, date.split("-")), 0, 30, 0)) - 8 * 3600) * 1000


def levels() -> Levels:
    """A channel for each organ."""
    site = Levels(column=folder(0), path=path)
    shell = (
        "<ul id='columnlist'></ul><script>new CMS('#columnlist',{{ids:'{}',http:'/front/api/data/search'}})</script>"
    )
    columns(site, [shell.format(1890 + organ) for organ in range(len(SLUGS))])

    def search(asked: Asked) -> Answer:
        query = json.loads(asked.body)
        lines = site.of(int(query["channelList"][0]) - 1890)
        rows = [
            {
                "title": line.title,
                "display_date": stamp(line.date),
                "url": f"https://{asked.headers['Host']}{path(line)}",
            }
            for line in part(lines, (query["pageNo"] - 1) * SIZE, SIZE)
        ]
        return answer({"code": 0, "data": {"pageNo": query["pageNo"], "totalCount": len(lines), "list": rows}})

    site.pages[SEARCH] = search
    return site
