"""The offline edition of a release: pages that read the packed database in the browser, from any server of files."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from archive.database import indicators_in
from archive.readings import HEADLINES
from archive.records import Indicator
from archive.releases import packed
from archive.releases.about import About
from archive.scripts import SHARED, TRADITIONAL
from archive.shown import results, whole
from archive.shown.printed import Cell, Printed, labels_of, printed
from archive.wide import wide_tables

FOLDER = "offline"
QUERIES = {
    "heads": whole.HEADS,
    "findings": whole.FINDINGS,
    "last_year": whole.LAST_YEAR,
    "extras": whole.EXTRAS,
    "sections": whole.SECTIONS,
    "withheld": whole.WITHHELD,
}
ASKED = ("index", "rows")  # of each kind of what can be found
COUNTS = "SELECT count(*), count(DISTINCT organ), min(year), max(year) FROM reports"
YEARS = "SELECT year, count(*) FROM reports GROUP BY year ORDER BY year DESC"
PROVINCES = "SELECT substr(division, 1, 2), min(province) FROM reports WHERE division <> '' GROUP BY 1 ORDER BY 1"


def write(db: sqlite3.Connection, into: Path, about: About, pack: str, blocks: packed.Blocks) -> None:
    """Put the pages into the release, with what they need to know of its database."""
    folder = into / FOLDER
    for name, page in about.pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    place = {"file": f"../{pack}", "packed": (into / pack).stat().st_size, "start": blocks.start, "size": blocks.size}
    _write(folder / "database.json", place | {"block": packed.BLOCK})
    (folder / "database.index").write_bytes(struct.pack(f"<{len(blocks.lengths)}I", *blocks.lengths))
    _write(folder / "data.json", known(db, about))


def known(db: sqlite3.Connection, about: About) -> dict[str, Any]:
    """What the pages would have to work out again: forms as they are printed, queries, counts."""
    indicators = indicators_in(db)
    by_form: dict[str, list[Indicator]] = {}
    for one in indicators:
        by_form.setdefault(one.form, []).append(one)
    reports, organs, first, last = db.execute(COUNTS).fetchone()
    return {
        "date": about.date,
        "version": about.version,
        "counts": {"reports": reports, "organs": organs, "first": first, "last": last},
        "years": [list(row) for row in db.execute(YEARS)],
        "provinces": [list(row) for row in db.execute(PROVINCES)],
        "traditional": TRADITIONAL,
        "shared": SHARED,
        "labels": {form: labels_of(own, (form,)) for form, own in by_form.items()},
        "wide": [{"name": table.name, "indicators": list(table.units)} for table in wide_tables(indicators)],
        "layouts": layouts(indicators),
        "headlines": {name: list(parts) for name, parts in HEADLINES.items()},
        "earlier": whole.EARLIER,
        "queries": QUERIES,
        "kinds": {
            name: {"index": of.index, "rows": of.rows, "places": of.places} for name, of in results.KINDS.items()
        },
        "dismissed": results.DISMISSED,
    }


def layouts(indicators: Sequence[Indicator]) -> dict[str, dict[str, Any]]:
    """Table -> form -> how that form prints it, with all its squares."""
    found: dict[str, dict[str, Any]] = {}
    for table, members in groupby(sorted(indicators, key=_table), key=_table):
        for form, own in groupby(members, key=lambda item: item.form):
            names = {item.indicator for item in own}
            (whole_table,) = (one for one in printed(indicators, names, [form]) if one.table == table)
            found.setdefault(table, {})[form] = plain(whole_table)
    return found


def _table(indicator: Indicator) -> str:
    return indicator.table


def plain(table: Printed) -> dict[str, Any]:
    """As JSON has it; a span of one square goes without saying."""
    return {
        "head": [[_cell(cell) for cell in row] for row in table.head],
        "blocks": [[[_cell(cell) for cell in row] for row in block] for block in table.blocks],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {name: value for name, value in asdict(cell).items() if value not in ("", 1)}


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
