"""OLE2 compound files (.doc, .xls, .wps, .et): which streams stand at the top, which tells what the file is."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENTRY = 128  # bytes of one directory entry
_NONE = 0xFFFFFFFA  # this and higher: no sector, no entry
_SECTORS = 4096  # of the directory; a document has a handful
_IN_HEADER = 109  # sectors of the allocation table that the header itself names; more only above 7 MB


def streams(body: bytes) -> frozenset[str]:
    """Names of the streams and folders at the top of the file, "" not among them; none if the directory is damaged."""
    try:
        directory = b"".join(_directory(body))
        return frozenset(_siblings(directory, struct.unpack_from("<I", directory, 76)[0]))
    except (struct.error, IndexError, UnicodeDecodeError):
        return frozenset()


def _directory(body: bytes) -> Iterator[bytes]:
    """Sectors of the directory, along their chain in the allocation table."""
    shift = struct.unpack_from("<H", body, 30)[0]
    if shift not in (9, 12):
        raise IndexError(shift)
    size = 1 << shift
    sector = struct.unpack_from("<I", body, 48)[0]
    table = struct.unpack_from(f"<{_IN_HEADER}I", body, 76)
    for _ in range(_SECTORS):
        if sector >= _NONE:
            return
        begin = (sector + 1) * size
        if begin + size > len(body):
            raise IndexError(sector)
        yield body[begin : begin + size]
        part, place = divmod(sector, size // 4)
        sector = struct.unpack_from("<I", body, (table[part] + 1) * size + place * 4)[0]


def _siblings(directory: bytes, first: int) -> Iterator[str]:
    """The tree that hangs from the root entry; what lies in folders, as embedded files do, is left out."""
    todo, seen = [first], set()
    while todo:
        entry = todo.pop()
        if entry >= _NONE or entry in seen:
            continue
        seen.add(entry)
        length, _, _, left, right = struct.unpack_from("<HBBII", directory, entry * _ENTRY + 64)
        name = directory[entry * _ENTRY : entry * _ENTRY + max(min(length, 64) - 2, 0)]
        yield name.decode("utf-16-le")
        todo += [left, right]
