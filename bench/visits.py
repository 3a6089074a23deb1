"""Visits to the columns of a synthetic archive over the years: what events and ledger are made from.

Every column is seen six times a year, every report looked at again twice; four in a hundred are gone then.
"""

from __future__ import annotations

import random
import sqlite3

from bench.synthetic import name_of

YEARS = range(2019, 2028)
DAYS = ("0120", "0210", "0315", "0420", "0901", "1020")
COLUMN = "'http://www.example.gov.cn/list/' || substr(source, 2)"
FIRST = (
    "UPDATE readings SET content = snapshot, version = '1', published_by = 'list' WHERE content = ''",
    "UPDATE reports SET source = 'c' || division WHERE source = ''",
    "UPDATE snapshots SET source = 'c' || (SELECT division FROM readings r WHERE r.snapshot = snapshots.id)"
    " WHERE source = ''",
    f"UPDATE snapshots SET via = {COLUMN}, status = 200, method = 'GET', record = 'response', digest = id, timestamp ="
    " (SELECT year + 1 FROM readings r WHERE r.snapshot = snapshots.id) || '0120000000' WHERE digest = ''",
)
LIST = f"""
INSERT OR IGNORE INTO snapshots (id, url, timestamp, method, status, mime, digest, record, filename, offset, length,
    source, role, via, anchor, list_date, truncated, division, served, modified, query)
SELECT DISTINCT named(source || :day), {COLUMN}, :day || '000000', 'GET', 200, 'text/html', source || :day, 'response',
    'x', 0, 1, source, 'list', '', '', '', 0, '', '', '', '' FROM snapshots WHERE role = 'article'
"""
AGAIN = """
INSERT OR IGNORE INTO snapshots (id, url, timestamp, method, status, mime, digest, record, filename, offset, length,
    source, role, via, anchor, list_date, truncated, division, served, modified, query)
VALUES (?, ?, ?, 'GET', ?, 'text/html', ?, ?, 'x', 0, 1, ?, 'article', ?, '', '', 0, '', '', '', '')
"""


def visit(db: sqlite3.Connection, seed: int = 1) -> None:
    """Add them to an archive whose reports have one capture each."""
    chosen = random.Random(seed)
    db.create_function("named", 1, name_of, deterministic=True)
    db.execute("BEGIN")
    first_visits(db)
    for day in (f"{year}{day}" for year in YEARS for day in DAYS):
        db.execute(LIST, {"day": day})
    looks = db.execute("SELECT id, url, substr(timestamp, 1, 4), source, via FROM snapshots WHERE role = 'article'")
    for id, url, year, source, via in looks.fetchall():
        rows = [
            (name_of(f"{id} {n}"), url, f"{int(year) + n}0901000000", 200, id, "revisit", source, via) for n in (0, 1)
        ]
        if chosen.random() < 0.04:
            gone = (f"{int(year) + 2}{day}000100" for day in ("0901", "1020"))
            rows += [(name_of(f"{id} {at}"), url, at, 404, "404", "response", source, via) for at in gone]
        db.executemany(AGAIN, rows)
    db.execute("COMMIT")


def first_visits(db: sqlite3.Connection) -> None:
    """Let the reports that no visit found yet be found by one in January; inside a transaction of the caller."""
    for statement in FIRST:
        db.execute(statement)
