"""From a body as stored to the payload that was meant: transfer framing and content encodings taken off."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import brotli  # type: ignore[import-untyped]  # comes with Scrapy, which offers it to servers
from isal import isal_zlib

from archive.errors import PayloadTooLarge

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

LIMIT = 300 * 2**20
PIECE = 2**16
MOST = 2**20  # bytes that are unpacked at a time
LARGE = 2**25  # bytes; what is larger is given to zlib, which takes no memory for what turns out to be too large
GZIP = b"\x1f\x8b\x08"

Headers = Sequence[tuple[str, str]]
Decoder = Callable[[bytes], Iterator[bytes]]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What a server answered, as an HTTP cache needs it: transfer framing off, content encoding on."""

    status: int
    reason: str  # "" where the server did not say
    headers: list[tuple[str, str]]  # values are the bytes of the wire, decoded as latin-1
    body: bytes  # still content-encoded


def header(headers: Headers, name: str) -> str:
    """All values of one header, joined by commas; "" if there is none."""
    return ", ".join(value for key, value in headers if key.lower() == name)


def date_in(headers: Headers, name: str) -> str:
    """The date of one header as YYYYMMDDhhmmss in UTC; "" where it is none."""
    return _date(header(headers, name)[:100])


@lru_cache(maxsize=64)  # a server's clock says the same a whole second long
def _date(said: str) -> str:
    try:
        date = parsedate_to_datetime(said)
        return date.astimezone(UTC).strftime("%Y%m%d%H%M%S") if date.year > 1 else ""
    except (ValueError, OverflowError, TypeError):
        return ""


def dechunked(headers: Headers, body: bytes) -> bytes:
    """The body without chunk framing; unchanged where framing was announced but already taken off."""
    if "chunked" not in header(headers, "transfer-encoding").lower():
        return body
    chunks: list[memoryview] = []  # no copies: what is large is here often enough
    view = memoryview(body)
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        try:
            size = int(body[start : end if end >= 0 else len(body)].split(b";")[0], 16)
        except ValueError:
            return body if not chunks else b"".join(chunks)
        if size <= 0 or end < 0:
            break
        chunks.append(view[end + 1 : end + 1 + size])
        start = end + 1 + size
        start += 2 if body[start : start + 2] == b"\r\n" else 1
    return b"".join(chunks)


def decoded(headers: Headers, body: bytes, limit: int | None = None) -> bytes:
    """The payload that the headers describe; a false Content-Encoding is ignored, a torn one gives what it can."""
    limit = LIMIT if limit is None else limit
    body = dechunked(headers, body)
    encoding = header(headers, "content-encoding") or ("gzip" if is_packed_text(headers, body) else "")
    for name in reversed(encoding.lower().split(",")):
        if name.strip() in ("gzip", "x-gzip") and (plain := gunzipped(body, limit)) is not None:
            body = plain
            continue
        for decoder in DECODERS.get(name.strip(), ()):
            plain = _collect(decoder, body, limit)
            if plain is not None:
                body = plain
                break
    if len(body) > limit:
        raise PayloadTooLarge(f"payload is larger than {limit // 2**20} MB")
    return body


def is_packed_text(headers: Headers, body: bytes) -> bool:
    """Was a text sent packed without a word of it? A file that is a pack says so by its type."""
    kind = header(headers, "content-type").lower()
    return body.startswith(GZIP) and ("text/" in kind or "html" in kind or "json" in kind or "xml" in kind)


def digest(headers: Headers, body: bytes) -> str:
    """sha256 of the payload, or of the body as stored where the payload is too large to unpack."""
    return digests(headers, body)[0]


def digests(headers: Headers, body: bytes) -> tuple[str, bytes]:
    """That, and the sha256 of the body as stored: of a plain page it is the same, and not worked out twice."""
    try:
        payload = decoded(headers, body)
    except PayloadTooLarge:
        payload = body
    stored = hashlib.sha256(body)
    meant = stored if payload is body else hashlib.sha256(payload)
    return f"sha256:{meant.hexdigest()}", stored.digest()


def gunzipped(body: bytes, limit: int) -> bytes | None:
    """One whole member with nothing behind it, in a third of zlib's time; None for all else, which zlib decides on."""
    stream = isal_zlib.decompressobj(31)
    try:
        plain = stream.decompress(body, min(limit, LARGE))
    except isal_zlib.error:  # type: ignore[misc]  # its stub takes the class for an instance
        return None
    return plain if stream.eof and not stream.unused_data else None


def _collect(decoder: Decoder, body: bytes, limit: int) -> bytes | None:
    plain = bytearray()
    with suppress(zlib.error, brotli.error, zstd.ZstdError):
        for piece in decoder(body):
            # Of what is large already, the length is found out first: what unpacks to too much takes no memory.
            if len(plain) <= min(LARGE, limit) < len(plain) + len(piece):
                _refuse_more(decoder, body, limit)
            plain += piece
        return bytes(plain)
    return bytes(plain) or None


def _refuse_more(decoder: Decoder, body: bytes, limit: int) -> None:
    length = 0
    with suppress(zlib.error, brotli.error, zstd.ZstdError):
        for piece in decoder(body):
            length += len(piece)
            if length > limit:
                raise PayloadTooLarge(f"payload unpacks to more than {limit // 2**20} MB")


def _pieces(body: bytes) -> Iterable[bytes]:
    return (body[start : start + PIECE] for start in range(0, len(body), PIECE))


def _zlib(window: int) -> Decoder:
    def unpack(body: bytes) -> Iterator[bytes]:
        stream = zlib.decompressobj(window)
        for piece in _pieces(body):
            rest = piece
            while rest:
                before = stream.copy()
                try:
                    plain = stream.decompress(rest, MOST)
                except zlib.error:
                    # what stands before the damage, a wrong checksum perhaps, is given by single bytes alone
                    yield from _left(before)
                    yield from (before.decompress(bytes([byte])) for byte in rest)
                    return
                yield plain
                rest = stream.unconsumed_tail or stream.unused_data
                if not (stream.eof or rest) and len(plain) == MOST:
                    yield from _left(stream)
                if stream.eof:
                    if rest[:2] not in (b"", b"\x1f", b"\x1f\x8b"):
                        return  # rubbish after the last member
                    stream = zlib.decompressobj(window)

    return unpack


def _left(stream: Any) -> Iterator[bytes]:
    """What a decompressor of zlib's has taken in and not given yet: some hundred bytes, up to damage."""
    while more := stream.decompress(b"", 1):
        yield more


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in _pieces(body):
        yield stream.process(piece, output_buffer_limit=PIECE)
        # It takes more in while it holds up to a window of what it has not given.
        while more := stream.process(b"", output_buffer_limit=PIECE):
            yield more
        if stream.is_finished():
            return


def _zstd(body: bytes) -> Iterator[bytes]:
    stream = zstd.ZstdDecompressor()
    for piece in _pieces(body):
        yield stream.decompress(piece, PIECE)
        while not stream.eof and not stream.needs_input:
            yield stream.decompress(b"", PIECE)
        if stream.eof:
            return


# Servers that say "deflate" send either kind; the second is tried where the first fails at once.
DECODERS: dict[str, tuple[Decoder, ...]] = {
    "gzip": (_zlib(31),),
    "x-gzip": (_zlib(31),),
    "deflate": (_zlib(15), _zlib(-15)),
    "br": (_brotli,),
    "zstd": (_zstd,),
}
