"""Sums by place, tier and year that pages show at once: made from reports and ledger by `nianbao check`.

Blank is never zero: a report without a number is in no sum, and the number of reports that have one stands beside it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from archive.database import transaction
from archive.duty import organ_kind
from archive.wide import WideTable, column

COUNTRY = "CN"
STRIKING = 200
# What can be summed, by the wide tables of its form; a group of rows stands for the sum of their totals.
INDICATORS = (
    *(f"requests.{row}.total" for row in ("new", "carried_in", "disclosed", "partly_disclosed", "denied")),
    *(f"requests.{row}.total" for row in ("unavailable", "not_processed", "other", "total", "carried_out")),
    "review.reconsideration.total",
    "review.reconsideration.corrected",
    "review.litigation_direct.total",
    "review.litigation_after_reconsideration.total",
    "statistics.requests.received",
    "statistics.requests.answered.denied",
    "statistics.reconsideration.total",
    "statistics.litigation.total",
)
OUTCOMES = INDICATORS[2:8]
# What an indicator is a share of.
WHOLE: Mapping[str, str] = dict.fromkeys(OUTCOMES, "requests.total.total") | {
    "review.reconsideration.corrected": "review.reconsideration.total",
    "statistics.requests.answered.denied": "statistics.requests.answered",
}
# Differences that are news whatever the unit; what a reader of ours may have got wrong is none.
NEWS = (
    "flow_balance outcome_total row_total review_total statistics_totals zero_claim prose_against_table prose_sums"
    " carry_over in_force_chain previous_chain rolls_up"
).split()

PLACES = """
WITH newest AS (
    SELECT division, province, city, county, max(year) FROM reports WHERE length(division) = 6 GROUP BY division),
provinces AS (SELECT substr(division, 1, 2) AS place, max(province) AS name FROM newest GROUP BY 1),
cities AS (SELECT substr(division, 1, 4) AS place, max(city) AS name FROM newest
           WHERE city <> '' AND substr(division, 3, 2) <> '00' GROUP BY 1)
INSERT INTO places
SELECT place || '0000', place, '', 'province', coalesce(nullif(name, ''), place || '0000') FROM provinces
UNION ALL SELECT place || '00', place, substr(place, 1, 2) || '0000', 'city', name FROM cities
UNION ALL SELECT division, division,
    substr(division, 1, 2) || CASE WHEN substr(division, 1, 4) IN (SELECT place FROM cities)
                                   THEN substr(division, 3, 2) || '00' ELSE '0000' END,
    'county', coalesce(nullif(county, ''), division)
FROM newest WHERE substr(division, 5, 2) <> '00'
"""
REPORTS = """
INSERT INTO report_years
SELECT division, tier(organ, division), year, count(*), sum(numbers > 0) FROM reports
WHERE division IN temp.stale GROUP BY 1, 2, 3
"""
MEASURES = """
SELECT p.division, tier(p.organ, p.division), p.year, {sums}
FROM reports p JOIN {table} w ON w.snapshot = p.snapshot AND w.part = p.part
WHERE p.division IN temp.stale GROUP BY 1, 2, 3
"""
# Of those that are kept, in time or not, and gone from the portal.
LEDGER = """
INSERT INTO ledger_years
SELECT division, year, count(*), {standings},
    sum(timely = 'on_time'), sum(timely = 'late'), sum(' ' || flags || ' ' LIKE '% removed %')
FROM owed GROUP BY division, year
"""
STANDINGS = ("found", "blank", "unreadable", "withheld", "missing", "blocked", "unknown")
KEPT = "organ, year, division"
# Two numbers that are far apart for their size: a hundred of a thousand says less than ninety of a hundred.
FAR = "(difference * difference) / (abs(expected) + abs(actual))"
STRIKE = f"""
WITH said AS (SELECT key FROM reviews WHERE standing AND judgement = 'dismissed'),
found AS (
    SELECT f.key, {FAR} AS score, f.organ, f.year, p.division FROM findings f
    JOIN reports p ON p.organ = f.organ AND p.year = f.year AND p.snapshot = f.snapshot AND p.part = f.part
    JOIN readings r ON r.snapshot = p.snapshot AND r.part = p.part
    WHERE f.rule IN ({{news}}) AND f.verdict = 'FAIL' AND f.difference <> 0 AND r.recognised = 0
    UNION ALL
    SELECT key, {FAR}, organ, year, division FROM audits
    WHERE rule IN ({{news}}) AND verdict = 'FAIL' AND difference <> 0),
