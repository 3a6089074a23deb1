"""Processes that make the files of a release, each with connections of its own: two loops of Python share no core."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
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

_tables: Path  # these three are of a process of a pool
_work: Path
_target: Path


class Makers:
    """What can be asked of them; what is asked first is begun first."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def table(self, table: Table, types: Mapping[str, str]) -> Future[None]:
        """Its CSV and Parquet."""
        return self._pool.submit(_table, table, types)

    def panel(self, arms: Sequence[Arm], year: str) -> Future[list[panelled.Row]]:
        """One year of the panel, of the Parquet files that are there."""
        return self._pool.submit(_panel, arms, year)

    def slim(self, origin: Path, path: Path, pack: Path) -> Future[None]:
        """The database without prose, packed."""
        return self._pool.submit(_slim, origin, path, pack)


@contextmanager
def makers(tables: Path, work: Path, target: Path) -> Iterator[Makers]:
    """As many as there are cores, for the files of one database; they end with this, whatever happens."""
    context = get_context("spawn")  # SQLite does not stand a fork
    pool = ProcessPoolExecutor(JOBS, mp_context=context, initializer=_begin, initargs=(tables, work, target))
    try:
        yield Makers(pool)
    except BrokenProcessPool as error:
        said = "a process that makes the files of a release was killed, perhaps for want of memory"
        raise ArchiveError(f"{said}; run the command again") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(*paths: Path) -> None:
    global _tables, _work, _target
    outlive_nobody()
    _tables, _work, _target = paths


@cache
def _db() -> sqlite3.Connection:
    return sqlite3.connect(stage.address(_tables), uri=True, isolation_level=None)


@cache
def _duck() -> DuckDBPyConnection:
    return files.connect(_work / f"spilled-{os.getpid()}")


def _table(table: Table, types: Mapping[str, str]) -> None:
    files.write(_db(), _duck(), _target, table, types)


def _panel(arms: Sequence[Arm], year: str) -> list[panelled.Row]:
    return panelled.write(_duck(), arms, _target, year)


def _slim(origin: Path, path: Path, pack: Path) -> None:
    stage.slim(origin, path)
    packed.pack(path, pack)
