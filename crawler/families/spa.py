"""Shells of single-page applications whose API is known: the financial regulator NFRA."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import TextResponse

from crawler.families.calls import asked, get, items, onward, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of

LIST = "/cbircweb/DocInfo/SelectDocByItemIdAndChild"
DETAIL = "/cbircweb/DocInfo/SelectByDocId"  # what people see at ItemDetail.html is a shell without the text
SERVICE = re.compile(r"/cbircweb/(?:DocInfo/SelectDocByItemId|solr/openGov)")
VIEW = re.compile(r"/cn/view/pages/Item\w{0,20}\.html")
SIZE = 18


def recognises(response: TextResponse) -> bool:
    """Is it a view of the application or an answer of its API?"""
    return bool(SERVICE.search(response.url) or VIEW.search(response.url))


def rows(response: TextResponse) -> list[Row]:
    """The documents of an answer; an address is that of the text."""
    return rows_from(response, (_row(response, item) for item in _documents(response)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The list of the item that the view's address names; then its further pages."""
    if SERVICE.search(response.url):
        key = "pageNo" if "pageNo" in asked(response) else "pageIndex"  # the search has another name for it
        yield from onward(response, key, found=len(_documents(response)), total=total(response), size=SIZE)
    elif item := dict(parse_qsl(urlsplit(response.url).query)).get("itemId"):
        yield get(response, LIST, {"itemId": item, "pageSize": SIZE, "pageIndex": 1})


def total(response: TextResponse) -> int | None:
    """What the answer says."""
    return told_total(at(json_of(response), "data", "total")) if SERVICE.search(response.url) else None


def _documents(response: TextResponse) -> list[Any]:
    value = json_of(response) if SERVICE.search(response.url) else None
    return items(value, "data", "rows") or items(value, "data", "lists")


def _row(response: TextResponse, item: Any) -> Row | None:
    identity = at(item, "docId")
    if not isinstance(identity, (str, int)):
        return None
    title = at(item, "docTitle") or at(item, "docSubtitle")
    return row_of(response, f"{DETAIL}?{urlencode({'docId': identity})}", title, at(item, "publishDate"))
