"""Contradictions worth a look: of each report the one that is farthest off, the farthest first."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from operator import itemgetter

STRIKING = 200
# Differences that are news whatever the unit; what a reader of ours may have got wrong is none.
NEWS = (
    "flow_balance outcome_total row_total review_total statistics_totals zero_claim prose_against_table prose_sums"
    " carry_over in_force_chain previous_chain rolls_up"
).split()
# Two numbers that are far apart for their size: a hundred of a thousand says less than ninety of a hundred.
FAR = "(difference * difference) / (abs(expected) + abs(actual))"
LISTED = ", ".join(f"'{rule}'" for rule in NEWS)
AMONG = f"verdict = 'FAIL' AND difference <> 0 AND rule IN ({LISTED})"
FINDINGS = f"""
SELECT f.score, f.key, f.organ, f.year, p.division
FROM (SELECT *, {FAR} AS score FROM findings INDEXED BY findings_far WHERE {AMONG} ORDER BY {FAR} DESC) f
CROSS JOIN reports p ON p.organ = f.organ AND p.year = f.year AND p.snapshot = f.snapshot AND p.part = f.part
CROSS JOIN readings r ON r.snapshot = p.snapshot AND r.part = p.part WHERE r.recognised = 0
ORDER BY f.score DESC
"""
AUDITS = f"""
SELECT {FAR}, key, organ, year, division FROM audits INDEXED BY audits_far WHERE {AMONG} ORDER BY {FAR} DESC
"""
DISMISSED = "SELECT 1 FROM reviews WHERE key = ? AND standing AND judgement = 'dismissed'"

Found = tuple[float, str, str, int, str]  # score, key, organ, year, division


def ddl() -> list[str]:
    """The indexes that give them in order: so nothing has to be kept, and all others are never looked at."""
    return [f"CREATE INDEX {table}_far ON {table} ({FAR}) WHERE {AMONG}" for table in ("findings", "audits")]


def recompute(db: sqlite3.Connection) -> None:
    """Make the rows of `striking` again; inside a transaction of the caller."""
    found = heapq.merge(db.execute(FINDINGS), db.execute(AUDITS), key=itemgetter(0), reverse=True)
    said = (one for one in found if not db.execute(DISMISSED, (one[1],)).fetchone())
    farthest = sorted(_of_each(said), key=lambda one: (-one[0], *one[2:]))[:STRIKING]
    db.execute("DELETE FROM striking")
    rows = [(key, score, *report) for score, key, *report in farthest]
    db.executemany("INSERT OR IGNORE INTO striking VALUES (?, ?, ?, ?, ?)", rows)


def _of_each(found: Iterable[Found]) -> Iterator[Found]:
    """The first of each report, until there are enough; of several that are as far off the one with the least key."""
    best: dict[tuple[object, ...], Found] = {}
    least = 0.0
    for one in found:
        if len(best) >= STRIKING and one[0] < least:
            break
        known = best.get(one[2:])
        if known is None:
            least = one[0]  # they come in order
        if known is None or (known[0] == one[0] and one[1] < known[1]):
            best[one[2:]] = one
    yield from best.values()
