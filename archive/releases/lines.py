"""A table as lines of CSV, made by SQLite itself: to hand Python every square of a wide table takes thrice as long.

Texts stand in quotes and NULL stands without, which readers can tell apart; numbers are as Python prints them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from archive.releases.plan import Column, Table, order

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
END = "\r\n"
TOGETHER = 99  # integers that one call of printf takes: SQLite hands no more than 127 things to a function


def head(table: Table) -> bytes:
    """What comes before the rows."""
    return (BOM + ",".join(f'"{name}"' for name in table.names) + END).encode()


def rows(db: sqlite3.Connection, table: Table) -> Iterator[tuple[bytes, int | None]]:
    """Each row in UTF-8, in the one order that a table has, and its year where it has one."""
    db.create_function("exact", 1, repr, deterministic=True)  # SQLite prints no more than 15 digits
    line = " || ',' || ".join(_squares(table))
    year = "year" if table.by_year else "NULL"
    return db.execute(
        f'SELECT CAST({line} || char(13, 10) AS BLOB), {year} FROM "{table.name}" ORDER BY {order(table)}'
    )


def _squares(table: Table) -> Iterator[str]:
    for kind, columns in groupby(table.columns, lambda column: column.type):
        if kind == "INTEGER":
            yield from _integers([f'"{column.name}"' for column in columns])
        else:
            yield from map(_text if kind == "TEXT" else _any, columns)


def _integers(names: list[str]) -> Iterator[str]:
    for place in range(0, len(names), TOGETHER):
        some = names[place : place + TOGETHER]
        yield f"printf('{','.join(['%s'] * len(some))}', {', '.join(some)})"


def _text(column: Column) -> str:
    words = f"""'"' || replace("{column.name}", '"', '""') || '"'"""
    return f"({words})" if column.required else f"coalesce({words}, '')"


def _any(column: Column) -> str:
    name = f'"{column.name}"'
    return (
        f"CASE typeof({name}) WHEN 'text' THEN {_text(column)} WHEN 'real' THEN exact({name})"
        f" ELSE coalesce({name}, '') END"
    )
