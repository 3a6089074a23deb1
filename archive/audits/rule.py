"""What a rule across reports is, where its findings stand, and the arithmetic that such rules share."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.folding import folded_apart
from archive.records import Finding, Verdict
from archive.wide import WideTable

# Reports whose findings a rule has to make again, given those that changed.
ITSELF = "SELECT organ, year, division FROM temp.changed"
# Counts those that have a table with numbers, as has the report of the year before.
COULD_CHAIN = """
SELECT c.division, c.year, count(*) FROM temp.cells c
CROSS JOIN reports now ON now.division = c.division AND now.year = c.year
CROSS JOIN reports last ON last.organ = now.organ AND last.year = now.year - 1 AND last.division = now.division
CROSS JOIN {table} n ON n.snapshot = now.snapshot AND n.part = now.part AND n.states GLOB '*n*'
CROSS JOIN {table} b ON b.snapshot = last.snapshot AND b.part = last.part AND b.states GLOB '*n*'
GROUP BY c.division, c.year
"""
AND_THE_NEXT_YEAR = f"{ITSELF} UNION SELECT organ, year + 1, division FROM temp.changed"

Value = int | float | None
Tables = Mapping[str, WideTable]  # by name
Check = Callable[["Audit", sqlite3.Connection, Tables], Iterator["Result"]]


class Place(NamedTuple):
    """A report: what one organ published for one year."""

    organ: str
    year: int | None
    division: str


NOWHERE = Place("", None, "")


def _nothing(db: sqlite3.Connection, tables: Tables) -> None:
    """What most rules have to prepare."""


class Square(NamedTuple):
    """An indicator's value in a report, and the letter of its state (wide.LETTERS, "-" where it has none)."""

    value: Value
    letter: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """One finding, the report that it is shown at, and the other report that it speaks of."""

    at: Place
    other: Place = NOWHERE
    finding: Finding
    told: tuple[object, ...] = ()  # what more tells this question from others of the same values

    @property
    def row(self) -> dict[str, object]:
        """The row of `audits`."""
        expected, actual = self.finding.expected, self.finding.actual
        parts = [*self.at, *self.other, *self.told, self.finding.key]
        return {
            "key": hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16],
            **self.at._asdict(),
            **{f"other_{name}": value for name, value in self.other._asdict().items()},
            **vars(self.finding),
            "indicators": json.dumps(self.finding.indicators, ensure_ascii=False),
            "difference": None if expected is None or actual is None else round(actual - expected, 6),
            "folded": folded_apart(f"{self.finding.message_zh}\n{self.finding.message_en}"),
        }


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One rule across reports: what it says in both languages, where it comes from, and how it is checked.

    `check` finds everything that is to be told at the reports in `temp.affected`, which `reach` chose. So a run over
    all reports and any row of runs over those that changed end in the same findings.
    """

    name: str
    version: int
    zh: str
    en: str
    source: str  # law or form
    check: Check
    could: str = ""  # SQL that counts the reports to which it can be applied, by the division and year of `temp.cells`
    among: str = ""  # or where that depends on other divisions: SQL that counts them all, by what `tallies` has
    reach: str = ITSELF
    of_reports: bool = True  # whether it is told at reports that are there alone
    prepare: Callable[[sqlite3.Connection, Tables], None] = _nothing  # before any rule; may add to `temp.changed`

    def finding(self, verdict: Verdict, indicators: Sequence[str], zh: str, en: str, **more: object) -> Finding:
        return Finding(
            rule=self.name,
            version=self.version,
            verdict=verdict,
            indicators=tuple(indicators),
            message_zh=zh,
            message_en=en,
            **more,  # type: ignore[arg-type]
        )


class Weighed(NamedTuple):
    """Two sides of an equation: how it ends, and both sums with blanks left out."""

    verdict: Verdict
    expected: int | float
    actual: int | float


def weigh(expected: Sequence[tuple[int, Square]], actual: Square) -> Weighed:
    """Whether a square is the sum of others, each with its sign."""
    letters = {square.letter for _, square in expected} | {actual.letter}
    total = sum(sign * (square.value or 0) for sign, square in expected)
    sides = (total, actual.value or 0)
    if letters <= {"n"}:
        return Weighed("PASS" if sides[0] == sides[1] else "FAIL", *sides)
    return Weighed("UNCERTAIN" if letters <= {"n", "b", "p"} else "NOT_ASSESSABLE", *sides)


def labels(db: sqlite3.Connection) -> Mapping[str, str]:
    """What people call an indicator: （一）予以公开 · 总计."""
    rows = db.execute("SELECT indicator, row_label, column_label FROM indicators ORDER BY form")
    return {indicator: f"{row.rpartition('/')[2]} · {column}" for indicator, row, column in rows}


def letter(table: WideTable, indicator: str, row: str) -> str:
    """SQL for the letter of a square's state in a row of a wide table."""
    return f"substr({row}.states, {list(table.units).index(indicator) + 1}, 1)"


def is_everything(db: sqlite3.Connection) -> bool:
    """Whether no report is left that did not change: then no rule has to look for neighbours."""
    (left,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM reports r WHERE NOT EXISTS (SELECT 1 FROM temp.changed c"
        " WHERE c.organ = r.organ AND c.year = r.year AND c.division = r.division))"
    ).fetchone()
    return not left
