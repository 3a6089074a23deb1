"""TRS WCM: a column of the government, below it one for each kind of organ, below these one for each organ, paged."""

from __future__ import annotations

from tests.portals import Line
from tests.portals.levels import KINDS, SHORT, SLUGS, Levels, rows

COLUMN = "/zwgk/zfxxgk/zfxxgknb/"
SIZE = 8
ROW = (
    "<li><a href='{href}' title='{title}'>{title:.14}...</a>"
    "<div class='popbox'><ul><li><a href='/zwgk/zcjd/202603/t20260328_700200.html'>解读</a></li></ul></div>"
    "<span>{date}</span></li>"
)
SCRIPT = (
    '<script><!--\n//createPageHTML(99, 0, "index", "html");\n'
    'createPageHTML({pages}, {at}, "index", "html");//--></script>'
)


def folder(organ: int) -> str:
    """The column of an organ."""
    kind = next(kind for kind, (_, organs) in KINDS.items() if organ in organs)
    return COLUMN if kind == "zf" else f"{COLUMN}{kind}/{SLUGS[organ]}/"


def path(line: Line) -> str:
    """A t-date article in the column of its organ."""
    return f"{folder(line.organ)}{line.year + 1}01/t{line.date.replace('-', '')}_{7000 + line.number}.html"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=COLUMN, path=path)
    site.wrong.append("/zwgk/zcjd/202603/t20260328_700200.html")
    kinds = "".join(f"<a href='./{kind}/'>{name}</a>" for kind, (name, _) in KINDS.items() if kind != "zf")
    for organ, name in enumerate(SHORT):
        lines = site.of(organ)
        pages = -(-len(lines) // SIZE)
        for at in range(pages):
            listed = rows(site, lines[at * SIZE : (at + 1) * SIZE], ROW)
            body = f"<ul class='u-list'>{listed}</ul>{SCRIPT.format(pages=pages, at=at)}"
            title = name if organ else "政府信息公开年报"
            address = folder(organ) + (f"index_{at}.html" if at else "")
            site.show(address, title, body if organ else kinds + body)
    for kind, (name, organs) in KINDS.items():
        if kind != "zf":
            links = "".join(f"<li><a href='./{SLUGS[organ]}/'>{SHORT[organ]}</a></li>" for organ in organs)
            site.show(f"{COLUMN}{kind}/", name, f"<ul>{links}</ul>")
    site.way()
    return site