farthest AS (SELECT key, max(score) AS score, {KEPT} FROM found WHERE key NOT IN said AND score > 0 GROUP BY {KEPT})
INSERT OR IGNORE INTO striking SELECT key, score, {KEPT} FROM farthest ORDER BY score DESC, {KEPT} LIMIT {STRIKING}
"""
TOTALS = """
INSERT INTO totals
SELECT 'reports', count(*) FROM reports UNION ALL
SELECT 'organs', count(*) FROM (SELECT DISTINCT organ FROM reports) UNION ALL
SELECT 'years', count(DISTINCT year) FROM reports UNION ALL
SELECT 'first', min(year) FROM reports UNION ALL
SELECT 'last', max(year) FROM reports UNION ALL
SELECT 'readable', coalesce(sum(numbers > 0), 0) FROM reports UNION ALL
SELECT 'wrong', (SELECT coalesce(sum(findings), 0) FROM reports)
    + (SELECT count(*) FROM audits WHERE verdict IN ('FAIL', 'WARN')) UNION ALL
SELECT 'snapshots', count(*) FROM snapshots
"""
_DIGITS = re.compile(r"\d{6}")


def recompute(db: sqlite3.Connection, tables: Sequence[WideTable], changed: Sequence[str] | None = None) -> None:
    """Make the sums again: of the reports of these divisions, or of all; the ledger's in any case."""
    db.create_function("tier", 2, tier, deterministic=True)
    with transaction(db):
        db.execute("CREATE TEMP TABLE IF NOT EXISTS stale (division TEXT PRIMARY KEY) WITHOUT ROWID")
        db.execute("DELETE FROM temp.stale")
        known = "SELECT division FROM reports UNION SELECT place FROM report_years WHERE length(place) IN (0, 6)"
        db.execute(f"INSERT INTO temp.stale {known}" if changed is None else "SELECT 1")
        db.executemany("INSERT OR IGNORE INTO temp.stale VALUES (?)", [(one,) for one in changed or ()])
        for name in ("places", "ledger_years", "striking", "totals"):
            db.execute(f"DELETE FROM {name}")
        db.execute(PLACES)
        _reports(db, tables)
        sums = ", ".join(f"sum(standing = '{name}')" for name in STANDINGS)
        db.execute(LEDGER.format(standings=sums))
        _roll_up(db, "ledger_years", ("year",), everything=True)
        db.execute(STRIKE.format(news=", ".join(f"'{rule}'" for rule in NEWS)))
        db.execute(TOTALS)


def sources(db: sqlite3.Connection, found: Iterable[Mapping[str, Any]]) -> None:
    """Keep what `nianbao status` says of every source, which takes too long while a reader waits."""
    with transaction(db):
        names = [name for _, name, *_ in db.execute("PRAGMA table_info(source_totals)")]
        marks = ", ".join(f":{name}" for name in names)
        db.execute("DELETE FROM source_totals")
        db.executemany(
            f"INSERT INTO source_totals VALUES ({marks})", ({name: row[name] for name in names} for row in found)
        )


def tier(organ: str, division: str) -> str:
    """Whose reports do not overlap: governments of one level, departments, towns."""
    kind = organ_kind(organ)
    if kind != "government":
        return kind
    if not _DIGITS.fullmatch(division):
        return "province" if organ.endswith(("省人民政府", "自治区人民政府")) else "county"
    return "province" if division.endswith("0000") else "city" if division.endswith("00") else "county"


