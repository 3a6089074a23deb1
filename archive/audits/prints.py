"""What sections and tables of reports are recognised by, kept so that only what changed is looked at again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from archive.audits.rule import Place, Tables, is_everything
from archive.audits.sketch import bands, number_of, own_words, shingles
from archive.checking.parallel import in_batches, in_parallel
from archive.database import transaction
from archive.wide import WideTable

BATCH = 500  # reports that are read at a time
DISTINCT = 5  # different numbers that a table needs: with fewer it is equal to others by chance

# Texts that meet in a bucket are compared with the next one of the bucket and the one before: however many meet
# there, each is compared with two, and a text that comes changes nothing but for its neighbours.
NEIGHBOURS = """
SELECT b.print, n.print AS other, b.shingles, n.shingles AS more
FROM {0} m CROSS JOIN bands b ON b.print = m.print CROSS JOIN bands n
ON n.band = b.band AND n.print = (SELECT min(o.print) FROM bands o WHERE o.band = b.band AND o.print > b.print)
UNION ALL
SELECT b.print, n.print AS other, b.shingles, n.shingles AS more
FROM {0} m CROSS JOIN bands b ON b.print = m.print CROSS JOIN bands n
ON n.band = b.band AND n.print = (SELECT max(o.print) FROM bands o WHERE o.band = b.band AND o.print < b.print)
"""
HELD = "SELECT DISTINCT organ, year, division FROM {} JOIN prints USING (print)"
REPORTS = """
(SELECT value ->> 0 AS organ, value ->> 1 AS year, value ->> 2 AS division FROM json_each(?)) m
CROSS JOIN reports r ON r.organ = m.organ AND r.year = m.year AND r.division = m.division
"""
SECTIONS = f"""
SELECT r.organ, r.year, r.division, s.number, s.text FROM {REPORTS}
CROSS JOIN sections s ON s.snapshot = r.snapshot AND s.part = r.part WHERE s.number > 0
ORDER BY r.organ, r.year, r.division, s.number, s.position
"""
TEXT = """
SELECT s.text FROM (
    SELECT r.snapshot, r.part, CAST(substr(p.what, 9) AS INTEGER) AS number FROM prints p
    CROSS JOIN reports r USING (organ, year, division) WHERE p.print = ? AND p.what LIKE 'section %' LIMIT 1) o
