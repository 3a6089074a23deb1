"""Captures read in parallel: few bodies in memory at a time, and one that fails stops no other."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from types import FrameType

from archive.beside import further, pictures
from archive.errors import ArchiveError, PayloadTooLarge, Withheld
from archive.records import Finding, Parsed, Snapshot
from archive.rows import Rows, rows_of
from archive.store import Archive
from archive.warcs.lacking import lacked
from archive.wide import wide_tables
from archive.workers import outlive_nobody
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION, parse
from parsers.split import Further

TABLES = wide_tables(INDICATORS)
AHEAD = 4  # bodies in memory for each process
# Seconds of computing for one body, whatever else a machine does meanwhile: a scan takes some 7 seconds a page, sixty
# pages by that seven minutes; and how many times as long it may take by the clock, where something waits for ever.
LONGEST, PATIENCE = 900, 8


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of one capture."""

    rows: Rows
    failure: str = ""  # one line for people, "" if there is none


def local(jobs: int) -> Executor:
    """Processes of this machine."""
    return ProcessPoolExecutor(jobs, initializer=outlive_nobody)


def readings(
    archive: Archive, waiting: Sequence[Snapshot], jobs: int, executor: Callable[[int], Executor] = local
) -> Iterator[Reading]:
    """Each capture once, as they come; those that were in work when a process was killed are tried again one by one."""
    todo = deque(waiting)
    while todo:
        for suspect in (yield from _pool(archive, todo, executor, jobs)):
            if (yield from _pool(archive, deque([suspect]), executor, 1)):
                yield _failed(suspect, "the process that read it was killed twice, perhaps for want of memory")


def _pool(
    archive: Archive, todo: deque[Snapshot], executor: Callable[[int], Executor], jobs: int
) -> Generator[Reading, None, list[Snapshot]]:
    """Works through `todo` until a process is killed; returns what was in work then."""
    lost: list[Snapshot] = []
    running: dict[Future[Rows | str], Snapshot] = {}
    pool = executor(min(jobs, len(todo)))
    try:
        while running or (todo and not lost):
            while todo and not lost and len(running) < AHEAD * jobs:
                snapshot = todo.popleft()
                if alike := lacked(archive.db, snapshot):
                    yield Reading(rows=_rows(snapshot, _lacking(snapshot, alike)))
                    continue
                try:
                    beside = (pictures(archive, snapshot), further(archive, snapshot))
                    running[pool.submit(_parse, snapshot, archive.body(snapshot), *beside)] = snapshot
                except Withheld:
                    pass  # destroyed elsewhere, and come here in its file
                except ArchiveError as error:
                    yield _not_had(snapshot, error)
                except BrokenProcessPool:
                    lost.append(snapshot)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                snapshot = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(snapshot)
                else:
                    yield _read(snapshot, future.result())
    finally:
        pool.shutdown(cancel_futures=True)
    return lost


def _too_long(number: int, frame: FrameType | None) -> None:
    said = f"{LONGEST} seconds of computing" if number == signal.SIGPROF else f"{LONGEST * PATIENCE} seconds"
    raise TimeoutError(f"not read within {said}")


def _parse(snapshot: Snapshot, body: bytes, shown: dict[str, bytes], following: list[Further]) -> Rows | str:
    """What was read, or what the parser failed with: in words, for not every exception can travel between processes."""
    signal.signal(signal.SIGPROF, _too_long)
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    signal.alarm(LONGEST * PATIENCE)
    try:
        return _rows(snapshot, parse(snapshot, body, shown, following))
    except Exception as error:  # noqa: BLE001  whatever it is, it must cost this one document alone
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def _rows(snapshot: Snapshot, parsed: Parsed) -> Rows:
    return rows_of(TABLES, snapshot.id, parsed)


def _read(snapshot: Snapshot, found: Rows | str) -> Reading:
    if isinstance(found, Rows):
        return Reading(rows=found)
    return _failed(snapshot, f"the parser failed, {_line(found)}")


def _failed(snapshot: Snapshot, problem: str) -> Reading:
    zh, en = "解析程序出错，未能读取。", f"This is an error of the program: {problem}."
    parsed = _unreadable(snapshot, "parser_failed", snapshot.digest, zh, en)
    return Reading(rows=_rows(snapshot, parsed), failure=f"{_named(snapshot)}: {problem}")


def _not_had(snapshot: Snapshot, error: ArchiveError) -> Reading:
    rule, zh, en = "damaged_record", "存档中的记录已损坏或缺失。", "Its record in the archive is damaged or missing."
    if isinstance(error, PayloadTooLarge):
        rule, zh, en = "payload_too_large", "文件过大，无法读取。", "It is too large to be read."
    parsed = _unreadable(snapshot, rule, snapshot.digest, zh, en)
    return Reading(rows=_rows(snapshot, parsed), failure=f"{_named(snapshot)}: {_line(str(error))}")


def _lacking(snapshot: Snapshot, alike: str) -> Parsed:
    """No page of the portal: what it says is not read."""
    blank = _blank(snapshot, "text/html", "soft_404")
    return replace(blank, reasons=(f"alike={alike}",))


def _unreadable(snapshot: Snapshot, rule: str, evidence: str, zh: str, en: str) -> Parsed:
    finding = Finding(
        rule=rule, version=1, verdict="NOT_ASSESSABLE", indicators=(), evidence=evidence, message_zh=zh, message_en=en
    )
    return replace(_blank(snapshot, "application/octet-stream", "unreadable"), findings=(finding,))


def _blank(snapshot: Snapshot, media_type: str, kind: str) -> Parsed:
    return Parsed(
        version=VERSION,
        media_type=media_type,
        charset=None,
        kind=kind,
        title=snapshot.anchor,
        organ="",
        year=None,
        published=snapshot.list_date or None,
        forms=(),
    )


def _named(snapshot: Snapshot) -> str:
    return f"{snapshot.id} {snapshot.url}"


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
