"""A report that is owed and was looked for in vain: the ledger knows what is owed, and how well we looked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from archive.audits.rule import Audit, Place, Result, Tables

MISSING = """
SELECT o.organ, o.year, o.division, o.deadline, o.because FROM temp.affected JOIN owed o USING (organ, year, division)
WHERE o.standing = 'missing' ORDER BY o.organ, o.year, o.division
"""


def missing_report(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    for organ, year, division, deadline, because in db.execute(MISSING):
        why = json.loads(because)
        zh, en = zip(*_words(why), strict=True)
        finding = rule.finding(
            # an organ that has been silent for long may be no more, and one that only its siblings speak for not yet
            "WARN" if why.get("earlier") == year - 1 or "later" in why or "registry" in why else "INFO",
            [],
            f"没有找到 {year} 年度报告，按规定应在 {deadline} 之前公布：{'；'.join(zh)}。",
            f"No report for {year} was found, which was due by {deadline}: {'; '.join(en)}.",
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
        version=1,
        zh="公布过报告的机关，或同类机关已公布的，每年都应在期限之前公布报告",
        en="an organ that published before, or whose siblings did, publishes every year before the deadline",
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