CROSS JOIN sections s ON s.snapshot = o.snapshot AND s.part = o.part AND s.number = o.number ORDER BY s.position
"""


class Recognised(NamedTuple):
    """Rows of `prints` and `bands`."""

    prints: list[tuple[object, ...]]
    bands: list[tuple[int, int, int]]


def renew(db: sqlite3.Connection, tables: Tables) -> None:
    """Recognise the reports of `temp.changed` again; those that they were alike to before become changed themselves."""
    for name, columns in (
        ("fresh", "organ TEXT, year INTEGER, division TEXT, what TEXT, print INTEGER"),
        ("fresh_bands", "band INTEGER, print INTEGER, shingles INTEGER"),
        ("old", "print INTEGER PRIMARY KEY"),
    ):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        db.execute(f"CREATE TEMP TABLE {name} ({columns})")
    reports = db.execute("SELECT organ, year, division FROM temp.changed ORDER BY organ, year, division").fetchall()
    with transaction(db, lock=False):
        for found in in_parallel(db, partial(_recognised, tables), in_batches(reports, BATCH)):
            db.executemany("INSERT INTO temp.fresh VALUES (?, ?, ?, ?, ?)", found.prints)
            db.executemany("INSERT INTO temp.fresh_bands VALUES (?, ?, ?)", found.bands)
    with transaction(db):
        mine = "temp.changed CROSS JOIN prints USING (organ, year, division)"
        db.execute(f"INSERT OR IGNORE INTO temp.old SELECT DISTINCT print FROM {mine}")
        if not is_everything(db):  # else whoever was near has changed as well
            near = NEIGHBOURS.format("(SELECT print FROM temp.old)")
            db.execute(f"INSERT OR IGNORE INTO temp.old SELECT other FROM ({near})")
        # what is as it was stays, for each row that comes or goes marks its sums as old
        db.execute(
            "DELETE FROM prints WHERE (organ, year, division) IN (SELECT * FROM temp.changed)"
            " AND (organ, year, division, what, print) NOT IN (SELECT * FROM temp.fresh)"
        )
        db.execute("INSERT OR IGNORE INTO prints SELECT * FROM temp.fresh")
        db.execute(
            "DELETE FROM bands WHERE print IN"
            " (SELECT print FROM temp.old WHERE NOT EXISTS (SELECT 1 FROM prints p WHERE p.print = temp.old.print))"
        )
        db.execute("INSERT OR IGNORE INTO bands SELECT * FROM temp.fresh_bands ORDER BY band, print")
        # in the same transaction: a run that is killed now has to look at these again
        held = HELD.format("temp.old")
        db.execute(f"INSERT OR IGNORE INTO temp.changed {held}")
        db.execute("INSERT OR IGNORE INTO unchecked SELECT organ, year, division, 1 FROM temp.changed")


def _recognised(tables: Tables, db: sqlite3.Connection, reports: Sequence[Place]) -> Recognised:
    """What some reports are recognised by, and the buckets of those texts that have none yet."""
    told = json.dumps(reports, ensure_ascii=False)
    found = Recognised([row for table in tables for row in _numbers(db, tables, table, told)], [])
    known: set[int] = set()
    for (*report, number), rows in groupby(db.execute(SECTIONS, (told,)), key=itemgetter(0, 1, 2, 3)):
        own = own_words("\n".join(text for *_, text in rows))
        if own:
            print_ = number_of(own)
            found.prints.append((*report, f"section {number}", print_))
            if not (print_ in known or db.execute("SELECT 1 FROM bands WHERE print = ? LIMIT 1", (print_,)).fetchone()):
                known.add(print_)
                size = len(shingles(own))
                found.bands.extend((band, print_, size) for band in bands(own))
    return found


def _numbers(db: sqlite3.Connection, tables: Tables, name: str, reports: str) -> Iterator[tuple[object, ...]]:
    """The numbers of a table that are not zero, and where they stand: zero or blank, the others make no difference."""
    units = list(tables[name].units)
    rows = db.execute(
        f"SELECT r.organ, r.year, r.division, {_columns(tables[name])} FROM {REPORTS}"
        f" CROSS JOIN {name} w ON w.snapshot = r.snapshot AND w.part = r.part",
        (reports,),
    )
    for row in rows:
        values = row[3:]
        if len({value for value in values if value}) >= DISTINCT:
            numbers = [(indicator, value) for indicator, value in zip(units, values, strict=True) if value]
            yield (*row[:3], name, number_of(json.dumps(numbers)))


def _columns(table: WideTable) -> str:
    return f"w.{', w.'.join(table.columns)}"


def text_of(db: sqlite3.Connection, print_: int) -> str:
    """The words that a print stands for, as the first report says that has them; "" if it went away meanwhile."""
    # none where its report is in `unchecked`: the next run looks again
    return own_words("\n".join(text for (text,) in db.execute(TEXT, (print_,))))


def numbers_of(db: sqlite3.Connection, tables: Tables, at: Place, name: str) -> list[str]:
    """The indicators of a table whose numbers are not zero; none if the report went away meanwhile."""
    units = list(tables[name].units)
    row = db.execute(
        f"SELECT {_columns(tables[name])} FROM reports r JOIN {name} w ON w.snapshot = r.snapshot AND w.part = r.part"
        " WHERE r.organ = ? AND r.year = ? AND r.division = ?",
        at,
    ).fetchone()
    return [indicator for indicator, value in zip(units, row or (None,) * len(units), strict=True) if value]
