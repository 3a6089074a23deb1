"""One organ over the years: what it reported, what it carried over, where that breaks, and what it owes."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.checking.aggregates import term
from archive.database import indicators_in
from archive.shown.summaries import rows
from archive.shown.whole import EARLIER
from archive.wide import column, wide_tables

ROWS = ("new", "carried_in", "disclosed", "partly_disclosed", "denied", "unavailable", "not_processed", "other")
SHOWN = tuple(f"requests.{row}.total" for row in (*ROWS, "total", "carried_out"))

REPORTS = """
SELECT p.year, p.division, p.province, p.city, p.county, p.published, p.snapshot, p.part, p.forms, p.numbers, p.blanks,
       p.reconsiderations, p.lawsuits, p.findings - (
           SELECT count(*) FROM findings f JOIN reviews v ON v.key = f.key AND v.standing AND v.judgement = 'dismissed'
           WHERE f.snapshot = p.snapshot AND f.part = p.part AND f.verdict IN ('FAIL', 'WARN')) + (
           SELECT count(*) FROM audits a LEFT JOIN reviews v ON v.key = a.key AND v.standing
           WHERE (a.organ, a.year, a.division) = (p.organ, p.year, p.division) AND a.verdict IN ('FAIL', 'WARN')
           AND coalesce(v.judgement, '') <> 'dismissed') AS findings
FROM reports p WHERE p.organ = ? ORDER BY p.division, p.year
"""
OWED = "SELECT year, division, state, flags, deadline FROM ledger WHERE organ = ? ORDER BY year"
FACTS = """
SELECT p.year, {columns} FROM reports p JOIN requests w ON w.snapshot = p.snapshot AND w.part = p.part
WHERE p.organ = ? AND p.division = ?
"""
OF_BEFORE = """
SELECT p.year AS year, {columns} FROM reports p JOIN {table} s ON s.snapshot = p.snapshot AND s.part = p.part
WHERE p.organ = ?1 AND p.division = ?2
"""
SINCE = 2019  # the forms of before ask for none of SHOWN
# What a person said of a chain that breaks; the plus keeps SQLite from going through the chains of all organs.
JUDGED = """
SELECT a.year, v.judgement FROM audits a JOIN reviews v ON v.key = a.key AND v.standing
WHERE a.organ = ? AND a.division = ? AND +a.rule = 'carry_over' AND a.indicators LIKE '%carried_in.total%'
"""


def divisions(db: sqlite3.Connection, organ: str) -> list[str]:
    """Where there is an organ of that name; several are several organs."""
    query = "SELECT division FROM reports WHERE organ = ? UNION SELECT division FROM owed WHERE organ = ?"
    return [division for (division,) in db.execute(query, (organ, organ))]


def career(db: sqlite3.Connection, organ: str, division: str) -> dict[str, Any]:
    """Its years from the first to the last that it reported or owed, gaps included."""
    reports = {row["year"]: row for row in rows(db, REPORTS, organ) if row["division"] == division}
    owed = {row["year"]: row for row in rows(db, OWED, organ) if row["division"] == division}
    numbers = _numbers(db, organ, division)
    known = [*reports, *owed]
    years = range(min(known, default=0), max(known, default=-1) + 1)
    return {
        "years": [
            {
                "year": year,
                "report": reports.get(year),
                "owed": owed.get(year),
                "numbers": numbers.get(year, {}),
            }
            for year in years
        ],
        "chain": chain(years, numbers, dict(db.execute(JUDGED, (organ, division)).fetchall())),
        "earlier": _earlier(db, organ, division),
        "newest": reports[max(reports)] if reports else None,
    }


def chain(years: range, numbers: dict[int, dict[str, int | None]], judged: dict[int, str]) -> list[dict[str, Any]]:
    """What each year carried out, what the next one carried in; `state` says holds, breaks, dismissed or open."""
    found = []
    for year in range(max(years.start, SINCE), years.stop - 1):
        out = numbers.get(year, {}).get("requests.carried_out.total")
        taken = numbers.get(year + 1, {}).get("requests.carried_in.total")
        state = "open" if out is None or taken is None else "holds" if out == taken else "breaks"
        if state == "breaks" and judged.get(year + 1) == "dismissed":
            state = "dismissed"
        found.append({"year": year, "out": out, "taken": taken, "state": state})
    return found


def _earlier(db: sqlite3.Connection, organ: str, division: str) -> list[dict[str, Any]]:
    """The same numbers of every statistics table of before 2019, whichever form a province had."""
    columns = ", ".join(f's."{column(indicator)}" AS {name}' for name, indicator in EARLIER.items())
    tables = [one.name for one in wide_tables(indicators_in(db)) if one.table == "statistics"]
    query = " UNION ALL ".join(OF_BEFORE.format(columns=columns, table=table) for table in tables)
    return rows(db, f"{query} ORDER BY year", organ, division)


def _numbers(db: sqlite3.Connection, organ: str, division: str) -> dict[int, dict[str, int | None]]:
    """Of a group of rows the sum of their totals, where every row of the report's form has a number."""
    (table,) = (one for one in wide_tables(indicators_in(db)) if one.name == "requests")
    columns = ", ".join(f'{term(table, name)} AS "{name}"' for name in SHOWN)
    return {row.pop("year"): row for row in rows(db, FACTS.format(columns=columns), organ, division)}
