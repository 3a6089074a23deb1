"""What a search finds: how many, which of them, and in which years, places, levels, sections; newest year first.

Nothing is ranked, and nothing counts further than CAP: of a word that stands in nearly every row all counts would take
seconds. The marks of the index (search.py) narrow a search, so that no table is looked at before the rows are shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.search import LEVEL, LEVELS
from archive.shown.asking import Question

CAP = 10_000  # how far a search is counted
CAP_OF_FACETS = 1_000  # and each of its facets, where it has more than CAP
FIRST_YEAR = 2003  # before the first report of all, of Shanghai in 2004
SECTIONS = tuple(str(number) for number in range(7))
VERDICTS = ("FAIL", "WARN", "UNCERTAIN", "NOT_ASSESSABLE", "NOT_REPORTED", "INFO")
DISMISSED = """ AND rowid NOT IN (SELECT f.id FROM reviews v JOIN findings f ON f.key = v.key
 WHERE v.standing AND v.judgement = 'dismissed' UNION ALL SELECT a.id FROM reviews v JOIN audits a ON a.key = v.key
 WHERE v.standing AND v.judgement = 'dismissed')"""
OF_REPORT = "r.organ, r.year, r.division, r.province, r.city, r.county"
PLACE = f"r.year AS year, r.division AS division, {LEVEL.format(of='r')} AS level"
GIVEN = "FROM json_each(?1) one CROSS JOIN"  # a JSON array of ids
READ = "JOIN reports r ON r.snapshot = {of}.snapshot AND r.part = {of}.part"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of what can be found."""

    index: str
    rows: str  # SQL that gives what is shown of some ids
    places: str  # and what is counted: id, year, division, level, the kind's own facet
    own: str = ""  # that facet
    but: str = ""  # SQL that leaves out what counts nowhere

    @property
    def facets(self) -> list[str]:
        """What can be chosen of it."""
        return [name for name in (self.own, "year", "level", *DIGITS) if name]


KINDS: Mapping[str, Kind] = {
    "prose": Kind(
        index="sections_fts",
        rows=f"SELECT s.id, s.position, s.number, s.heading, s.text, {OF_REPORT} {GIVEN} sections s ON s.id = one.value"
        f" {READ.format(of='s')}",
        places=f"SELECT s.id, {PLACE}, s.number {GIVEN} sections s ON s.id = one.value {READ.format(of='s')}",
        own="section",
    ),
    "reports": Kind(
        index="reports_fts",
        rows=f"SELECT r.id, r.title, {OF_REPORT} {GIVEN} reports r ON r.id = one.value",
        places=f"SELECT r.id, {PLACE}, '' {GIVEN} reports r ON r.id = one.value",
    ),
    "findings": Kind(
        index="findings_fts",
        rows=f"SELECT f.id, f.rule, f.verdict, f.message_zh, f.message_en, f.key, f.position, {OF_REPORT}"
        f" {GIVEN} findings f ON f.id = one.value {READ.format(of='f')}"
        " UNION ALL SELECT a.id, a.rule, a.verdict, a.message_zh, a.message_en, a.key, NULL, a.organ, a.year,"
        f" a.division, r.province, r.city, r.county {GIVEN} audits a ON a.id = one.value"
        " LEFT JOIN reports r ON (r.organ, r.year, r.division) = (a.organ, a.year, a.division)",
        places=f"SELECT f.id, {PLACE}, f.verdict {GIVEN} findings f ON f.id = one.value {READ.format(of='f')}"
        f" UNION ALL SELECT r.id, {PLACE}, r.verdict {GIVEN} audits r ON r.id = one.value",
        own="verdict",
        but=DISMISSED,
    ),
}
LETTERS = {"section": "s", "verdict": "v", "year": "y", "level": "l", "province": "d", "city": "d", "county": "d"}
DIGITS = {"province": 2, "city": 4, "county": 6}  # of a division's code
WITHIN = {"city": "province", "county": "city"}  # what has to be chosen before