def _reports(db: sqlite3.Connection, tables: Sequence[WideTable]) -> None:
    for name in ("report_years", "measures"):
        db.execute(f"DELETE FROM {name} WHERE place IN temp.stale")
    db.execute(REPORTS)
    for table in tables:
        db.executemany("INSERT INTO measures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _measured(db, table))
    _roll_up(db, "report_years", ("tier", "year"))
    _roll_up(db, "measures", ("tier", "year", "indicator"))


def _measured(db: sqlite3.Connection, table: WideTable) -> Iterator[tuple[object, ...]]:
    """One row an indicator, of those that the table has."""
    terms = {name: sql for name in INDICATORS if (sql := term(table, name))}
    if not terms:
        return
    sums = []
    for name, part in terms.items():
        whole = term(table, WHOLE[name]) if name in WHOLE else "NULL"
        both = f"({part}) IS NOT NULL AND ({whole}) IS NOT NULL"
        sums += [f"count({part})", _sum(part)]
        sums += [f"sum({both})", *(_sum(f"CASE WHEN {both} THEN {one} END") for one in (part, whole))]
    for place, of_tier, year, *found in db.execute(MEASURES.format(sums=", ".join(sums), table=table.name)):
        for start, name in zip(range(0, len(found), 5), terms, strict=True):
            if found[start]:
                yield (place, of_tier, year, name, *found[start : start + 5])


def term(table: WideTable, name: str) -> str:
    """An indicator in SQL for a row `w`; NULL where a number of it is lacking, "" where the table has none of it.

    Of a group each form has its own rows: `requests.other.total` is one of 2019, and three together since 2021.
    """
    group, _, last = name.rpartition(".")
    cases: dict[str, list[str]] = {}
    for form, known in sorted(table.forms.items()):
        parts = [name] if name in known else [one for one in table.units if one in known and _within(one, group, last)]
        if parts:
            cases.setdefault(" + ".join(f'w."{column(part)}"' for part in parts), []).append(form)
    whens = []
    for sums, forms in cases.items():
        listed = ", ".join(f"'{form}'" for form in forms)
        whens.append(f"WHEN w.form IN ({listed}) THEN {sums}")
    return f"CASE {' '.join(whens)} END" if cases else ""


def _within(name: str, group: str, last: str) -> bool:
    return name.startswith(f"{group}.") and name.endswith(f".{last}") and name.count(".") == group.count(".") + 2


def _sum(part: str) -> str:
    """Of whole numbers, whatever nonsense is among them: sum() fails where integers end, total() does not."""
    return f"CAST(total({part}) AS INTEGER)"


def _roll_up(db: sqlite3.Connection, table: str, keys: Sequence[str], everything: bool = False) -> None:
    """From the divisions to their cities, provinces and the country; each anew where one of its divisions is stale."""
    names = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if name not in (*keys, "place")]
    sums = ", ".join([*keys, *map(_sum, names)])
    listed = ", ".join(["place", *keys, *names])
    for length in (4, 2):
        near = f"(SELECT DISTINCT substr(division, 1, {length}) FROM temp.stale WHERE length(division) = 6)"
        among = "" if everything else f" AND substr(place, 1, {length}) IN {near}"
        db.execute(f"DELETE FROM {table} WHERE length(place) = {length} AND place <> ?{among}", (COUNTRY,))
        cities = " AND substr(place, 1, 4) IN (SELECT place FROM places WHERE level = 'city')" if length == 4 else ""
        db.execute(
            f"INSERT INTO {table} ({listed}) SELECT substr(place, 1, {length}), {sums} FROM {table}"
            f" WHERE length(place) = 6{among}{cities} GROUP BY substr(place, 1, {length}), {', '.join(keys)}"
        )
    db.execute(f"DELETE FROM {table} WHERE place = ?", (COUNTRY,))
    db.execute(
        f"INSERT INTO {table} ({listed}) SELECT ?, {sums} FROM {table}"
        f" WHERE (length(place) = 2 AND place <> ?) OR place = '' GROUP BY {', '.join(keys)}",
        (COUNTRY, COUNTRY),
    )
