"""What of the sums is older than what it is made from: marked by triggers, in the transaction that changes it.

So whoever writes cannot forget it, and a check that was killed leaves the marks of what it did not come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

# Not OR IGNORE: where a row came by ON CONFLICT DO UPDATE, SQLite would forget that its triggers said so.
INTO_CELLS = """
INSERT INTO stale SELECT m.division, m.year FROM ({rows}) m
WHERE NOT EXISTS (SELECT 1 FROM stale s WHERE s.division = m.division AND s.year = m.year)"""
SOURCES = """
INSERT INTO stale_sources SELECT DISTINCT m.source, {taken} FROM ({{rows}}) m
WHERE NOT EXISTS (SELECT 1 FROM stale_sources s WHERE s.source = m.source AND s.taken = {taken})"""
INTO_SOURCES = SOURCES.format(taken=0)
# What a check itself makes, and what people say, changes the sums of a source; events and ledger need not look again.
INTO_SUMS = SOURCES.format(taken=1)
OF_REPORT = "organ = {row}.organ AND division = {row}.division AND year = {row}.year"
CELL = INTO_CELLS.format(rows="SELECT {row}.division AS division, {row}.year AS year")
# What is compared with the year before is counted in the later year.
NEXT = INTO_CELLS.format(rows=f"SELECT division, year FROM reports WHERE {OF_REPORT} + 1")
SOURCE = INTO_SOURCES.format(rows="SELECT {row}.source AS source")
OWED = INTO_SUMS.format(rows="SELECT {row}.source AS source")
REGISTERED = INTO_SOURCES.format(rows="SELECT {row}.id AS source")
OF_AUDIT = INTO_SUMS.format(rows=f"SELECT source FROM reports WHERE {OF_REPORT}")
OF_READING = INTO_SOURCES.format(rows="SELECT source FROM snapshots WHERE id = {row}.snapshot")
OF_REVIEW = INTO_SUMS.format(
    rows="SELECT r.source FROM findings f CROSS JOIN reports r ON r.snapshot = f.snapshot AND r.part = f.part"
    " WHERE f.key = {row}.key UNION SELECT r.source FROM audits a CROSS JOIN reports r"
    " ON r.organ = a.organ AND r.year = a.year AND r.division = a.division WHERE a.key = {row}.key"
)
MARKS: Mapping[str, Sequence[str]] = {
    "reports": (CELL, NEXT, SOURCE),
    "owed": (CELL, OWED),
    "audits": (CELL, OF_AUDIT),
    "events": (CELL,),
    "prints": (CELL,),
    "snapshots": (SOURCE,),
    "readings": (OF_READING,),
    "skips": (SOURCE,),
    "runs": (SOURCE,),
    "sources": (REGISTERED,),
    "reviews": (OF_REVIEW,),
}
# Rows of these are changed in their place, by a record of the same capture, address or crawl that goes before.
KEPT: Mapping[str, str] = {
    "reports": "source",
    "snapshots": "source, role, status, timestamp, via, anchor, digest",
    "skips": "source, anchor",
    "runs": "ended, pages, rows, seen, failed, completeness, stopped",
    "sources": "organ, division, since, lacks",
    "reviews": "standing, judgement",
}


def ddl() -> list[str]:
    """The triggers."""
    return list(_triggers())


def _triggers() -> Iterator[str]:
    for table, marks in MARKS.items():
        for act, rows in (("INSERT", ("new",)), ("DELETE", ("old",)), ("UPDATE", ("old", "new"))):
            if act == "UPDATE" and table not in KEPT:
                continue
            of = f" OF {KEPT[table]}" if act == "UPDATE" else ""
            body = "; ".join(mark.format(row=row) for row in rows for mark in marks)
            yield f"CREATE TRIGGER stale_{table}_{act.lower()} AFTER {act}{of} ON {table} BEGIN {body}; END"
