"""Counts, facets and the search box of Datasette's tables: asked as archive/boxed.py has it, kept while they hold."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.database import QueryInterrupted, Results  # type: ignore[import-untyped]
from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive import boxed
from archive.kept import kept

hookimpl = HookimplMarker("datasette")

LONGEST_COUNT = 5_000  # milliseconds, once until the database changes; of what takes longer the page says so
COUNT = re.compile(r"select count\(\*\) from \w+ ", re.ASCII)
FACET = re.compile(r"select (\w+) as value, count\(\*\) as count from \(", re.ASCII)

Execute = Callable[..., Awaitable[Any]]


@hookimpl
def startup(datasette: Any) -> None:
    """In place of the database's own way to ask."""
    database = datasette.get_database()
    database.execute = asking(database, database.execute)


def asking(database: Any, stock: Execute) -> Execute:
    """What answers as `stock` does."""

    async def execute(sql: str, params: Any = None, *args: Any, **more: Any) -> Any:
        asked = " ".join(sql.split())
        box = boxed.box(asked) if isinstance(params, dict) and "search" in params else None
        key = (asked, tuple(sorted(params.items())) if isinstance(params, dict) else None)
        if COUNT.match(asked):
            number = await database.execute_fn(lambda db: kept(db, key, lambda: counted(db, sql, params, box, asked)))
            if number is None:
                raise QueryInterrupted(None, sql, params)
            return Results([(number,)], False, ())
        if FACET.match(asked):
            made = await database.execute_fn(lambda db: kept(db, key, list))
            if not made:
                made.append(await stock(sql, params, *args, **more))
            return made[0]
        if box and await database.execute_fn(lambda db: boxed.is_often(db, box.index, str(params["search"]))):
            sql = boxed.quicker(asked, box)
        return await stock(sql, params, *args, **more)

    return execute


def counted(db: sqlite3.Connection, sql: str, params: Any, box: boxed.Box | None, asked: str) -> int | None:
    """The count, None where that takes too long."""
    try:
        with sqlite_timelimit(db, LONGEST_COUNT):
            if box and asked == box.is_count:
                return boxed.count(db, box, str(params["search"]))
            return int(db.execute(sql, params or {}).fetchone()[0])
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
