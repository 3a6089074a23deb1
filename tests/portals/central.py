"""www.gov.cn: a page that loads one JSON array, which starts with a byte order mark."""

from __future__ import annotations

import codecs
import json

from tests.portal import Answer, Asked
from tests.portals import JSON, Line, Site, answer, html, noisy, number
from tests.portals.easttone import stamp
from tests.portals.hubs import columns, folder
from tests.portals.levels import SLUGS, Levels

COLUMN = "/zhengce/zuixin/"
FEED = "/zhengce/zuixin/ZUIXINZHENGCE.json"
LIBRARY = "/search-gov/data"


def path(line: Line) -> str:
    """A month and a number."""
    return f"/zhengce/content/{line.year + 1}01/content_{6900000 + line.number}.htm"


def feed() -> Site:
    """All rows in one array."""
    site = Site(column=COLUMN, path=path)
    site.pages[COLUMN] = html(
        "<html><body><ul></ul><script>$.getJSON('./ZUIXINZHENGCE.json', show)</script></body></html>"
    )
    found = [
        noisy({"TITLE": line.title, "SUB_TITLE": "", "URL": path(line), "DOCRELPUBTIME": line.date})
        for line in site.lines
    ]
    body = codecs.BOM_UTF8 + json.dumps(found, ensure_ascii=False).encode()
    site.pages[FEED] = Answer(body=body, headers={"Content-Type": JSON})
    return site


def library() -> Site:
    """A search of the library, page by page, times in milliseconds."""
    site = Site(column=f"{LIBRARY}?t=zhengcelibrary_gw&q=年度报告&p=1&n=50".replace("年度报告", "x"), path=path)

    def search(asked: Asked) -> Answer:
        found = [
            {"title": f"<em>{line.title}</em>", "url": path(line), "pubtime": stamp(line.date)}
            for line in site.part((number(asked, "p") - 1) * 50, 50)
        ]
        return answer({"code": 200, "searchVO": {"totalCount": len(site.lines), "totalpage": 2, "listVO": found}})

    site.pages[LIBRARY] = search
    return site


def levels() -> Levels:
    """A feed in the column of each organ."""
    top = "/zhengce/zfxxgknb/"
    site = Levels(column=top, path=path)
    columns(site, ["<ul></ul><script>$.getJSON('./NIANBAO.json', show)</script>"] * len(SLUGS), top=top)
    for organ in range(len(SLUGS)):
        rows = [{"TITLE": line.title, "URL": path(line), "DOCRELPUBTIME": line.date} for line in site.of(organ)]
        body = codecs.BOM_UTF8 + json.dumps([noisy(row) for row in rows], ensure_ascii=False).encode()
        site.pages[f"{folder(organ, top)}NIANBAO.json"] = Answer(body=body, headers={"Content-Type": JSON})
    return site
