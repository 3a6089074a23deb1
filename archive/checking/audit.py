"""Does it add up across years, organs and copies: all such rules, and how what changed is checked again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from archive import search
from archive.audits import copied, copies, coverage, groups, missing, outliers, units, years
from archive.audits.rule import ITSELF, Audit, Tables, is_everything
from archive.checking import events, owed, sums
from archive.database import NAME, transaction
from archive.errors import explained
from archive.store import Archive

AUDITS: tuple[Audit, ...] = (
    *years.RULES,
    *units.RULES,
    *copies.RULES,
    *coverage.RULES,
    *copied.RULES,
    *outliers.RULES,
    *missing.RULES,
)
STEPS = ("events", "ledger", "prints", *(rule.name for rule in AUDITS), "sums", "sources")
CACHE = 200_000  # KB of the database in memory: SQLite's own 2 MB would be read anew for each neighbour

Progress = Callable[[int, int], None]  # steps done, steps in all

REPORTS = ("changed", "affected")  # what changed since the last run; what one rule has to look at for that reason
COLUMNS = (
    "key, rule, version, verdict, organ, year, division, other_organ, other_year, other_division, indicators,"
    " expected, actual, difference, holds_if_blank_is_zero, evidence, message_zh, message_en, folded"
)

# What a rule found before and does not find again just so. CROSS JOIN: from the few reports to their findings, not from
# all findings of a rule.
ALIKE = " AND ".join(f"found.{name} IS audits.{name}" for name in COLUMNS.split(", "))
GONE = f"""
SELECT key FROM temp.affected CROSS JOIN audits USING (organ, year, division)
WHERE rule = ? AND NOT EXISTS (SELECT 1 FROM temp.found WHERE {ALIKE})
"""


def recompute(archive: Archive, *, today: str, everything: bool = False, progress: Progress | None = None) -> None:
    """Make events, ledger and findings across reports again: of what changed since the last time, or of all.

    `today`, YYYY-MM-DD, decides what is due. Where rules have changed, all is looked at. Each rule is one transaction,
    and what is to be checked is forgotten only at the end: so a run that was killed is made up for by the next one, and
    a crawl never waits for long. Of two runs at a time each would forget what the other took over: see alone.py.
    """
    db, tables = archive.db, {table.name: table for table in archive.tables}
    tell = progress or (lambda done, steps: None)
    rules = sorted((rule.name, rule.version) for rule in AUDITS)
    with explained("write to", archive.directory / NAME):
        db.execute(f"PRAGMA cache_size = -{CACHE}")
        everything = everything or db.execute("SELECT rule, version FROM audited ORDER BY rule").fetchall() != rules
        _take(db, everything)
        changed = db.execute("SELECT organ, year FROM temp.changed").fetchall()
        marked = sums.marked(db)
        happened = events.recompute(db, archive.tables, None if everything else changed, marked)
        changed += happened.others
        tell(1, len(STEPS))
        owed.recompute(db, today, None if everything else {organ for organ, _ in changed}, marked)
        events.remember(db, happened.looked)
        tell(2, len(STEPS))
        groups.register(db)
        for rule in AUDITS:
            rule.prepare(db, tables)
        tell(3, len(STEPS))
        whole = is_everything(db)
        for done, rule in enumerate(AUDITS, 4):
            _replace(db, tables, rule, ITSELF if whole and rule.of_reports else rule.reach)
            tell(done, len(STEPS))
        with transaction(db):  # what rules said that are no more is in no sum either
            names = json.dumps([rule.name for rule in AUDITS])
            _delete(db, "SELECT key FROM audits WHERE rule NOT IN (SELECT value FROM json_each(?))", names)
        sums.recompute(archive, AUDITS, everything=everything)
        tell(len(STEPS) - 1, len(STEPS))
        sums.recompute_sources(archive, everything=everything)
        tell(len(STEPS), len(STEPS))
        with transaction(db):
            db.execute("DELETE FROM audited")
            db.executemany("INSERT INTO audited VALUES (?, ?)", rules)
            db.execute("DELETE FROM unchecked WHERE taken AND (organ, year, division) IN temp.changed")


def _take(db: sqlite3.Connection, everything: bool) -> None:
    """Take over what is unchecked into `temp.changed`; whatever changes from now on is for the next run."""
    for table in REPORTS:
        db.execute(f"DROP TABLE IF EXISTS temp.{table}")
        db.execute(
            f"CREATE TEMP TABLE {table} (organ TEXT NOT NULL, year INTEGER NOT NULL, division TEXT NOT NULL,"
            " PRIMARY KEY (organ, year, division)) WITHOUT ROWID"
        )
    db.execute("DROP TABLE IF EXISTS temp.found")
    db.execute("CREATE TEMP TABLE found AS SELECT * FROM audits WHERE false")
    db.execute("CREATE INDEX temp.found_key ON found (key)")
    with transaction(db):
        sums.take_sources(db)
        if everything:
            for table in ("reports", "audits"):
                db.execute(f"INSERT OR IGNORE INTO unchecked SELECT organ, year, division, 1 FROM {table}")
        db.execute("UPDATE OR REPLACE unchecked SET taken = 1 WHERE NOT taken")
        db.execute("INSERT INTO temp.changed SELECT organ, year, division FROM unchecked WHERE taken")


def _replace(db: sqlite3.Connection, tables: Tables, rule: Audit, reach: str) -> None:
    """One rule's findings at the reports that it has to look at: found without a lock, then replaced at once."""
    marks = ", ".join(f":{name}" for name in COLUMNS.split(", "))
    with transaction(db, lock=False):
        db.execute("DELETE FROM temp.affected")
        db.execute("DELETE FROM temp.found")
        db.execute(f"INSERT OR IGNORE INTO temp.affected {reach}")
        found = (result.row for result in rule.check(rule, db, tables))
        db.executemany(f"INSERT INTO temp.found ({COLUMNS}) VALUES ({marks})", found)
    with transaction(db):
        # the same values in two pairs of copies are one question
        db.execute("DELETE FROM temp.found WHERE rowid NOT IN (SELECT min(rowid) FROM temp.found GROUP BY key)")
        _delete(db, GONE, rule.name)
        (lowest,) = db.execute("SELECT min(coalesce(min(id), 0), 0) FROM audits").fetchone()
        db.execute(
            f"INSERT INTO audits (id, {COLUMNS}) SELECT ? - row_number() OVER (), {COLUMNS} FROM temp.found WHERE true"
            " ON CONFLICT DO NOTHING",
            (lowest,),
        )
        search.enter_audits(db, lowest)


def _delete(db: sqlite3.Connection, keys: str, *values: object) -> None:
    """Out of the table and of the index of words."""
    search.leave_audits(db, keys, values)
    db.execute(f"DELETE FROM audits WHERE key IN ({keys})", values)
