"""The component CMS of `nNNN/cNNN` addresses: a column an organ below one a kind, later pages bare and counted down."""

from __future__ import annotations

from tests.portals import Line, html
from tests.portals.levels import KINDS, SHORT, Levels, rows

COLUMN = "/n100/n2588/index.html"
SIZE = 8
ROW = (
    "<li><a href='{href}' title='{title}'>\n{title:.14}...</a><span>[{date}]</span></li>"
    "<li style='height:1px;background:#ccc;'></li>"
)


def folder(organ: int) -> str:
    """The column of an organ."""
    kind = next(at for at, (_, organs) in enumerate(KINDS.values()) if organ in organs)
    return f"/n100/n2588/n{2600 + kind}/n{2610 + organ}/" if organ else "/n100/n2588/"


def path(line: Line) -> str:
    """A number and `content.html`."""
    return f"{folder(line.organ)}c{4260000 + line.number}/content.html"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=COLUMN, path=path)
    kinds = [(f"n{2600 + at}/", name, organs) for at, (name, organs) in enumerate(KINDS.values()) if at]
    links = "".join(f"<a href='./{slug}index.html'>{name}</a>" for slug, name, _ in kinds)
    for organ, name in enumerate(SHORT):
        lines, own, stem = site.of(organ), folder(organ), f"index_{26030 + organ}"
        parts = [lines[at : at + SIZE] for at in range(0, len(lines), SIZE)]
        hidden = "".join(f"<a href='{stem}_{k}.html'></a>" for k in range(1, len(parts)))
        script = f"<script>var purl='{stem}'; var maxPageNum=0; maxPageNum = {len(parts)};</script>"
        shown = f"<ul>{rows(site, parts[0], ROW)}</ul>{script}<div style='display:none'>{hidden}</div>"
        body = f"{links if not organ else ''}<!--start component 内容全集(b)-->{shown}<!--end component-->"
        site.show(f"{own}index.html", name if organ else "政府信息公开年报", body)
        for at, part in enumerate(parts[1:], 1):
            site.pages[f"{own}{stem}_{len(parts) - at}.html"] = html(rows(site, part, ROW))
    for slug, name, organs in kinds:
        listed = "".join(f"<li><a href='n{2610 + organ}/index.html'>{SHORT[organ]}</a></li>" for organ in organs)
        site.show(f"/n100/n2588/{slug}index.html", name, f"<!--start component 栏目(a)--><ul>{listed}</ul>")
    site.way()
    return site
