"""A ZIP of one file, any piece of which can be read alone: what is packed starts afresh every BLOCK bytes.

To every other program it is a ZIP like any other; the offline edition asks a server for the blocks that it needs. And
blocks that know nothing of each other are packed on all cores, to the same bytes on any number of them.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 16  # bytes, sixteen pages of SQLite
TOGETHER = 16  # blocks that one thread packs in one go
LEVEL = 5  # of zlib: a quarter less time than its usual 6, for a fiftieth more bytes
END = b"\x03\x00"  # an empty last block, behind which a reader of deflate looks no further
VERSION, DEFLATED = 45, 8  # of the format that knows sizes above 4 GB
YEAR_1980 = 0x21  # the first day that a ZIP can name: the same rows shall give the same bytes
UNIX, MODE = 3 << 8, (0o100644 << 16)
MOST = 0xFFFFFFFF  # means that the number stands in the extra field
LOCAL = struct.Struct("<4sHHHHHIIIHH")
SIZES = struct.Struct("<HHQQ")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END_64 = struct.Struct("<4sQHHIIQQQQ")
LOCATOR = struct.Struct("<4sIQI")
END_32 = struct.Struct("<4sHHHHIIH")


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Where in a ZIP which piece of its file stands."""

    start: int  # of the first block
    size: int  # of the file, unpacked
    lengths: tuple[int, ...]  # of the packed blocks, which follow each other


def pack(plain: Path, path: Path) -> Blocks:
    """Pack a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = plain.name.encode()
    start = LOCAL.size + len(name) + SIZES.size
    lengths, crc, size = [], 0, 0
    with plain.open("rb") as file, path.open("wb") as out:
        out.seek(start)
        for piece, blocks in _packed(file):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            for block in blocks:
                lengths.append(len(block))
                out.write(block)
        out.write(END)
        packed = out.tell() - start
        out.write(_directory(name, crc, packed, size, out.tell()))
        out.seek(0)
        out.write(LOCAL.pack(b"PK\3\4", VERSION, 0, DEFLATED, 0, YEAR_1980, crc, MOST, MOST, len(name), 20))
        out.write(name + SIZES.pack(1, 16, size, packed))
    return Blocks(start=start, size=size, lengths=tuple(lengths))


def _directory(name: bytes, crc: int, packed: int, size: int, place: int) -> bytes:
    fixed = (b"PK\1\2", UNIX | VERSION, VERSION, 0, DEFLATED, 0, YEAR_1980, crc, MOST, MOST, len(name), 20)
    entry = CENTRAL.pack(*fixed, 0, 0, 0, MODE, 0) + name + SIZES.pack(1, 16, size, packed)
    end = place + len(entry)
    return (
        entry
        + END_64.pack(b"PK\6\6", END_64.size - 12, UNIX | VERSION, VERSION, 0, 0, 1, 1, len(entry), place)
        + LOCATOR.pack(b"PK\6\7", 0, end, 1)
        + END_32.pack(b"PK\5\6", 0, 0, 1, 1, len(entry), min(place, MOST), 0)
    )


def _packed(file: BinaryIO) -> Iterator[tuple[bytes, list[bytes]]]:
    """Pieces as they stand in the file, and their blocks, packed a few pieces ahead."""
    workers = os.cpu_count() or 1
    waiting: deque[tuple[bytes, Future[list[bytes]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        while piece := file.read(BLOCK * TOGETHER):
            waiting.append((piece, pool.submit(_blocks, piece)))
            if len(waiting) > 2 * workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


def _blocks(piece: bytes) -> list[bytes]:
    squeezing = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    view = memoryview(piece)
    return [
        squeezing.compress(view[place : place + BLOCK]) + squeezing.flush(zlib.Z_FULL_FLUSH)
        for place in range(0, len(piece), BLOCK)
    ]
