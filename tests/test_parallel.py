"""What processes read beside the one that writes: the same as it reads itself, in order, and no process is left."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count
from multiprocessing import active_children
from pathlib import Path

import pytest

from archive.checking.parallel import AHEAD, JOBS, in_batches, in_parallel
from archive.database import connect
from archive.errors import ArchiveError


def squares(db: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
    """Read where this is called: the table says by which number."""
    ((power,),) = db.execute("SELECT power FROM powers")
    return [number**power for number in numbers]


def write(db: sqlite3.Connection, numbers: Sequence[int]) -> None:
    db.execute("UPDATE powers SET power = 3")


def process(db: sqlite3.Connection, numbers: Sequence[int]) -> int:
    return os.getpid()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = connect(tmp_path / "one.db")
    db.execute("CREATE TABLE powers (power INTEGER)")
    db.execute("INSERT INTO powers VALUES (2)")
    yield db
    db.close()


@pytest.mark.parametrize("many", [0, 1, 9, 10, 11, 10 * (AHEAD + 3) + 1])
def test_in_the_order_of_the_batches(db: sqlite3.Connection, many: int) -> None:
    found = [one for part in in_parallel(db, squares, in_batches(range(many), 10)) for one in part]
    assert found == [number**2 for number in range(many)]


def test_one_batch_is_worked_at_here_and_more_elsewhere(db: sqlite3.Connection) -> None:
    assert list(in_parallel(db, process, in_batches(range(10), 10))) == [os.getpid()]
    assert os.getpid() not in list(in_parallel(db, process, in_batches(range(11), 10)))


def test_whoever_stops_early_leaves_no_process(db: sqlite3.Connection) -> None:
    found = in_parallel(db, squares, in_batches(count(), 10))
    assert next(found) == [number**2 for number in range(10)]
    assert 1 <= len(active_children()) <= JOBS
    found.close()
    assert not active_children()


def test_a_process_that_is_killed_is_told(db: sqlite3.Connection) -> None:
    found = in_parallel(db, squares, in_batches(count(), 10))
    next(found)
    for one in active_children():
        os.kill(one.pid or 0, signal.SIGKILL)
    with pytest.raises(ArchiveError, match="run `nianbao check` again"):
        list(found)
    assert not active_children()


def test_they_cannot_write(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        list(in_parallel(db, write, in_batches(range(11), 10)))
    assert db.execute("SELECT power FROM powers").fetchone() == (2,)
