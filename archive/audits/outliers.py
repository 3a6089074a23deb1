"""Numbers that stand far from those of an organ's peers; hints, no errors, and nothing is ranked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import log1p
from operator import itemgetter
from statistics import median
from typing import Any

from archive.audits.rule import ITSELF, Audit, Place, Result, Tables, labels
from archive.readings import HEADLINES

Row = Sequence[Any]  # of a report: whose peer it is, the report, its headlines

LEAST = 30  # reports with a number; of fewer nothing is said
FAR = 5  # times the median absolute deviation

# Whoever comes or changes moves the median of all its peers.
PEERS = f"""
{ITSELF} UNION SELECT organ, year, division FROM reports
WHERE (substr(division, 1, 2), year) IN (SELECT substr(division, 1, 2), year FROM temp.changed)
AND peers(organ, division, year) IN
    (SELECT peers(organ, division, year) FROM temp.changed)
"""
# Of each group of peers that is large enough, all: its level, province and year.
AMONG = f"""
SELECT coalesce(sum(p.number), 0) FROM tallies p WHERE p.counted = 'peers' AND p.verdict = '' AND EXISTS (
    SELECT 1 FROM tallies n WHERE n.counted = 'peers' AND n.name = p.name AND n.verdict <> '' AND n.year = p.year
    AND n.region = p.region AND n.number >= {LEAST})
"""


def outlier(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    named = labels(db)
    rows = db.execute(
        f"SELECT peers(organ, division, year) AS whose, organ, year, division, {', '.join(HEADLINES)}"
        " FROM temp.affected JOIN reports USING (organ, year, division) ORDER BY whose"
    )
    for whose, same in groupby(rows, key=itemgetter(0)):
        group = list(same) if whose else []
        for place, indicators in enumerate(HEADLINES.values(), 4):
            numbers = [(row, row[place]) for row in group if row[place] is not None and row[place] >= 0]
            said = "＋".join(named[indicator] for indicator in indicators)
            for row, value, times in _far(numbers):
                known = f"{len(numbers)}", f"{len(group)}"
                finding = rule.finding(
                    "INFO",
                    indicators,
                    f"{said}为 {value}，与同级、同省、同年的机关相比，偏离中位数 {times:.1f} 倍离差"
                    f"（{known[1]} 份报告中 {known[0]} 份有数）。",
                    f"{' + '.join(indicators)} is {value}: {times:.1f} deviations from the median of its level,"
                    f" province and year (numbers in {known[0]} of {known[1]} reports).",
                    actual=value,
                )
                yield Result(at=Place(*row[1:4]), finding=finding)


def _far(numbers: Sequence[tuple[Row, int]]) -> Iterator[tuple[Row, int, float]]:
    """Those more than FAR times the median absolute deviation from the median, and how many times."""
    if len(numbers) < LEAST:
        return
    logs = [log1p(value) for _, value in numbers]
    middle = median(logs)
    apart = [abs(log - middle) for log in logs]
    spread = median(apart)
    if not spread:
        return  # more than half are equal: there is no scale to measure by
    for (row, value), far in zip(numbers, apart, strict=True):
        if far / spread > FAR:
            yield row, value, far / spread


RULES = (
    Audit(
        name="outlier",
        version=1,
        zh="与同级、同省、同年的机关（至少 30 份有数的报告）相比，对数偏离中位数超过五倍离差的数字",
        en="A number more than five deviations of logarithms from the median of 30 or more peers",
        source="nianbao",
        check=outlier,
        among=AMONG,
        reach=PEERS,
    ),
)
