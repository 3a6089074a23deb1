"""博达 VSB: columns below columns, their pages numbered from the last to the first, titles cut off."""

from __future__ import annotations

from tests.portals import Line
from tests.portals.levels import KINDS, SHORT, SLUGS, Levels, rows

STEM = "/zfxxgk/xxgknb"
SIZE = 6
ROW = "<li id='line_u13_0'><a href='{href}'>{title:.22}...</a><span>{date}</span></li>"


def stem(organ: int) -> str:
    """The column of an organ, without its extension."""
    kind = next(kind for kind, (_, organs) in KINDS.items() if organ in organs)
    return STEM if kind == "zf" else f"{STEM}/{kind}/{SLUGS[organ]}"


def path(line: Line) -> str:
    """An article of a column in the tree."""
    return f"/info/{1080 + line.organ}/{25000 + line.number}.htm"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=f"{STEM}.htm", path=path)
    kinds = "".join(f"<a href='{STEM}/{kind}.htm'>{name}</a>" for kind, (name, _) in KINDS.items() if kind != "zf")
    for organ, name in enumerate(SHORT):
        lines = site.of(organ)
        pages = -(-len(lines) // SIZE)
        for page in range(1, pages + 1):
            listed = rows(site, lines[(page - 1) * SIZE : page * SIZE], ROW)
            following = f"{stem(organ)}/{pages - page}.htm"
            pager = f"<span class='p_next p_fun'><a href='{following}'>下页</a></span>" if page < pages else ""
            script = f"<script>_simple_list_gotopage_fun({pages},'u13_goto',2)</script>"
            body = f"<ul>{listed}</ul><div class='pb_sys_common'>{pager}</div>{script}"
            address = f"{stem(organ)}.htm" if page == 1 else f"{stem(organ)}/{pages - page + 1}.htm"
            site.show(address, name if organ else "政府信息公开年报", body if organ else kinds + body)
    for kind, (name, organs) in KINDS.items():
        if kind != "zf":
            links = "".join(f"<li><a href='{stem(organ)}.htm'>{SHORT[organ]}</a></li>" for organ in organs)
            site.show(f"{STEM}/{kind}.htm", name, f"<script src='/system/resource/js/x.js'></script><ul>{links}</ul>")
    site.way()
    return site
