"""To how many reports each rule could be applied: what a count of findings has to be read beside."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from archive.audits.rule import Audit

# What a report has to have for a rule that only points at what is wrong (parsers/checks/rule.py names them).
NEEDS: Mapping[str, str] = {
    "report": "1",
    "tables": "d.numbers + d.blanks + d.unreadable > 0",
    "requests": "EXISTS (SELECT 1 FROM requests q WHERE q.snapshot = r.snapshot AND q.part = r.part)",
    "recognised": "d.recognised > 0",
}
# A rule that counts what holds was applied where something holds, or where it said anything but that it could not say.
CURRENT = f"""
SELECT r.division, r.year, d.passed, (
    SELECT group_concat(f.rule, ' ') FROM findings f WHERE f.snapshot = r.snapshot AND f.part = r.part
    AND f.verdict NOT IN ('NOT_ASSESSABLE', 'NOT_REPORTED')), {", ".join(NEEDS.values())}
FROM temp.cells c CROSS JOIN reports r ON r.division = c.division AND r.year = c.year
CROSS JOIN readings d ON d.snapshot = r.snapshot AND d.part = r.part
"""
SUMS = "SELECT name, sum(number) FROM tallies WHERE counted = ? GROUP BY name"


class Count(NamedTuple):
    """How much of one thing there is in one division and year; a row of `tallies` is the sum of such."""

    division: str
    year: int
    counted: str
    name: str
    verdict: str
    kind: str
    number: int
    reports: int


def of_rules(db: sqlite3.Connection) -> Iterator[Count]:
    """What held, what was applied and what was there to apply rules to, in the divisions and years of `temp.cells`."""
    found: dict[tuple[str, int], dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for division, year, passed, told, *has in db.execute(CURRENT):
        cell, held = found[division, year], _passed(passed)
        own = Counter({("passed", name): number for name, number in held.items()})
        own.update(("applied", name) for name in {*held, *(told or "").split()})
        own.update(("needs", need) for need, one in zip(NEEDS, has, strict=True) if one)
        for key, number in own.items():
            cell[key][0] += number
            cell[key][1] += 1
    for (division, year), counts in found.items():
        for (counted, name), (number, reports) in counts.items():
            yield Count(division, year, counted, name, "", "", number, reports)


@lru_cache(maxsize=4096)
def _passed(passed: str) -> Mapping[str, int]:
    """Most reports of a form pass the same."""
    held: Mapping[str, int] = json.loads(passed)
    return held


def applied(db: sqlite3.Connection, pointing: Mapping[str, str], audits: Iterable[Audit]) -> dict[str, int]:
    """By rule, as of the last check; `pointing` says what those need that point alone, as in NEEDS."""
    rules, had, compared = (dict(db.execute(SUMS, (counted,))) for counted in ("applied", "needs", "compared"))
    rules |= {rule: had.get(need, 0) for rule, need in pointing.items()}
    for audit in audits:
        count = db.execute(audit.among).fetchone()[0] if audit.among else compared.get(audit.name, 0)
        # a rule of the same name inside one report looks at more of them
        rules[audit.name] = max(rules.get(audit.name, 0), count)
    return rules
