"""Captures that come at the same time go into the archive together: one transaction instead of one each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from archive.drafts import Draft
from archive.records import Snapshot
from archive.store import Archive
from archive.warc import Writer

Kept = asyncio.Future[Snapshot]
Made = Draft | BaseException


class Commits:
    """Has them hashed and packed in a thread, group by group, and writes and commits where the reactor runs.

    What comes while the thread is busy is the next group, so that nobody waits for a group to fill.
    """

    def __init__(self, archive: Archive, writer: Writer) -> None:
        self._archive = archive
        self._writer = writer
        self._waiting: list[tuple[Callable[[], Draft], Kept]] = []
        self._working: asyncio.Task[None] | None = None

    async def add(self, draft: Callable[[], Draft]) -> Snapshot:
        """On return the records are in their file and the row is committed; in the order of the calls."""
        loop = asyncio.get_running_loop()
        kept: Kept = loop.create_future()
        self._waiting.append((draft, kept))
        if self._working is None:
            self._working = loop.create_task(self._work())
        return await kept

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            drafts, kept = zip(*group, strict=True)
            try:
                self._write(await asyncio.get_running_loop().run_in_executor(None, _make, drafts), kept)
            except Exception as error:  # noqa: BLE001  who waits is told
                for one in kept:
                    _tell(one, error)
        self._working = None

    def _write(self, made: Sequence[Made], kept: Sequence[Kept]) -> None:
        """Each record by itself, so that one that cannot be kept costs no other; then all rows or none."""
        written: list[tuple[Kept, Snapshot]] = []
        for one, waiting in zip(made, kept, strict=True):
            try:
                if isinstance(one, BaseException):
                    raise one
                written.append((waiting, self._writer.write(one)))
            except Exception as error:  # noqa: BLE001  who waits is told
                _tell(waiting, error)
        self._archive.add(*(snapshot for _, snapshot in written))
        for waiting, snapshot in written:
            _tell(waiting, snapshot)


def _make(drafts: Sequence[Callable[[], Draft]]) -> list[Made]:
    return [_made(draft) for draft in drafts]


def _made(draft: Callable[[], Draft]) -> Made:
    try:
        return draft()
    except Exception as error:  # noqa: BLE001  who waits is told
        return error


def _tell(kept: Kept, outcome: Snapshot | BaseException) -> None:
    if kept.done():  # nobody waits any more, or it failed before
        return
    if isinstance(outcome, BaseException):
        kept.set_exception(outcome)
    else:
        kept.set_result(outcome)
