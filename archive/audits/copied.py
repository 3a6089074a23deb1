"""Tables and sections that are those of another organ, or of another year."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby, islice, pairwise
from operator import attrgetter
from typing import NamedTuple

from archive.audits.prints import HELD, NEIGHBOURS, numbers_of, renew, text_of
from archive.audits.rule import ITSELF, Audit, Place, Result, Tables, is_everything
from archive.audits.sketch import ALIKE, could_be_alike, shingles, similarity
from archive.checking.parallel import in_batches, in_parallel
from archive.records import Finding

# Whoever comes may be the first one that others are like.
MINE = "(SELECT DISTINCT print FROM temp.changed CROSS JOIN prints USING (organ, year, division))"
THOSE_ALIKE = f"""
{ITSELF} UNION {HELD.format(MINE)}
UNION {HELD.format(f"(SELECT other AS print FROM ({NEIGHBOURS.format(MINE)}))")}
"""
PRINTS = """
SELECT a.organ, a.year, a.division, p.what, p.print
FROM temp.affected a CROSS JOIN prints p USING (organ, year, division)
ORDER BY a.organ, a.year, a.division, p.what
"""
# Of the reports that hold a print the first two: of any report the other one is among them.
FIRST = """
SELECT year, organ, division, min(what), print FROM prints WHERE print = ?
GROUP BY year, organ, division ORDER BY year, organ, division LIMIT 2
"""
ALL_FIRST = """
SELECT year, organ, division, min(what), print FROM prints
GROUP BY print, year, organ, division ORDER BY print, year, organ, division
"""
COULD = """
SELECT c.division, c.year, count(*)
FROM temp.cells c CROSS JOIN reports r ON r.division = c.division AND r.year = c.year
WHERE EXISTS (SELECT 1 FROM prints p WHERE p.organ = r.organ AND p.year = r.year AND p.division = r.division)
GROUP BY c.division, c.year
"""
BATCH = 4000  # questions that are answered at a time
REMEMBERED = 20_000  # texts whose shingles are in memory, some 4 KB each
TABLES = {"proactive": "表二", "requests": "表三", "review": "表四", "statistics": "统计表"}


class Twin(NamedTuple):
    """A report that may say the same; of several the first in this order is told."""

    year: int
    organ: str
    division: str
    what: str
    print: int


class Question(NamedTuple):
    """A section or table of a report, and who may say the same, the earliest first."""

    at: Place
    what: str
    print: int
    twins: Sequence[Twin]


def copied(rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
    for results in in_parallel(db, partial(_answered, rule, tables), in_batches(_questions(db), BATCH)):
        yield from results


def _questions(db: sqlite3.Connection) -> Iterator[Question]:
    near, holders = _near(db), _holders(db)
    for organ, year, division, what, print_ in db.execute(PRINTS):
        alike = (print_, *near.get(print_, ()))
        # the earlier one is the original; of one year nobody knows
        twins = [twin for other in alike for twin in holders(other) if twin.year <= year]
        twins = [twin for twin in twins if (twin.organ, twin.year, twin.division) != (organ, year, division)]
        if twins:
            yield Question(Place(organ, year, division), what, print_, sorted(twins))


def _answered(rule: Audit, tables: Tables, db: sqlite3.Connection, questions: Sequence[Question]) -> list[Result]:
    words = lru_cache(REMEMBERED)(lambda print_: shingles(text_of(db, print_)))
    found = []
    for at, what, print_, twins in questions:
        for twin in twins:
            share = 1.0 if twin.print == print_ else similarity(words(print_), words(twin.print))
            if share >= ALIKE:
                indicators = numbers_of(db, tables, at, what) if what in tables else []
                own = bool(what.partition(" ")[2]) and (twin.organ, twin.division) == (at.organ, at.division)
                finding = _finding(rule, what, twin, share, indicators, own)
                place = Place(twin.organ, twin.year, twin.division)
                found.append(Result(at=at, other=place, finding=finding, told=(what, twin.what)))
                break
    return found


def _holders(db: sqlite3.Connection) -> Callable[[int], Sequence[Twin]]:
    """The first two that hold a print: where all are looked at, all are asked for at once."""
    if not is_everything(db):
        return lru_cache(REMEMBERED)(lambda print_: [Twin._make(row) for row in db.execute(FIRST, (print_,))])
    found = groupby(map(Twin._make, db.execute(ALL_FIRST)), key=attrgetter("print"))
    first = {print_: tuple(islice(same, 2)) for print_, same in found}
    return lambda print_: first.get(print_, ())


def _near(db: sqlite3.Connection) -> Mapping[int, Collection[int]]:
    """For each text of the reports to be looked at, the others that it may be alike to."""
    found: dict[int, set[int]] = {}
    for print_, other, size, others in _every(db) if is_everything(db) else _mine(db):
        if could_be_alike(size, others):
            found.setdefault(print_, set()).add(other)
    return found


def _every(db: sqlite3.Connection) -> Iterator[tuple[int, int, int, int]]:
    """All neighbours in all buckets, and how many shingles both have, in one go through them."""
    rows = db.execute("SELECT band, print, shingles FROM bands ORDER BY band, print")
    for (band, print_, size), (next_band, other, others) in pairwise(rows):
        if band == next_band:
            yield print_, other, size, others
            yield other, print_, others, size


def _mine(db: sqlite3.Connection) -> Iterator[tuple[int, int, int, int]]:
    db.execute("DROP TABLE IF EXISTS temp.mine")
    db.execute(
        "CREATE TEMP TABLE mine AS SELECT DISTINCT print FROM temp.affected"
        " CROSS JOIN prints USING (organ, year, division)"
    )
    return db.execute(NEIGHBOURS.format("temp.mine"))


def _finding(rule: Audit, what: str, twin: Twin, share: float, indicators: Sequence[str], own: bool) -> Finding:
    """Who says again in prose what it said itself took it from nobody: `own` is told as a hint alone."""
    kind, _, number = what.partition(" ")
    named = f"第{'〇一二三四五六'[int(number)]}部分" if number else TABLES[kind.partition("_")[0]] + "的非零数字"
    whole = share == 1
    return rule.finding(
        "INFO" if own else "WARN",
        indicators,
        f"{named}与{twin.organ} {twin.year} 年的报告{'相同' if whole else f'有 {share:.0%} 相同'}。",
        f"{what if number else f'non-zero numbers of {kind}'}: {'' if whole else f'{share:.0%} '}the same"
        f" in another report, of {twin.year}.",
        evidence=what,
    )


RULES = (
    Audit(
        name="copied",
        version=2,
        zh="除法定文字外，各部分正文与各表的非零数字不应与其他机关或其他年度的相同",
        en="Apart from statutory text, no section and no table's non-zero numbers are those of another organ or year",
        source="nianbao",
        check=copied,
        could=COULD,
        prepare=renew,
        reach=THOSE_ALIKE,
    ),
)
