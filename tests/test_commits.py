"""Captures that come at the same time: nobody is told before all is on disk, and one that fails costs no other."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from archive.drafts import Draft, draft
from archive.errors import PayloadTooLarge
from archive.index import rebuild
from archive.record import iterate
from archive.records import Snapshot
from archive.store import Archive
from archive.verify import verify
from crawler.commits import Commits
from tests.captures import HOST, PAGE, wired, writer

MANY = 25


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", []) as opened:
        yield opened


def drafted(number: int) -> Callable[[], Draft]:
    return partial(draft, **wired(url=f"{HOST}/{number}"))


def too_large() -> Draft:
    raise PayloadTooLarge("cannot keep it")


def elsewhere(archive: Archive) -> set[str]:
    """The ids that another process finds in the index now."""
    with sqlite3.connect(archive.directory / "nianbao.db") as db:
        found = {id for (id,) in db.execute("SELECT id FROM snapshots")}
    db.close()
    return found


async def all_of(archive: Archive, drafts: list[Callable[[], Draft]]) -> list[Snapshot | BaseException]:
    """Hand them in at the same time, and look at the disk when each is told to be kept."""
    with writer(archive) as into:
        commits = Commits(archive, into)

        async def one(draft: Callable[[], Draft]) -> Snapshot:
            snapshot = await commits.add(draft)
            assert snapshot.id in elsewhere(archive)
            assert archive.body(snapshot) == PAGE
            return snapshot

        return await asyncio.gather(*map(one, drafts), return_exceptions=True)


def test_what_is_told_to_be_kept_is_on_disk_and_in_order(archive: Archive) -> None:
    kept = asyncio.run(all_of(archive, [drafted(n) for n in range(MANY)]))
    assert [one.url for one in kept if isinstance(one, Snapshot)] == [f"{HOST}/{n}" for n in range(MANY)]
    (path,) = archive.warc.iterdir()
    assert [record.url for record in iterate(path) if record.is_capture] == [f"{HOST}/{n}" for n in range(MANY)]
    assert verify(archive) == []


def test_what_comes_together_is_committed_together(archive: Archive) -> None:
    statements: list[str] = []
    archive.db.set_trace_callback(statements.append)
    asyncio.run(all_of(archive, [drafted(n) for n in range(MANY)]))
    assert statements.count("COMMIT") == 1
    assert sum(statement.startswith("INSERT INTO snapshots") for statement in statements) == MANY


def test_one_that_cannot_be_kept_costs_no_other(archive: Archive) -> None:
    kept = asyncio.run(all_of(archive, [drafted(0), drafted(1), too_large, drafted(2)]))
    assert [type(one) for one in kept] == [Snapshot, Snapshot, PayloadTooLarge, Snapshot]
    assert verify(archive) == []


def test_where_the_index_fails_nobody_is_told_and_those_that_come_later_are_kept(archive: Archive) -> None:
    fail = "SELECT RAISE(ABORT, 'what no disk does')"
    archive.db.execute(f"CREATE TRIGGER fails BEFORE INSERT ON snapshots WHEN NEW.url LIKE '%/2' BEGIN {fail}; END")

    async def two_groups() -> list[Snapshot | BaseException]:
        with writer(archive) as into:
            commits = Commits(archive, into)
            first = await asyncio.gather(*(commits.add(drafted(n)) for n in range(3)), return_exceptions=True)
            assert elsewhere(archive) == set()
            return [*first, await commits.add(drafted(3))]

    *first, last = asyncio.run(two_groups())
    assert [type(one) for one in first] == [sqlite3.IntegrityError] * 3
    assert isinstance(last, Snapshot)
    assert elsewhere(archive) == {last.id}
    archive.db.execute("DROP TRIGGER fails")
    assert rebuild(archive.directory, []).damage == ()
    assert len(elsewhere(archive)) == 4  # what is in the WARC files is found by whoever looks there
