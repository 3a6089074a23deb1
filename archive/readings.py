"""The readings of a capture into the tables and out of them; which reading of a report is the current one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import count
from typing import Any

from archive import search
from archive.current import from_official, in_order
from archive.database import insert
from archive.folding import folded_apart
from archive.reviews import DISMISSED
from archive.rows import NUMBERED, Rows
from archive.wide import WideTable, column, remove

# Columns of `reports` that people sort by, and the sums of indicators that they show.
HEADLINES = {
    "requests_new": ("requests.new.total",),
    "requests_carried_out": ("requests.carried_out.total",),
    "reconsiderations": ("review.reconsideration.total",),
    "lawsuits": ("review.litigation_direct.total", "review.litigation_after_reconsideration.total"),
}

REGION = ("division", "province", "city", "county")
COPIED = ("snapshot", "part", "title", "published", *REGION, "source", "forms", "numbers", "blanks", "findings")
# Not by the index of kinds (+), which a million readings share: SQLite, without statistics, would take that one.
READINGS = f"""
SELECT readings.*, url, timestamp, source, {DISMISSED.format(of="readings")} AS dismissed
FROM readings JOIN snapshots ON snapshots.id = readings.snapshot
WHERE +kind = 'report' AND organ = ? AND year = ?
"""


def replace(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str, rows: Rows | None = None) -> None:
    """Take the readings of a capture out, put others in, if any; make its reports again, and the index of words."""
    reports = reports_of(db, snapshot) | (rows.reports if rows else set())
    held = search.current(db, reports)
    before = search.entries(db, snapshot, held, reports)
    take_out(db, tables, snapshot)
    if rows:
        put(db, rows)
    for report in reports:
        recompute_report(db, tables, *report)
    for report in reports_beside(db, snapshot) - reports:
        _uncheck(db, *report)  # what stands at its address now may be another report
    now = search.current(db, reports)
    others = {place for place in now - held if place[0] != snapshot}
    before |= search.unmarked(search.entries(db, "", others, ()))
    search.replace(db, before, search.entries(db, snapshot, held | now, reports))


def put(db: sqlite3.Connection, rows: Rows) -> None:
    """Add the readings of a capture; inside a transaction of the caller."""
    for table, found in rows.narrow.items():
        if table in NUMBERED and found:
            insert(db, table, [row | {"id": id} for row, id in zip(found, count(search.next_id(db, table)))])
        else:
            insert(db, table, found)
    for table, values in rows.wide:
        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def take_out(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str) -> None:
    """Remove the readings of a capture; inside a transaction of the caller."""
    for table in ("readings", "sections", "findings", "extras", "statements"):
        db.execute(f"DELETE FROM {table} WHERE snapshot = ?", (snapshot,))
    remove(db, tables, snapshot)


def reports_of(db: sqlite3.Connection, snapshot: str) -> set[tuple[str, int]]:
    """Organ and year of the reports that a capture holds readings of."""
    rows = db.execute(
        "SELECT organ, year FROM readings WHERE snapshot = ? AND kind = 'report' AND organ <> '' AND year IS NOT NULL",
        (snapshot,),
    )
    return set(rows)


def reports_beside(db: sqlite3.Connection, snapshot: str) -> set[tuple[str, int]]:
    """Organ and year of the reports that any capture of the same address holds."""
    rows = db.execute(
        "SELECT DISTINCT organ, year FROM snapshots own CROSS JOIN snapshots s ON s.url = own.url CROSS JOIN readings r"
        " ON r.snapshot = s.id WHERE own.id = ? AND +kind = 'report' AND organ <> '' AND year IS NOT NULL",
        (snapshot,),
    )
    return set(rows)


def recompute_report(db: sqlite3.Connection, tables: Sequence[WideTable], organ: str, year: int) -> None:
    """Make the rows of `reports` again from the readings that are there: one for each division with such an organ."""
    _uncheck(db, organ, year)
    db.execute("DELETE FROM reports WHERE organ = ? AND year = ?", (organ, year))
    for ordered in readings_of(db, organ, year):
        current = {name: ordered[0][name] for name in COPIED}
        current |= next(({name: one[name] for name in REGION} for one in ordered if one["division"]), {})
        place = current["snapshot"], current["part"]
        headlines = {name: _headline(db, tables, place, indicators) for name, indicators in HEADLINES.items()}
        row = {"organ": organ, "year": year, "readings": len(versions(ordered)), "official": from_official(ordered[0])}
        row |= {"id": search.next_id(db, "reports"), "folded": folded_apart(f"{organ}\n{current['title']}")}
        insert(db, "reports", [row | current | headlines])
        for one in (one for one in ordered if one["division"] != current["division"]):
            known = (current["division"], one["snapshot"], one["part"])
            db.execute("UPDATE findings SET division = ? WHERE snapshot = ? AND part = ?", known)
    _uncheck(db, organ, year)


def readings_of(db: sqlite3.Connection, organ: str, year: int) -> list[list[dict[str, Any]]]:
    """The readings of each report of that organ and year, with their captures; the current one first."""
    cursor = db.execute(READINGS, (organ, year))
    names = [description[0] for description in cursor.description]
    found = [dict(zip(names, values, strict=True)) for values in cursor]
    return [in_order(same) for same in _by_division(found)]


def versions(ordered: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The readings that say the same at the same address together: what only a counter or the page around it parted."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for reading in ordered:
        place = reading["url"], reading["member"], reading["part"]
        found.setdefault((*place, reading["content"], reading["title"]), []).append(reading)
    return list(found.values())


def _uncheck(db: sqlite3.Connection, organ: str, year: int) -> None:
    """Have the reports that are there now compared with others again."""
    db.execute(
        "INSERT OR IGNORE INTO unchecked SELECT organ, year, division, 0 FROM reports WHERE organ = ? AND year = ?",
        (organ, year),
    )


def _by_division(found: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The readings of each organ of a name; what names no division is of the only one that is named."""
    divisions = sorted({reading["division"] for reading in found})
    if len([division for division in divisions if division]) < 2:
        return [list(found)] if found else []
    return [[reading for reading in found if reading["division"] == division] for division in divisions]


def _headline(
    db: sqlite3.Connection, tables: Sequence[WideTable], place: tuple[str, int], indicators: Sequence[str]
) -> int | None:
    """Their sum; None unless every one of them is a number."""
    table = next((table for table in tables if all(name in table.units for name in indicators)), None)
    if table is None:
        return None
    total = " + ".join(f'"{column(name)}"' for name in indicators)
    row = db.execute(f"SELECT {total} FROM {table.name} WHERE snapshot = ? AND part = ?", place).fetchone()
    return row[0] if row else None
