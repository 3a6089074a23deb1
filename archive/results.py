"""What a search finds: how many, which of them, and in which years, places, levels, sections; newest year first.

Nothing is ranked, and nothing counts further than CAP: of a word that stands in nearly every row all counts would take
seconds. The marks of the index (search.py) narrow a search, so that no table is looked at before the rows are shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.asking import Question
from archive.search import LEVELS

CAP = 10_000  # how far a search is counted
CAP_OF_FACETS = 1_000  # and each of its facets, where it has more than CAP
FIRST_YEAR = 2003  # before the first report of all, of Shanghai in 2004
SECTIONS = tuple(str(number) for number in range(7))
VERDICTS = ("FAIL", "WARN", "UNCERTAIN", "NOT_ASSESSABLE", "NOT_REPORTED", "INFO")
DISMISSED = """ AND rowid NOT IN (SELECT f.id FROM reviews v JOIN findings f ON f.key = v.key
 WHERE v.standing AND v.judgement = 'dismissed' UNION ALL SELECT a.id FROM reviews v JOIN audits a ON a.key = v.key
 WHERE v.standing AND v.judgement = 'dismissed')"""
OF_REPORT = "r.organ, r.year, r.division, r.province, r.city, r.county"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of what can be found."""

    index: str
    rows: str  # SQL that gives them by a JSON array of ids
    facets: tuple[str, ...] = ("year", "level", "province", "city", "county")
    but: str = ""  # SQL that leaves out what counts nowhere


KINDS: Mapping[str, Kind] = {
    "prose": Kind(
        index="sections_fts",
        rows=f"SELECT s.id, s.position, s.number, s.heading, s.text, {OF_REPORT} FROM json_each(?) one"
        " CROSS JOIN sections s ON s.id = one.value JOIN reports r ON r.snapshot = s.snapshot AND r.part = s.part",
        facets=("section", "year", "level", "province", "city", "county"),
    ),
    "reports": Kind(
        index="reports_fts",
        rows=f"SELECT r.id, r.title, {OF_REPORT} FROM json_each(?) one CROSS JOIN reports r ON r.id = one.value",
    ),
    "findings": Kind(
        index="findings_fts",
        rows=f"SELECT f.id, f.rule, f.verdict, f.message_zh, f.message_en, f.key, f.position, {OF_REPORT}"
        " FROM json_each(?1) one CROSS JOIN findings f ON f.id = one.value"
        " JOIN reports r ON r.snapshot = f.snapshot AND r.part = f.part"
        " UNION ALL SELECT a.id, a.rule, a.verdict, a.message_zh, a.message_en, a.key, NULL, a.organ, a.year,"
        " a.division, r.province, r.city, r.county FROM json_each(?1) one CROSS JOIN audits a ON a.id = one.value"
        " LEFT JOIN reports r ON (r.organ, r.year, r.division) = (a.organ, a.year, a.division)",
        facets=("verdict", "year", "level", "province", "city", "county"),
        but=DISMISSED,
    ),
}
LETTERS = {"section": "s", "year": "y", "level": "l", "province": "d", "city": "d", "county": "d", "verdict": "v"}
DIGITS = {"province": 2, "city": 4, "county": 6}  # of a division's code
WITHIN = {"city": "province", "county": "city"}  # what has to be chosen before


def counted(db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], cap: int = CAP) -> int:
    """How many there are, at the most one more than `cap`."""
    query = f"SELECT count(*) FROM (SELECT 1 FROM {kind.index} WHERE {kind.index} MATCH ?{kind.but} LIMIT ?)"
    (count,) = db.execute(query, (question.among(_marks(chosen)), cap + 1)).fetchone()
    return int(count)


def found(
    db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], offset: int, size: int
) -> list[dict[str, Any]]:
    """Rows of one page."""
    ids: list[int] = []
    query = f"SELECT rowid FROM {kind.index} WHERE {kind.index} MATCH ?{kind.but} LIMIT ? OFFSET ?"
    for year in [chosen["year"]] if "year" in chosen else years(db):
        here = {**chosen, "year": year}
        rows = db.execute(query, (question.among(_marks(here)), size - len(ids), offset)).fetchall()
        ids += [id for (id,) in rows]
        if len(ids) == size:
            break
        offset = 0 if rows or not offset else offset - counted(db, kind, question, here, offset)
    return _rows(db, kind, ids)


def facets(
    db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], total: int
) -> dict[str, list[tuple[str, int]]]:
    """For each facet that nothing was chosen of: its values that occur, with how many, at the most one above `cap`."""
    cap = CAP if total <= CAP else CAP_OF_FACETS
    result = {}
    for name in kind.facets:
        if name in chosen or WITHIN.get(name, name) not in {name, *chosen}:
            continue
        values = [
            (value, count)
            for value in values_of(db, name, chosen)
            if (count := counted(db, kind, question, {**chosen, name: value}, cap))
        ]
        result[name] = values
    return result


def values_of(db: sqlite3.Connection, facet: str, chosen: Mapping[str, str]) -> Sequence[str]:
    """What there may be of a facet."""
    if facet in DIGITS:
        return list(_divisions(db, DIGITS[facet], chosen.get(WITHIN.get(facet, ""), "")))
    return {"year": years(db), "level": LEVELS, "section": SECTIONS, "verdict": VERDICTS}[facet]


def years(db: sqlite3.Connection) -> list[str]:
    """The newest first: those of the reports, and of what is missing before and after them."""
    first, last = db.execute("SELECT (SELECT min(year) FROM reports), (SELECT max(year) FROM reports)").fetchone()
    return [str(year) for year in range((last or FIRST_YEAR) + 1, min(first or FIRST_YEAR, FIRST_YEAR) - 1, -1)]


def name_of(db: sqlite3.Connection, division: str) -> str:
    """A division's name by the first digits of its code, as the reports have it; "" where they have none."""
    column = {2: "province", 4: "coalesce(nullif(city, ''), province)", 6: "coalesce(nullif(county, ''), city)"}
    if len(division) not in column:
        return ""
    query = f"SELECT {column[len(division)]} FROM reports WHERE division >= ? AND division < ? LIMIT 1"
    row = db.execute(query, (division, f"{division}~")).fetchone()
    return str(row[0]) if row else ""


def _divisions(db: sqlite3.Connection, digits: int, within: str) -> Iterator[str]:
    """The beginnings of the codes that occur, each found in the index by the one before it."""
    at = within or " "
    query = "SELECT min(division) FROM reports WHERE division >= ?"
    while (code := db.execute(query, (at,)).fetchone()[0]) and code.startswith(within):
        yield code[:digits]
        at = f"{code[:digits]}~"


def _marks(chosen: Mapping[str, str]) -> list[str]:
    """A division's whole code holds what it lies in."""
    return ["current", *(f"{LETTERS[name]}{value}" for name, value in chosen.items())]


def _rows(db: sqlite3.Connection, kind: Kind, ids: Sequence[int]) -> list[dict[str, Any]]:
    cursor = db.execute(kind.rows, (json.dumps(ids),))
    names = [column[0] for column in cursor.description]
    by_id = {row[0]: dict(zip(names, row, strict=True)) for row in cursor}
    return [by_id[id] for id in ids if id in by_id]
