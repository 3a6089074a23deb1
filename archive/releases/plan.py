"""What a release holds: which tables and views of the database, and what their columns are."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.search import INDEXES

# What the machinery keeps for itself says nothing to a reader; all that is not named here is data.
INTERNAL = frozenset("prints bands audited unchecked looked watched tallied stale stale_sources".split())
PROSE = frozenset({"sections", "statements"})
CRAWLING = frozenset({"snapshots", "readings", "skips", "lacking", "runs", "imports", "withholdings", "source_totals"})
LONG = frozenset({"facts", "panel"})  # views of one row a square: as many rows as no spreadsheet takes
WORDS = frozenset(f"{index}_words" for index in INDEXES)  # what the index of words is made from
MADE = ("copies", "touches", "crosswalk", "uncrossed", "coverage")  # what a release adds (made.py)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table or view."""

    name: str
    type: str  # TEXT, INTEGER, REAL, NUMERIC; "" for what a view works out
    required: bool  # never NULL


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table, or view, as it goes into files."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[tuple[str, str], ...] = ()  # column -> table; by that table's whole key of one column

    @property
    def names(self) -> tuple[str, ...]:
        """Of its columns."""
        return tuple(column.name for column in self.columns)

    @property
    def by_year(self) -> bool:
        """Whether its Parquet is one file a year."""
        return "year" in self.names

    @property
    def ordered(self) -> str:
        """The query that gives its rows in the one order that does not depend on how they came in."""
        columns = ", ".join(f'"{name}"' for name in self.names)
        return f'SELECT {columns} FROM "{self.name}" ORDER BY {order(self)}'


def order(table: Table) -> str:
    """By its key, or by everything."""
    return ", ".join(f'"{name}"' for name in table.key or table.names)


def described(db: sqlite3.Connection, name: str, schema: str = "main") -> Table:
    """A table or view as the database has it."""
    rows = db.execute(f'PRAGMA {schema}.table_info("{name}")').fetchall()
    keyed = sorted((place, column) for _, column, _, _, _, place in rows if place)
    return Table(
        name=name,
        columns=tuple(
            Column(name=column, type=kind.upper(), required=bool(required or place))
            for _, column, kind, required, _, place in rows
        ),
        key=tuple(column for _, column in keyed),
        references=tuple(
            (column, other)
            for _, _, other, column, *_ in sorted(db.execute(f'PRAGMA {schema}.foreign_key_list("{name}")'))
        ),
    )


def tables(db: sqlite3.Connection, schema: str = "main") -> list[str]:
    """The tables that are released, by name; the index of words, which is made again, is not."""
    rows = db.execute(
        f"SELECT name, coalesce(sql, '') FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    virtual = tuple(f"{name}_" for name, sql in rows if sql.upper().startswith("CREATE VIRTUAL"))
    return sorted(
        name
        for name, sql in rows
        if name not in INTERNAL and not name.startswith(virtual or ("\0",)) and f"{name}_" not in virtual
    )


def views(db: sqlite3.Connection, schema: str = "main") -> list[str]:
    """The views, by name; those of the index of words are not."""
    rows = db.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'view' ORDER BY name")
    return [name for (name,) in rows if name not in WORDS]


def filed(db: sqlite3.Connection) -> list[Table]:
    """What goes into CSV and Parquet: every table, and the views that are not one row a square; by name."""
    names = sorted({*tables(db), *(view for view in views(db) if view not in LONG)})
    return [described(db, name) for name in names]
