"""UCAP / 开普: a static list that counts from 1, and three kinds of JSON lists."""

from __future__ import annotations

import json

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, number

COLUMN = "/qingshi/gknb/list.shtml"
CHANNEL = "d5c69b3f67334ed984a43e864f42f1ab"
SEARCH = f"/common/search/{CHANNEL}"
BY_CODE = "/getFileListByCodeId"
LOAD = "/szinf/xxgk/interfacesWebZcwj/loadData"
SIZE = 20
ROW = (
    '<li><a href="\n{href}\n" title="{title}"><span class="til">{title}</span></a><span>{date}</span>\n'
    '<a href="/qingshi/files/0a1b{number}.docx">下载文字版</a></li>'
)
HEAD = (
    f'<html><head><meta name="channelid" content="{CHANNEL}">'
    '<meta name="others" content="页面生成时间 2026-02-01 01:48:08" />'
    "</head><body>"
)


def path(line: Line) -> str:
    """An article of a channel."""
    return f"/qingshi/c100412/{line.year + 1}01/{line.number:032x}.shtml"


def static(*, one: bool = False, trs: bool = False) -> Site:
    """Twenty rows a page; `one`: page two is `_1`; `trs`: a dead call of the other signature stands beside."""
    site = Site(column=COLUMN, path=path)
    pages = -(-len(site.lines) // SIZE)
    for page in range(pages):
        rows = "".join(
            ROW.format(href=path(line), title=line.title, date=line.date, number=line.number)
            for line in site.part(page * SIZE, SIZE)
        )
        dead = "//createPageHTML(99, 0, 'index', 'html');\n" if trs else ""
        call = f"{dead}createPageHTML('page_div',{pages}, {page + 1},'list','shtml',{len(site.lines)});"
        name = "list.shtml" if not page else f"list_{page + (0 if one else 1)}.shtml"
        site.pages[f"/qingshi/gknb/{name}"] = html(f"{HEAD}<ul>{rows}</ul><script>{call}</script></body></html>")
    return site


def inline() -> Site:
    """Rows in a script: JSON inside JSON."""
    site = Site(column=COLUMN, path=path)
    rows = [
        {"aT": line.title, "aPd": f"{line.date} 17:00", "aU": json.dumps({"common": path(line)})} for line in site.lines
    ]
    site.pages[COLUMN] = html(f"{HEAD}<script>var itemObj={json.dumps(rows)};</script></body></html>")
    return site


def search(*, named: bool = True, size: int = SIZE, cap: bool = False) -> Site:
    """A list by GET; the page names its address, or only its channel."""
    site = Site(column=COLUMN, path=path)
    script = f"<script>$.getJSON('{SEARCH}?_isAgg=true', show)</script>" if named else ""
    site.pages[COLUMN] = html(f"{HEAD}<ul id='list'></ul>{script}</body></html>")

    def api(asked: Asked) -> Answer:
        page = number(asked, "page")
        results = [
            {
                "title": line.title.replace("政府信息", "政府<em>信息</em>\n"),
                "url": f"//{asked.headers['Host']}{path(line)}",
                "publishedTimeStr": f"{line.date} 16:05:00",
            }
            for line in site.part((page - 1) * size, size)
        ]
        data = {"page": page, "rows": size, "total": 10_000 if cap else len(site.lines), "results": results}
        return answer({"channelName": "信息公开年报", "data": data})

    site.pages[SEARCH] = api
    return site


def by_code() -> Site:
    """A list by POST of a form, as the tax administration has it."""
    site = Site(column=COLUMN, path=path)
    script = f"var channelId = '{CHANNEL}'; $.post('{BY_CODE}', {{channelId: channelId}}, show)"
    site.pages[COLUMN] = html(f"{HEAD}<div id='list'></div><script>{script}</script></body></html>")

    def api(asked: Asked) -> Answer:
        assert asked.method == "POST"
        assert asked.fields["channelId"] == CHANNEL
        assert asked.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        page = number(asked, "page")
        results = [
            {
                "titleHtml": f"<p>{line.title}</p>",
                "redirectUrl": "",
                "url": f"http://{asked.headers['Host']}{path(line)}",
                "publishedTimeStr": line.date,
            }
            for line in site.part((page - 1) * SIZE, SIZE)
        ]
        return answer({"code": 200, "results": {"data": {"total": str(len(site.lines)), "results": results}}})

    site.pages[BY_CODE] = api
    return site


def load_data() -> Site:
    """A list by POST, as Suzhou has it."""
    site = Site(column=COLUMN, path=path)
    script = f"$.ajax({{url:'{LOAD}?pageSize=15',data:{{channel_id:'abc-1',pageIndex:1}},type:'post'}})"
    site.pages[COLUMN] = html(f"{HEAD}<div id='list'></div><script>{script}</script></body></html>")

    def api(asked: Asked) -> Answer:
        assert asked.method == "POST"
        assert asked.fields["channel_id"] == "abc-1"
        found = [
            {"TITLE": line.title, "URL": path(line), "PUBLISHED_TIME_FORMAT": line.date, "C_WJBH": ""}
            for line in site.part((number(asked, "pageIndex") - 1) * 15, 15)
        ]
        return answer({"data": {"allRow": len(site.lines), "totalPage": 5, "list": found}})

    site.pages[LOAD] = api
    return site
