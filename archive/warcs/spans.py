"""WARC files read by several processes, each a part of a file at a time; what comes out is as if one had read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from archive.errors import ArchiveError, explained
from archive.warcs.captures import Captures, Part, joined, part
from archive.warcs.members import next_record
from archive.workers import outlive_nobody

Progress = Callable[[int, int], None]  # bytes done, bytes in all

SPAN = 4 * 2**20  # bytes of a file that one process reads at a time


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of a file, cut without a look at where its records begin."""

    path: Path
    start: int
    stop: int


def in_parallel(files: Sequence[Path], jobs: int, progress: Progress | None = None) -> Iterator[Captures]:
    """What each file says, in the order of the files."""
    spans = [span for path in files for span in _spans(path)]
    total, done = sum(span.stop - span.start for span in spans), 0

    def told() -> Iterator[tuple[Span, Part]]:
        nonlocal done
        for span, read in zip(spans, _read(spans, jobs), strict=True):
            done += span.stop - span.start
            if progress:
                progress(done, total)
            yield span, read

    for _, parts in groupby(told(), key=lambda pair: pair[0].path):
        yield joined(_without_gaps(parts))


def _spans(path: Path) -> Iterator[Span]:
    with explained("read", path):
        size = path.stat().st_size
    for start in range(0, max(size, 1), SPAN):
        yield Span(path=path, start=start, stop=min(start + SPAN, size))


def _read(spans: Sequence[Span], jobs: int) -> Iterator[Part]:
    if min(jobs, len(spans)) < 2:
        yield from map(_part, spans)
        return
    pool = ProcessPoolExecutor(min(jobs, len(spans)), initializer=outlive_nobody)
    try:
        yield from pool.map(_part, spans)
    except BrokenProcessPool as error:
        said = "a process that read the WARC files was killed, perhaps for want of memory; try again with --jobs 1"
        raise ArchiveError(said) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _part(span: Span) -> Part:
    """The records that begin in a span, the first of them searched for."""
    start: int | None = 0
    if span.start:
        with explained("read", span.path), span.path.open("rb") as file:
            start = next_record(file, span.start, span.stop)
    return part(span.path, span.stop if start is None else start, span.stop)


def _without_gaps(parts: Iterable[tuple[Span, Part]]) -> Iterator[Part]:
    """Each has to begin where the one before ended; else what looked like a record stood inside of another one."""
    end = 0
    for span, one in parts:
        if end < span.stop:
            right = one if one.start == end else part(span.path, end, span.stop)
            end = right.end
            yield right
