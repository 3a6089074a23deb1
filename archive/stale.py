"""What of the sums is older than what it is made from: marked by triggers, in the transaction that changes it.

So whoever writes cannot forget it, and a check that was killed leaves the marks of what it did not come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

INTO_CELLS = "INSERT OR IGNORE INTO stale"
INTO_SOURCES = "INSERT OR IGNORE INTO stale_sources"
CELL = f"{INTO_CELLS} VALUES ({{row}}.division, {{row}}.year)"
# What is compared with the year before is counted in the later year.
NEXT = (
    f"{INTO_CELLS} SELECT division, year FROM reports"
    " WHERE organ = {row}.organ AND year = {row}.year + 1 AND division = {row}.division"
)
SOURCE = f"{INTO_SOURCES} VALUES ({{row}}.source, 0)"
REGISTERED = f"{INTO_SOURCES} VALUES ({{row}}.id, 0)"
OF_AUDIT = (
    f"{INTO_SOURCES} SELECT source, 0 FROM reports"
    " WHERE organ = {row}.organ AND year = {row}.year AND division = {row}.division"
)
OF_READING = f"{INTO_SOURCES} SELECT source, 0 FROM snapshots WHERE id = {{row}}.snapshot"
OF_REVIEW = (
    f"{INTO_SOURCES} SELECT r.source, 0 FROM findings f CROSS JOIN reports r ON r.snapshot = f.snapshot AND r.part = f.part"
    " WHERE f.key = {row}.key UNION SELECT r.source, 0 FROM audits a CROSS JOIN reports r"
    " ON r.organ = a.organ AND r.year = a.year AND r.division = a.division WHERE a.key = {row}.key"
)
MARKS: Mapping[str, Sequence[str]] = {
    "reports": (CELL, NEXT, SOURCE),
    "owed": (CELL, SOURCE),
    "audits": (CELL, OF_AUDIT),
    "events": (CELL,),
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
