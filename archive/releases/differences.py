"""What of one release's database is not in the other's, row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import ArchiveError
from archive.releases import numbering
from archive.releases.plan import MADE, Table, described, order, tables

REPORT = ("organ", "year", "division")
# The current reading of a report may be another one that says the same.
NOT_SAID = frozenset({"snapshot", "part", "readings", "source", "official", "title", "folded", "id"})


@dataclass(frozen=True, kw_only=True)
class Count:
    """Of reports, facts or findings."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def own(db: sqlite3.Connection, schema: str = "main") -> list[str]:
    """The tables that a release takes from the archive, by name."""
    return [name for name in tables(db, schema) if name not in MADE]


def compared(db: sqlite3.Connection) -> list[Table]:
    """Those of both releases, which have to be the same, without numbers; `main` is the new one, `old` is attached."""
    new, old = set(own(db)), set(own(db, "old"))
    differ = sorted(new ^ old) or [name for name in sorted(new) if described(db, name) != described(db, name, "old")]
    if differ:
        raise ArchiveError(f"the older release has another {differ[0]}: it was made by another version of nianbao")
    return [numbering.without(described(db, name)) for name in sorted(new)]


def put(table: Table) -> str:
    """The query for rows that are new or not as they were."""
    columns = ", ".join(f'n."{name}"' for name in table.names)
    others = ", ".join(f'o."{name}"' for name in table.names)
    return (
        f'SELECT {columns} FROM main."{table.name}" n WHERE NOT EXISTS (SELECT 1 FROM old."{table.name}" o'
        f" WHERE {_same_key(table)} AND ({others}) IS ({columns})) ORDER BY {order(table)}"
    )


def gone(table: Table) -> str:
    """The query for the keys of rows that are there no more."""
    keys = ", ".join(f'o."{name}"' for name in table.key)
    return (
        f'SELECT {keys} FROM old."{table.name}" o WHERE NOT EXISTS (SELECT 1 FROM main."{table.name}" n'
        f" WHERE {_same_key(table)}) ORDER BY {order(table)}"
    )


def _same_key(table: Table) -> str:
    return " AND ".join(f'o."{name}" = n."{name}"' for name in table.key)


def reports(db: sqlite3.Connection) -> Count:
    """Changed is a report whose squares or own particulars are not what they were; see `squares` for which."""
    same = " AND ".join(f"o.{name} = n.{name}" for name in REPORT)
    there = "SELECT count(*) FROM {one}.reports n WHERE NOT EXISTS (SELECT 1 FROM {other}.reports o WHERE " + same + ")"
    said = [name for name in described(db, "reports").names if name not in NOT_SAID]
    ours, theirs = (", ".join(f'{of}."{name}"' for name in said) for of in "no")
    changed = (
        f"SELECT count(*) FROM main.reports n JOIN old.reports o ON {same} WHERE ({ours}) IS NOT ({theirs})"
        f" OR (n.organ, n.year, n.division) IN (SELECT organ, year, division FROM temp.squares WHERE change = 'changed'"
        " OR was_state IS NULL OR state IS NULL)"
    )
    return Count(
        new=_count(db, there.format(one="main", other="old")),
        changed=_count(db, changed),
        gone=_count(db, there.format(one="old", other="main")),
    )


def findings(db: sqlite3.Connection) -> Count:
    """By their keys; changed is one with another verdict, or that people judged otherwise."""
    for schema in ("main", "old"):
        told = "key, max(verdict) AS verdict, max(judgement) AS judgement"
        query = f"SELECT {told} FROM {schema}.report_findings GROUP BY key"
        db.execute(f"CREATE TEMP TABLE told_{schema} AS {query}")
        db.execute(f"CREATE INDEX temp.told_{schema}_key ON told_{schema} (key)")
    missing = "SELECT count(*) FROM told_{} n WHERE NOT EXISTS (SELECT 1 FROM told_{} o WHERE o.key = n.key)"
    changed = "SELECT count(*) FROM told_main n JOIN told_old o USING (key) WHERE (n.verdict, n.judgement) IS NOT"
    return Count(
        new=_count(db, missing.format("main", "old")),
        changed=_count(db, f"{changed} (o.verdict, o.judgement)"),
        gone=_count(db, missing.format("old", "main")),
    )


def facts(db: sqlite3.Connection) -> Count:
    """By what `squares` found."""
    found = dict(db.execute("SELECT change, count(*) FROM temp.squares GROUP BY change"))
    return Count(**{name: found.get(name, 0) for name in ("new", "changed", "gone")})


def affected(db: sqlite3.Connection, wide: list[str]) -> Iterator[tuple[str, int, str]]:
    """Reports, old or new, whose current reading is another one or not what it was."""
    same = " AND ".join(f"o.{name} = n.{name}" for name in REPORT)
    for one, other in (("main", "old"), ("old", "main")):
        rows = f"SELECT 1 FROM {other}.reports o WHERE {same} AND (o.snapshot, o.part) = (n.snapshot, n.part)"
        query = f"SELECT organ, year, division FROM {one}.reports n WHERE NOT EXISTS ({rows})"
        yield from db.execute(query)
    for name in wide:
        table = described(db, name)
        for one, other in (("main", "old"), ("old", "main")):
            columns, others = (", ".join(f'{of}."{column}"' for column in table.names) for of in "no")
            query = (
                f'SELECT r.organ, r.year, r.division FROM {one}."{name}" n JOIN {one}.reports r'
                " ON r.snapshot = n.snapshot AND r.part = n.part"
                f' WHERE NOT EXISTS (SELECT 1 FROM {other}."{name}" o WHERE {_same_key(table)}'
                f" AND ({others}) IS ({columns}))"
            )
            yield from db.execute(query)


def _count(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
