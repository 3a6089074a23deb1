"""A self-made portal of ASP pages: everything is `InfoPublic.aspx` with numbers, columns are tabs."""

from __future__ import annotations

from tests.portal import Answer, Asked
from tests.portals import Line, number
from tests.portals.levels import KINDS, SHORT, Levels, rows

PAGE = "/InfoPublic.aspx"
SIZE = 8
CIDS = {"zf": 1019, "bm": 1020, "xz": 1021}
ROW = "<p><a href='{href}' title='{title}'>{title:.16}...</a><span>{date}</span></p>"


def at(cid: int, page: int = 1) -> str:
    """A page of a column."""
    return f"{PAGE}?cid={cid}&pid=971&page={page}&kw="


def path(line: Line) -> str:
    """An article by its number."""
    return f"/NewsView.aspx?id={7300 + line.number}"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=at(CIDS["zf"]), path=path)
    shown: dict[tuple[int, int], Answer | object] = {}

    def show(cid: int, title: str, body: str, lines: list[Line]) -> None:
        parts = [lines[start : start + SIZE] for start in range(0, len(lines), SIZE)] or [[]]
        pager = "".join(f"<a href='{at(cid, k)}'>{k}</a>" for k in range(1, len(parts) + 1))
        for page, part in enumerate(parts, 1):
            listed = f"<div class='info-list'>{rows(site, part, ROW)}</div><div class='pages'>{pager}</div>"
            site.show("shown", title, body + (listed if part else ""))
            shown[cid, page] = site.pages.pop("shown")

    tabs = "".join(f"<a href='{at(CIDS[kind])}'>{name}</a>" for kind, (name, _) in KINDS.items())
    show(CIDS["zf"], "政府信息公开年报", tabs, site.of(0))
    for kind in ("bm", "xz"):
        name, organs = KINDS[kind]
        links = "".join(f"<li><a href='{at(1030 + organ)}'>{SHORT[organ]}年报</a></li>" for organ in organs)
        show(CIDS[kind], f"政府信息公开年报-{name}", f"{tabs}<ul>{links}</ul>", [])
        for organ in organs:
            show(1030 + organ, f"{SHORT[organ]}信息公开年报", tabs, site.of(organ))

    def serve(asked: Asked) -> Answer:
        found = shown.get((number(asked, "cid"), number(asked, "page")))
        return found if isinstance(found, Answer) else Answer(status=404)

    site.pages[PAGE] = serve
    site.way()
    return site
