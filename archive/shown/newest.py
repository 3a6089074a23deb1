"""The newest findings, for feeds: by when the report that they stand at was captured."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.shown.browse import ACROSS, CURRENT, INSIDE, Wanted, rows

ENTRIES = 50
CAPTURES = 10_000  # the newest ones that are looked at where no region and no organ is asked for

FRESH = f"""
SELECT r.*, n.timestamp FROM (SELECT id, timestamp FROM snapshots ORDER BY timestamp DESC LIMIT {CAPTURES}) n
CROSS JOIN readings d ON d.snapshot = n.id
CROSS JOIN reports r ON r.organ = d.organ AND r.year = d.year AND r.snapshot = d.snapshot AND r.part = d.part
"""
LOCAL = """
SELECT r.*, s.timestamp FROM (SELECT * FROM reports WHERE {where}) r JOIN snapshots s ON s.id = r.snapshot
"""
# A report that is missing was captured never: the day after its deadline stands for it.
NEWEST = """
WITH told AS MATERIALIZED ({told})
{INSIDE}, t.timestamp FROM told t CROSS JOIN findings f ON {current} JOIN reports r ON {CURRENT} WHERE {inside}
UNION ALL {ACROSS}, t.timestamp FROM told t CROSS JOIN audits a
    ON a.organ = t.organ AND a.year = t.year AND a.division = t.division WHERE {across}
UNION ALL SELECT * FROM ({ACROSS}, replace(a.evidence, '-', '') || '235959' FROM audits a
    WHERE a.rule = 'missing_report' AND {across} ORDER BY a.year DESC LIMIT {entries})
ORDER BY timestamp DESC, key LIMIT {entries}
"""


def findings(db: sqlite3.Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """The newest of the findings that are asked for."""
    where = " AND ".join(["true", *wanted.place()])
    told = LOCAL.format(where=where) if wanted.region or wanted.organ else FRESH
    conditions = {}
    for of in ("f", "a"):
        verdicts = f"{of}.verdict IN (SELECT value FROM json_each(:verdicts))"
        conditions[of] = " AND ".join([verdicts, *wanted.conditions(of), wanted.judged(of)])
    query = NEWEST.format(
        told=told,
        current=CURRENT.replace("r.", "t."),
        inside=conditions["f"],
        across=conditions["a"],
        INSIDE=INSIDE,
        ACROSS=ACROSS,
        CURRENT=CURRENT,
        entries=ENTRIES,
    )
    return rows(db, query, wanted.values)
