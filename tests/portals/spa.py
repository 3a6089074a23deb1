"""NFRA: a shell, lists and texts in JSON."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, Site, answer, html, number

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
