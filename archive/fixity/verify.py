"""Fixity: records hashed again on all cores, and every row of the index compared with the record that it points at."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from archive.errors import ArchiveError, Damage, explained
from archive.fixity.checked import Checked, Task, damage_at
from archive.fixity.examine import problems, sound
from archive.fixity.held import against_manifest, sums, where_changed
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.members import OPEN, OURS, Member, is_live, member_at, members, starts_record
from archive.warcs.storage import locate, warc_files
from archive.workers import outlive_nobody

PIECE = 4 * 2**20  # bytes of a file that one process checks at a time, or more
PIECES = 4096  # in all, about
ALONE = 8 * 2**20  # bytes that are checked sooner than processes are started
BESIDE = {"response": 2, "revisit": 2, "resource": 1}  # records behind a capture that are its own
ROWS = 500  # captures of a sample that one process checks at a time

Progress = Callable[[int, int, int], None]  # bytes of files done and in all, bytes of payload done


def verify(archive: Archive, progress: Progress | None = None) -> list[Damage]:
    """Read the whole archive; what is not as it was written, in the order of files and offsets."""
    return check(archive, progress=progress).damage


def check(
    archive: Archive, *, since: Mapping[str, int] | None = None, jobs: int = 1, progress: Progress | None = None
) -> Checked:
    """Everything, or of each file what stands from the byte on that `since` names."""
    with explained("read", archive.warc):
        files = warc_files(archive.warc)
        present = {path.name.removesuffix(OPEN) for path in files}
        found = Checked(damage=_missing_files(archive, present) + _missing_originals(archive))
        known = {item.filename for item in found.damage}
        size = max(PIECE, sum(path.stat().st_size for path in files if path.exists()) // PIECES)
        tasks = [task for path in files for task in _pieces(archive, path, (since or {}).get(_final(path), 0), size)]
        found.damage += against_manifest(archive.directory, present | known)
        for checked in _done(archive.directory, tasks + sums(archive.directory, since or {}), jobs, progress):
            found.take(checked)
    found.damage += _odd_headers(found)
    found.damage += where_changed(archive.warc, found.damage)
    return _sorted(found)


def sample(archive: Archive, count: int, seed: int, *, jobs: int = 1, progress: Progress | None = None) -> Checked:
    """So many captures, drawn by lot; the same seed draws the same ones of the same archive."""
    with explained("read", archive.warc):
        present = {_final(path) for path in warc_files(archive.warc)}
        found = Checked(damage=_missing_files(archive, present))
        sizes = dict(archive.db.execute("SELECT id, length FROM snapshots ORDER BY id"))
        drawn = random.Random(seed).sample(list(sizes), min(count, len(sizes)))  # noqa: S311
        lots = [drawn[start : start + ROWS] for start in range(0, len(drawn), ROWS)]
        tasks = [(partial(_check_rows, ids=ids), sum(sizes[id] for id in ids)) for ids in lots]
        for checked in _done(archive.directory, tasks, jobs, progress):
            found.take(checked)
    return _sorted(found)


def _done(
    directory: Path, tasks: Sequence[tuple[Task, int]], jobs: int, progress: Progress | None
) -> Iterator[Checked]:
    total, stored, payload = sum(size for _, size in tasks), 0, 0
    for checked in _results(directory, [task for task, _ in tasks], 1 if total < ALONE else min(jobs, len(tasks))):
        yield checked
        stored, payload = stored + checked.stored, payload + checked.payload
        if progress:
            progress(stored, max(total, stored), payload)


def _results(directory: Path, tasks: Iterable[Task], jobs: int) -> Iterator[Checked]:
    if jobs < 2:
        yield from (task(directory) for task in tasks)
        return
    pool = ProcessPoolExecutor(jobs, initializer=_prepare)
    try:
        running: list[Future[Checked]] = [pool.submit(task, directory) for task in tasks]
        for future in as_completed(running):
            yield future.result()
    except BrokenProcessPool as error:
        raise ArchiveError("a process that verified was killed, perhaps for want of memory; use --jobs 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its processes
    outlive_nobody()


def _pieces(archive: Archive, path: Path, start: int, wanted: int) -> Iterator[tuple[Task, int]]:
    """A file in pieces that begin where the index says that a record does, if one does."""
    size = path.stat().st_size if path.exists() else 0  # it may have been closed by now
    if 0 < size == start:
        return
    offsets = archive.db.execute(
        'SELECT "offset" FROM snapshots WHERE filename = ? AND "offset" > ? ORDER BY "offset"', (_final(path), start)
    )
    begin = start = start if start < size else 0  # shorter than it was: all of it is in doubt
    if size - start > wanted:
        with path.open("rb") as file:
            for (offset,) in offsets:
                if offset - begin >= wanted and offset < size and starts_record(file, offset):
                    yield partial(_check_piece, path=path, start=begin, end=offset), offset - begin
                    begin = offset
    yield partial(_check_piece, path=path, start=begin, end=None), max(size - begin, 0)


def _check_piece(directory: Path, path: Path, start: int, end: int | None) -> Checked:
    name, found = _final(path), Checked()
    live = path.name.endswith(OPEN) and (not path.exists() or is_live(path))
    with explained("read", path), Archive.open_readonly(directory) as archive:
        rows = {row.offset: row for row in archive.captured_in(name, start, end)}
        noted = 0  # records that were written in one go with the last capture
        with (path if path.exists() else path.with_name(name)).open("rb") as file:
            for member in members(file, start, end):
                row = rows.pop(member.offset, None)
                # a capture is indexed when it, its request and what is noted of it stand in the file
                written = row is not None or (noted > 0 and member.offset == found.ends[name])
                _look_at(found, archive, name, member, row, live and not written)
                noted = BESIDE[row.record] if row else noted - 1
                found.ends[name] = member.offset + member.length
    left = [damage_at(name, row.offset, row.url, "the index points at no whole record") for row in rows.values()]
    found.damage += left
    return found


def _check_rows(directory: Path, ids: Sequence[str]) -> Checked:
    found = Checked()
    with Archive.open_readonly(directory) as archive:
        for row in filter(None, map(archive.snapshot, ids)):
            path = locate(archive.warc, row.filename)
            if path.exists():
                with explained("read", path), path.open("rb") as file:
                    member = member_at(file, row.offset)
                _look_at(found, archive, row.filename, member, row, unfinished=False)
    found.starts.clear()  # of single records nobody knows what is usual
    return found


def _look_at(
    found: Checked, archive: Archive, name: str, member: Member, row: Snapshot | None, unfinished: bool
) -> None:
    """`unfinished`: it may be half written, or written and not yet indexed."""
    found.records += 1
    found.stored += member.length
    url, problem = (row.url if row else ""), member.problem
    if not problem:
        if OURS.fullmatch(name):
            # these all start alike: so a flipped bit in a gzip header, which no checksum covers, shows
            found.begins(name, member.header, member.offset)
        payload = sound(member, row)
        if payload is not None:
            found.payload += payload
            return
        url, problem = problems(member, row, archive.snapshot)
    if problem and not (unfinished and (member.torn or not member.problem)):
        found.damage.append(damage_at(name, member.offset, url, problem))


def _odd_headers(found: Checked) -> list[Damage]:
    usual: dict[str, bytes] = {}
    for (name, header), _ in found.starts.most_common():
        usual.setdefault(name, header)
    return [
        damage_at(name, offset, "", "gzip header differs from that of the other records")
        for (name, header), offsets in found.places.items()
        if header != usual[name]
        for offset in offsets
    ]


def _missing_files(archive: Archive, present: set[str]) -> list[Damage]:
    rows = archive.db.execute("SELECT filename, count(*) FROM snapshots GROUP BY filename ORDER BY filename")
    return [
        damage_at(name, 0, "", f"the file is missing, with {count} captures")
        for name, count in rows.fetchall()
        if name not in present
    ]


def _missing_originals(archive: Archive) -> list[Damage]:
    rows = archive.db.execute(
        "SELECT filename, \"offset\", url FROM snapshots AS revisit WHERE record = 'revisit' AND NOT EXISTS"
        " (SELECT 1 FROM snapshots WHERE digest = revisit.digest AND record = 'response')"
    )
    problem = "the capture that it repeats is not in this archive"
    return [damage_at(filename, offset, url, problem) for filename, offset, url in rows]


def _sorted(found: Checked) -> Checked:
    found.damage.sort(key=lambda item: (item.filename, item.offset, item.problem))
    return found


def _final(path: Path) -> str:
    return path.name.removesuffix(OPEN)
