"""The gzip members of a WARC file, one a record: found whole, found broken, cut off where a crash tore them."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive.errors import explained
from archive.warcs.payload import LIMIT

SUFFIX = ".warc.gz"
OPEN = ".open"  # appended to the name of a file that is still being written
OURS = re.compile(r"nianbao-\d{17}-.*" + re.escape(SUFFIX))  # how files are named that a crawl writes
KIND = re.compile(rb"WARC/1\.1\r\nWARC-Type: (\w+)\r\n")  # how a record begins that a crawl writes
MAGIC = b"\x1f\x8b\x08"
HEADER = 10  # bytes of a gzip header without a name
ROOM = 2**20  # bytes that WARC and HTTP headers may take beside a payload of LIMIT
PIECE = 2**14
WINDOW = 2**22  # bytes of a file read at a time
USUAL = 2**20  # bytes that most members are shorter than


@dataclass(frozen=True, kw_only=True)
class Member:
    """One gzip member of a WARC file."""

    offset: int  # bytes
    length: int  # bytes, compressed
    data: bytes = b""  # unpacked; empty if there is a problem
    header: bytes = b""  # of gzip, ten bytes
    problem: str = ""  # why it could not be unpacked
    torn: bool = False  # the file ends inside it


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What was done to one file that a crash had left open."""

    filename: str  # its name now
    kept: int  # bytes
    cut: int  # bytes of a torn record that are gone
    deleted: bool = False  # not one whole record was in it


def members(file: BinaryIO, start: int = 0, end: int | None = None) -> Iterator[Member]:
    """Every member that begins between `start` and `end`; after a broken one the next whole record is searched for."""
    size = file.seek(0, os.SEEK_END)
    window, begins, offset = b"", start, start
    while offset < min(size, size if end is None else end):
        if len(window) - (offset - begins) < USUAL:
            file.seek(offset)
            window, begins = file.read(WINDOW), offset
        member = _unpacked(window, offset - begins, offset) or member_at(file, offset)
        if member.problem and not member.length:
            following = next_record(file, offset + 1)
            member = replace(member, length=(following or size) - offset, torn=following is None)
        yield member
        offset += member.length


def _unpacked(window: bytes, start: int, offset: int) -> Member | None:
    """The member that begins in the window, if all of it lies there and it is whole and not too large."""
    stream = zlib.decompressobj(31)
    pieces: list[bytes] = []
    end, unpacked = start, 0
    while not stream.eof:
        piece = window[end : end + PIECE]
        if not piece or unpacked > LIMIT + ROOM:
            return None
        try:
            pieces.append(stream.decompress(piece))
        except zlib.error:
            return None
        end += len(piece)
        unpacked += len(pieces[-1])
    if unpacked > LIMIT + ROOM:
        return None
    end -= len(stream.unused_data)
    return Member(offset=offset, length=end - start, data=b"".join(pieces), header=window[start : start + HEADER])


def member_at(file: BinaryIO, offset: int) -> Member:
    """The member that starts at `offset`; length 0 where its end could not be found."""
    file.seek(offset)
    stream = zlib.decompressobj(31)
    pieces: list[bytes] = []
    taken = unpacked = 0
    first = b""
    while not stream.eof:
        compressed = file.read(PIECE)
        if not compressed:
            return Member(offset=offset, length=0, problem="cut off", torn=True)
        first = first or compressed[:HEADER]
        taken += len(compressed)
        try:
            piece = stream.decompress(compressed)
        except zlib.error as error:
            return Member(offset=offset, length=0, problem=f"damaged: {error}")
        unpacked += len(piece)
        if unpacked <= LIMIT + ROOM:
            pieces.append(piece)
    length = taken - len(stream.unused_data)
    if unpacked > LIMIT + ROOM:
        return Member(offset=offset, length=length, problem=f"record is larger than {LIMIT // 2**20} MB")
    return Member(offset=offset, length=length, data=b"".join(pieces), header=first)


def next_record(file: BinaryIO, start: int, stop: int | None = None) -> int | None:
    """Where the next whole record starts; chance finds of the three magic bytes are tried and passed over."""
    file.seek(start)
    window = file.read(PIECE)
    while len(window) >= len(MAGIC) and (stop is None or start < stop):
        found = window.find(MAGIC)
        while found >= 0:
            if starts_record(file, start + found):
                return start + found
            found = window.find(MAGIC, found + 1)
        start += len(window) - len(MAGIC) + 1
        file.seek(start)
        window = file.read(PIECE)
    return None


def lock(file: BinaryIO, kind: int = fcntl.LOCK_EX) -> bool:
    """Mark an open file as ours until it is closed; False if another writer has it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def settle(directory: Path) -> None:
    """Bring the names in it to the disk: without its name a power cut takes a new file, though its bytes are there."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # network file systems that do so by themselves
            raise
    finally:
        os.close(handle)


def is_live(path: Path) -> bool:
    """True while another writer holds this open file."""
    with path.open("rb") as file:
        return not lock(file, fcntl.LOCK_SH)


def repair(directory: Path, close: Callable[[Path, Repair], None] = lambda path, done: None) -> list[Repair]:
    """Cut and close what crashes left open; files that a running process holds are not touched.

    `close` is told of each after it was cut and before it loses its mark: killed in between, it is told again.
    """
    with explained("repair", directory):
        return [done for path in sorted(directory.glob("*" + SUFFIX + OPEN)) if (done := _repair(path, close))]


def _repair(path: Path, close: Callable[[Path, Repair], None]) -> Repair | None:
    with path.open("r+b") as file:
        if not lock(file):
            return None
        size = os.fstat(file.fileno()).st_size
        name = path.name.removesuffix(OPEN)
        end = _end(file, written_by_us=OURS.fullmatch(name) is not None)
        done = Repair(filename=name, kept=end, cut=size - end, deleted=not end)
        file.truncate(end)
        os.fsync(file.fileno())
        close(path, done)
        if done.deleted:
            path.unlink()
        else:
            path.rename(path.with_name(name))
    return done


def _end(file: BinaryIO, *, written_by_us: bool) -> int:
    """Where the last whole record ends, or begins if the metadata that a crawl writes behind each answer is missing.

    Such an answer was not acknowledged. Kept without its context it would pass for one that need not be asked for.
    """
    end, answer = 0, None
    for member in members(file):
        if not member.torn:
            end = member.offset + member.length
            kind = KIND.match(member.data)
            if kind and kind[1] in (b"response", b"revisit", b"resource"):
                answer = member.offset
            elif not kind or kind[1] != b"request":
                answer = None
    return end if answer is None or not written_by_us else answer


def starts_record(file: BinaryIO, offset: int) -> bool:
    """True if a gzip member with a WARC record in it begins there."""
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(PIECE), 64).startswith(b"WARC/")
    except zlib.error:
        return False
