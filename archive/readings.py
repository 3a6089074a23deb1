"""The readings of a capture into the tables and out of them; which reading of a report is the current one."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from archive import search
from archive.content import digest
from archive.current import from_official, in_order
from archive.database import tables_of
from archive.folding import folded_apart
from archive.records import Candidate, Finding, Parsed, keys
from archive.reviews import DISMISSED
from archive.wide import WideTable, column, remove, write

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


def replace(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str, parsed: Parsed | None = None) -> None:
    """Take the readings of a capture out, put others in, if any; make its reports again, and the index of words."""
    found = [one for one in (parsed.every if parsed else ()) if one.kind == "report"]
    named = {(one.organ, one.year) for one in found if one.organ and one.year is not None}
    reports = reports_of(db, snapshot) | named
    before = search.entries(db, snapshot, reports)
    take_out(db, tables, snapshot)
    if parsed:
        put(db, tables, snapshot, parsed)
    for report in reports:
        recompute_report(db, tables, *report)
    search.replace(db, before, search.entries(db, snapshot, reports))


def put(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str, parsed: Parsed) -> None:
    """Add one reading and those of its parts; inside a transaction of the caller."""
    narrow = tables_of(db)
    for one in parsed.every:
        narrow.table("readings").insert_all([_reading(snapshot, one)])
        narrow.table("sections").insert_all(
            {
                "snapshot": snapshot,
                "part": one.part,
                "position": position,
                **asdict(section),
                "id": id,
                "folded": folded_apart(f"{section.heading}\n{section.text}"),
            }
            for position, (section, id) in enumerate(
                zip(one.sections, count(search.next_id(db, "sections")), strict=False)
            )
        )
        narrow.table("findings").insert_all(
            _finding(snapshot, position, one, finding, key) | {"id": id}
            for position, (finding, key, id) in enumerate(
                zip(one.findings, keys(one.findings), count(search.next_id(db, "findings")), strict=False)
            )
        )
        narrow.table("extras").insert_all(
            {
                "snapshot": snapshot,
                "part": one.part,
                "position": position,
                "organ": one.organ,
                "year": one.year,
                **asdict(extra),
            }
            for position, extra in enumerate(one.extras)
        )
        narrow.table("statements").insert_all(
            {
                "snapshot": snapshot,
                "part": one.part,
                "position": position,
                "organ": one.organ,
                "year": one.year,
                **asdict(statement),
            }
            for position, statement in enumerate(one.statements)
        )
        write(db, tables, snapshot, one)


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
        tables_of(db).table("reports").insert_all([row | current | headlines])
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


def _reading(snapshot: str, parsed: Parsed) -> dict[str, Any]:
    return {
        "snapshot": snapshot,
        "part": parsed.part,
        "member": parsed.member,
        "version": parsed.version,
        "media_type": parsed.media_type,
        "charset": parsed.charset,
        "kind": parsed.kind,
        "score": parsed.score,
        "reasons": json.dumps(parsed.reasons, ensure_ascii=False),
        "title": parsed.title,
        "organ": parsed.organ,
        "year": parsed.year,
        "published": parsed.published,
        "published_by": next((c.source for c in parsed.candidates if _dates(c, parsed.published)), ""),
        "content": digest(parsed.facts, parsed.extras, parsed.sections),
        "division": parsed.division,
        "province": parsed.province,
        "city": parsed.city,
        "county": parsed.county,
        "forms": " ".join(parsed.forms),
        "numbers": sum(fact.state == "number" for fact in parsed.facts),
        "blanks": sum(fact.state == "blank" for fact in parsed.facts),
        "unreadable": sum(fact.state == "unreadable" for fact in parsed.facts),
        "recognised": sum(fact.method == "ocr" for fact in parsed.facts),
        "findings": sum(finding.verdict in ("FAIL", "WARN") for finding in parsed.findings),
        "passed": json.dumps(dict(parsed.passed)),
        "candidates": json.dumps([asdict(candidate) for candidate in parsed.candidates], ensure_ascii=False),
        "outlines": json.dumps([asdict(outline) for outline in parsed.outlines], separators=(",", ":")),
    }


def _dates(candidate: Candidate, published: str | None) -> bool:
    return candidate.field == "published" and candidate.value == published


def review_key(parsed: Parsed, key: str) -> str:
    """Names the finding in this report: the same numbers elsewhere, or at a namesake, are another question."""
    parts = [parsed.organ, parsed.year, parsed.division, key]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _finding(snapshot: str, position: int, parsed: Parsed, finding: Finding, key: str) -> dict[str, Any]:
    expected, actual = finding.expected, finding.actual
    return {
        **asdict(finding),
        "indicators": json.dumps(finding.indicators, ensure_ascii=False),
        "snapshot": snapshot,
        "part": parsed.part,
        "position": position,
        "key": review_key(parsed, key),
        "organ": parsed.organ,
        "year": parsed.year,
        "difference": None if expected is None or actual is None else round(actual - expected, 6),
        "folded": folded_apart(f"{finding.message_zh}\n{finding.message_en}"),
    }
