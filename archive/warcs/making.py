"""WARC records made of real bytes, and packed as gzip members.

warcio, which reads them, could write them as well; but it parses and prints heads anew, and takes five times as long.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from isal import isal_zlib

from archive.warcs.payload import dechunked, header
from archive.warcs.record import Http, Record, parse_http

LEVEL = 2  # of isal's 0 to 3: a sixth of the time that zlib's level 4 takes, for 7 % more bytes of an unpacked page
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
# Where a head ends for those who read WARC files: at the first line that is empty or white space.
HEAD = re.compile(rb"\n[\t\x0b\x0c\r\x1c-\x20]*\n")


SMALL, SMALL_LEVEL = 4096, 6  # bytes up to which zlib, at its level, costs next to nothing and packs 3 % better
# One head for all members: `verify` finds a damaged one by its being another.
GZIP = isal_zlib.compress(b"", LEVEL, wbits=31)[:10]
SIGNED = 4096  # bytes of a message up to which it has a digest of the whole beside that of its payload
PIECE = 2**20  # bytes of a large record that are packed at a time: a second copy of it would be as large

Packed = Sequence[bytes]  # one record, packed, in the pieces that it came in


@dataclass(frozen=True, kw_only=True)
class Made:
    """One record, not written yet."""

    headers: Mapping[str, str]  # of the record, in order; but for Content-Length
    block: bytes

    def pack(self) -> Packed:
        """One gzip member, always the same for the same record."""
        fields = "".join([f"{name}: {value}\r\n" for name, value in self.headers.items()])
        head = f"WARC/1.1\r\n{fields}Content-Length: {len(self.block)}\r\n\r\n".encode()
        return packed(head, self.block, b"\r\n\r\n")


def packed(*parts: bytes) -> Packed:
    """One gzip member, always the same for the same data, however that is parted."""
    size = sum(map(len, parts))
    if size <= SMALL:
        return (GZIP + zlib.compress(b"".join(parts), SMALL_LEVEL, wbits=31)[len(GZIP) :],)
    if size <= PIECE:
        return (isal_zlib.compress(b"".join(parts), LEVEL, wbits=31),)
    stream = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, 31)
    return (*map(stream.compress, _even(parts)), stream.flush())


def _even(parts: Iterable[bytes]) -> Iterator[bytearray]:
    """The same data in pieces of one size."""
    piece = bytearray()
    for whole in parts:
        part, start = memoryview(whole), 0
        while start < len(part):
            taken = part[start : start + PIECE - len(piece)]
            piece += taken
            start += len(taken)
            if len(piece) == PIECE:
                yield piece
                piece = bytearray()
    yield piece


def info(filename: str, fields: Mapping[str, str]) -> Made:
    """The first record of a file."""
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value).encode()
    return _made("warcinfo", {"WARC-Filename": filename} | dated(), "application/warc-fields", block)


def message(kind: str, url: str, block: bytes, about: dict[str, str], body: tuple[int, bytes] = (-1, b"")) -> Made:
    """A request or response; a large one has one digest, for each takes as long as packing it.

    `body` is the length of what is taken for its body, and the sha256 of that.
    """
    end = HEAD.search(block)
    payload = memoryview(block)[end.end() if end else len(block) :]
    named = _of(url) | about
    if payload or kind == "response":
        length, sha256 = body  # both end where the block ends: of one length they are the same
        named["WARC-Payload-Digest"] = _said(sha256) if length == len(payload) else _sha256(payload)
    return _made(kind, named, f"application/http; msgtype={kind}", block, signed=len(block) <= SIGNED)


def revisit(url: str, head: bytes, original: Record, about: dict[str, str]) -> Made:
    """A response whose payload stands in an earlier record; its head has no digest, that alone would be a tenth."""
    why = "server-not-modified" if parse_http(head).status == 304 else "identical-payload-digest"
    reference = {
        "WARC-Profile": PROFILE + why,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.header("WARC-Date"),
        "WARC-Payload-Digest": original.header("WARC-Payload-Digest"),
    }
    kind = "application/http; msgtype=response"
    return _made("revisit", _of(url) | about | reference, kind, head, signed=False)


def resource(url: str, body: bytes, mime: str) -> Made:
    """Something that no server sent."""
    return _made("resource", _of(url) | dated() | {"WARC-Payload-Digest": _sha256(body)}, mime, body)


def metadata(url: str, notes: Mapping[str, object], about: Mapping[str, str]) -> Made:
    """What we know beside the bytes; what is empty is left out."""
    told = json.dumps({key: value for key, value in notes.items() if value}, ensure_ascii=False)
    return _made("metadata", {**_of(url), **about}, "application/json", told.encode())


def clean(url: str) -> str:
    """The address as it can stand in a WARC header: white space and control characters percent-encoded."""
    return re.sub(r"[\x00-\x20\x7f\s]", lambda match: quote(match[0]), url)


def dated() -> dict[str, str]:
    """The header that says that a record is of now."""
    return {"WARC-Date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def beside(record: Made) -> dict[str, str]:
    """The headers of a record that belongs to another."""
    return {"WARC-Date": record.headers["WARC-Date"], "WARC-Concurrent-To": record.headers["WARC-Record-ID"]}


def same_entity(one: Http, other: Http) -> bool:
    """True if one answer's body may stand for the other's.

    Chunks may be cut elsewhere; but a reader unpacks the earlier body as the later head says.
    """
    return _packing(one) == _packing(other) and dechunked(one.headers, one.body) == dechunked(other.headers, other.body)


def _packing(message: Http) -> tuple[str, bool]:
    chunked = "chunked" in header(message.headers, "transfer-encoding").lower()
    return header(message.headers, "content-encoding").strip().lower(), chunked


def _made(kind: str, about: dict[str, str], content_type: str, block: bytes, *, signed: bool = True) -> Made:
    headers = {"WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>", **about}
    if signed:
        headers["WARC-Block-Digest"] = _sha256(block)
    return Made(headers=headers | {"Content-Type": content_type}, block=block)


def _of(url: str) -> dict[str, str]:
    return {"WARC-Target-URI": url}


def _sha256(data: bytes | memoryview) -> str:
    return _said(hashlib.sha256(data).digest())


def _said(sha256: bytes) -> str:
    return "sha256:" + base64.b32encode(sha256).decode()
