"""What the spider is given of packed pages: the same as by Scrapy's own middleware, which is left what is odd."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.unpacking import Unpacking

PAGE = "<html><title>政府信息公开工作年度报告</title></html>".encode()
WHOLE = gzip.compress(PAGE, mtime=0)
ASKED = Request("http://www.example.gov.cn/a")


def seen(body: bytes, *, ours: bool = True, encoding: str = "gzip", limit: int = 10_000) -> Response:
    """What reaches the spider, with our middleware before Scrapy's or by Scrapy's alone."""
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": limit})
    headers = {
        "Content-Type": "text/html",
        "Set-Cookie": ["a=1", "b=2"],
        **({"Content-Encoding": encoding} if encoding else {}),
    }
    answer = Response(ASKED.url, headers=headers, body=body)
    if ours:
        answer = Unpacking.from_crawler(crawler).process_response(ASKED, answer)
    given = HttpCompressionMiddleware.from_crawler(crawler).process_response(ASKED, answer)
    assert isinstance(given, Response)
    return given


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
    given = Unpacking.from_crawler(get_crawler()).process_response(ASKED, answer)
    assert isinstance(given, HtmlResponse)
    assert (given.body, given.headers.get("Content-Encoding")) == (PAGE, None)
    assert answer.headers.get("Content-Encoding") == b"gzip"  # what was answered stays what it is


def test_a_page_that_unpacks_to_more_than_may_be_is_refused_by_scrapy() -> None:
    with pytest.raises(IgnoreRequest, match="DOWNLOAD_MAXSIZE"):
        seen(gzip.compress(bytes(10_001)))


def test_a_page_that_is_packed_without_a_word_of_it_is_unpacked() -> None:
    given = seen(WHOLE, encoding="")
    assert isinstance(given, HtmlResponse)
    assert given.body == PAGE
