"""Jiangxi's unified CMS: fifty rows in a script, the others by POST, a template that must not be read."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, noisy, number

COLUMN = "/qss/col/col42381/index.html"
QUERY = "/queryList"
TEMPLATE = (
    "<div id='380055'></div><script id='div380055' type='text/x-handlebars-template'><ul>{{#each data}}"
    "<li><a href='{{pcUrl}}' title='{{title}}'>{{title}}</a></li>{{/each}}</ul></script>"
    "<ul><li><a href='{{pcUrl}}'>{{title}}2025年政府信息公开工作年度报告</a></li></ul>"
    "<script>var params={current:1,unitid:'380055',webSiteCode:['qss'],channelCode:['col42381'],perPage:'15'};"
    "loadPageData(params,'380055');</script>"
)


def path(line: Line) -> str:
    """An address without a date."""
    return f"/qss/col/col42381/content/content_{1951206363677671000 + line.number}.html"


def article(line: Line) -> dict[str, object]:
    """One object of the list."""
    return {
        "title": line.title,
        "showTitle": f"<p>{line.title}</p>",
        "pubDate": f"{line.date} 16:59",
        "urls": json.dumps({"pc": path(line)}),
        "articleFiles": [{}],
        "id": str(1951206363677671000 + line.number),
    }


def portal(*, inline: int = 50, names: bool = True) -> Site:
    """The portal; `names`: the answers of its service hold addresses."""
    site = Site(column=COLUMN, path=path)
    own = noisy({"code": "col42381", "articleCount": len(site.lines), "name": "信息公开年报"})
    listed = [noisy(article(line)) for line in site.part(0, inline)]
    script = (
        "var websiteId='1753255916894350001',websiteCode='qss',channelId='1765025142823500002',codeName='col42381';\n"
        f"var channelsTagSelf={json.dumps(own)};\nvar listData = {{ articleList: {json.dumps(listed)}, }};"
    )
    site.pages[COLUMN] = html(
        f'<html><head><base href="/qss/" /></head><body><script>{script}</script>{TEMPLATE}</body></html>'
    )

    def query(asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer(status=404)
        assert asked.fields["channelId"] == "1765025142823500002"
        size = number(asked, "pageSize")
        found = [article(line) for line in site.part((number(asked, "pageNo") - 1) * size, size)]
        results = [{"source": one if names else {k: one[k] for k in ("id", "title", "pubDate")}} for one in found]
        return answer({"data": {"results": results}})

    site.pages[QUERY] = query
    return site
