"""Columns of organs below columns of kinds, for platforms whose lists a service fills: what each column is asked by."""

from __future__ import annotations

from tests.portals import Line
from tests.portals.levels import KINDS, SHORT, SLUGS, Levels


def folder(organ: int, top: str = "/zwgk/zfxxgknb/") -> str:
    """The column of an organ; the government's is that of all."""
    kind = next(kind for kind, (_, organs) in KINDS.items() if organ in organs)
    return f"{top}{kind}/{SLUGS[organ]}/" if organ else top


def columns(site: Levels, shells: list[str], *, top: str = "/zwgk/zfxxgknb/") -> None:
    """A shell in the column of each organ, and the way to it."""
    kinds = "".join(f"<a href='{kind}/'>{name}</a>" for kind, (name, organs) in KINDS.items() if 0 not in organs)
    for organ, name in enumerate(SHORT):
        site.show(folder(organ, top), name if organ else "政府信息公开年报", ("" if organ else kinds) + shells[organ])
    for kind, (name, organs) in KINDS.items():
        if 0 not in organs:
            links = "".join(f"<li><a href='{SLUGS[organ]}/'>{SHORT[organ]}</a></li>" for organ in organs)
            site.show(f"{top}{kind}/", name, f"<ul>{links}</ul>")
    site.way()


def part(lines: list[Line], start: int, size: int) -> list[Line]:
    """Lines from the `start`th on, counted from zero."""
    return lines[max(start, 0) : max(start, 0) + size]
