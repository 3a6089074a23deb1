"""One record held against its own digests and against the index: fast where all is well, in words where it is not."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable
from io import BytesIO

from warcio.statusandheaders import StatusAndHeadersParserException

from archive.errors import PayloadTooLarge
from archive.records import Snapshot
from archive.warcs.destroying import answer, destroyed
from archive.warcs.members import Member
from archive.warcs.payload import decoded, digest
from archive.warcs.record import LOADER, Malformed, Record, capture_id, parse, parse_http

PIECE = 2**16
END = b"\r\n\r\n"
WANTED = {
    "warc-type",
    "warc-record-id",
    "warc-target-uri",
    "warc-block-digest",
    "warc-payload-digest",
    "content-type",
    "content-length",
}


def sound(member: Member, row: Snapshot | None) -> int | None:
    """Bytes of payload of a record that is proven to be whole and what the index says; None: look closer.

    Proven means: the gzip checksum (zlib has compared it), one record of the length that it says, each digest that it
    has, and of an answer our own digest of the payload and its row in the index.
    """
    data = member.data
    end = data.find(END)
    said = _said(data[:end]) if end > 0 else None
    length = said.get("content-length", "") if said else ""
    if said is None or not length.isdigit() or end + len(END) + int(length) + len(END) != len(data):
        return None
    if not data.endswith(END):
        return None
    kind, block = said.get("warc-type", ""), data[end + len(END) : -len(END)]
    if not _has_digest(said.get("warc-block-digest"), block) or (kind in ("response", "revisit") and row is None):
        return None
    if kind == "revisit":
        return 0 if row and _is_row(said, row, member) else None
    http = parse_http(block) if said.get("content-type", "").startswith("application/http") else None
    if not _has_digest(said.get("warc-payload-digest"), http.body if http else block):
        return None
    if kind != "response":
        return 0 if row is None and kind != "resource" else None
    if row is None or http is None or not _is_row(said, row, member):
        return None
    try:
        payload = decoded(http.headers, http.body)
    except PayloadTooLarge:
        payload = http.body
    return len(payload) if "sha256:" + hashlib.sha256(payload).hexdigest() == row.digest else None


def problems(member: Member, row: Snapshot | None, known: Callable[[str], Snapshot | None]) -> tuple[str, str]:
    """The address and what is wrong with a member that could be unpacked; "" if nothing is.

    `known` gives the row of the index by the name of a capture, be it with another place.
    """
    try:
        record = parse(member)
    except Malformed as error:
        return (row.url if row else ""), str(error)
    # warcio would fail at what others wrote without an address; the checksum of gzip has held
    found = _failed_digests(member) if record.url or record.type not in LOADER.HTTP_RECORDS else []
    if row:
        found += _differences(record, row)
    elif record.is_capture:
        if (other := known(record.id)) is None:
            found.append("not in the index; run `nianbao index`")
        elif (other.url, other.timestamp) != (record.url, record.timestamp):
            found.append(f"not in the index, which has {other.url} in {other.filename} by the same WARC-Record-ID")
    return record.url, "; ".join(found)


def _said(head: bytes) -> dict[str, str] | None:
    """The headers of the record that matter here; None where they are written as few write them."""
    first, *lines = head.split(b"\r\n")
    said: dict[str, str] = {}
    if not first.startswith(b"WARC/"):
        return None
    for line in lines:
        name, colon, value = line.partition(b":")
        key = name.decode("latin-1").lower()
        if not colon or line[:1] in b" \t" or key in said:
            return None
        if key in WANTED:
            try:
                said[key] = value.strip().decode()
            except UnicodeDecodeError:
                return None
    return said


def _is_row(said: dict[str, str], row: Snapshot, member: Member) -> bool:
    id, url = said.get("warc-record-id", ""), said.get("warc-target-uri")
    return (capture_id(id), url, said["warc-type"], member.length) == (row.id, row.url, row.record, row.length)


def _has_digest(said: str | None, data: bytes) -> bool:
    """True as well where no digest is said."""
    if said is None:
        return True
    name, _, value = said.partition(":")
    if name not in ("sha1", "sha256", "md5"):
        return False
    made = hashlib.new(name, data, usedforsecurity=False)
    return value in (b32encode(made.digest()).decode(), made.hexdigest())


def _failed_digests(member: Member) -> list[str]:
    """What warcio's own check says of the block and payload digests in the record."""
    try:
        record = LOADER.parse_record_stream(BytesIO(member.data), known_format="warc", check_digests=True)
    except (StatusAndHeadersParserException, EOFError):
        return ["no HTTP message in it"]
    while record.raw_stream.read(PIECE):
        pass
    return [str(problem) for problem in record.digest_checker.problems]


def _differences(record: Record, row: Snapshot) -> list[str]:
    """Where the index says something else than the record."""
    if notes := destroyed(record):
        fine = answer(record, notes, row.filename)
        told = ("id", "url", "timestamp", "status", "digest", "length")
        differ = [name for name in told if getattr(fine, name) != getattr(row, name)]
        return (
            [f"the index has another {differ[0]} than what stands for a capture that was destroyed"] if differ else []
        )
    if (record.id, record.url, record.type, record.length) != (row.id, row.url, row.record, row.length):
        return ["the index describes another record"]
    if record.type != "revisit" and digest(record.http.headers, record.http.body) != row.digest:
        return ["payload has not the digest that the index says"]
    return []
