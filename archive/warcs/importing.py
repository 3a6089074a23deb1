"""A foreign WARC file copied into the archive: one gzip member a record, under a name that nothing else has."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.errors import ArchiveError, explained
from archive.warcs.imports import ROOM, note
from archive.warcs.members import MAGIC, SUFFIX, Member, lock, members, settle
from archive.warcs.storage import locate, warc_files

PIECE = 2**20
Left = tuple[int, str]  # where what was left behind begins, and what it is; "" if nothing was
NOTHING: Left = (0, "")
ZSTD = b"\x28\xb5\x2f\xfd"


def place(warc: Path, path: Path, *, file: str = "", origin: str = "") -> tuple[str, bool, Left]:
    """Copy `path` below `warc`, with a note of how it came.

    Returns its name there, if it was there already, and what of it was left behind, in words.
    """
    copy = warc / f".import-{os.getpid()}.tmp"
    named = Path(file or path)
    with explained("import", path):
        _sweep(warc)
        try:
            with copy.open("w+b") as out:
                lock(out)  # so that nobody takes it for one that a crash left
                with path.open("rb") as foreign:
                    left = _copy(named, foreign, out)
                out.flush()
                size, sha256 = copy.stat().st_size, _sha256(copy)
                if not size:
                    raise _not_a_warc(named)
                for other in (path for path in warc_files(warc) if path.name.endswith(SUFFIX)):
                    if 0 <= other.stat().st_size - size <= ROOM and _sha256(other, size) == sha256:
                        return other.name, True, left
                out.seek(size)
                out.write(note(copy, file=file or path.name, sha256=_sha256(path), origin=origin, torn=in_words(left)))
                out.flush()
                os.fsync(out.fileno())
                final = _reserve(warc, file or path.name, sha256)
                copy.replace(final)
                settle(warc)
                return final.name, False, left
        finally:
            copy.unlink(missing_ok=True)


def in_words(left: Left) -> str:
    """What was left behind, and where; "" if nothing was."""
    return f"at {left[0]}: {left[1]}" if left[1] else ""


def _sweep(warc: Path) -> None:
    """Delete what an import that was killed left behind."""
    for left in [*warc.glob(".import-*.tmp"), *warc.glob(".import-*/copy")]:
        with suppress(FileNotFoundError), left.open("rb") as file:
            if lock(file):
                left.unlink()
                if left.name == "copy":
                    left.parent.rmdir()


def _copy(path: Path, file: BinaryIO, out: BinaryIO) -> Left:
    """Byte for byte, but for a torn tail, which is told; records that are no gzip members are compressed anew."""
    magic = file.read(len(ZSTD))
    if magic == ZSTD:
        raise ArchiveError(f"cannot import {path}: it is packed with zstd; unpack it and import the .warc")
    compressed = magic.startswith(MAGIC)
    if compressed and _is_by_record(path, file):
        for member in members(file):
            if member.torn:
                return member.offset, f"{member.length} bytes, for it ends inside a record"
            if len(starts := _starts(member)) > 1:
                for start, end in zip(starts, [*starts[1:], len(member.data)], strict=True):
                    out.write(_packed(member.data[start:end]))
            else:
                file.seek(member.offset)
                out.write(file.read(member.length))
        return NOTHING
    if not compressed:
        return _compress(path, file, out)
    with tempfile.TemporaryFile(dir=Path(out.name).parent) as plain:
        packed = _unpack(file, plain)
        left = _compress(path, plain, out)
        return packed if packed[1] else left


def _is_by_record(path: Path, file: BinaryIO) -> bool:
    """True if the first gzip member holds one record."""
    file.seek(0)
    records = ArchiveIterator(file, no_record_parse=True)
    try:
        _check_format(path, next(records, None))
    except ArchiveLoadFailed as error:
        raise _not_a_warc(path) from error
    try:
        next(records, None)
    except ArchiveLoadFailed as error:
        return "non-chunked" not in str(error)  # else the second record is damaged, as any other may be
    return True


def _starts(member: Member) -> list[int]:
    """Where the records in one member begin, as far as their Content-Length leads from one to the next."""
    starts: list[int] = []
    place = 0
    while member.data.startswith(b"WARC/", place):
        starts.append(place)
        end = member.data.find(b"\r\n\r\n", place)
        length = re.search(rb"\r\ncontent-length:[ \t]*(\d{1,10})[ \t]*\r\n", member.data[place : end + 2], re.I)
        if end < 0 or not length:
            break
        place = end + 4 + int(length[1])
        while member.data[place : place + 1] in (b"\r", b"\n"):
            place += 1
    return starts


def _packed(record: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return stream.compress(record) + stream.flush()


def _unpack(file: BinaryIO, plain: BinaryIO) -> Left:
    """Everything up to the first damage; says where that is."""
    file.seek(0)
    stream, ended = zlib.decompressobj(31), True
    while compressed := file.read(PIECE):
        while compressed:
            try:
                piece = stream.decompress(compressed, PIECE)
            except zlib.error:
                return file.tell() - len(compressed), "what follows, for it cannot be unpacked"
            plain.write(piece)
            compressed = stream.unconsumed_tail
            if stream.eof:
                compressed = stream.unused_data
                stream, ended = zlib.decompressobj(31), True
            else:
                ended = False
    return NOTHING if ended else (file.tell(), "a record, for it ends before what is packed does")


def _compress(path: Path, plain: BinaryIO, out: BinaryIO) -> Left:
    """Each whole record as a gzip member of its own, its bytes unchanged; says what follows the last one."""
    spans = _spans(path, plain)
    for offset, length in spans:
        plain.seek(offset)
        stream = zlib.compressobj(9, zlib.DEFLATED, 31)
        while length:
            piece = plain.read(min(PIECE, length))
            out.write(stream.compress(piece))
            length -= len(piece)
        out.write(stream.compress(b"\r\n\r\n") + stream.flush())
    end = sum(spans[-1])
    plain.seek(end)
    if not plain.read(PIECE).strip(b"\r\n"):
        return NOTHING
    return end, f"{plain.seek(0, os.SEEK_END) - end} bytes, for no whole record follows"


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
    if getattr(record, "format", None) == "arc":
        raise ArchiveError(f"cannot import {path}: it is an ARC file; `warcio recompress` makes a WARC file of it")
    if getattr(record, "format", None) != "warc":
        raise _not_a_warc(path)


def _not_a_warc(path: Path) -> ArchiveError:
    return ArchiveError(f"cannot import {path}: it is not a WARC file; .warc, .warc.gz and .wacz can be imported")


def _reserve(warc: Path, name: str, sha256: str) -> Path:
    """A name that was free; the empty file that holds it is ours to replace."""
    stem = re.sub(r"(\.warc)?(\.gz)?$", "", name)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-") or "import"
    for free in (f"{stem}{SUFFIX}", f"{stem}-{sha256[:8]}{SUFFIX}", f"{stem}-{sha256}{SUFFIX}"):
        if locate(warc, free).exists():
            continue
        try:
            (warc / free).open("xb").close()
        except FileExistsError:
            continue
        return warc / free
    raise ArchiveError(f"cannot import {name}: its name is taken in {warc}; rename it and import it again")


def _sha256(path: Path, size: int | None = None) -> str:
    """Of a whole file, or of its first bytes."""
    digest = hashlib.sha256()
    left = path.stat().st_size if size is None else size
    with path.open("rb") as file:
        while left and (piece := file.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()
