"""Counts, facets and the search box of Datasette's tables: asked as archive/shown/boxed.py has it, kept for a while."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from queue import Full, Queue
from threading import Thread
from typing import Any

from datasette.database import QueryInterrupted, Results  # type: ignore[import-untyped]
from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.shown import boxed
from archive.shown.kept import kept
from archive.shown.preparing import is_sent
from archive.shown.serving import Serving

hookimpl = HookimplMarker("datasette")

# Milliseconds for what all readers ask, once until the database changes; of what takes longer the page says so. What a
# reader narrowed has the limits of Datasette: there is no end of such questions, and each would buy that time anew.
LONGEST_COUNT = 5_000
COUNT = re.compile(r"\s*select count\(\*\) from \w+ ", re.ASCII)
FACET = re.compile(r"\s*select \S+ as value, count\(\*\) as count from \(", re.ASCII)
LONGEST_FACET = 120_000  # apart and one at a time
WAITING = 20

Execute = Callable[..., Awaitable[Any]]


class Facet:
    """What is known of one; no dataclass, which needs a module that can be imported."""

    results: Any = None
    is_tried = False


waiting: Queue[tuple[Any, Facet, str, Any]] = Queue(WAITING)


@hookimpl
def startup(datasette: Any) -> None:
    """In place of the database's own way to ask."""
    database = datasette.get_database()
    database.execute = asking(database, database.execute)
    if Serving.told().still:  # a daemon, which ends with the server wherever it is
        Thread(target=count_waiting, daemon=True).start()


def asking(database: Any, stock: Execute) -> Execute:
    """What answers as `stock` does."""
    still = Serving.told().still

    async def execute(sql: str, params: Any = None, *args: Any, **more: Any) -> Any:
        if is_sent.get():  # SQL of strangers has the limits of strangers
            return await stock(sql, params, *args, **more)
        box = boxed.box(sql) if isinstance(params, dict) and "search" in params else None
        key = (sql, tuple(sorted(params.items())) if isinstance(params, dict) else None)
        few = await database.execute_fn(lambda db: boxed.narrowed(db, sql, params, box)) if box else None
        said = few or sql
        if COUNT.match(sql):
            limit = LONGEST_COUNT if boxed.is_count_of_all(sql) else database.ds.sql_time_limit_ms
            whole = box if box and sql.strip() == box.is_count else None
            make = partial(counted, sql=said, params=params, box=whole, limit=limit)
            counts = await database.execute_fn(lambda db: kept(db, key, lambda: make(db)))
            if counts is None:
                raise QueryInterrupted(None, sql, params)
            return counts
        if still and FACET.match(sql):
            of_all = boxed.is_facet_of_all(sql, database.ds.setting("default_facet_size"))
            return await faceted(database, key, stock, (said, params, *args), more, of_all=of_all)
        if box and not few:
            said = boxed.quicker(sql, box)
        return await stock(said, params, *args, **more)

    return execute


async def faceted(
    database: Any, key: Any, stock: Execute, asked: tuple[Any, ...], more: dict[str, Any], *, of_all: bool
) -> Any:
    """A facet that is known; one of all rows that takes too long for a reader is counted apart, for the next."""
    place = await database.execute_fn(lambda db: kept(db, key, Facet))
    if place.results is None:
        try:
            place.results = await stock(*asked, **more)
        except QueryInterrupted:
            if of_all and not place.is_tried:
                with suppress(Full):
                    waiting.put_nowait((database, place, *asked[:2]))
                    place.is_tried = True
            raise
    return place.results


def count_waiting() -> None:
    """Those facets for as long as the server runs."""
    while True:
        count_apart(*waiting.get())


def count_apart(database: Any, place: Facet, sql: str, params: Any) -> None:
    """With a connection of its own, so that readers wait for nothing."""
    with suppress(sqlite3.Error), closing(database.connect()) as db:
        database.ds._prepare_connection(db, database.name)
        with sqlite_timelimit(db, LONGEST_FACET):
            cursor = db.execute(sql, params or {})
            place.results = Results(cursor.fetchall(), False, cursor.description)


def counted(db: sqlite3.Connection, sql: str, params: Any, box: boxed.Box | None, limit: int) -> Any:
    """The count, None where that takes too long."""
    try:
        with sqlite_timelimit(db, limit):
            if box:  # nothing else narrows it
                sql, params = 'SELECT ? AS "count(*)"', (boxed.count(db, box, str(params["search"])),)
            cursor = db.execute(sql, params or {})
            return Results(cursor.fetchall(), False, cursor.description)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
