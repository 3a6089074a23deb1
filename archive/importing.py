"""A foreign WARC file copied into the archive: one gzip member a record, under a name that nothing else has."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import ArchiveError, explained
from archive.members import MAGIC, OPEN, SUFFIX, members

PIECE = 2**20


def place(warc: Path, path: Path) -> tuple[str, bool]:
    """Copy `path` below `warc`; returns its name there, and whether the same bytes were there already."""
    copy = warc / f".import-{os.getpid()}.tmp"
    with explained("import", path):
        try:
            with path.open("rb") as file, copy.open("w+b") as out:
                _copy(path, file, out)
                out.flush()
                os.fsync(out.fileno())
            size, sha256 = copy.stat().st_size, _sha256(copy)
            if not size:
                raise _not_a_warc(path)
            for other in sorted(warc.glob(f"*{SUFFIX}")):
                if other.stat().st_size == size and _sha256(other) == sha256:
                    return other.name, True
            final = _reserve(warc, path, sha256)
            copy.replace(final)
            return final.name, False
        finally:
            copy.unlink(missing_ok=True)


def _copy(path: Path, file: BinaryIO, out: BinaryIO) -> None:
    """Byte for byte, but for a torn tail; where records are not gzip members, each is compressed anew."""
    compressed = file.read(len(MAGIC)) == MAGIC
    if compressed and _is_by_record(path, file):
        end = max((member.offset + member.length for member in members(file) if not member.torn), default=0)
        file.seek(0)
        shutil.copyfileobj(file, out, PIECE)
        out.truncate(end)
        return
    if not compressed:
        _compress(path, file, out)
        return
    with tempfile.TemporaryFile(dir=Path(out.name).parent) as plain:
        _unpack(file, plain)
        _compress(path, plain, out)


def _is_by_record(path: Path, file: BinaryIO) -> bool:
    """True if the first gzip member holds one record."""
    file.seek(0)
    records = ArchiveIterator(file, no_record_parse=True)
    try:
        _check_format(path, next(records, None))
        next(records, None)
    except ArchiveLoadFailed as error:
        if "non-chunked" in str(error):
            return False
        raise _not_a_warc(path) from error
    return True


def _unpack(file: BinaryIO, plain: BinaryIO) -> None:
    """Everything up to the first damage."""
    file.seek(0)
    stream = zlib.decompressobj(31)
    while compressed := file.read(PIECE):
        while compressed:
            try:
                plain.write(stream.decompress(compressed))
            except zlib.error:
                return
            compressed = stream.unused_data
            if stream.eof:
                stream = zlib.decompressobj(31)


def _compress(path: Path, plain: BinaryIO, out: BinaryIO) -> None:
    """Each whole record as a gzip member of its own, its bytes unchanged."""
    for offset, length in _spans(path, plain):
        plain.seek(offset)
        stream = zlib.compressobj(9, zlib.DEFLATED, 31)
        while length:
            piece = plain.read(min(PIECE, length))
            out.write(stream.compress(piece))
            length -= len(piece)
        out.write(stream.compress(b"\r\n\r\n") + stream.flush())


def _spans(path: Path, plain: BinaryIO) -> list[tuple[int, int]]:
    plain.seek(0)
    spans = []
    records = ArchiveIterator(plain, no_record_parse=True)
    try:
        for record in records:
            _check_format(path, record)
            size = sum(len(piece) for piece in iter(lambda: record.raw_stream.read(PIECE), b""))  # noqa: B023
            if size != record.length:
                break  # the file ends inside it
            spans.append((records.get_record_offset(), records.get_record_length()))
    except ArchiveLoadFailed as error:
        if not spans:
            raise _not_a_warc(path) from error
    if not spans:
        raise _not_a_warc(path)
    return spans


def _check_format(path: Path, record: object) -> None:
    if getattr(record, "format", None) != "warc":
        raise _not_a_warc(path)


def _not_a_warc(path: Path) -> ArchiveError:
    return ArchiveError(f"cannot import {path}: it is not a WARC file; .warc and .warc.gz can be imported")


def _reserve(warc: Path, path: Path, sha256: str) -> Path:
    """A name that was free; the empty file that holds it is ours to replace."""
    stem = re.sub(r"(\.warc)?(\.gz)?$", "", path.name)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-") or "import"
    for name in (f"{stem}{SUFFIX}", f"{stem}-{sha256[:8]}{SUFFIX}", f"{stem}-{sha256}{SUFFIX}"):
        if (warc / (name + OPEN)).exists():
            continue
        try:
            (warc / name).open("xb").close()
        except FileExistsError:
            continue
        return warc / name
    raise ArchiveError(f"cannot import {path}: its name is taken in {warc}; rename it and import it again")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