Counts = dict[str, list[tuple[str, int]]]  # facet -> its values that occur, with how many


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One page."""

    total: int  # at the most one more than CAP
    rows: list[dict[str, Any]]
    counts: Counts | None  # None beyond CAP: ask `counts_of_many`


def counted(db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], cap: int = CAP) -> int:
    """How many there are, at the most one more than `cap`."""
    return len(_ids(db, kind, question, chosen, cap + 1))


def found(db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str]) -> list[int]:
    """The ids of all, or of one more than CAP."""
    return _ids(db, kind, question, chosen, CAP + 1)


def answer(
    db: sqlite3.Connection,
    kind: Kind,
    question: Question,
    chosen: Mapping[str, str],
    offset: int = 0,
    size: int = 20,
    ids: Sequence[int] | None = None,
) -> Answer:
    """How many, the rows of one page, and how many there are of each facet; `ids` are those of `found`, if known."""
    ids = found(db, kind, question, chosen) if ids is None else ids
    if len(ids) > CAP:
        rows = _rows(db, kind, _year_by_year(db, kind, question, chosen, offset, size))
        return Answer(total=len(ids), rows=rows, counts=None)
    places = db.execute(kind.places, (json.dumps(ids),)).fetchall()
    ordered = [id for id, *_ in sorted(places, key=lambda place: (-place[1], place[0]))]
    counts = _tally(places, kind, chosen)
    return Answer(total=len(ids), rows=_rows(db, kind, ordered[offset : offset + size]), counts=counts)


def counts_of_many(
    db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str]
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The same of more than CAP, none of them beyond CAP_OF_FACETS: the index is asked for each value."""
    for name in _open(kind, chosen):
        values = values_of(db, name, chosen)
        counts = ((value, counted(db, kind, question, {**chosen, name: value}, CAP_OF_FACETS)) for value in values)
        yield name, [(value, count) for value, count in counts if count]


def _open(kind: Kind, chosen: Mapping[str, str]) -> list[str]:
    """The facets of which something can be chosen still."""
    return [name for name in kind.facets if name not in chosen and WITHIN.get(name, name) in {name, *chosen}]


def _tally(places: Sequence[tuple[Any, ...]], kind: Kind, chosen: Mapping[str, str]) -> Counts:
    tallies: dict[str, Counter[str]] = {name: Counter() for name in _open(kind, chosen)}
    for _, year, division, level, own in places:
        said = {kind.own: str(own), "year": str(year), "level": level}
        said |= {name: division[:digits] for name, digits in DIGITS.items()}
        for name, tally in tallies.items():
            tally[said[name]] += bool(said[name])
    fixed: dict[str, Sequence[str]] = {"level": LEVELS, "verdict": VERDICTS}
    return {
        name: [
            (value, tally[value]) for value in fixed.get(name) or sorted(tally, reverse=name == "year") if tally[value]
        ]
        for name, tally in tallies.items()
    }


def _ids(db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], most: int) -> list[int]:
    query = f"SELECT rowid FROM {kind.index} WHERE {kind.index} MATCH ?{kind.but} LIMIT ?"
    return [id for (id,) in db.execute(query, (question.among(_marks(chosen)), most))]


def _year_by_year(
    db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str], offset: int, size: int
) -> list[int]:
    """The ids of a page, without looking at those of all pages."""
    ids: list[int] = []
    for year in [chosen["year"]] if "year" in chosen else years(db):
        here = _ids(db, kind, question, {**chosen, "year": year}, offset + size - len(ids))
        ids += here[offset:]
        offset = max(0, offset - len(here))
        if len(ids) == size:
            break
    return ids


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


def whole_name(db: sqlite3.Connection, division: str) -> str:
    """A division's name with those of the province and the city that it is in."""
    return "".join(dict.fromkeys(name_of(db, division[:digits]) for digits in (2, 4, 6)))


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
