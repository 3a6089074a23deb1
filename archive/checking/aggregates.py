"""Sums by place, tier and year that pages show at once: made from reports and ledger by `nianbao check`.

Blank is never zero: a report without a number is in no sum, and the number of reports that have one stands beside it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from archive.checking.duty import organ_kind
from archive.database import transaction
from archive.wide import WideTable, column

COUNTRY = "CN"
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
REPORTS = """
INSERT INTO report_years
SELECT r.division, tier(r.organ, r.division) AS tier, r.year, count(*), sum(r.numbers > 0)
FROM temp.cells c CROSS JOIN reports r ON r.division = c.division AND r.year = c.year GROUP BY 1, 2, 3
"""
MEASURES = """
SELECT p.division, tier(p.organ, p.division), p.year, {sums}
FROM temp.cells c CROSS JOIN reports p ON p.division = c.division AND p.year = c.year
CROSS JOIN {table} w ON w.snapshot = p.snapshot AND w.part = p.part GROUP BY 1, 2, 3
"""
# Of those that are kept, in time or not, and gone from the portal.
LEDGER = """
INSERT INTO ledger_years
SELECT o.division, o.year, count(*), {standings},
    sum(timely = 'on_time'), sum(timely = 'late'), sum(' ' || flags || ' ' LIKE '% removed %')
FROM temp.cells c CROSS JOIN owed o ON o.division = c.division AND o.year = c.year GROUP BY 1, 2
"""
STANDINGS = ("found", "blank", "unreadable", "withheld", "missing", "blocked", "unknown")
KEYS: Mapping[str, Sequence[str]] = {
    "report_years": ("tier", "year"),
    "measures": ("tier", "year", "indicator"),
    "ledger_years": ("year",),
}
NEAR = """
INSERT OR IGNORE INTO temp.near SELECT substr(division, 1, {length}), year FROM temp.cells
WHERE length(division) = 6 AND substr(division, 1, {length}) NOT LIKE '__00'
"""
# From the divisions to their cities, and from these and from divisions of no city to provinces; each anew where one of
# its divisions is stale.
ROLLED = """
INSERT INTO {table} ({listed}) SELECT n.place, {sums}
FROM (SELECT DISTINCT place FROM temp.near WHERE length(place) = {length}) n
CROSS JOIN {table} t ON t.place BETWEEN n.place AND n.place || '~'
WHERE {within} AND (n.place, t.year) IN temp.near GROUP BY n.place, {keys}
"""
WITHIN = {4: "length(t.place) = 6", 2: "(length(t.place) = 4 OR t.place LIKE '__00__')"}
WHOLE_COUNTRY = """
INSERT INTO {table} ({listed}) SELECT ?, {sums} FROM {table} t
WHERE (length(t.place) = 2 AND t.place <> ?) OR t.place = '' GROUP BY {keys}
"""
_DIGITS = re.compile(r"\d{6}")


def recompute(db: sqlite3.Connection, tables: Sequence[WideTable]) -> None:
    """Make the sums of the divisions and years of `temp.cells` again, and of what they lie in; in a transaction."""
    db.create_function("tier", 2, tier, deterministic=True)
    for table in KEYS:
        near = "place IN (SELECT division FROM temp.cells) AND (place, year) IN temp.cells"
        db.execute(f"DELETE FROM {table} WHERE {near}")
    db.execute(REPORTS)
    for wide in tables:
        db.executemany("INSERT INTO measures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _measured(db, wide))
    db.execute(LEDGER.format(standings=", ".join(f"sum(standing = '{name}')" for name in STANDINGS)))
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS near (place TEXT, year INTEGER, PRIMARY KEY (place, year)) WITHOUT ROWID"
    )
    db.execute("DELETE FROM temp.near")
    for length in WITHIN:
        db.execute(NEAR.format(length=length))
    for table in KEYS:
        near = "place IN (SELECT place FROM temp.near) AND (place, year) IN temp.near"
        db.execute(f"DELETE FROM {table} WHERE {near}")
        for length, within in WITHIN.items():
            db.execute(_rolled(db, table, ROLLED, length=length, within=within))


def recompute_country(db: sqlite3.Connection) -> None:
    """From the provinces, and from organs whose division is not known, to the country."""
    with transaction(db):
        for table in KEYS:
            db.execute(f"DELETE FROM {table} WHERE place = ?", (COUNTRY,))
            db.execute(_rolled(db, table, WHOLE_COUNTRY), (COUNTRY, COUNTRY))


def tier(organ: str, division: str) -> str:
    """Whose reports do not overlap: governments of one level, departments, towns."""
    kind = organ_kind(organ)
    if kind != "government":
        return kind
    if not _DIGITS.fullmatch(division):
        return "province" if organ.endswith(("省人民政府", "自治区人民政府")) else "county"
    return "province" if division.endswith("0000") else "city" if division.endswith("00") else "county"


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


def _rolled(db: sqlite3.Connection, table: str, query: str, **more: object) -> str:
    keys = KEYS[table]
    names = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if name not in (*keys, "place")]
    return query.format(
        table=table,
        listed=", ".join(["place", *keys, *names]),
        sums=", ".join([*(f"t.{key}" for key in keys), *(_sum(f"t.{name}") for name in names)]),
        keys=", ".join(f"t.{key}" for key in keys),
        **more,
    )
