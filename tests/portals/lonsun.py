"""Anhui LonSun: a column of an organ, filled fifteen rows at a time."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, items, number
from tests.portals.hubs import part
from tests.portals.levels import SHORT, Levels

COLUMN = "/public/column/6596?type=3"
LABEL = "/site/label/8888"
ROW = '<li><a class="title" href="{href}" title="{title}">{title}</a><span class="date">{date}</span></li>'


def path(line: Line) -> str:
    """An article of an organ."""
    return f"/public/6596/{83000 + line.number}.html"


def portal(*, counts: bool = True, printed: bool = False, empty: bool = False) -> Site:
    """The portal; `counts`: its pager names the rows, `printed`: the first page is in the column's HTML."""
    site = Site(column=COLUMN, path=path)
    if empty:
        site.lines = []
    shown = items(site.part(0, 15), path, ROW) if printed else ""
    script = f"var siteId = '4697423'; $.ajax({{url:'{LABEL}', data:{{labelName:'publicInfoList', siteId: siteId}}}})"
    site.pages[COLUMN] = html(f"<html><body><ul>{shown}</ul><script>{script}</script></body></html>")

    def label(asked: Asked) -> Answer:
        fields = asked.fields
        assert (fields["organId"], fields["type"], fields["siteId"]) == ("6596", "3", "4697423")
        found = site.part((number(asked, "pageIndex") - 1) * 15, 15)
        if not found:
            return html(fields["result"])
        pager = f"<div class='page'>共<b>{len(site.lines)}</b>条 1/5页</div>" if counts else ""
        return html(f"<ul>{items(found, path, ROW)}</ul>{pager}")

    site.pages[LABEL] = label
    return site


MENU = {1: "政府信息公开制度", 2: "政府信息公开指南", 3: "政府信息公开年报", 4: "法定主动公开内容", 5: "依申请公开"}
NODES = {
    3: "政府信息公开年报",
    5: "信息公开年报",
}  # of organs that have a newer template


def organ_path(line: Line) -> str:
    """An article of its organ."""
    return f"/public/{6590 + line.organ}/{83000 + line.number}.html"


def levels() -> Levels:
    """Five columns for each organ by `type`; departments on the page itself, towns in a directory beside it."""
    site = Levels(column="/public/column/6590?type=3", path=organ_path)
    links = [f"<a href='/public/column/{6590 + at}?type={1 + at % 4}'>{name}</a>" for at, name in enumerate(SHORT)]
    for organ, name in enumerate(SHORT):
        own = f"/public/column/{6590 + organ}"
        menu = "".join(f"<a href='{own}?type={kind}'>{text}</a>" for kind, text in MENU.items())
        ask = f"$.post('{LABEL}', {{labelName: 'publicInfoList', siteId: '4697423', organId: '{own[-4:]}'}});"
        tree = f"$.get('{LABEL}', {{labelName: 'columnTree', isJson: true, id: '{own[-4:]}'}});" if organ == 5 else ""
        node = f"<a href='{own}?type=4&catId=880{organ}&action=list&nav=3'>{NODES[organ]}</a>" if organ == 3 else ""
        others = "".join(links[1:4]) + "<a href='/xxgk/xzjd/'>乡镇街道政府信息公开</a>"
        body = f"<div>{menu}{node}</div><div>{others}</div><div id='list'></div><script>{ask}{tree}</script>"
        for kind, text in MENU.items():
            site.show(f"{own}?type={kind}", f"{name} &gt; {text}", body)
        site.show(f"{own}?type=4&catId=880{organ}&action=list&nav=3", f"{name} &gt; 目录", body)
        site.wrong.append(f"/public/{6590 + organ}/9.html")
    site.show("/xxgk/xzjd/", "乡镇街道政府信息公开", f"<ul>{''.join(f'<li>{link}</li>' for link in links[4:])}</ul>")

    def label(asked: Asked) -> Answer:
        fields = asked.fields
        if fields["labelName"] == "columnTree":
            own = f"/public/column/{fields['id']}?type=4&catId=8805&action=list&nav=3"
            nodes = [{"name": "机构职能", "htmlPath": own.replace("8805", "1")}, {"name": NODES[5], "htmlPath": own}]
            return answer([{"name": "目录", "htmlPath": "", "children": nodes}])
        organ, node = int(fields["organId"]) - 6590, fields["catId"]
        holds = f"880{organ}" if organ in NODES else ""
        found = [row for row in site.of(organ) if (fields["type"] == "3" and not holds) or (node and node == holds)]
        shown = part(found, (number(asked, "pageIndex") - 1) * 15, 15)
        if fields["type"] != "3" and node != holds:  # the whole catalogue
            return html(
                f"<ul><li><a href='/public/{6590 + organ}/9.html'>召开全体会议</a><span>2026-01-09</span></li></ul>"
            )
        pager = f"<div class='page'>共<b>{len(found)}</b>条</div>"
        return html(f"<ul>{items(shown, organ_path, ROW)}</ul>{pager}" if shown else fields["result"])

    site.pages[LABEL] = label
    site.way()
    return site
