"""What of a reading is to be marked in its archived original: one square, the squares of a finding, a sentence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.database import indicators_in
from archive.records import Extra, Fact
from archive.shown.printed import labels_of
from archive.wide import facts, wide_tables

SHORTEST = 6  # characters of evidence that is looked for in the text: a shorter one stands anywhere
MOST = 999  # findings of a report that are numbered
READING = "SELECT * FROM readings WHERE snapshot = ? AND part = ?"
EXTRAS = 'SELECT within, label, head, value, unit, raw, state, method, "table", "row", "column" FROM extras'
OF = "WHERE snapshot = ? AND part = ?"


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One thing to be marked, and its name for people."""

    label: str  # printed beside it, "" for nothing
    name: str
    square: Fact | Extra | None = None
    indicator: str = ""
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The reading and all that is to be marked in it."""

    reading: Mapping[str, Any]
    finding: Mapping[str, Any] | None  # that speaks of the squares
    marks: tuple[Marked, ...]
    absent: tuple[str, ...] = ()  # squares of the finding that the original does not have

    @property
    def label(self) -> str:
        """The number of the finding, the same beside every mark."""
        return self.marks[0].label if self.marks else ""

    @property
    def squares(self) -> list[dict[str, Any]]:
        """As the program that marks takes them."""
        names = ("table", "row", "column", "raw")
        found = ((one.label, one.square) for one in self.marks if one.square)
        return [{"label": label} | {name: getattr(square, name) for name in names} for label, square in found]

    @property
    def quotes(self) -> list[dict[str, Any]]:
        """The words, alike."""
        return [{"label": one.label, "text": one.quote} for one in self.marks if one.quote]


def wanted(db: sqlite3.Connection, id: str, asked: Mapping[str, str]) -> Wanted | None:
    """What an address asks for; None where there is no such thing."""
    part = _number(asked.get("part", "0"))
    reading = _first(db, READING, id, part)
    if reading is None or part is None:
        return None
    indicators = indicators_in(db)
    known = {fact.indicator: fact for fact in facts(db, wide_tables(indicators), id, part)}
    labels = labels_of(indicators, reading["forms"].split())
    if "finding" in asked:
        return _of_finding(db, reading, asked, known, labels)
    if "statement" in asked:
        said = _first(db, f"SELECT * FROM statements {OF} AND position = ?", id, part, _number(asked["statement"]))
        mark = (
            Marked(label="", name=labels.get(said["indicator"], said["indicator"]), quote=said["sentence"])
            if said
            else None
        )
    elif "indicator" in asked:
        fact = known.get(asked["indicator"])
        mark = _named(fact, labels) if fact else None
    else:
        place = tuple(_number(asked.get(name, "")) for name in ("table", "row", "column"))
        mark = next((one for one in _all(db, id, part, known, labels) if _place(one) == place), None)
    return Wanted(reading=reading, finding=None, marks=(mark,)) if mark else None


def _of_finding(
    db: sqlite3.Connection,
    reading: Mapping[str, Any],
    asked: Mapping[str, str],
    known: Mapping[str, Fact],
    labels: Mapping[str, str],
) -> Wanted | None:
    id, part = reading["snapshot"], reading["part"]
    finding = _first(db, f"SELECT * FROM findings {OF} AND position = ?", id, part, _number(asked["finding"]))
    if finding is None:
        return None
    number = _number(asked.get("n", "")) or 0
    label = str(number) if 1 <= number <= MOST else ""
    names = json.loads(finding["indicators"])
    marks = [_named(known[name], labels, label) for name in names if name in known]
    if len(finding["evidence"].strip()) >= SHORTEST:
        marks.append(Marked(label=label, name="", quote=finding["evidence"]))
    absent = tuple(labels.get(name, name) for name in names if name not in known)
    return Wanted(reading=reading, finding=finding, marks=tuple(marks), absent=absent)


def _all(
    db: sqlite3.Connection, id: str, part: int, known: Mapping[str, Fact], labels: Mapping[str, str]
) -> Iterator[Marked]:
    for row in db.execute(f"{EXTRAS} {OF} ORDER BY position", (id, part)):
        extra = Extra(**dict(zip(Extra.__dataclass_fields__, row, strict=True)))
        yield Marked(label="", name=" · ".join(filter(None, (extra.label, extra.head))), square=extra)
    yield from (_named(fact, labels) for fact in known.values())


def _named(fact: Fact, labels: Mapping[str, str], label: str = "") -> Marked:
    name = labels.get(fact.indicator, fact.indicator)
    return Marked(label=label, name=name, square=fact, indicator=fact.indicator)


def _place(one: Marked) -> tuple[int | None, ...]:
    return (one.square.table, one.square.row, one.square.column) if one.square else ()


def _number(text: str) -> int | None:
    """A number of an address; None for what is none, and where nothing was lost by asking for it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _first(db: sqlite3.Connection, query: str, *values: object) -> dict[str, Any] | None:
    cursor = db.execute(query, values)
    row = cursor.fetchone()
    return dict(zip((column[0] for column in cursor.description), row, strict=True)) if row else None
