"""Reading that processes of their own do, each with its own connection to the database, beside the one that writes."""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from archive.database import connect_readonly
from archive.errors import ArchiveError
from archive.workers import outlive_nobody

T = TypeVar("T")
R = TypeVar("R")

JOBS = min(4, os.cpu_count() or 1)
AHEAD = 2 * JOBS  # batches that may wait

_mine: sqlite3.Connection  # of a process of a pool


def in_parallel(db: sqlite3.Connection, work: Callable[[sqlite3.Connection, T], R], every: Iterable[T]) -> Generator[R]:
    """What `work` makes of each batch with a connection, in their order; the work on one batch alone is done here.

    The processes see only what is committed, and no temporary table.
    """
    batches = iter(every)
    first = list(islice(batches, 2))
    if len(first) < 2:
        yield from (work(db, batch) for batch in first)
        return
    (path,) = (path for _, name, path in db.execute("PRAGMA database_list") if name == "main")
    waiting: deque[Future[R]] = deque()
    # spawned: SQLite does not stand a fork
    pool = ProcessPoolExecutor(JOBS, mp_context=get_context("spawn"), initializer=_begin, initargs=(path,))
    try:
        for batch in chain(first, batches):
            waiting.append(pool.submit(_work, work, batch))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        said = "a process that compares reports was killed, perhaps for want of memory; run `nianbao check` again"
        raise ArchiveError(said) from error
    finally:
        pool.shutdown(cancel_futures=True)


def in_batches(every: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many; the last may be shorter."""
    left = iter(every)
    return iter(lambda: list(islice(left, size)), [])


def _begin(path: str) -> None:
    global _mine
    outlive_nobody()
    _mine = connect_readonly(Path(path))


def _work(work: Callable[[sqlite3.Connection, T], R], batch: T) -> R:
    return work(_mine, batch)
