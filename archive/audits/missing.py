"""A report that is owed and was looked for in vain: the ledger knows what is owed, and how well we looked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from archive.audits.rule import Audit, Place, Result, Tables

MISSING = """
SELECT o.organ, o.year, o.division, o.deadline, o.because, o.source, o.kind
FROM temp.affected JOIN owed o USING (organ, year, division)
WHERE o.standing = 'missing' ORDER BY o.organ, o.year, o.division
"""
# Who came into its column when it fell silent: organs of its kind and division that had no report before.
NEWCOMERS = """
SELECT r.organ FROM reports r WHERE r.division = ? AND r.division <> '' AND r.year = ? AND r.source = ?
AND organ_kind(r.organ) = ? AND NOT EXISTS (
    SELECT 1 FROM reports e WHERE e.organ = r.organ AND e.division = r.division AND e.year < r.year)
ORDER BY r.organ LIMIT 2
"""


def missing_report(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    for organ, year, division, deadline, because, source, kind in db.execute(MISSING).fetchall():
        why = json.loads(because)
        zh, en = zip(*_words(why), strict=True)
        fell_silent = why.get("earlier") == year - 1 and "later" not in why
        came = db.execute(NEWCOMERS, (division, year, source, kind)).fetchall() if fell_silent else []
        new_name = came[0][0] if len(came) == 1 else ""
        # an organ that has been silent for long may be no more, and one that only its siblings speak for not yet
        sure = not new_name and (fell_silent or "later" in why or "registry" in why)
        finding = rule.finding(
            "WARN" if sure else "INFO",
            [],
            f"没有找到 {year} 年度报告，按规定应在 {deadline} 之前公布：{'；'.join(zh)}。"
            + (f"同一栏目这一年首次有{new_name}的报告，可能是改了名称。" if new_name else ""),
            f"No report for {year} was found, which was due by {deadline}: {'; '.join(en)}."
            + (f" It may have a new name: {new_name} came into the same column that year." if new_name else ""),
            evidence=deadline,
        )
        yield Result(at=Place(organ, year, division), finding=finding)


def _words(why: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "registry" in why:
        yield (
            f"来源登记表有该机关的栏目（{why['registry']}）",
            f"the registry has a column of this organ ({why['registry']})",
        )
    if "earlier" in why:
        yield f"该机关公布过 {why['earlier']} 年度报告", f"it published one for {why['earlier']}"
    if "later" in why:
        yield f"也公布过 {why['later']} 年度报告", f"it published one for {why['later']} as well"
    if "siblings" in why:
        published, others = why["siblings"]
        yield f"同地同类的另外 {others} 个机关中 {published} 个已公布", f"{published} of {others} organs like it did"


RULES: tuple[Audit, ...] = (
    Audit(
        name="missing_report",
        version=2,
        zh="公布过报告的机关，或同类机关已公布的，每年都应在期限之前公布报告",
        en="An organ that published before, or whose siblings did, publishes every year before the deadline",
        source="政府信息公开条例第四十九条",
        check=missing_report,
        could="SELECT c.division, c.year, count(*) FROM temp.cells c CROSS JOIN owed o ON o.division = c.division"
        " AND o.year = c.year WHERE o.standing <> 'unknown' GROUP BY c.division, c.year",
        of_reports=False,
        # what is owed depends on other organs, on the registry and on the day: all of it is looked at each time
        reach="SELECT organ, year, division FROM owed WHERE standing = 'missing'"
        " UNION SELECT organ, year, division FROM audits WHERE rule = 'missing_report'",
    ),
)
