"""WARC records as warcio makes them, from real bytes, and packed as gzip members."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.payload import dechunked, header
from archive.record import Http, Record, parse_http

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# Where a head ends for those who read WARC files: at the first line that is empty or white space.
HEAD = re.compile(rb"\n[\t\x0b\x0c\r\x1c-\x20]*\n")


class Head(StatusAndHeaders):  # type: ignore[misc]
    """The head of an HTTP message as warcio wants it, but written byte for byte."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [])
        self.headers_buff = head

    def __bool__(self) -> bool:
        return True

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Called by warcio before it writes; the bytes are there."""


class Plain(WARCWriter):  # type: ignore[misc]
    """Writes records unpacked, and revisits without a digest of their head: small as they are, it would be a tenth."""

    def ensure_digest(self, record: ArcWarcRecord, block: bool = True, payload: bool = True) -> None:
        """Called by warcio."""
        super().ensure_digest(record, block and record.rec_type != "revisit", payload)


class Maker:
    """Makes records and packs them."""

    def __init__(self) -> None:
        self._warcio = Plain(BytesIO(), gzip=False, warc_version="1.1")

    def info(self, filename: str, fields: Mapping[str, str]) -> ArcWarcRecord:
        """The first record of a file."""
        return self._warcio.create_warcinfo_record(filename, fields)

    def message(self, kind: str, url: str, message: bytes, about: Mapping[str, str]) -> ArcWarcRecord:
        """A request or response."""
        head, body = _parted(message)
        return self._warcio.create_warc_record(
            url, kind, BytesIO(body), len(body), http_headers=Head(head), warc_headers_dict=dict(about)
        )

    def revisit(self, url: str, message: bytes, original: Record, about: Mapping[str, str]) -> ArcWarcRecord:
        """A response whose payload stands in an earlier record."""
        head, _ = _parted(message)
        record = self._warcio.create_revisit_record(
            url,
            original.header("WARC-Payload-Digest"),
            original.url,
            original.header("WARC-Date"),
            http_headers=Head(head),
            warc_headers_dict=dict(about),
        )
        if parse_http(head).status == 304:
            record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
        return record

    def resource(self, url: str, body: bytes, mime: str) -> ArcWarcRecord:
        """Something that no server sent."""
        return self._warcio.create_warc_record(
            url, "resource", BytesIO(body), len(body), warc_content_type=mime, warc_headers_dict=dated()
        )

    def metadata(self, url: str, notes: Mapping[str, object], about: Mapping[str, str]) -> ArcWarcRecord:
        """What we know beside the bytes; what is empty is left out."""
        text = json.dumps({key: value for key, value in notes.items() if value}, ensure_ascii=False).encode()
        return self._warcio.create_warc_record(
            url,
            "metadata",
            BytesIO(text),
            len(text),
            warc_content_type="application/json",
            warc_headers_dict=dict(about),
        )

    def pack(self, record: ArcWarcRecord) -> bytes:
        """One gzip member; a level that costs half the time of the highest, for one per cent more bytes."""
        plain = BytesIO()
        self._warcio.out = plain
        self._warcio.write_record(record)
        return zlib.compress(plain.getbuffer(), wbits=31)


def dated() -> dict[str, str]:
    """The header that says that a record is of now."""
    return {"WARC-Date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def beside(record: ArcWarcRecord) -> dict[str, str]:
    """The headers of a record that belongs to another."""
    return {
        "WARC-Date": record.rec_headers["WARC-Date"],
        "WARC-Concurrent-To": record.rec_headers["WARC-Record-ID"],
    }


def same_entity(one: Http, other: Http) -> bool:
    """True if one answer's body may stand for the other's.

    Chunks may be cut elsewhere; but a reader unpacks the earlier body as the later head says.
    """
    return _packing(one) == _packing(other) and dechunked(one.headers, one.body) == dechunked(other.headers, other.body)


def _packing(message: Http) -> tuple[str, bool]:
    chunked = "chunked" in header(message.headers, "transfer-encoding").lower()
    return header(message.headers, "content-encoding").strip().lower(), chunked


def _parted(message: bytes) -> tuple[bytes, bytes]:
    end = HEAD.search(message)
    return (message[: end.end()], message[end.end() :]) if end else (message, b"")
