"""Sketches of many texts, made beside what reads them: by a process of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

from archive.audits.sketch import bands, shingles
from archive.errors import ArchiveError
from archive.workers import outlive_nobody

BATCH = 1000  # texts that are sent at a time, 2 KB each; of fewer none are
AHEAD = 4  # batches that may wait

Text = tuple[int, str]  # its number, its own words
Sketch = tuple[int, list[int], int]  # its number, its buckets, how many shingles it has


def sketches(texts: Iterable[Text]) -> Generator[Sketch, None, None]:
    """The buckets of each text and the number of its shingles, in the order of the texts."""
    left = iter(texts)
    batches = iter(lambda: list(islice(left, BATCH)), [])
    first = next(batches, [])
    if len(first) < BATCH:
        yield from _sketches(first)
        return
    waiting: deque[Future[list[Sketch]]] = deque()
    pool = ProcessPoolExecutor(1, initializer=outlive_nobody)
    try:
        for batch in chain([first], batches):
            waiting.append(pool.submit(_sketches, batch))
            if len(waiting) > AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        said = "the process that compares texts was killed, perhaps for want of memory; run `nianbao check` again"
        raise ArchiveError(said) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _sketches(texts: Sequence[Text]) -> list[Sketch]:
    return [(number, bands(text), len(shingles(text))) for number, text in texts]
