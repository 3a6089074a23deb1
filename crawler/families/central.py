"""www.gov.cn: a feed of one JSON array, and the search of its library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.addresses import absolute
from crawler.families.calls import asked, first_of, items, onward, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of
from crawler.families.rows import rows_of
from crawler.families.scripts import scripts_of

FEED = re.compile(r"""["']([^"'\s]{0,200}/?[A-Z][A-Z_]{3,40}\.json)["']""")
ANSWER = re.compile(r"/[A-Z][A-Z_]{3,40}\.json$|/search-gov/data\?")
ARTICLE = re.compile(r"/content_\d+\.html?$")


def recognises(response: TextResponse) -> bool:
    """Is it a list of the central portal, one of its feeds, or an answer of its library?"""
    return bool(ANSWER.search(response.url) or (_is_policy(response) and FEED.search(response.text)))


def rows(response: TextResponse) -> list[Row]:
    """The objects of the feed or of the library; of a page its links."""
    if ANSWER.search(response.url):
        return rows_from(response, (_row(response, item) for item in _documents(response)))
    return rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The feeds that the page loads; of the library the pages that follow."""
    if "/search-gov/data" in response.url:
        found, size = len(_documents(response)), asked(response).get("n")
        yield from onward(response, "p", found=found, total=total(response), size=size)
    elif not ANSWER.search(response.url):
        found_feeds = dict.fromkeys(FEED.findall(scripts_of(response)))
        for feed in found_feeds:
            if url := absolute(feed, response.url):
                yield replace(Page(url=url, headers=(("Referer", response.url),)), probe=len(found_feeds) > 1)


def total(response: TextResponse) -> int | None:
    """A feed holds all; the library counts."""
    value = json_of(response) if ANSWER.search(response.url) else None
    return len(rows(response)) if isinstance(value, list) else told_total(at(value, "searchVO", "totalCount"))


def _is_policy(response: TextResponse) -> bool:
    return "UCAP-CONTENT" in response.text or "/zhengce/" in urlsplit(response.url).path


def _documents(response: TextResponse) -> list[Any]:
    value = json_of(response)
    return value if isinstance(value, list) else items(value, "searchVO", "listVO")


def _row(response: TextResponse, item: Any) -> Row | None:
    day = first_of(item, "DOCRELPUBTIME", "pubtime", "pubtimeStr")
    return row_of(response, first_of(item, "URL", "url"), first_of(item, "TITLE", "title"), day)
