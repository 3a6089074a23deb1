"""What the spider is given of packed pages: the same as by Scrapy's own middleware, which is left what is odd."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler

from archive.errors import PayloadTooLarge
from archive.warcs.payload import decoded, zstd
from crawler.refusals import Refused
from crawler.unpacking import Bounded, Declared, Undeclared

PAGE = "<html><title>政府信息公开工作年度报告</title></html>".encode()
WHOLE = gzip.compress(PAGE, mtime=0)
ASKED = Request("http://www.example.gov.cn/a", meta={"role": "canary"})  # of which nothing is written down


def seen(body: bytes, *, ours: bool = True, encoding: str = "gzip", limit: int = 10_000) -> Response:
    """What reaches the spider, with our middlewares around Scrapy's or by Scrapy's alone."""
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": limit})
    headers = {
        "Content-Type": "text/html",
        "Set-Cookie": ["a=1", "b=2"],
        **({"Content-Encoding": encoding} if encoding else {}),
    }
    answer = Response(ASKED.url, headers=headers, body=body)
    for middleware in around() if ours else (HttpCompressionMiddleware,):
        given = middleware.from_crawler(crawler).process_response(ASKED, answer)
        assert isinstance(given, Response)
        answer = given
    return answer


def around() -> list[Any]:
    """Those that unpack, as our settings have them follow each other."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    places = {load_object(name): place for name, place in settings.getwithbase("DOWNLOADER_MIDDLEWARES").items()}
    return sorted((Declared, Undeclared, Bounded), key=places.__getitem__, reverse=True)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", "gzip, gzip", "identity"])
@pytest.mark.parametrize("body", [WHOLE, WHOLE[:-9], WHOLE + b"rubbish", WHOLE + WHOLE, WHOLE[:-1] + b"x"])
def test_what_is_declared_is_unpacked_as_scrapy_does(body: bytes, encoding: str) -> None:
    try:
        theirs = seen(body, ours=False, encoding=encoding)
    except OSError as error:
        with pytest.raises(type(error)):
            seen(body, encoding=encoding)
        return
    given = seen(body, encoding=encoding)
    assert (type(given), given.body, given.headers) == (type(theirs), theirs.body, theirs.headers)


def test_a_whole_page_is_unpacked_by_us() -> None:
    answer = Response(ASKED.url, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}, body=WHOLE)
    given = Declared.from_crawler(get_crawler()).process_response(ASKED, answer)
    assert isinstance(given, HtmlResponse)
    assert (given.body, given.headers.get("Content-Encoding")) == (PAGE, None)
    assert answer.headers.get("Content-Encoding") == b"gzip"  # what was answered stays what it is


def test_a_page_that_unpacks_to_more_than_may_be_is_refused() -> None:
    with pytest.raises(Refused, match="too large: unpacked, more than 1 MB"):
        seen(gzip.compress(bytes(2**20 + 1)), limit=2**20)
    assert seen(gzip.compress(bytes(2**20)), limit=2**20).body == bytes(2**20)


def _brotli(body: bytes) -> bytes:
    return brotli.compress(body, quality=1)  # type: ignore[no-any-return]


def test_the_end_of_what_brotli_packed_well_is_not_lost() -> None:
    body = bytes(2**25)
    assert decoded([("Content-Encoding", "br")], brotli.compress(body, quality=5)) == body


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: gzip.compress(body)[:-1], _brotli, zstd.compress])
def test_what_unpacks_to_too_much_takes_no_memory_to_be_refused(pack: Callable[[bytes], bytes]) -> None:
    encoding = {_brotli: "br", zstd.compress: "zstd"}.get(pack, "gzip")
    headers = [("Content-Encoding", encoding)]
    bomb = pack(bytes(2**27))
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLarge):
            decoded(headers, bomb, 2**27 - 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**27


def test_a_page_that_is_packed_without_a_word_of_it_is_unpacked() -> None:
    given = seen(WHOLE, encoding="")
    assert isinstance(given, HtmlResponse)
    assert given.body == PAGE


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
    ],
)
def test_a_page_that_is_packed_once_more_than_is_said_is_unpacked(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    given = seen(pack(WHOLE), encoding=encoding)
    assert isinstance(given, HtmlResponse)
    assert given.body == PAGE


@pytest.mark.parametrize("body", [WHOLE, WHOLE + WHOLE, WHOLE[:-9]])
def test_what_is_packed_without_a_word_of_it_may_be_no_larger_than_what_is_declared(body: bytes) -> None:
    plain = seen(body, encoding="").body
    assert plain[:20] == PAGE[:20]
    assert seen(body, encoding="", limit=len(plain)).body == plain
    assert seen(body, encoding="", limit=len(plain) - 1).body == body
