"""NFRA: a shell, lists and texts in JSON."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, number
from tests.portals.hubs import part
from tests.portals.levels import KINDS, SHORT, SLUGS, Levels

COLUMN = "/cn/view/pages/ItemList.html?itemPId=923&itemId=861&itemUrl=ItemListRightList.html"
LIST = "/cbircweb/DocInfo/SelectDocByItemIdAndChild"


def path(line: Line) -> str:
    """The text of a document."""
    return f"/cbircweb/DocInfo/SelectByDocId?docId={1200000 + line.number}"


def portal(*, lists: bool = False) -> Site:
    """The portal; `lists`: the rows have the name that the search gives them."""
    site = Site(column=COLUMN, path=path)
    site.pages[COLUMN] = html("<html><head><title></title></head><body><div ng-app='app'></div></body></html>")

    def documents(asked: Asked) -> Answer:
        assert asked.fields["itemId"] == "861"
        found = [
            {
                "docId": 1200000 + line.number,
                "docSubtitle": f"{line.title[:6]}\n{line.title[6:]}",
                "publishDate": line.date,
            }
            for line in site.part((number(asked, "pageIndex") - 1) * 18, 18)
        ]
        # A whole Word document in the JSON names a charset that is not the JSON's.
        nested = '<meta http-equiv=Content-Type content="text/html; charset=gb2312">'
        data = {"docClob": nested, "total": len(site.lines), "lists" if lists else "rows": found}
        return answer({"rptCode": 200, "data": data}, "application/json")

    site.pages[LIST] = documents
    return site


def levels() -> Levels:
    """An item for each organ; the columns are views, named by printed menus, their lists by the service."""
    view = "/cn/view/pages/ItemList.html?itemPId=923&itemId={}"
    site = Levels(column=view.format(860), path=path)
    menu = "".join(f"<a href='{view.format(850 + at)}'>{name}</a>" for at, (name, _) in enumerate(KINDS.values()) if at)
    for organ, name in enumerate(SHORT):
        body = "" if organ else menu
        site.show(view.format(860 + organ), name if organ else "政府信息公开年报", f"{body}<div ng-app='app'></div>")
    for at, (name, organs) in enumerate(KINDS.values()):
        links = "".join(f"<a href='{view.format(860 + organ)}'>{SHORT[organ]}年报</a>" for organ in organs)
        site.show(view.format(850 + at), f"{name}-政府信息公开年报", links)

    def documents(asked: Asked) -> Answer:
        organ = number(asked, "itemId") - 860
        lines = site.of(organ) if organ in range(len(SLUGS)) else []
        found = part(lines, (number(asked, "pageIndex") - 1) * 18, 18)
        rows = [{"docId": 1200000 + line.number, "docTitle": line.title, "publishDate": line.date} for line in found]
        return answer({"rptCode": 200, "data": {"total": len(lines), "rows": rows}})

    site.pages[LIST] = documents
    site.way()
    return site
