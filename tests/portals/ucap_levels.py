"""UCAP / 开普 on three levels: kinds and towns by the number of a channel, departments on sites of their own."""

from __future__ import annotations

from collections.abc import Callable

from tests.portal import Answer, Asked
from tests.portals import Line, answer, number
from tests.portals.hubs import part
from tests.portals.levels import SHORT, SLUGS, Levels, rows

TREE = "/common/getChannelList"
DEPT = "/szinf/interfacesWebManu/loadDataByChannelIdAndDeptIdBackSort"
ROW = (
    '<li><a href="\n{href}\n" title="{title}"><span class="til">{title}</span></a><span>{date}</span>\n'
    '<a href="/qingshi/files/0a1b.docx">下载文字版</a></li>'
)
DEPARTMENTS, TOWNS = (1, 2, 3), (4, 5, 6)
LAST = 6  # a town that the tree knows by its channel alone
SIZE = 6


def path(line: Line) -> str:
    """An article of its organ's site, or of the government's."""
    if line.organ in DEPARTMENTS:
        return f"/qs{SLUGS[line.organ]}/gknb/{line.year + 1}01/{line.number:032x}.shtml"
    return f"/qingshi/c10041{line.organ}/c{line.number:07}/content.shtml"


def levels() -> Levels:
    """The government's list is printed, the departments' come by JSON, the towns stand in the tree of channels."""
    site = Levels(column="/qingshi/c100410/list.shtml", path=path)
    kinds = "<a href='/qingshi/c100420/list.shtml'>部门年报</a><a href='/qingshi/c100421/list.shtml'>乡镇年报</a>"
    departments = "".join(f"<li><a href='/qs{SLUGS[at]}/gknb/rlist.shtml'>{SHORT[at]}</a></li>" for at in DEPARTMENTS)
    ask = f"<script>$.get('{TREE}?channelCode=c100421&websiteCodeName=qingshi', show)</script>"
    site.show("/qingshi/c100420/list.shtml", "部门年报", f"<ul>{departments}</ul>", head=_head("f0"))
    site.show("/qingshi/c100421/list.shtml", "乡镇年报", f"<ul id='tree'></ul>{ask}", head=_head("f1"))
    for organ in (0, *TOWNS[:-1]):
        _printed(site, organ, kinds if not organ else "")
    for organ in DEPARTMENTS:
        channel = f"var channelId = '{_channel(organ)}';"
        script = f"$.post('{DEPT}', {{channelId: '{_channel(organ)}', deptCode: 'QS{organ}', pageIndex: 1}})"
        script = script if organ == DEPARTMENTS[-1] else channel
        body = f"<ul id='list'></ul><script>{script}</script>"
        site.show(f"/qs{SLUGS[organ]}/gknb/rlist.shtml", SHORT[organ], body, head=_head(str(organ)))
        site.pages[f"/common/search/{_channel(organ)}"] = _search(site, organ)
    site.pages[f"/common/search/{_channel(LAST)}"] = _search(site, LAST)
    site.pages[TREE] = _tree
    site.pages[DEPT] = _load(site)
    site.way()
    return site


def _channel(organ: int | str) -> str:
    return f"{organ:0>32}"


def _head(channel: str) -> str:
    made = "<meta name='others' content='页面生成时间 2026-02-01 01:48:08' />"
    return f"<meta name='channelid' content='{_channel(channel)}'>{made}"


def _printed(site: Levels, organ: int, kinds: str) -> None:
    """A list of three pages, the second of which is `_2`."""
    lines = site.of(organ)
    pages = -(-len(lines) // SIZE)
    for page in range(pages):
        listed = rows(site, part(lines, page * SIZE, SIZE), ROW)
        call = f"<script>createPageHTML('page_div',{pages}, {page + 1},'list','shtml',{len(lines)});</script>"
        name = "list.shtml" if not page else f"list_{page + 1}.shtml"
        title = "政府信息公开年报" if not organ else SHORT[organ]
        body = f"{kinds}<ul>{listed}</ul>{call}"
        site.show(f"/qingshi/c10041{organ}/{name}", title, body, head=_head(str(organ)))


def _search(site: Levels, organ: int) -> Callable[[Asked], Answer]:
    def search(asked: Asked) -> Answer:
        lines = site.of(organ)
        results = [
            {"title": line.title, "url": f"//{asked.headers['Host']}{path(line)}", "publishedTimeStr": line.date}
            for line in part(lines, (number(asked, "page") - 1) * SIZE, SIZE)
        ]
        return answer({"data": {"page": number(asked, "page"), "rows": SIZE, "total": len(lines), "results": results}})

    return search


def _tree(asked: Asked) -> Answer:
    assert (asked.fields["channelCode"], asked.fields["websiteCodeName"]) == ("c100421", "qingshi")
    nodes = [{"displayName": SHORT[at], "channelId": _channel(at), "channelCode": f"c10041{at}"} for at in TOWNS]
    del nodes[-1]["channelCode"]
    return answer({"code": "200", "results": {"displayName": "乡镇年报", "children": nodes}})


def _load(site: Levels) -> Callable[[Asked], Answer]:
    def load(asked: Asked) -> Answer:
        assert (asked.method, asked.fields["channelId"]) == ("POST", _channel(3))
        lines = site.of(int(asked.fields["deptCode"].removeprefix("QS")))
        found = part(lines, (number(asked, "pageIndex") - 1) * 15, 15)
        shown = [{"TITLE": line.title, "URL": path(line), "PUBLISHED_TIME_FORMAT": line.date} for line in found]
        return answer({"data": {"allRow": len(lines), "totalPage": 2, "list": shown}})

    return load
