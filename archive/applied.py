"""To how many reports each rule could be applied: what a count of findings has to be read beside."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from archive.audits import groups
from archive.audits.rule import Audit
from archive.database import NAME
from archive.errors import explained
from archive.store import Archive

# What a report has to have for a rule that only points at what is wrong (parsers/checks/rule.py names them).
NEEDS: Mapping[str, str] = {
    "report": "1",
    "tables": "d.numbers + d.blanks + d.unreadable > 0",
    "requests": "EXISTS (SELECT 1 FROM requests q WHERE q.snapshot = r.snapshot AND q.part = r.part)",
    "recognised": "d.recognised > 0",
}
# A rule that counts what holds was applied where something holds, or where it said anything but that it could not say.
CURRENT = f"""
SELECT d.passed, (SELECT group_concat(f.rule, ' ') FROM findings f WHERE f.snapshot = r.snapshot AND f.part = r.part
                  AND f.verdict NOT IN ('NOT_ASSESSABLE', 'NOT_REPORTED')), {", ".join(NEEDS.values())}
FROM reports r JOIN readings d USING (snapshot, part)
"""


def applied(archive: Archive, pointing: Mapping[str, str], audits: Iterable[Audit]) -> dict[str, int]:
    """By rule; `pointing` says what those need that point alone, as in NEEDS."""
    db = archive.db
    found, had = Counter[str](), dict.fromkeys(NEEDS, 0)
    with explained("read", archive.directory / NAME):
        groups.register(db)
        for passed, told, *has in db.execute(CURRENT):
            found.update({*json.loads(passed), *(told or "").split()})
            for need, one in zip(NEEDS, has, strict=True):
                had[need] += one
        rules = dict(found) | {rule: had[need] for rule, need in pointing.items()}
        among = {audit.name: audit.could for audit in audits}
        counts = {query: db.execute(query).fetchone()[0] for query in {*among.values()}}  # some ask the same
    # a rule of the same name inside one report looks at more of them
    return rules | {rule: max(rules.get(rule, 0), counts[query]) for rule, query in among.items()}
