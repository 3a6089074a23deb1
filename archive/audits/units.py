"""Amounts against those of the same organ's last year: 元 for 万元."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from archive.audits.rule import AND_THE_NEXT_YEAR, Audit, Place, Result, Tables, labels
from archive.wide import column

MONEY = ("10k CNY", "CNY")
ABOUT_10000 = (10**3.5, 10**4.5)


def implausible_unit(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    named = labels(db)
    least, most = ABOUT_10000
    for table in tables.values():
        if not db.execute(f"SELECT EXISTS (SELECT 1 FROM {table.name})").fetchone()[0]:
            continue
        for indicator in (name for name, unit in table.units.items() if unit in MONEY):
            amount = column(indicator)
            cursor = db.execute(
                f"SELECT now.organ, now.year, now.division, b.{amount}, n.{amount} FROM temp.affected"
                " JOIN reports now USING (organ, year, division) JOIN reports last"
                " ON last.organ = now.organ AND last.year = now.year - 1 AND last.division = now.division"
                f" JOIN {table.name} n ON n.snapshot = now.snapshot AND n.part = now.part"
                f" JOIN {table.name} b ON b.snapshot = last.snapshot AND b.part = last.part"
                f" WHERE b.{amount} > 0 AND n.{amount} > 0"
                f" AND (n.{amount} / b.{amount} BETWEEN ? AND ? OR b.{amount} / n.{amount} BETWEEN ? AND ?)",
                (least, most, least, most),
            )
            for organ, year, division, before, now in cursor:
                finding = rule.finding(
                    "WARN",
                    [indicator],
                    f"{named[indicator]}：{year - 1} 年为 {before:g}，{year} 年为 {now:g}，相差约一万倍，"
                    "可能有一年误用了单位（元、万元）。",
                    f"{indicator}: {before:g} in {year - 1}, {now:g} in {year}, about 10,000 times: perhaps one of them"
                    " is in another unit.",
                    expected=before,
                    actual=now,
                )
                yield Result(at=Place(organ, year, division), other=Place(organ, year - 1, division), finding=finding)


COULD = """
SELECT c.division, c.year, count(*)
FROM temp.cells c CROSS JOIN reports now ON now.division = c.division AND now.year = c.year
CROSS JOIN reports last ON last.organ = now.organ AND last.year = now.year - 1 AND last.division = now.division
WHERE now.numbers > 0 AND last.numbers > 0 GROUP BY c.division, c.year
"""
RULES = (
    Audit(
        name="implausible_unit",
        version=1,
        zh="金额以万元填写：正文写作元、平均下来大得不可能、或与同一机关上一年相差约一万倍的，可能误填为元",
        en="Amounts are in 10,000 yuan: those in yuan in the prose, too much, or 10,000 times last year's are named",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表二",
        check=implausible_unit,
        could=COULD,
        reach=AND_THE_NEXT_YEAR,
    ),
)
