"""The WARC file being written: named .open and locked until it is closed, never left with half a record."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from archive.errors import explained
from archive.warcs.members import OPEN, SUFFIX, lock, settle

ROTATE = 10**9  # bytes
AT_ONCE = 2**20  # bytes
SYNC_EVERY = 5.0  # seconds of work that a power cut may cost


class Appender:
    """Appends packed records to a file of its own below `directory`, and opens the next one when that is full."""

    def __init__(self, directory: Path, first: Callable[[str], bytes], *, seal: bool = True) -> None:
        self._directory = directory
        self._first = first  # makes the first record of a file from its name
        self._seal = seal  # False: a file keeps the name of an open one, until who has the index took it in
        self._file: BinaryIO | None = None
        self._path = directory
        self._end = 0
        self._full = False
        self._synced = 0.0

    def ready(self) -> None:
        """Open a file if none is open, or the one that is has become full."""
        with explained("write to", self._path):
            self._ready()

    def leave_open(self) -> None:
        """Close no file by its final name any more: the index lacks something that stands in the one that is open."""
        self._seal = False

    def append(self, records: Sequence[Sequence[bytes]]) -> tuple[str, list[tuple[int, int]]]:
        """Write records, each in pieces; returns the file's final name, and offset and length of each record."""
        lengths = [sum(map(len, record)) for record in records]
        pieces = [piece for record in records for piece in record]
        with explained("write to", self._path):
            file = self._ready()
            start = self._end
            # in one go, unless they are so large that putting them together would be another copy
            for data in [b"".join(pieces)] if sum(lengths) <= AT_ONCE else pieces:
                self._write(file, data, start)
            if time.monotonic() - self._synced > SYNC_EVERY:
                with self._or_open():
                    os.fsync(file.fileno())
                self._synced = time.monotonic()
        self._full = self._end >= ROTATE
        return self._path.name, list(zip(accumulate(lengths, initial=start), lengths, strict=False))

    def close(self) -> None:
        """Give the open file its final name; appending again opens another one."""
        if self._file is None:
            return
        with explained("close", self._path), self._file as file:
            self._file = None
            os.fsync(file.fileno())
            if self._seal:
                _while_open(self._path).rename(self._path)
        self._path = self._directory

    def _ready(self) -> BinaryIO:
        # a full file is not closed before the next record: until then the index may fail to take in its last one
        if self._full:
            self.close()
        self._file = self._file or self._open()
        return self._file

    def _open(self) -> BinaryIO:
        path, file = _create(self._directory)
        self._path, self._end, self._synced = path, 0, time.monotonic()
        try:
            self._write(file, self._first(path.name), 0)
            settle(self._directory)
        except OSError:
            _while_open(path).unlink()
            file.close()
            raise
        self._file, self._full = file, False
        return file

    def _write(self, file: BinaryIO, data: bytes, start: int) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            # a full disk takes a part: without this the next record would follow a torn one
            with self._or_open():
                file.truncate(start)
                file.seek(start)
            self._end = start
            raise
        self._end += len(data)

    @contextmanager
    def _or_open(self) -> Iterator[None]:
        """Where this fails, the file may hold what nobody was told of, or less: `recover` has to look at it."""
        try:
            yield
        except OSError:
            self._seal = False
            raise


def _while_open(path: Path) -> Path:
    return path.with_name(path.name + OPEN)


def _create(directory: Path) -> tuple[Path, BinaryIO]:
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())
    while True:
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"[:17]
        path = directory / f"nianbao-{stamp}-{host}-{os.getpid()}{SUFFIX}"
        if not path.exists():
            try:
                file = _while_open(path).open("xb", buffering=0)
            except FileExistsError:
                continue
            # between these two lines another process may have taken the empty file for one left by a crash
            if lock(file) and _while_open(path).exists():
                return path, file
            file.close()
        time.sleep(0.001)
