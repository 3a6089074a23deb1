"""Copies of one report: what a page, its attachment and other addresses say of the same squares."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from archive.audits.rule import Audit, Place, Result, Tables, labels
from archive.current import Difference, differences
from archive.records import Fact, Finding, Verdict
from archive.wide import facts

SHOWN = 10  # differences that a message prints
Reading = tuple[str, int]  # snapshot, part

# A later capture of the current reading's own address is another version, no copy; of others the newest counts.
# A reading that names no division is of the only report of its organ and year (readings.py).
COPIES = """
SELECT organ, year, division, current, current_part, snapshot, part FROM (
    SELECT r.organ, r.year, r.division, r.snapshot AS current, r.part AS current_part, d.snapshot, d.part,
           row_number() OVER (PARTITION BY r.organ, r.year, r.division, s.url, d.part
                              ORDER BY s.timestamp DESC, s.id DESC) AS age
    FROM temp.affected JOIN reports r USING (organ, year, division)
    JOIN snapshots c ON c.id = r.snapshot
    JOIN readings d ON d.organ = r.organ AND d.year = r.year AND +d.kind = 'report'
    JOIN snapshots s ON s.id = d.snapshot
    WHERE r.readings > 1 AND (s.url <> c.url OR d.snapshot = r.snapshot AND d.part <> r.part)
    AND (d.division = r.division OR d.division = '' AND NOT EXISTS (
        SELECT 1 FROM reports o WHERE o.organ = r.organ AND o.year = r.year AND o.division = ''))
) WHERE age = 1 ORDER BY organ, year, division, snapshot, part
"""
COULD = """
SELECT z.division, z.year, count(*) FROM temp.cells z
CROSS JOIN reports r ON r.division = z.division AND r.year = z.year
CROSS JOIN snapshots c ON c.id = r.snapshot WHERE r.readings > 1 AND EXISTS (
    SELECT 1 FROM readings d CROSS JOIN snapshots s ON s.id = d.snapshot
    WHERE d.organ = r.organ AND d.year = r.year AND +d.kind = 'report' AND d.division IN (r.division, '')
    AND (s.url <> c.url OR d.snapshot = r.snapshot AND d.part <> r.part))
GROUP BY z.division, z.year
"""
ABOUT: Mapping[tuple[Verdict, bool | None], tuple[str, str]] = {
    ("FAIL", None): ("不符", "differ"),
    ("WARN", None): ("不符，而其中一份是从图片识别的，先疑识别有误", "differ, and one was recognised in a picture"),
    ("UNCERTAIN", True): ("一份空白、一份为零", "are blank and zero"),
    ("UNCERTAIN", False): ("一份空白、一份有数", "are blank and a number"),
    ("NOT_ASSESSABLE", None): ("无法比较", "cannot be compared"),
}


def two_copies(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    named = labels(db)
    for organ, year, division, *readings in db.execute(COPIES).fetchall():
        pair: tuple[Reading, Reading] = ((readings[0], readings[1]), (readings[2], readings[3]))
        alike: dict[tuple[Verdict, bool | None], list[Difference]] = {}
        for difference in _differences(db, tables, pair):
            alike.setdefault(_verdict(difference), []).append(difference)
        alike.pop(("PASS", None), None)
        for how, squares in alike.items():
            values = [(square.indicator, _value(square.current), _value(square.other)) for square in squares]
            finding = _finding(rule, pair, how, squares, named)
            yield Result(at=Place(organ, year, division), finding=finding, told=(values,))


def _differences(db: sqlite3.Connection, tables: Tables, pair: tuple[Reading, Reading]) -> Iterator[Difference]:
    """Of the tables that both have; which tables a reading lacks, missing_row says."""
    for table in tables.values():
        query = f"SELECT * FROM {table.name} WHERE snapshot = ? AND part = ?"
        one, other = (db.execute(query, reading).fetchone() for reading in pair)
        if one and other and one[6:] != other[6:]:
            sides = ({fact.indicator: fact for fact in facts(db, [table], *reading)} for reading in pair)
            yield from differences(*sides)


def _verdict(square: Difference) -> tuple[Verdict, bool | None]:
    """How two squares that differ compare, and whether what is uncertain holds if blank is zero."""
    one, other = square.current, square.other
    if one is None or other is None:
        return "NOT_ASSESSABLE", None
    states = {one.state, other.state}
    if states == {"number"}:
        if _same(one, other):
            return "PASS", None
        return "WARN" if "ocr" in (one.method, other.method) else "FAIL", None
    if states <= {"blank", "placeholder"}:
        return "PASS", None  # a blank and "/" say the same: nothing
    if states <= {"number", "blank", "placeholder"}:
        return "UNCERTAIN", not (one.value or other.value)
    return "NOT_ASSESSABLE", None


def _same(one: Fact, other: Fact) -> bool:
    """Amounts that are printed with fewer decimals in one copy agree to half of its last digit."""
    digits = min(_decimals(one), _decimals(other))
    if not digits or one.value is None or other.value is None:
        return False
    return bool(abs(one.value - other.value) <= 0.5 * 10**-digits * (1 + 1e-9))


def _decimals(fact: Fact) -> int:
    return len(repr(fact.value).partition(".")[2].rstrip("0"))


def _finding(
    rule: Audit,
    pair: tuple[Reading, Reading],
    how: tuple[Verdict, bool | None],
    squares: Sequence[Difference],
    named: Mapping[str, str],
) -> Finding:
    shown = list(islice(squares, SHOWN))
    dots = "……" if len(squares) > SHOWN else ""
    zh = "；".join(f"{named[s.indicator]} {_said(s.current)} 与 {_said(s.other)}" for s in shown)
    en = "; ".join(f"{s.indicator} {_said(s.current)} / {_said(s.other)}" for s in shown)
    places = [snapshot + (f" 第 {part} 份" if part else "") for snapshot, part in pair]
    names = [snapshot + (f" part {part}" if part else "") for snapshot, part in pair]
    only = squares[0] if len(squares) == 1 else None
    return rule.finding(
        how[0],
        [square.indicator for square in squares],
        f"两份抄本（快照 {places[0]} 与 {places[1]}）有 {len(squares)} 格{ABOUT[how][0]}：{zh}{dots}。",
        f"In two copies (snapshots {names[0]} and {names[1]}) {len(squares)} squares {ABOUT[how][1]}: {en}"
        + (" ..." if dots else "."),
        expected=only.current.value if only and only.current else None,
        actual=only.other.value if only and only.other else None,
        holds_if_blank_is_zero=how[1],
        evidence=en,
    )


def _said(fact: Fact | None) -> str:
    if fact is None:
        return "×"
    return f"{fact.value}" if fact.state == "number" else f"“{fact.raw}”"


def _value(fact: Fact | None) -> object:
    return fact and (fact.state, fact.value)


RULES = (
    Audit(
        name="two_copies",
        version=1,
        zh="同一份报告的各个抄本（网页、附件、其他网址）每一项都应相同",
        en="All copies of a report (page, attachment, other addresses) say the same in every square",
        source="nianbao",
        check=two_copies,
        could=COULD,
    ),
)
