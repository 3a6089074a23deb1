"""From a body as stored to the payload that was meant: transfer framing and content encodings taken off."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # comes with Scrapy, which offers it to servers
from isal import isal_zlib

from archive.errors import PayloadTooLarge

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

LIMIT = 300 * 2**20
PIECE = 2**16
GZIP = b"\x1f\x8b\x08"

Headers = Sequence[tuple[str, str]]


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
            plain = _collect(decoder(body), limit)
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
        plain = stream.decompress(body, limit)
    except isal_zlib.error:  # type: ignore[misc]  # its stub takes the class for an instance
        return None
    return plain if stream.eof and not stream.unused_data else None


def _collect(pieces: Iterator[bytes], limit: int) -> bytes | None:
    plain = bytearray()
    try:
        for piece in pieces:
            plain += piece
            if len(plain) > limit:
                raise PayloadTooLarge(f"payload unpacks to more than {limit // 2**20} MB")
    except (zlib.error, brotli.error, zstd.ZstdError):
        return bytes(plain) or None
    return bytes(plain)


def _pieces(body: bytes) -> Iterable[bytes]:
    return (body[start : start + PIECE] for start in range(0, len(body), PIECE))


def _zlib(window: int) -> Callable[[bytes], Iterator[bytes]]:
    def unpack(body: bytes) -> Iterator[bytes]:
        stream = zlib.decompressobj(window)
        for piece in _pieces(body):
            rest = piece
            while rest:
                before = stream.copy()
                try:
                    yield stream.decompress(rest)
                except zlib.error:
                    # what stands before the damage, a wrong checksum perhaps, is given by single bytes alone
                    yield from (before.decompress(bytes([byte])) for byte in rest)
                    return
                rest = stream.unused_data
                if stream.eof:
                    if rest[:2] not in (b"", b"\x1f", b"\x1f\x8b"):
                        return  # rubbish after the last member
                    stream = zlib.decompressobj(window)

    return unpack


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in _pieces(body):
        yield stream.process(piece, output_buffer_limit=PIECE)
        while not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=PIECE)
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
DECODERS: dict[str, tuple[Callable[[bytes], Iterator[bytes]], ...]] = {
    "gzip": (_zlib(31),),
    "x-gzip": (_zlib(31),),
    "deflate": (_zlib(15), _zlib(-15)),
    "br": (_brotli,),
    "zstd": (_zstd,),
}
