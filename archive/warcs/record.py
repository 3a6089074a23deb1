"""WARC records read back: their own headers, the HTTP message in them, the payload of that."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from archive.errors import ArchiveError, Damage, explained
from archive.warcs.members import OPEN, SUFFIX, Member, members
from archive.warcs.payload import decoded, header
from archive.warcs.storage import member

# In the head of a record: folded lines, bare line ends and other control characters, white space at the end of a line.
ODD = re.compile(rb"\n[ \t]|[ \t](?:\r|\Z)|(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LOADER = ArcWarcRecordLoader(verify_http=False, arc2warc=False)


class Malformed(Exception):
    """A whole gzip member that does not hold exactly one WARC record."""


@dataclass(frozen=True, kw_only=True)
class Http:
    """An HTTP message; text is latin-1, so that encoding it again gives the bytes of the wire."""

    start: str  # status line or request line
    headers: list[tuple[str, str]]
    body: bytes  # as stored: framing and content encoding untouched

    @property
    def status(self) -> int:
        """The status code; 0 where the status line makes no sense."""
        match = re.match(r"HTTP/\S+\s+(\d{3})", self.start)
        return int(match[1]) if match else 0

    @property
    def reason(self) -> str:
        """The reason phrase; "" if there is none."""
        return self.start.partition(" ")[2].partition(" ")[2]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of a WARC file and where it stands there."""

    type: str
    headers: list[tuple[str, str]]  # of the record, not of HTTP
    block: bytes
    offset: int  # bytes, start of the gzip member
    length: int  # bytes, compressed

    def header(self, name: str) -> str:
        """One header of the record; "" if there is none."""
        return header(self.headers, name.lower())

    @property
    def id(self) -> str:
        """Names the capture in the index; by what it says where a crawler gave it no WARC-Record-ID."""
        named = self.header("WARC-Record-ID")
        return capture_id(named or f"{self.url} {self.timestamp} {hashlib.sha256(self.block).hexdigest()}")

    @property
    def url(self) -> str:
        """The address as requested."""
        return self.header("WARC-Target-URI")

    @property
    def is_capture(self) -> bool:
        """True if it is what was had from an address: such records are in the index."""
        return self.type in ("response", "revisit", "resource") and self.url.startswith(("http://", "https://"))

    @property
    def timestamp(self) -> str:
        """WARC-Date as YYYYMMDDhhmmss."""
        return compact_date(self.header("WARC-Date"))

    @cached_property
    def http(self) -> Http:
        """The HTTP message in the block; around a resource, which is none, the least that replay tools make up."""
        if self.type == "resource":
            head = [("Content-Type", self.header("Content-Type"))]
            return Http(start="HTTP/1.1 200 OK", headers=head, body=self.block)
        return parse_http(self.block)

    @property
    def encoding(self) -> str:
        """How the payload is packed; "" if it is not."""
        return header(self.http.headers, "content-encoding").strip().lower()

    @property
    def payload(self) -> bytes:
        """The body with transfer framing and content encoding taken off."""
        return decoded(self.http.headers, self.http.body)


def scan(path: Path) -> Iterator[Record | Damage]:
    """Every record of one WARC file, and what stands between them and cannot be read."""
    name = path.name.removesuffix(OPEN)
    with explained("read", path), path.open("rb") as file:
        for member in members(file):
            yield understood(member, name)


def understood(member: Member, filename: str) -> Record | Damage:
    """The record in a gzip member of that file, or why there is none."""
    problem = member.problem
    if not problem:
        try:
            return parse(member)
        except Malformed as error:
            problem = str(error)
    return Damage(filename=filename, offset=member.offset, url="", problem=problem)


def iterate(path: Path) -> Iterator[Record]:
    """The whole records of one WARC file; damaged ones are left out (`verify` names them)."""
    return (item for item in scan(path) if isinstance(item, Record))


def read(directory: Path, filename: str, offset: int, length: int) -> Record:
    """One record by its place; works while the file is still being written."""
    if not filename.endswith(SUFFIX) or Path(filename).name != filename or "\\" in filename:
        raise ArchiveError(f"{filename!r} is not the name of a WARC file; run `nianbao index`")
    found = member(directory, filename, offset, length)
    try:
        if found.problem or found.length != length:
            raise Malformed(found.problem or "a record of another length stands there")
        return parse(found)
    except Malformed as error:
        place = f"{directory / filename} at {offset}"
        raise ArchiveError(f"cannot read {place}: {error}; run `nianbao verify`") from error


def capture_id(record_id: str) -> str:
    """The name in the index of the capture with that WARC-Record-ID."""
    return hashlib.sha256(record_id.encode()).hexdigest()[:16]


def compact_date(date: str) -> str:
    """A WARC-Date as YYYYMMDDhhmmss; what a coarse date leaves out is its beginning."""
    digits = re.sub(r"\D", "", date)[:14]
    return digits + "00000101000000"[len(digits) :]


def payload(record: Record) -> bytes:
    """The de-chunked and content-decoded payload of a response record."""
    return record.payload


def parse(member: Member) -> Record:
    """The one record in a gzip member."""
    if plain := _plain(member):
        return plain
    stream = BytesIO(member.data)
    try:
        record = LOADER.parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError) as error:
        raise Malformed("not a WARC record") from error
    block = record.raw_stream.read()
    if record.length is None or len(block) != record.length:
        raise Malformed("record is not as long as its Content-Length says")
    if stream.read().strip(b"\r\n"):
        raise Malformed("more than one record in a gzip member")
    return Record(
        type=record.rec_type or "",
        headers=record.rec_headers.headers,
        block=block,
        offset=member.offset,
        length=member.length,
    )


def _plain(member: Member) -> Record | None:
    """A record written as nearly all are, read in a third of the time that warcio takes; None for any other."""
    head, end, rest = member.data.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    if not end or start not in (b"WARC/1.0", b"WARC/1.1") or not head.isascii() or ODD.search(head):
        return None
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.decode("ascii").partition(":")
        if not colon:
            return None
        headers.append((name.rstrip(" \t"), value.lstrip(" \t")))
    said = {name.lower(): value for name, value in headers}
    length, kind, uri = (said.get(name, "") for name in ("content-length", "warc-type", "warc-target-uri"))
    if (
        len(said) < len(headers)
        or not length.isdecimal()
        or " " in uri
        or "<" in uri
        or rest[int(length) :] != b"\r\n\r\n"
    ):
        return None
    return Record(
        type=kind,
        headers=headers,
        block=rest[: int(length)],
        offset=member.offset,
        length=member.length,
    )


def parse_http(block: bytes) -> Http:
    """Split an HTTP message; lenient about bare line feeds and folded lines, as servers are."""
    end = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    start, *lines = head.split(b"\n")
    headers: list[tuple[str, str]] = []
    for line in lines:
        # bytes.strip, not str.strip: in latin-1 the GBK bytes 0x85 and 0xA0 would count as white space
        if line[:1] in (b" ", b"\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip().decode('latin-1')}")
        elif b":" in line:
            key, _, text = line.partition(b":")
            headers.append((key.strip().decode("latin-1"), text.strip().decode("latin-1")))
    return Http(start=start.rstrip(b"\r").decode("latin-1"), headers=headers, body=body)
