"""How many findings and events there are, and how often each rule was asked: the rows of `tallies` and `rules`."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from archive.audits.rule import Audit
from archive.checking.applied import SUMS, Count, applied, of_rules
from archive.checking.duty import organ_kind
from archive.database import NAME, transaction
from archive.errors import explained
from archive.readings import HEADLINES
from archive.store import Archive

OF_REPORTS = "temp.cells c CROSS JOIN reports r ON r.division = c.division AND r.year = c.year"
FINDINGS = f"""
SELECT c.division, c.year, 'findings', f.rule, f.verdict, organ_kind(r.organ) AS kind, count(*), count(DISTINCT r.organ)
FROM {OF_REPORTS} CROSS JOIN findings f ON f.snapshot = r.snapshot AND f.part = r.part
GROUP BY c.division, c.year, f.rule, f.verdict, kind
"""
AUDITS = """
SELECT c.division, c.year, 'findings', a.rule, a.verdict, organ_kind(a.organ) AS kind, count(*), count(DISTINCT a.organ)
FROM temp.cells c CROSS JOIN audits a ON a.division = c.division AND a.year = c.year
GROUP BY c.division, c.year, a.rule, a.verdict, kind
"""
EVENTS = """
SELECT c.division, c.year, 'events', e.kind, '', organ_kind(e.organ) AS whose, count(*), count(DISTINCT e.organ)
FROM temp.cells c CROSS JOIN events e ON e.division = c.division AND e.year = c.year
GROUP BY c.division, c.year, e.kind, whose
"""
PEERS = f"""
SELECT c.division, c.year, peers(r.organ, r.division, r.year) AS whose, count(*),
    {", ".join(f"count(r.{name})" for name in HEADLINES)}
FROM {OF_REPORTS} GROUP BY c.division, c.year, whose HAVING whose <> ''
"""
OLD = "SELECT division, year, counts FROM temp.cells CROSS JOIN tallied USING (division, year)"
ADDED = """
INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET number = number + excluded.number, reports = reports + excluded.reports
"""
EMPTY = """
DELETE FROM tallies WHERE counted = ? AND name = ? AND verdict = ? AND year = ? AND region = ? AND kind = ?
AND number = 0 AND reports = 0
"""

Cell = tuple[str, int]  # division, year


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


def recompute(db: sqlite3.Connection, audits: Iterable[Audit]) -> None:
    """Count the divisions and years of `temp.cells` again; inside a transaction of the caller."""
    register(db)
    change: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    made: dict[Cell, list[Count]] = defaultdict(list)
    for one in sorted(_counts(db, audits)):
        made[one.division, one.year].append(one)
        _add(change, one, 1)
    for division, year, counts in db.execute(OLD):
        for told in json.loads(counts):
            _add(change, Count(division, year, *told), -1)
    db.execute(
        "DELETE FROM tallied WHERE division IN (SELECT division FROM temp.cells) AND (division, year) IN temp.cells"
    )
    rows = ((*cell, json.dumps([one[2:] for one in counts], ensure_ascii=False)) for cell, counts in made.items())
    db.executemany("INSERT INTO tallied VALUES (?, ?, ?)", rows)
    db.executemany(ADDED, ((*key, *more) for key, more in change.items() if any(more)))
    db.executemany(EMPTY, (key for key, more in change.items() if min(more) < 0))


def forget(db: sqlite3.Connection, region: str) -> None:
    """Take out all of a region, so that it is counted afresh."""
    db.execute("DELETE FROM tallied WHERE substr(division, 1, 2) = ?", (region,))
    db.execute("DELETE FROM tallies WHERE region = ?", (region,))


def _add(change: dict[tuple[object, ...], list[int]], one: Count, sign: int) -> None:
    of = change[one.counted, one.name, one.verdict, one.year, one.division[:2], one.kind]
    of[0] += sign * one.number
    of[1] += sign * one.reports


def _counts(db: sqlite3.Connection, audits: Iterable[Audit]) -> Iterator[Count]:
    for query in (FINDINGS, AUDITS, EVENTS):
        yield from map(Count._make, db.execute(query))
    yield from of_rules(db)
    for audit in audits:
        for division, year, number in db.execute(audit.could) if audit.could else ():
            yield Count(division, year, "compared", audit.name, "", "", number, number)
    for division, year, whose, *numbers in db.execute(PEERS):
        for headline, number in zip(("", *HEADLINES), numbers, strict=True):
            if number:
                yield Count(division, year, "peers", whose.partition("/")[0], headline, "", number, number)


def keep_rules(archive: Archive, inside: Sequence[Known], audits: Sequence[Audit]) -> None:
    """Say of each rule to how many reports it could be applied and how many of its checks held."""
    db = archive.db
    with explained("write to", archive.directory / NAME), transaction(db):
        could = applied(db, {rule.name: rule.needs for rule in inside if rule.needs}, audits)
        held, found = (dict(db.execute(SUMS, (counted,))) for counted in ("passed", "findings"))
        named = [(rule.name, rule.version, rule.source, False) for rule in inside]
        named += [(rule.name, rule.version, rule.source, True) for rule in audits]
        named += [(name, 1, "", False) for name in sorted(found.keys() - {name for name, *_ in named})]
        db.execute("DELETE FROM rules")
        rows = ((*rule, could.get(rule[0], 0), held.get(rule[0], 0)) for rule in named)
        db.executemany("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?)", rows)
