"""How many findings and events there are, and how often each rule was asked: the rows of `tallies` and `rules`."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from archive.applied import applied
from archive.audits.rule import Audit
from archive.database import NAME, transaction
from archive.duty import organ_kind
from archive.errors import explained
from archive.store import Archive

COUNTED = """
SELECT 'findings', f.rule, f.verdict, f.year, substr(r.division, 1, 2) AS region, organ_kind(f.organ) AS kind, count(*)
FROM reports r CROSS JOIN findings f ON f.snapshot = r.snapshot AND f.part = r.part
GROUP BY f.rule, f.verdict, f.year, region, kind
UNION ALL
SELECT 'findings', rule, verdict, year, substr(division, 1, 2) AS region, organ_kind(organ) AS kind, count(*)
FROM audits GROUP BY rule, verdict, year, region, kind
UNION ALL
SELECT 'events', kind, '', year, substr(division, 1, 2) AS region, organ_kind(organ) AS whose, count(*)
FROM events GROUP BY kind, year, region, whose
"""
ADDED = """
INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET number = number + excluded.number
"""
PASSED = "SELECT passed FROM reports JOIN readings USING (snapshot, part) WHERE passed <> '{}'"


class Known(Protocol):
    """A rule inside one report, as the parsers have it."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def needs(self) -> str: ...


def register(db: sqlite3.Connection) -> None:
    """The SQL function that these queries, and those of browse.py, need: what the law calls an organ."""
    db.create_function("organ_kind", 1, organ_kind, deterministic=True)


def recompute(archive: Archive, inside: Iterable[Known], audits: Iterable[Audit]) -> None:
    """Make both tables again from findings, audits and events as they are now."""
    inside, audits = list(inside), list(audits)
    db = archive.db
    could = applied(archive, {rule.name: rule.needs for rule in inside if rule.needs}, audits)
    with explained("write to", archive.directory / NAME):
        register(db)
        held = _passed(db)
        made = [_row(rule.name, rule.version, rule.source, False, could, held) for rule in inside]
        made += [_row(rule.name, rule.version, rule.source, True, could, held) for rule in audits]
        counts = db.execute(COUNTED).fetchall()
        told = {row[0] for row in made}
        bare = {name for of, name, *_ in counts if of == "findings"} - told
        made += [_row(name, 1, "", False, could, held) for name in sorted(bare)]
        with transaction(db):
            db.execute("DELETE FROM tallies")
            db.executemany(ADDED, counts)
            db.execute("DELETE FROM rules")
            db.executemany("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?)", made)


def _passed(db: sqlite3.Connection) -> Mapping[str, int]:
    """Rule -> checks that held, in current readings."""
    held = Counter[str]()
    for (passed,) in db.execute(PASSED):
        held.update(json.loads(passed))
    return held


def _row(
    name: str, version: int, source: str, across: bool, could: Mapping[str, int], held: Mapping[str, int]
) -> tuple[object, ...]:
    return name, version, source, across, could.get(name, 0), held.get(name, 0)
