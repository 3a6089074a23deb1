"""Jiangxi's unified CMS: fifty rows in a script, the others by POST, a template that must not be read."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, noisy, number
from tests.portals.hubs import part
from tests.portals.levels import KINDS, SHORT, Levels

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


def article(line: Line, path: Callable[[Line], str] = path) -> dict[str, object]:
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


def organ_path(line: Line) -> str:
    """An article in the column of its organ."""
    return path(line).replace("col42381", f"col4240{line.organ}")


def levels() -> Levels:
    """The tree of columns is in scripts: kinds stand beside the page's own column, towns below theirs."""
    site = Levels(column="/qss/col/col42400/index.html", path=organ_path)
    kinds = {f"col4239{at}": (name, organs) for at, (name, organs) in enumerate(KINDS.values()) if at}
    organs = [{"code": f"col4240{at}", "name": name, "articleCount": 16} for at, name in enumerate(SHORT)]
    beside = [{"code": code, "name": name, "articleCount": 0} for code, (name, _) in kinds.items()]
    other = {"code": "col42300", "name": "机构职能", "articleCount": 3}
    root = {"code": "col42000", "name": "政府信息公开", "channels": [other, {**organs[0], "name": "本级年报"}, *beside]}
    site.wrong.append("/qss/col/col42300/index.html")
    for code, (name, members) in kinds.items():
        own = {"code": code, "name": name, "articleCount": 0}
        own |= {"children": [organs[organ] for organ in members]} if 4 in members else {}
        nav = "".join(
            f"<li><a href='col/{organs[organ]['code']}/index.html'>{SHORT[organ]}</a></li>" for organ in members
        )
        body = _script(code, own, root, []) + (nav if 4 not in members else "")
        site.show(f"/qss/col/{code}/index.html", name, body, head='<base href="/qss/" />')
    for organ, name in enumerate(SHORT):
        code, lines = f"col4240{organ}", site.of(organ)
        script = _script(code, organs[organ], root, [article(line, organ_path) for line in lines[:6]])
        title = "信息公开年报" if organ else "政府信息公开年报"
        site.show(f"/qss/col/{code}/index.html", f"{name} &gt; {title}", script, head='<base href="/qss/" />')

    def query(asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer(status=404)
        lines, size = site.of(int(asked.fields["channelId"][-1])), number(asked, "pageSize")
        found = part(lines, (number(asked, "pageNo") - 1) * size, size)
        return answer({"data": {"results": [{"source": article(line, organ_path)} for line in found]}})

    site.pages[QUERY] = query
    site.way()
    return site


def _script(code: str, own: object, parent: object, listed: list[dict[str, object]]) -> str:
    return (
        f"<script>var websiteId='1753255916894350001',websiteCode='qss',channelId='176502514282350{code[-5:]}',"
        f"codeName='{code}';\nvar channelsTagSelf={json.dumps(noisy(own))};\n"
        f"var channelsTagParent={json.dumps(noisy(parent))};\n"
        f"var listData = {{ articleList: {json.dumps(listed)}, }};</script>" + TEMPLATE.replace("'15'", "'4'")
    )
