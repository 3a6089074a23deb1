"""Who makes the files of a release: processes with connections of their own, as two loops of Python share a core.

What is small is made by one thread of this process, for a process takes longer to begin.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.releases import files, packed, panelled, stage
from archive.releases.panel import Arm
from archive.releases.plan import Table
from archive.workers import outlive_nobody

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

JOBS = min(4, os.cpu_count() or 1)
SMALL = 16 << 20  # bytes of a database, of some thousand reports


class _Mine(threading.local):
    """What one of them has to itself: connections for all its files, for a schema of such views takes long to read."""

    db: sqlite3.Connection
    duck: DuckDBPyConnection
    target: Path


_mine = _Mine()


class Makers:
    """What can be asked of them; what is asked first is begun first."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    def table(self, table: Table, types: Mapping[str, str]) -> Future[None]:
        """Its CSV and Parquet."""
        return self._pool.submit(_table, table, types)

    def broken(self) -> Future[tuple[str, str] | None]:
        """A table with a row that points at none of another, and that other one."""
        return self._pool.submit(_broken)

    def panel(self, arms: Sequence[Arm], year: str) -> Future[list[panelled.Row]]:
        """One year of the panel, of the Parquet files that are there."""
        return self._pool.submit(_panel, arms, year)

    def slim(self, origin: Path, path: Path, pack: Path) -> Future[None]:
        """The database without prose, packed."""
        return self._pool.submit(_slim, origin, path, pack)


@contextmanager
def makers(tables: Path, work: Path, target: Path) -> Iterator[Makers]:
    """For the files of one database; they end with this, whatever happens."""
    files.refuse_without()  # a process that cannot begin could not say why
    pool: Executor
    opened = ExitStack()  # what a thread opened: an error on its way would keep it open
    if tables.stat().st_size < SMALL:
        pool = ThreadPoolExecutor(1, initializer=_begin, initargs=(tables, work, target, opened))
    else:
        spawned = get_context("spawn")  # SQLite does not stand a fork
        pool = ProcessPoolExecutor(JOBS, mp_context=spawned, initializer=_begin_apart, initargs=(tables, work, target))
    try:
        yield Makers(pool)
    except BrokenProcessPool as error:
        said = "a process that makes the files of a release was killed, perhaps for want of memory"
        raise ArchiveError(f"{said}; run the command again") from error
    finally:
        pool.shutdown(cancel_futures=True)
        opened.close()


def _begin(tables: Path, work: Path, target: Path, opened: ExitStack) -> None:
    _mine.db = sqlite3.connect(stage.address(tables), uri=True, isolation_level=None, check_same_thread=False)
    opened.callback(_mine.db.close)
    _mine.duck = opened.enter_context(files.connect(work / f"spilled-{os.getpid()}"))
    _mine.target = target


def _begin_apart(tables: Path, work: Path, target: Path) -> None:
    outlive_nobody()
    _begin(tables, work, target, ExitStack())


def _table(table: Table, types: Mapping[str, str]) -> None:
    files.write(_mine.db, _mine.duck, _mine.target, table, types)


def _broken() -> tuple[str, str] | None:
    found = _mine.db.execute("PRAGMA foreign_key_check").fetchone()
    return (found[0], found[2]) if found else None


def _panel(arms: Sequence[Arm], year: str) -> list[panelled.Row]:
    return panelled.write(_mine.duck, arms, _mine.target, year)


def _slim(origin: Path, path: Path, pack: Path) -> None:
    stage.slim(origin, path)
    packed.pack(path, pack)
