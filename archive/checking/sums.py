"""What `nianbao check` counts and sums, made again of what changed since the last time: a province at a time.

What changed is marked (stale.py). A mark goes in the transaction that makes up for it, so no run that was killed leaves
anything old behind; and each transaction is short, so that no crawl waits for long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from archive import status
from archive.audits import groups
from archive.audits.rule import Audit
from archive.checking import aggregates, overview, tallies
from archive.database import transaction
from archive.store import Archive

SOURCES = 500  # in one transaction
ALL = """
INSERT OR IGNORE INTO stale
SELECT division, year FROM reports UNION SELECT division, year FROM owed UNION SELECT division, year FROM audits
UNION SELECT division, year FROM events UNION SELECT division, year FROM tallied
UNION SELECT place, year FROM report_years WHERE length(place) NOT IN (2, 4)
UNION SELECT place, year FROM ledger_years WHERE length(place) NOT IN (2, 4)
"""
ALL_SOURCES = f"""
INSERT OR IGNORE INTO stale_sources SELECT source, 1 FROM ({status.ALL} UNION SELECT source FROM source_totals)
"""


def recompute(archive: Archive, audits: Sequence[Audit], *, everything: bool = False) -> None:
    """Make counts and sums again of what is marked, or of all."""
    db = archive.db
    groups.register(db)
    columns = "division TEXT, year INTEGER, PRIMARY KEY (division, year)"
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS cells ({columns}) WITHOUT ROWID")
    if everything:
        with transaction(db):
            db.execute(ALL)
    for (region,) in db.execute("SELECT DISTINCT substr(division, 1, 2) FROM stale ORDER BY 1").fetchall():
        with transaction(db):
            _take(db, region)
            aggregates.recompute(db, archive.tables)
            if everything:
                tallies.forget(db, region)
            tallies.recompute(db, audits)
    aggregates.recompute_country(db)
    with transaction(db):
        overview.recompute(db)


def take_sources(db: sqlite3.Connection) -> None:
    """Take over the sources that are marked; whatever is marked from now on is for the next run."""
    db.execute("UPDATE OR REPLACE stale_sources SET taken = 1 WHERE NOT taken")


def marked(db: sqlite3.Connection) -> list[str]:
    """The sources that were taken over; "" stands for what was captured for none."""
    rows = db.execute("SELECT source FROM stale_sources WHERE taken")
    return sorted({source for (told,) in rows for source in told.split() or [""]})


def recompute_sources(archive: Archive, *, everything: bool = False) -> None:
    """What each source gave, which takes too long while a reader waits; the last use of their marks."""
    db = archive.db
    if everything:
        with transaction(db):
            db.execute(ALL_SOURCES)
    left = True
    while left:
        with transaction(db):
            some = db.execute("SELECT source FROM stale_sources WHERE taken LIMIT ?", (SOURCES,)).fetchall()
            _sources(archive, sorted({source for (told,) in some for source in told.split()}))
            db.executemany("DELETE FROM stale_sources WHERE source = ? AND taken", some)
        left = len(some) == SOURCES


def _take(db: sqlite3.Connection, region: str) -> None:
    db.execute("DELETE FROM temp.cells")
    db.execute("INSERT INTO temp.cells SELECT division, year FROM stale WHERE substr(division, 1, 2) = ?", (region,))
    db.execute("DELETE FROM stale WHERE substr(division, 1, 2) = ?", (region,))


def _sources(archive: Archive, names: Sequence[str]) -> None:
    db = archive.db
    db.executemany("DELETE FROM source_totals WHERE source = ?", ((name,) for name in names))
    columns = [name for _, name, *_ in db.execute("PRAGMA table_info(source_totals)")]
    marks = ", ".join(f":{name}" for name in columns)
    rows = ({name: row[name] for name in columns} for row in status.standing(archive, names))
    db.executemany(f"INSERT INTO source_totals VALUES ({marks})", rows)
