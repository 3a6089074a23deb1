"""To how many reports each rule could be applied: what a count of findings has to be read beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archive.audits import groups
from archive.audits.rule import Audit
from archive.database import NAME
from archive.errors import explained
from archive.store import Archive

CURRENT = "FROM reports r JOIN readings d USING (snapshot, part)"
# A rule that counts what holds was applied where something holds, or where it said anything but that it could not say.
PASSED = f"SELECT p.key, count(*) {CURRENT}, json_each(d.passed) p GROUP BY p.key"
TOLD = f"""
SELECT rule, count(*) FROM (
    SELECT DISTINCT f.rule, f.snapshot, f.part {CURRENT} JOIN findings f USING (snapshot, part)
    WHERE f.verdict NOT IN ('NOT_ASSESSABLE', 'NOT_REPORTED') AND json_extract(d.passed, '$.' || f.rule) IS NULL
) GROUP BY rule
"""
# What a report has to have for a rule that only points at what is wrong (parsers/checks/rule.py names them).
NEEDS: Mapping[str, str] = {
    "report": "SELECT count(*) FROM reports",
    "tables": f"SELECT count(*) {CURRENT} WHERE d.numbers + d.blanks + d.unreadable > 0",
    "requests": f"SELECT count(*) {CURRENT} JOIN requests q USING (snapshot, part)",
    "recognised": f"SELECT count(*) {CURRENT} WHERE d.recognised > 0",
}


def applied(archive: Archive, pointing: Mapping[str, str], audits: Iterable[Audit]) -> dict[str, int]:
    """By rule; `pointing` says what those need that point alone, as in NEEDS."""
    with explained("read", archive.directory / NAME):
        groups.register(archive.db)
        found: dict[str, int] = {}
        for query in (PASSED, TOLD):
            for rule, count in archive.db.execute(query):
                found[rule] = found.get(rule, 0) + count
        had = {need: archive.db.execute(query).fetchone()[0] for need, query in NEEDS.items()}
        found |= {rule: had[need] for rule, need in pointing.items()}
        for audit in audits:
            # a rule of the same name inside one report looks at more of them
            found[audit.name] = max(found.get(audit.name, 0), archive.db.execute(audit.could).fetchone()[0])
    return found
