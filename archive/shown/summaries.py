"""What the pages show of the sums that `nianbao check` made: by place, tier and year, each with what it covers."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.checking.aggregates import COUNTRY
from archive.errors import NotOffered

ENOUGH = 30  # reports with a number below which places are not set against each other
TIERS = ("province", "city", "county", "department", "town")
READABLE = """
SELECT tier, sum(reports) AS reports, sum(readable) AS readable FROM report_years WHERE place = ? GROUP BY tier
"""
MEASURES = """
SELECT m.year, m.indicator, m.counted, m.total, m.paired, m.part, m.whole, y.reports
FROM measures m JOIN report_years y USING (place, tier, year)
WHERE place = ? AND tier = ? AND indicator IN (SELECT value FROM json_each(?))
"""
OF_A_YEAR = """
SELECT y.place, y.reports, m.counted, m.total, m.paired, m.part, m.whole FROM report_years y
LEFT JOIN measures m ON (m.place, m.tier, m.year, m.indicator) = (y.place, y.tier, y.year, ?)
WHERE y.tier = ? AND y.year = ? AND length(y.place) = 2 AND y.place <> 'CN'
"""
LEDGER = "SELECT * FROM ledger_years WHERE place = ? ORDER BY year"
PLACE = "SELECT * FROM places WHERE code = ?"
CHILDREN = "SELECT * FROM places WHERE parent = ? ORDER BY code"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The sum of one indicator over the reports of one place, tier and year."""

    reports: int
    counted: int  # of them with a number
    total: int
    paired: int
    part: int
    whole: int

    @property
    def mean(self) -> float | None:
        """A report's share of the sum; None where none has a number."""
        return self.total / self.counted if self.counted else None

    @property
    def share(self) -> float | None:
        """Of the whole, over the reports that say both."""
        return self.part / self.whole if self.whole else None


def rows(db: sqlite3.Connection, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query by the names of their columns."""
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def tiers(db: sqlite3.Connection, place: str) -> dict[str, tuple[int, int]]:
    """The tiers that have reports there: how many, and how many of them with numbers."""
    found = {row["tier"]: (row["reports"], row["readable"]) for row in rows(db, READABLE, place)}
    return {name: found[name] for name in TIERS if name in found}


def chosen_tier(found: Mapping[str, tuple[int, int]], asked: str | None) -> str | None:
    """The one that was asked for, or else the one with the most reports that say anything."""
    if asked:
        return offered("tier", asked, found)
    return max(found, key=lambda name: found[name][1], default=None)


def offered(name: str, asked: str, choices: Container[str]) -> str:
    """What was asked for, if it can be; other numbers in its place would be taken for those that were asked for."""
    if asked not in choices:
        raise NotOffered(name)
    return asked


def series(
    db: sqlite3.Connection, place: str, tier: str, indicators: Sequence[str]
) -> dict[int, dict[str, Measure | None]]:
    """Year by year, gaps included, the sums of these indicators; None where no report has a number."""
    names = "[" + ", ".join(f'"{name}"' for name in indicators) + "]"
    found: dict[int, dict[str, Measure]] = {}
    for row in rows(db, MEASURES, place, tier, names):
        year, indicator = row.pop("year"), row.pop("indicator")
        found.setdefault(year, {})[indicator] = Measure(**row)
    return {
        year: {name: found.get(year, {}).get(name) for name in indicators}
        for year in range(min(found, default=0), max(found, default=-1) + 1)
    }


def provinces(db: sqlite3.Connection, tier: str, year: int, indicator: str) -> dict[str, Measure]:
    """One indicator in each province that has a report of that tier and year."""
    return {
        row.pop("place"): Measure(**{name: value or 0 for name, value in row.items()})
        for row in rows(db, OF_A_YEAR, indicator, tier, year)
    }


def ledger(db: sqlite3.Connection, place: str) -> dict[int, dict[str, Any]]:
    """What was owed in one place and what became of it, year by year."""
    return {row["year"]: row for row in rows(db, LEDGER, place)}


def ledgers(db: sqlite3.Connection, places: Iterable[str]) -> tuple[list[int], dict[str, dict[int, dict[str, Any]]]]:
    """The same of several places, with the years of all of them."""
    found = {place: ledger(db, place) for place in places}
    years = sorted({year for one in found.values() for year in one})
    return list(range(years[0], years[-1] + 1)) if years else [], found


def place(db: sqlite3.Connection, code: str) -> dict[str, Any] | None:
    """One division that has reports."""
    return next(iter(rows(db, PLACE, code)), None)


def path(db: sqlite3.Connection, code: str) -> list[dict[str, Any]]:
    """The divisions from the province down to one."""
    found: list[dict[str, Any]] = []
    while code and (here := place(db, code)):
        found.insert(0, here)
        code = here["parent"]
    return found


def children(db: sqlite3.Connection, code: str = "") -> list[dict[str, Any]]:
    """The divisions right below one; the provinces below none."""
    return rows(db, CHILDREN, code)


def totals(db: sqlite3.Connection) -> dict[str, Any]:
    """How much there is, as of the last check; empty before the first."""
    return dict(db.execute("SELECT name, value FROM totals").fetchall())


def years(db: sqlite3.Connection) -> list[int]:
    """The years of which there is a report or of which one is owed, the newest first."""
    query = "SELECT year FROM report_years WHERE place = ? UNION SELECT year FROM ledger_years WHERE place = ?"
    return sorted((year for (year,) in db.execute(query, (COUNTRY, COUNTRY))), reverse=True)
