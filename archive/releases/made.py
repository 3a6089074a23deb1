"""What a release adds to the tables of the archive, made from them alone: quality beside numbers, and the crosswalk."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from archive.database import indicators_in
from archive.releases import crosswalk, panel
from archive.wide import WideTable, column, wide_tables

SCHEMA = """
-- Reports of which another copy (another address, or another document in the same file) was compared square by square.
CREATE TABLE copies (
    organ TEXT NOT NULL, year INTEGER NOT NULL, division TEXT NOT NULL, PRIMARY KEY (organ, year, division)
) WITHOUT ROWID;
-- Which findings touch which number: FAIL and WARN that nobody dismissed, and all that comparing copies said.
CREATE TABLE touches (
    organ TEXT NOT NULL, year INTEGER NOT NULL, division TEXT NOT NULL, indicator TEXT NOT NULL, rule TEXT NOT NULL,
    verdict TEXT NOT NULL, PRIMARY KEY (organ, year, division, indicator, rule, verdict)
) WITHOUT ROWID;
CREATE TABLE crosswalk (
    indicator TEXT NOT NULL, form TEXT NOT NULL, sources TEXT NOT NULL, reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL, evidence TEXT NOT NULL, PRIMARY KEY (indicator, form)
) WITHOUT ROWID;
CREATE TABLE uncrossed (
    form TEXT NOT NULL, indicator TEXT NOT NULL, reason_zh TEXT NOT NULL, reason_en TEXT NOT NULL,
    PRIMARY KEY (form, indicator)
) WITHOUT ROWID;
CREATE TABLE coverage (
    year INTEGER NOT NULL, province TEXT NOT NULL, indicator TEXT NOT NULL, reports INTEGER NOT NULL,
    squares INTEGER NOT NULL, numbers INTEGER NOT NULL, blanks INTEGER NOT NULL, placeholders INTEGER NOT NULL,
    texts INTEGER NOT NULL, unreadable INTEGER NOT NULL, PRIMARY KEY (year, province, indicator)
) WITHOUT ROWID;
"""
# As the rule two_copies looks for them (audits/copies.py).
COPIES = """
INSERT INTO copies SELECT r.organ, r.year, r.division FROM reports r JOIN snapshots c ON c.id = r.snapshot
WHERE r.readings > 1 AND EXISTS (
    SELECT 1 FROM readings d CROSS JOIN snapshots s ON s.id = d.snapshot
    WHERE d.organ = r.organ AND d.year = r.year AND +d.kind = 'report' AND d.division IN (r.division, '')
    AND (s.url <> c.url OR d.snapshot = r.snapshot AND d.part <> r.part))
ORDER BY 1, 2, 3
"""
TOUCHES = """
INSERT INTO touches SELECT DISTINCT organ, year, division, one.value, rule, verdict
FROM report_findings, json_each(indicators) AS one
WHERE (verdict IN ('FAIL', 'WARN') OR rule = 'two_copies') AND judgement <> 'dismissed' ORDER BY 1, 2, 3, 4, 5, 6
"""


def make(db: sqlite3.Connection) -> None:
    """All but what `coverage` counts, which is made from the panel."""
    indicators = indicators_in(db)
    wide = wide_tables(indicators)
    for statement in SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute("BEGIN")
    for table in wide:
        _no_count_is_so_large(db, table)
    db.execute(COPIES)
    db.execute(TOUCHES)
    for line in crosswalk.known(indicators):
        values = (line.indicator, line.form, " + ".join(line.sources), line.reason_zh, line.reason_en, line.evidence)
        db.execute("INSERT INTO crosswalk VALUES (?, ?, ?, ?, ?, ?)", values)
    for refusal in crosswalk.refusals(indicators):
        db.execute("INSERT INTO uncrossed VALUES (?, ?, ?, ?)", tuple(vars(refusal).values()))
    db.execute(f"CREATE VIEW panel AS {panel.view(panel.arms(indicators))}")
    db.execute("COMMIT")


def _no_count_is_so_large(db: sqlite3.Connection, table: WideTable) -> None:
    """SQLite keeps as a fraction what is too large for an integer; elsewhere that is no count, and so it is text."""
    counts = [name for name in table.units if table.sql_type(name) == "INTEGER"]
    whole = " + ".join(f'ifnull("{column(name)}", 0)' for name in counts)  # half the time of looking at each
    if not whole or not db.execute(f"SELECT 1 FROM {table.name} WHERE typeof({whole}) = 'real' LIMIT 1").fetchone():
        return
    for place, name in enumerate(table.units, 1):
        if name in counts:
            cut = f"states = substr(states, 1, {place - 1}) || 't' || substr(states, {place + 1})"
            where = f"typeof(\"{column(name)}\") = 'real'"
            db.execute(f'UPDATE {table.name} SET {cut}, "{column(name)}" = NULL WHERE {where}')


def counted(db: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Put the coverage in."""
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO coverage VALUES ({', '.join('?' * 10)})", rows)
    db.execute("COMMIT")
