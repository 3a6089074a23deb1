"""Two readings beside each other: their numbers with differences, their prose by paragraphs and then by characters."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from archive.content import said
from archive.database import indicators_in
from archive.printed import labels_of
from archive.records import Fact
from archive.whole import SECTIONS, rows, squares_of
from archive.wide import wide_tables

BY_NAME = re.compile(r"([0-9a-f]{16})(?:\.(\d{1,6}))?")
BY_REPORT = re.compile(r"(?:.*/report/)?(.{1,300})/(\d{4})(?:/([0-9a-f]{8,64}))?/?", re.DOTALL)
SIDE = """
SELECT r.*, s.url, s.timestamp, s.digest FROM readings r JOIN snapshots s ON s.id = r.snapshot
WHERE r.snapshot = ? AND r.part = ?
"""
OF_REPORT = """
SELECT snapshot, part, division FROM reports WHERE organ = ?1 AND year = ?2 AND (division = ?3 OR ?3 IS NULL)
ORDER BY division LIMIT 2
"""
OF_DIGEST = """
SELECT r.snapshot, r.part, r.division FROM readings r JOIN snapshots s ON s.id = r.snapshot
WHERE r.organ = ?1 AND r.year = ?2 AND (r.division = ?3 OR ?3 IS NULL)
  AND substr(s.digest, instr(s.digest, ':') + 1, length(?4)) = ?4 ORDER BY s.timestamp, r.snapshot LIMIT 1
"""
LINES = 3000  # of a side; more are compared as far as this
WORK = 6_000_000  # pairs of characters that are looked at; what is longer is shown whole
ALIKE = 0.3  # of two paragraphs, from which their characters are compared

Kind = Literal["same", "changed", "gone", "new"]
Pieces = list[tuple[bool, str]]  # (only on this side, text)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A paragraph of one side or of both."""

    kind: Kind
    a: Pieces
    b: Pieces


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One indicator on both sides; None where a side has no such square."""

    indicator: str
    label: str
    a: Fact | None
    b: Fact | None
    same: bool
    difference: int | float | None  # b - a, where both are numbers that mean the same


def chosen(db: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    """The reading that somebody names: a snapshot, organ/year, or an address of ours; None where it is not there."""
    found: list[dict[str, Any]]
    if by_name := BY_NAME.fullmatch(name.strip()):
        found = rows(db, SIDE, by_name[1], int(by_name[2] or 0))
        return found[0] if found else None
    try:
        parts = urlsplit(name.strip())
    except ValueError:
        return None
    by_report = BY_REPORT.fullmatch(unquote(parts.path))
    if by_report is None:
        return None
    asked = re.search(r"(?:^|&)division=(\d{0,6})(?:&|$)", parts.query)
    organ, year, digest = by_report.groups()
    values: list[object] = [organ.removeprefix("/report/"), int(year), asked[1] if asked else None]
    found = rows(db, OF_DIGEST, *values, digest) if digest else rows(db, OF_REPORT, *values)
    return rows(db, SIDE, found[0]["snapshot"], found[0]["part"])[0] if len(found) == 1 else None


def numbers(db: sqlite3.Connection, a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, list[Pair]]:
    """Statutory table -> its indicators on both sides, in the order of the form."""
    indicators = indicators_in(db)
    labels, found = labels_of(indicators), dict[str, list[Pair]]()
    for table in wide_tables(indicators):
        of_a = squares_of(db, [table], a["snapshot"], a["part"])
        of_b = squares_of(db, [table], b["snapshot"], b["part"])
        pairs = [
            _pair(name, labels.get(name, name), of_a.get(name), of_b.get(name))
            for name in table.units
            if name in of_a or name in of_b
        ]
        if pairs:
            found[table.name] = pairs
    return found


def _pair(name: str, label: str, a: Fact | None, b: Fact | None) -> Pair:
    same, difference = False, None
    if a is not None and b is not None:
        same = said(a) == said(b)
        difference = None if a.value is None or b.value is None else round(b.value - a.value, 6)
    return Pair(indicator=name, label=label, a=a, b=b, same=same, difference=difference)


def prose(db: sqlite3.Connection, a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Line]:
    """The text of both sides, paragraph by paragraph."""
    return compared(*([*_paragraphs(db, side)][:LINES] for side in (a, b)))


def _paragraphs(db: sqlite3.Connection, side: Mapping[str, Any]) -> Iterator[str]:
    for section in rows(db, SECTIONS, side["snapshot"], side["part"]):
        yield from filter(None, map(str.strip, (section["heading"], *section["text"].split("\n"))))


def compared(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Paragraphs that both have, that became others, that are gone or new; every word of both sides is in it."""
    budget, found = WORK, list[Line]()
    for kind, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Line(kind="same", a=[(False, text)], b=[(False, text)]) for text in old[i:j]]
            continue
        shared = min(j - i, n - m)
        for before, after in zip(old[i : i + shared], new[m : m + shared], strict=True):
            budget -= len(before) * len(after)
            found += _changed(before, after, by_characters=budget > 0)
        found += [Line(kind="gone", a=[(True, text)], b=[]) for text in old[i + shared : j]]
        found += [Line(kind="new", a=[], b=[(True, text)]) for text in new[m + shared : n]]
    return found


def _changed(before: str, after: str, *, by_characters: bool) -> list[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not by_characters or matcher.quick_ratio() < ALIKE:
        return [Line(kind="gone", a=[(True, before)], b=[]), Line(kind="new", a=[], b=[(True, after)])]
    a: Pieces = []
    b: Pieces = []
    for kind, i, j, m, n in matcher.get_opcodes():
        if j > i:
            a.append((kind != "equal", before[i:j]))
        if n > m:
            b.append((kind != "equal", after[m:n]))
    return [Line(kind="changed", a=a, b=b)]
