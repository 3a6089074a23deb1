"""The ids that the index of words knows rows by, numbered anew in the order of the keys.

Those of an archive tell in which order it was filled, which is nothing that a release should depend on.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from archive.releases.plan import Table, described, order, tables
from archive.search import ROWS

ID = "id"
BELOW_ZERO = frozenset({"audits"})


def numbered(table: Table) -> bool:
    """Whether its ids are such."""
    return table.name in ROWS


def without(table: Table) -> Table:
    """All that a row says of itself."""
    return replace(table, columns=tuple(one for one in table.columns if one.name != ID)) if numbered(table) else table


def selected(table: Table) -> str:
    """Its columns for a query, with new numbers."""
    number = f"{_sign(table)}row_number() OVER (ORDER BY {order(table)})"
    return ", ".join(number if numbered(table) and name == ID else f'"{name}"' for name in table.names)


def insert(db: sqlite3.Connection, table: Table, schema: str) -> None:
    """Take rows over from a table that has no numbers; they get some that are free, until all are numbered anew."""
    columns = ", ".join(f'"{name}"' for name in without(table).names)
    into, values = columns, columns
    if numbered(table):
        (last,) = db.execute(f'SELECT coalesce(max(abs(id)), 0) FROM main."{table.name}"').fetchone()
        into, values = f"{columns}, {ID}", f"{columns}, {_sign(table)}({last} + row_number() OVER ())"
    db.execute(f'INSERT INTO main."{table.name}" ({into}) SELECT {values} FROM {schema}."{table.name}"')


def renew(db: sqlite3.Connection) -> None:
    """Number all rows; by way of numbers of the other sign, for no two rows may have the same one meanwhile."""
    for table in (described(db, name) for name in tables(db) if name in ROWS):
        keys = ", ".join(f'"{key}"' for key in table.key)
        same = " AND ".join(f't."{key}" = n."{key}"' for key in table.key)
        rows = f'SELECT {keys}, row_number() OVER (ORDER BY {order(table)}) AS place FROM main."{table.name}"'
        other = "" if table.name in BELOW_ZERO else "-"
        db.execute(f'UPDATE main."{table.name}" AS t SET id = {other}n.place FROM ({rows}) AS n WHERE {same}')
        db.execute(f'UPDATE main."{table.name}" SET id = -id')


def _sign(table: Table) -> str:
    return "-" if table.name in BELOW_ZERO else ""
