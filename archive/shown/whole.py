"""One report as a whole: which reading is asked for, its squares, its findings, last year's numbers, what happened."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from archive.current import decided_by, differences, from_official
from archive.database import indicators_in
from archive.readings import HEADLINES, REGION, readings_of, versions
from archive.records import Fact
from archive.wide import WideTable, facts, wide_tables

Row = dict[str, Any]
# What the statistics tables of before 2019, whichever form they follow, say at the same places.
EARLIER = {
    "received": "statistics.requests.received",
    "answered": "statistics.requests.answered",
    "denied": "statistics.requests.answered.denied",
    "reconsiderations": "statistics.reconsideration.total",
    "lawsuits": "statistics.litigation.total",
}

HEADS = """
SELECT reports.*, member, version, media_type, charset, kind, passed, candidates, url, timestamp, digest, mime
FROM reports JOIN readings USING (snapshot, part) JOIN snapshots ON snapshots.id = reports.snapshot
WHERE reports.organ = ? AND reports.year = ? ORDER BY reports.division
"""
# A reading that may not be the current one; the earliest capture where several have its payload.
PINNED = """
SELECT readings.*, url, timestamp, digest, mime, source FROM readings JOIN snapshots ON snapshots.id = readings.snapshot
WHERE +kind = 'report' AND organ = ?1 AND year = ?2 AND readings.division IN (?3, '')
  AND substr(digest, instr(digest, ':') + 1, length(?4)) = ?4 AND (part = ?5 OR ?5 IS NULL)
ORDER BY (snapshot, part) = (?6, ?7) DESC, timestamp, snapshot, part LIMIT 1
"""
FINDINGS = """
SELECT * FROM report_findings WHERE organ = ? AND year = ? AND division = ?
ORDER BY snapshot IS NULL, position, other_year, other_organ, rule, key
"""
OF_READING = """
SELECT f.*, coalesce(judgement, '') AS judgement, coalesce(note, '') AS note, coalesce(v."by", '') AS "by",
       coalesce(v.at, '') AS at, '' AS other_organ, NULL AS other_year, '' AS other_division
