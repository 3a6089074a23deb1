"""Two readings beside each other: their numbers with differences, their prose by paragraphs and then by characters."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from archive.content import said
from archive.database import indicators_in
from archive.records import Fact
from archive.shown.printed import labels_of
from archive.shown.whole import SECTIONS, rows, squares_of
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
LINES = 3000  # of a side that are shown
STEPS = 1_500_000  # of comparing, of paragraphs and again of characters; some third of a second each
LONGEST = 20_000  # characters of two paragraphs that are compared by characters
ALIKE = 0.3  # of two paragraphs, from which their characters are compared

Kind = Literal["same", "changed", "gone", "new"]
Pieces = list[tuple[bool, str]]  # (only on this side, text)
ORDER = ("statistics", "proactive", "requests", "review")  # as a report prints its tables


@dataclass(frozen=True, kw_only=True)
class Line:
    """A paragraph of one side or of both."""

    kind: Kind
    a: Pieces
    b: Pieces


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Two texts beside each other."""

    lines: list[Line]
    bounded: bool  # some paragraphs are shown whole, or not at all, for want of time


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One indicator on both sides; None where a side has no such square."""

    indicator: str
    unit: str
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
    labels = [labels_of(indicators, side["forms"].split()) for side in (a, b)]
    found: dict[str, list[Pair]] = {}
    for table in sorted(wide_tables(indicators), key=lambda one: ORDER.index(one.table)):
        of_a = squares_of(db, [table], a["snapshot"], a["part"])
        of_b = squares_of(db, [table], b["snapshot"], b["part"])
        pairs = [
            _pair(name, unit, _label(name, *labels), of_a.get(name), of_b.get(name))
            for name, unit in table.units.items()
            if name in of_a or name in of_b
        ]
        if pairs:
            found[table.name] = pairs
    return found


def _label(name: str, a: Mapping[str, str], b: Mapping[str, str]) -> str:
    """What both forms call it, or each of them."""
    return " ／ ".join(dict.fromkeys(labels.get(name, name) for labels in (a, b)))


def _pair(name: str, unit: str, label: str, a: Fact | None, b: Fact | None) -> Pair:
    same, difference = False, None
    if a is not None and b is not None:
        same = said(a) == said(b)
        difference = None if a.value is None or b.value is None else round(b.value - a.value, 6)
    return Pair(indicator=name, unit=unit, label=label, a=a, b=b, same=same, difference=difference)


def prose(db: sqlite3.Connection, a: Mapping[str, Any], b: Mapping[str, Any]) -> Texts:
    """The text of both sides, paragraph by paragraph."""
    old, new = ([*islice(_paragraphs(db, side), LINES + 1)] for side in (a, b))
    texts = compared(old[:LINES], new[:LINES])
    return replace(texts, bounded=True) if max(len(old), len(new)) > LINES else texts


def _paragraphs(db: sqlite3.Connection, side: Mapping[str, Any]) -> Iterator[str]:
    for section in rows(db, SECTIONS, side["snapshot"], side["part"]):
        yield from filter(None, map(str.strip, (section["heading"], *section["text"].split("\n"))))


class _Spent(Exception):
    """No step is left."""


class _Places(dict[Any, list[int]]):
    """Where everything stands in the other side, as SequenceMatcher asks for it: that is all that it does for long."""

    def __init__(self, places: Mapping[Any, list[int]], steps: list[int]) -> None:
        super().__init__(places)
        self.steps = steps

    def get(self, key: Any, default: Any = None) -> Any:
        found = super().get(key, default)
        self.steps[0] -= 1 + len(found)
        if self.steps[0] < 0:
            raise _Spent
        return found


def _opcodes(old: Sequence[str], new: Sequence[str], steps: list[int]) -> list[tuple[str, int, int, int, int]] | None:
    """How the one becomes the other; None where that takes more steps than are left."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    matcher.b2j = _Places(matcher.b2j, steps)  # type: ignore[attr-defined]
    try:
        return list(matcher.get_opcodes())
    except _Spent:
        return None


def compared(old: Sequence[str], new: Sequence[str]) -> Texts:
    """Paragraphs that both have, that became others, that are gone or new; every word of both sides is in it."""
    same = [("equal", 0, len(old), 0, len(new))]
    opcodes = same if old == new else _opcodes(old, new, [STEPS])
    bounded, found, steps = opcodes is None, list[Line](), [STEPS if opcodes else 0]
    for kind, i, j, m, n in opcodes or [("replace", 0, len(old), 0, len(new))]:
        if kind == "equal":
            found += [Line(kind="same", a=[(False, text)], b=[(False, text)]) for text in old[i:j]]
            continue
        shared = min(j - i, n - m)
        for before, after in zip(old[i : i + shared], new[m : m + shared], strict=False):
            changed = _changed(before, after, steps)
            bounded = bounded or changed is None
            found += _whole([before], [after]) if changed is None else changed
        found += _whole(old[i + shared : j], new[m + shared : n])
    return Texts(lines=found, bounded=bounded)


def _whole(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    gone = [Line(kind="gone", a=[(True, text)], b=[]) for text in old]
    return gone + [Line(kind="new", a=[], b=[(True, text)]) for text in new]


def _changed(before: str, after: str, steps: list[int]) -> list[Line] | None:
    """One paragraph that became another, or two that are too unlike; None where that was not looked at."""
    length = len(before) + len(after)
    if steps[0] <= 0 or length > LONGEST:
        return None
    steps[0] -= 2 * length  # what it takes to tell whether they are alike at all
    if SequenceMatcher(None, before, after, autojunk=False).quick_ratio() < ALIKE:
        return _whole([before], [after])
    opcodes = _opcodes(before, after, steps)
    if opcodes is None:
        return None
    a: Pieces = []
    b: Pieces = []
    for kind, i, j, m, n in opcodes:
        if j > i:
            a.append((kind != "equal", before[i:j]))
        if n > m:
            b.append((kind != "equal", after[m:n]))
    return [Line(kind="changed", a=a, b=b)]
