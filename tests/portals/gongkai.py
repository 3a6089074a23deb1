"""Shandong's gongkai: a site for each organ, in it a channel of reports, and a directory of the sites."""

from __future__ import annotations

from tests.portals import Line
from tests.portals.levels import KINDS, SHORT, SLUGS, Levels, rows

COLUMN = "/gongkai/"
SIZE = 8


def channel(organ: int) -> str:
    """The reports of an organ."""
    return f"/gongkai/site_qsx{SLUGS[organ]}/channel_{0x63899AE4D2 + organ:024x}/"


def path(line: Line) -> str:
    """A document of the channel, whose identity is a time and a number."""
    return f"{channel(line.organ)}doc_{0x641D4D4D:08x}{line.number:016x}.html"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=COLUMN, path=path)
    groups = ""
    for name, organs in KINDS.values():
        links = "".join(f"<li><a href='site_qsx{SLUGS[organ]}/'>{SHORT[organ]}</a></li>" for organ in organs)
        groups += f"<h3>{name}</h3><ul>{links}</ul>"
    site.show(COLUMN, "政府信息公开年报", groups)
    for organ, name in enumerate(SHORT):
        lines, own = site.of(organ), channel(organ)
        inside = own.split("/")[-2]
        menu = f"<a href='channel_zn/'>政府信息公开指南</a><a href='{inside}/'>政府信息公开年报</a>"
        site.show(own.replace(f"{inside}/", ""), name, menu)
        parts = [lines[at : at + SIZE] for at in range(0, len(lines), SIZE)]
        numbers = "".join(f"<a href='{own}index{f'_{k}' if k else ''}.html'>{k + 1}</a>" for k in range(len(parts)))
        for at, part in enumerate(parts):
            body = f"<ul>{rows(site, part)}</ul><div class='page'>{numbers}</div>"
            site.show(own + (f"index_{at}.html" if at else ""), f"{name}信息公开年报", body)
    site.way()
    return site
