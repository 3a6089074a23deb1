"""Snowflake identities (Shaanxi): `/column/1.html` with its pages counted in a script, towns by year."""

from __future__ import annotations

from tests.portals import YEARS, Line
from tests.portals.levels import KINDS, Levels, rows

FOLDER = "/zfxxgk/zfxxgknb/"
COLUMN = f"{FOLDER}1.html"
SIZE = 12


def folder(line: Line) -> str:
    """The government's own, the departments' on one list, the towns' by year."""
    if line.organ == 0:
        return FOLDER
    return f"{FOLDER}bm/" if line.organ in KINDS["bm"][1] else f"{FOLDER}xz/{line.year}/"


def path(line: Line) -> str:
    """Nineteen digits."""
    return f"{folder(line)}{1571424084523327490 + line.number}.html"


def levels() -> Levels:
    """The portal."""
    site = Levels(column=COLUMN, path=path)
    kinds = "<a href='bm/1.html'>部门年报</a><a href='xz/1.html'>乡镇（街道）年报</a>"
    _list(site, FOLDER, "政府信息公开年报", site.of(0), kinds)
    _list(site, f"{FOLDER}bm/", "部门年报", site.of(*KINDS["bm"][1]))
    years = "".join(f"<li><a href='{year}/1.html'>{year}年</a></li>" for year in YEARS)
    site.show(f"{FOLDER}xz/1.html", "乡镇（街道）年报", f"<ul>{years}</ul>")
    for year in YEARS:
        lines = [line for line in site.of(*KINDS["xz"][1]) if line.year == year]
        _list(site, f"{FOLDER}xz/{year}/", f"{year}年", lines)
    site.way()
    return site


def _list(site: Levels, at: str, title: str, lines: list[Line], before: str = "") -> None:
    parts = [lines[start : start + SIZE] for start in range(0, len(lines), SIZE)]
    script = f"<script>var maxPage = parseInt('{len(parts)}');</script>"
    for number, part in enumerate(parts, 1):
        site.show(f"{at}{number}.html", title, f"{before}<ul>{rows(site, part)}</ul>{script}")
