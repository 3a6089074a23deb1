"""Destroy what a record holds: in its place, and exactly as long, one that says what was there.

So every other record stays where it is. What is to be written stands in a journal first, which holds nothing of what is
destroyed: whoever is killed in between is made up for by the next command (`finish`).
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, explained
from archive.fixity import manifest
from archive.records import Snapshot
from archive.warcs.members import members
from archive.warcs.record import Malformed, Record, capture_id, parse, understood
from archive.warcs.storage import fetch

JOURNAL = ".destroying.json"
FLAGS = 3  # place in a gzip header
STORED = 65535  # bytes that one block of deflate holds unpacked
END = b"\r\n\r\n"
TEXTS = ("mime", "digest", "served", "modified", "at", "reason")
KEPT = ("WARC-Record-ID", "WARC-Target-URI", "WARC-Date", "WARC-Concurrent-To")
WORDS = ("anchor", "detail", "received")  # of a skip: what others wrote
TRIES = 40
WITHIN = 16  # bytes of blanks that may be packed as well
BESIDE = 4  # members after an answer among which is what was noted of it


def destroy(
    directory: Path, filename: str, rows: Sequence[Snapshot], *, reason: str, hushed: Collection[str] = ()
) -> None:
    """Overwrite the answers of these captures, all in one file, and the words of the links to them.

    Of the addresses in `hushed` what was noted when they were skipped goes as well.
    """
    path = directory / "warc" / filename
    if not path.exists():
        fetch(path.parent, [filename])  # what is elsewhere is changed here; `send` brings it back
    if not path.exists():
        raise ArchiveError(f"{path} is missing or still being written: let that crawl finish, then run this again")
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    with explained("read", path):
        patches = [patch for row in rows for patch in _patches(path, row, at, reason)]
        patches += _skips(path, hushed)
    if not patches:
        return
    count = sum(row.record != "revisit" for row in rows)
    why = f"{count} captures destroyed: {reason}" if count else f"words of links destroyed: {reason}"
    journal = {"filename": filename, "why": why, "patches": [(at, b64encode(new).decode()) for at, new in patches]}
    manifest.write(directory / JOURNAL, json.dumps(journal).encode())
    finish(directory)


def finish(directory: Path) -> None:
    """Do what the journal says, if there is one; as often as need be."""
    journal = directory / JOURNAL
    if not journal.exists():
        return
    with explained("read", journal):
        todo = json.loads(journal.read_bytes())
    path = directory / "warc" / todo["filename"]
    with explained("write to", path):
        handle = os.open(path, os.O_WRONLY)
        try:
            for offset, new in todo["patches"]:
                _write(handle, b64decode(new), offset)
            os.fsync(handle)
        finally:
            os.close(handle)
    manifest.renew(directory, todo["filename"], todo["why"])
    with explained("delete", journal):
        journal.unlink(missing_ok=True)


def destroyed(record: Record) -> dict[str, Any] | None:
    """What a record says of the answer that stood in its place; None if it is no such record."""
    if record.type != "metadata" or record.header("Content-Type") != "application/json":
        return None
    try:
        notes = json.loads(record.block).get("destroyed")
    except (ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(notes, dict) or not all(isinstance(notes.get(name, ""), str) for name in TEXTS):
        return None
    return dict.fromkeys(TEXTS, "") | notes


def answer(record: Record, notes: dict[str, Any], filename: str) -> Snapshot:
    """The row of the index as the answer gave it."""
    return Snapshot(
        id=record.id,
        url=record.url,
        timestamp=record.timestamp,
        status=int(notes.get("status", 0)),
        truncated=bool(notes.get("truncated")),
        filename=filename,
        offset=record.offset,
        length=record.length,
        **{name: notes[name] for name in ("mime", "digest", "served", "modified")},
    )


def _patches(path: Path, row: Snapshot, at: str, reason: str) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for place, member in enumerate(members(file, row.offset)):
            if place > BESIDE:
                return
            try:
                record = parse(member)
            except Malformed as error:
                if not place:
                    said = f"{path} at {member.offset} is damaged: {member.problem or error}; run `nianbao verify`"
                    raise ArchiveError(said) from error
                continue
            if not place:
                if record.type not in ("response", "resource", "revisit") or record.id != row.id:
                    return  # destroyed before
                if record.type == "revisit":
                    continue  # it holds no payload, but words of a link may be noted beside it
                whys = (reason, reason[:20], "")
                tries = (_fitted(record, member.header, member.length, _notes(row, at, why)) for why in whys)
                yield member.offset, _needed(path, row.offset, next(filter(None, tries), None))
            elif record.type == "metadata" and (notes := _anchor(record, row)) is not None:
                yield member.offset, _needed(path, row.offset, _fitted(record, member.header, member.length, notes))


def words_of_skip(record: Record, urls: Collection[str]) -> dict[str, Any] | None:
    """What was noted when one of these addresses was skipped, without words; None if it has none."""
    if record.type != "metadata" or record.url not in urls:
        return None
    try:
        skip = json.loads(record.block)["skip"]
        kept = {name: value for name, value in skip.items() if name not in WORDS}
        return {"skip": kept} if any(skip.get(name) for name in WORDS) else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _skips(path: Path, urls: Collection[str]) -> Iterator[tuple[int, bytes]]:
    if not urls:
        return
    with path.open("rb") as file:
        for member in members(file):
            record = understood(member, path.name)
            if isinstance(record, Record) and (notes := words_of_skip(record, urls)):
                new = _fitted(record, member.header, member.length, notes)
                yield member.offset, _needed(path, member.offset, new)


def _needed(path: Path, offset: int, new: bytes | None) -> bytes:
    if new is None:
        raise ArchiveError(
            f"{path} at {offset}: too short for what would stand in its place; it is hidden, its bytes are kept"
        )
    return new


def _notes(row: Snapshot, at: str, reason: str) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("status", "mime", "digest", "truncated", "served", "modified")}
    told |= {"at": at, "reason": reason}
    return {"destroyed": {name: value for name, value in told.items() if value}}  # it has to be short


def _anchor(record: Record, row: Snapshot) -> dict[str, Any] | None:
    """What was noted beside that capture, without the words of the link to it; None if there are none."""
    if capture_id(record.header("WARC-Concurrent-To")) != row.id:
        return None
    try:
        notes = json.loads(record.block)
    except ValueError:
        return None
    if not isinstance(notes, dict) or not notes.pop("anchor", ""):
        return None
    return notes


def _fitted(record: Record, header: bytes, length: int, notes: dict[str, Any]) -> bytes | None:
    """A gzip member of exactly that length with a metadata record in it; None if it cannot be so short.

    Blanks after the JSON, unpacked, fill it up. Their number stands in the record, and so moves the length of what is
    packed: that a number fits is found by trying, with other blanks among what is packed where none does.
    """
    said = json.dumps(notes, ensure_ascii=False, separators=(",", ":")).encode()
    head = b"WARC/1.1\r\nWARC-Type: metadata\r\n"
    head += b"".join(f"{name}: {value}\r\n".encode() for name in KEPT if (value := record.header(name)))
    head += b"Content-Type: application/json\r\nContent-Length: "
    if header[FLAGS]:  # a name or a comment would follow
        header = header[:FLAGS] + b"\0" + header[FLAGS + 1 :]
    for within, level, spare in product(range(WITHIN), (0, 9), range(3)):
        text = said + (b"\t \n\r" * WITHIN)[:within]
        between = _stored(b"", last=False) * spare  # says nothing, and is five bytes long
        room = length - len(header) - len(between) - len(END) - 8
        blanks = room - len(text)
        for _ in range(TRIES):
            start = head + b"%d\r\n\r\n" % (len(text) + blanks) + text
            packed = _packed(start, level)
            short = room - len(packed) - 5 * -(-(blanks + len(END)) // STORED) - blanks
            if blanks < 0 or not short:
                break
            blanks += short
        if blanks >= 0 and not short:
            plain = start + b" " * blanks + END
            sums = zlib.crc32(plain).to_bytes(4, "little") + (len(plain) % 2**32).to_bytes(4, "little")
            return header + packed + between + _blocks(b" " * blanks + END) + sums
    return None


def _blocks(data: bytes) -> bytes:
    pieces = [data[at : at + STORED] for at in range(0, len(data), STORED)]
    return b"".join(_stored(piece, piece is pieces[-1]) for piece in pieces)


def _packed(data: bytes, level: int) -> bytes:
    """Deflated, and so ended that stored blocks can follow."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush(zlib.Z_FULL_FLUSH)


def _stored(piece: bytes, last: bool) -> bytes:
    size = len(piece)
    return bytes([last]) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + piece


def _write(handle: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, offset)
        rest, offset = rest[written:], offset + written