FROM findings f LEFT JOIN reviews v ON v.key = f.key AND v.standing WHERE snapshot = ? AND part = ? ORDER BY position
"""
WITHHELD = """
SELECT DISTINCT w.at, w.reason FROM withholdings w JOIN json_each(w.reports) r
WHERE standing AND r.value ->> 0 = ? AND r.value ->> 1 = ? ORDER BY w.at
"""
# Not by an index that gives their order: of a year there are a hundred thousand.
EVENTS = "SELECT * FROM events INDEXED BY events_report WHERE organ = ? AND year = ? AND division = ? ORDER BY at, key"
LAST_YEAR = "SELECT organ, year, division, snapshot, part FROM reports WHERE organ = ? AND year = ? AND division = ?"
EXTRAS = "SELECT * FROM extras WHERE snapshot = ? AND part = ? ORDER BY position"
SECTIONS = "SELECT number, heading, text FROM sections WHERE snapshot = ? AND part = ? ORDER BY position"
STATEMENTS = "SELECT * FROM statements WHERE snapshot = ? AND part = ? ORDER BY position"
OF_ROW = ("snapshot", "part", "position", "organ", "year", "division")  # what a row says of the report it is of


def rows(db: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    """The rows of a query as dicts."""
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def pinned(db: sqlite3.Connection, head: Row, prefix: str, part: int | None = None) -> Row | None:
    """The report as one capture has it, by the beginning of its digest; None where no reading of the report has it."""
    place = (head["organ"], head["year"], head["division"], prefix, part, head["snapshot"], head["part"])
    for reading in rows(db, PINNED, *place):
        if (reading["snapshot"], reading["part"]) == (head["snapshot"], head["part"]):
            return head | {"pinned": "current"}
        tables = wide_tables(indicators_in(db))
        squares = squares_of(db, tables, reading["snapshot"], reading["part"])
        counted = {name: _sum(indicators, squares) for name, indicators in HEADLINES.items()}
        kept = {name: value for name, value in reading.items() if name not in REGION}
        return head | kept | counted | {"official": from_official(reading), "pinned": "other"}
    return None


def headlines(head: Row, squares: Mapping[str, Fact]) -> list[tuple[str, float | None, str]]:
    """Name, number and the state that keeps it from having one, by the form that was filled in."""
    if squares and all(name.startswith("statistics.") for name in squares):
        known = {name: squares[of].value if of in squares else None for name, of in EARLIER.items()}
        return [(name, value, why_none([EARLIER[name]], squares)) for name, value in known.items()]
    return [(name, head[name], why_none(of, squares)) for name, of in HEADLINES.items()]


def why_none(indicators: Iterable[str], squares: Mapping[str, Fact]) -> str:
    """The state that keeps a headline from having a number; "" if there are several, or none."""
    states = {squares[name].state if name in squares else "missing" for name in indicators} - {"number"}
    return states.pop() if len(states) == 1 else ""


def squares_of(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str, part: int) -> dict[str, Fact]:
    """Indicator -> fact of one reading, in the order of the form."""
    return {fact.indicator: fact for fact in facts(db, tables, snapshot, part)}


def _sum(indicators: Sequence[str], squares: Mapping[str, Fact]) -> int | float | None:
    values = [squares[name].value if name in squares else None for name in indicators]
    return None if None in values else sum(value for value in values if value is not None)


def findings_of(db: sqlite3.Connection, head: Row) -> list[Row]:
    """All findings of the report; of a reading that is not the current one those that stand in it alone."""
    if head.get("pinned") == "other":
        return rows(db, OF_READING, head["snapshot"], head["part"])
    return rows(db, FINDINGS, head["organ"], head["year"], head["division"])


def last_year(db: sqlite3.Connection, tables: Sequence[WideTable], head: Row) -> Row | None:
    """The report of the year before and its numbers, as far as both years ask for the same in the same form."""
    found = rows(db, LAST_YEAR, head["organ"], head["year"] - 1, head["division"])
    if not found:
        return None
    before, same = found[0], dict[str, Fact]()
    for table in tables:  # a table of its own is a form of its own; what two forms share has one meaning in both
        here = squares_of(db, [table], head["snapshot"], head["part"])
        there = squares_of(db, [table], before["snapshot"], before["part"])
        same |= {name: fact for name, fact in there.items() if name in here and fact.state == "number"}
    return before | {"facts": same}


def readings(db: sqlite3.Connection, head: Row, squares: Mapping[str, Fact]) -> list[Row]:
    """All readings of the report, the one that is shown first; how the others differ from it.

    Captures that say the same at one address are one reading, under `same` of the first of them.
    """
    of_each = readings_of(db, head["organ"], head["year"])
    here = (head["snapshot"], head["part"])
    # None where a new reading has come in since `head` was read
    ordered = next((group for group in of_each if here in [(one["snapshot"], one["part"]) for one in group]), [])
    if not ordered:
        return []
    current = ordered[0]
    found = [one | {"same": same, "current": one is current} for one, *same in versions(ordered)]
    tables = wide_tables(indicators_in(db))
    for one in found:
        one["decided_by"] = "" if one["current"] else decided_by(current, one)
        one["shown"] = (one["snapshot"], one["part"]) == here
        if not one["shown"]:
            one["differences"] = differences(squares, squares_of(db, tables, one["snapshot"], one["part"]))
    return found


def timeline(db: sqlite3.Connection, head: Row, versions: Sequence[Row]) -> list[Row]:
    """What happened to the report and when it was captured, in order of time."""
    found = [
        one | {"what": "event", "snapshot": one["after"]}
        for one in rows(db, EVENTS, head["organ"], head["year"], head["division"])
    ]
    for version in versions:
        captures = [version, *version["same"]]
        found += [one | {"what": "capture", "at": one["timestamp"], "of": version["snapshot"]} for one in captures]
    if head["published"]:
        found.append({"what": "printed", "at": head["published"].replace("-", "")})
    return sorted(found, key=lambda one: (one["at"], one["what"] != "printed", one["what"] != "event"))


def as_json(db: sqlite3.Connection, head: Row) -> Row:
    """As `nianbao extract` prints it, with the capture it was read from and what people said of its findings."""
    reading = head["snapshot"], head["part"]
    squares = squares_of(db, wide_tables(indicators_in(db)), *reading)
    about = ("version", "media_type", "charset", "kind", "title", "organ", "year", "published", "division", "province")
    capture = ("snapshot", "url", "timestamp", "digest", "source")
    return {
        **{name: head[name] for name in (*about, "city", "county")},
        "forms": head["forms"].split(),
        "candidates": json.loads(head["candidates"]),
        "sections": rows(db, SECTIONS, *reading),
        "facts": [asdict(fact) for fact in squares.values()],
        "extras": [_bare(extra) for extra in rows(db, EXTRAS, *reading)],
        "statements": [_bare(one) | {"certain": bool(one["certain"])} for one in rows(db, STATEMENTS, *reading)],
        "findings": [_finding(one) for one in findings_of(db, head)],
        "passed": json.loads(head["passed"]),
        "part": head["part"],
        "member": head["member"],
        "capture": {name: head[name] for name in capture},
    }


def _bare(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in OF_ROW}


def _finding(row: Row) -> Row:
    said = ("judgement", "note", "by", "at")
    other = ("other_organ", "other_year", "other_division")
    fields = {
        name: value
        for name, value in _bare(row).items()
        if name not in (*said, *other) and not name.startswith("message_")
    }
    holds = row["holds_if_blank_is_zero"]
    fields |= {
        "indicators": json.loads(row["indicators"]),
        "holds_if_blank_is_zero": None if holds is None else bool(holds),
        "message": {"zh": row["message_zh"], "en": row["message_en"]},
    }
    if row["other_year"]:
        fields["other"] = {name.removeprefix("other_"): row[name] for name in other}
    if row["judgement"]:
        fields["review"] = {name: row[name] for name in said}
    return fields
