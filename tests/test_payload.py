"""What servers do to bodies, and what was meant."""

from __future__ import annotations

import gzip
import hashlib
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from archive.errors import PayloadTooLarge
from archive.store import Archive
from archive.warcs import payload
from parsers.forms import INDICATORS
from tests.captures import PAGE, capture, writer


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html", gzip.compress(PAGE), PAGE),
        ("application/json", gzip.compress(PAGE), PAGE),
        ("application/gzip", gzip.compress(PAGE), gzip.compress(PAGE)),
        ("application/octet-stream", gzip.compress(PAGE), gzip.compress(PAGE)),
        ("text/html", b"\x1f\x8b\x08no pack", b""),
    ],
)
def test_a_text_that_is_packed_without_a_word_of_it(kind: str, body: bytes, expected: bytes) -> None:
    assert payload.decoded([("Content-Type", kind)], body) == (expected or body)


@pytest.mark.case(91)
@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("", PAGE, PAGE),
        ("gzip", gzip.compress(PAGE), PAGE),
        ("x-gzip", gzip.compress(PAGE) + gzip.compress(PAGE), PAGE * 2),
        ("gzip", gzip.compress(PAGE) + b"\0\0rubbish", PAGE),
        ("deflate", zlib.compress(PAGE), PAGE),
        ("deflate", raw_deflate(PAGE), PAGE),
        ("br", brotli.compress(PAGE), PAGE),
        ("zstd", zstd.compress(PAGE), PAGE),
        ("gzip, br", brotli.compress(gzip.compress(PAGE)), PAGE),
        ("gzip", PAGE, PAGE),  # a lie
        ("br", PAGE, PAGE),
        ("utf-8", PAGE, PAGE),
        ("gzip", b"", b""),
    ],
)
def test_content_encodings(encoding: str, body: bytes, expected: bytes) -> None:
    assert payload.decoded([("Content-Encoding", encoding)], body) == expected


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize("size", [len(PAGE), 200_000])
def test_a_wrong_checksum_costs_no_byte_of_the_page(size: int) -> None:
    """Browsers do not look at it; the last 64 KB, or all of a small page, were taken for unreadable."""
    page = random.Random(1).randbytes(size)
    packed = gzip.compress(page)
    assert payload.decoded([("Content-Encoding", "gzip")], packed[:-8] + bytes(4) + packed[-4:]) == page


def test_a_torn_encoding_gives_what_can_be_read() -> None:
    plain = noise(500_000)
    got = payload.decoded([("Content-Encoding", "gzip")], gzip.compress(plain)[:-100_000])
    assert len(got) > 300_000
    assert plain.startswith(got)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n6\r\n wo", b"hello wo"),
        (b"<html>framing taken off already</html>", b"<html>framing taken off already</html>"),
        (b"", b""),
    ],
)
def test_chunks(body: bytes, expected: bytes) -> None:
    assert payload.decoded([("Transfer-Encoding", "chunked")], body) == expected


def bomb(size: int) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(stream.compress(bytes(2**20)) for _ in range(size // 2**20)) + stream.flush()


def test_a_bomb_is_kept_but_not_unpacked(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "LIMIT", 2**20)
    body = bomb(2**22)
    with writer(archive) as into:
        snapshot = capture(archive, into, body=body)
    assert snapshot.digest == "sha256:" + hashlib.sha256(body).hexdigest()
    assert archive.exchange(snapshot).body == body
    with pytest.raises(PayloadTooLarge, match="1 MB"):
        archive.body(snapshot)
