"""A government's report that covers its departments: its numbers are no smaller than theirs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from archive.audits.rule import NOWHERE, Audit, Place, Result, Tables, labels, letter
from archive.records import Finding, Verdict
from archive.wide import column

INDICATORS = (
    "requests.new.total",
    "requests.total.total",
    "review.reconsideration.total",
    "review.litigation_direct.total",
    "review.litigation_after_reconsideration.total",
)
# 全市各级行政机关共收到…申请: without such words a report may be that of the government's own office alone.
COVERS = re.compile("全[省市县区旗州盟][^。；\n]{0,40}(?:收到|受理|新收|办理|办结|答复)[^。；\n]{0,20}申请")

# Any year's report of a department says that a government has it.
GOVERNMENTS = """
SELECT organ, year, division FROM temp.changed
UNION SELECT r.organ, r.year, r.division FROM (SELECT DISTINCT division FROM temp.changed WHERE division <> '')
JOIN reports r USING (division) WHERE r.organ LIKE '%人民政府'
"""
COULD = """
SELECT c.division, c.year, count(*)
FROM temp.cells c CROSS JOIN reports g ON g.division = c.division AND g.year = c.year
WHERE g.organ LIKE '%人民政府' AND g.division <> ''
AND government(g.organ, g.division, g.province, g.city, g.county) AND EXISTS (
    SELECT 1 FROM reports k WHERE k.division = g.division AND k.year = g.year
    AND department(k.organ, k.division, k.province, k.city, k.county) <> '')
GROUP BY c.division, c.year
"""
KIN = """
CREATE TEMP TABLE kin AS
SELECT division, year, organ, snapshot, part, department(organ, division, province, city, county) AS name,
       government(organ, division, province, city, county) AS governs
FROM (SELECT DISTINCT division FROM temp.affected WHERE division <> '') JOIN reports USING (division)
WHERE governs OR name <> ''
"""
# Of two spellings of one department the smaller number counts: nothing is summed twice.
SUMS = """
WITH children AS (
    SELECT k.division, k.year, k.name, min(w.{value}) AS value, k.organ
    FROM temp.kin k JOIN {table} w USING (snapshot, part) WHERE k.name <> '' AND w.{value} IS NOT NULL
    GROUP BY k.division, k.year, k.name
), sums AS (
    SELECT division, year, count(*) AS known, sum(value) AS total, max(value) AS most
    FROM children GROUP BY division, year
)
SELECT a.organ, a.year, a.division, g.snapshot, g.part, w.{value}, {letter},
    (SELECT count(DISTINCT name) FROM temp.kin k WHERE k.division = g.division AND name <> ''),
    s.known, s.total, s.most, (SELECT min(organ) FROM children c
        WHERE c.division = g.division AND c.year = g.year AND c.value = s.most)
FROM temp.affected a JOIN temp.kin g ON g.division = a.division AND g.year = a.year AND g.organ = a.organ AND g.governs
JOIN {table} w ON w.snapshot = g.snapshot AND w.part = g.part
JOIN sums s ON s.division = g.division AND s.year = g.year
WHERE s.total > coalesce(w.{value}, -1)
"""


class Sum(NamedTuple):
    """A government's number, and those of the departments that are known."""

    own: int | None
    letter: str
    owed: int  # departments that the archive knows, of any year
    known: int  # those of them that have a number for this year
    total: int
    most: int
    largest: str  # organ of the largest one


def rolls_up(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    named = labels(db)
    db.execute("DROP TABLE IF EXISTS temp.kin")
    db.execute(KIN)
    db.execute("CREATE INDEX temp.kin_place ON kin (division, year)")
    for indicator in INDICATORS:
        table = next(table for table in tables.values() if indicator in table.units)
        query = SUMS.format(table=table.name, value=column(indicator), letter=letter(table, indicator, "w"))
        for organ, year, division, snapshot, part, *sums in db.execute(query).fetchall():
            at, found = Place(organ, year, division), Sum(*sums)
            covers = _covers(db, snapshot, part)
            if covers or found.letter == "n":
                single = found.own is not None and found.most > found.own
                other = Place(found.largest, year, division) if single else NOWHERE
                finding = _finding(rule, found, covers, indicator, named[indicator])
                yield Result(at=at, other=other, finding=finding)


def _covers(db: sqlite3.Connection, snapshot: str, part: int) -> bool:
    rows = db.execute("SELECT text FROM sections WHERE snapshot = ? AND part = ?", (snapshot, part))
    return any(COVERS.search(text) for (text,) in rows)


def _verdict(found: Sum, covers: bool) -> Verdict:
    if found.letter != "n":
        return "UNCERTAIN" if found.letter in "bp" else "NOT_ASSESSABLE"
    if not covers:
        return "INFO"
    return "FAIL" if found.known == found.owed else "WARN"


def _finding(rule: Audit, found: Sum, covers: bool, indicator: str, label: str) -> Finding:
    verdict = _verdict(found, covers)
    own = found.own if found.letter == "n" else None
    said = ("正文说包括各部门", "it says that it covers them") if covers else ("没有说包括各部门", "it does not say so")
    return rule.finding(
        verdict,
        [indicator],
        f"{label}：政府的报告为 {'空白或不是数字' if own is None else own}（{said[0]}）；档案中共 {found.owed} 个部门，"
        f"有数的 {found.known} 个合计 {found.total}，其中{found.largest}最多，为 {found.most}。",
        f"{indicator}: {'no number' if own is None else own} in the government's report ({said[1]});"
        f" {found.known} known of {found.owed} departments make {found.total}, the largest alone {found.most}.",
        expected=found.total,
        actual=own,
        holds_if_blank_is_zero=found.total == 0 if verdict == "UNCERTAIN" else None,
    )


RULES = (
    Audit(
        name="rolls_up",
        version=1,
        zh="包括各部门的政府报告，数字不小于任何一个部门，也不小于已知各部门之和",
        en="What covers all departments is no smaller than the largest of them, nor than the sum of those known",
        source="《政府信息公开条例》第四十九条",
        check=rolls_up,
        could=COULD,
        reach=GOVERNMENTS,
    ),
)
