"""easttone 东网 (districts of Shanghai): lists by JSON, asked for by an array of channels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import TextResponse

from crawler.families.calls import again, asked, items, numbers_after, post_json, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of, number
from crawler.families.scripts import scripts_of

DATA = "/front/api/data/"
SIGNS = re.compile(r"new\s{1,9}CMS\s{0,9}\(|/front/api/data/(?:search|affair)")
CALL = re.compile(r"new\s{1,9}CMS\s{0,9}\(\s{0,9}['\"][^'\"]{1,80}['\"]\s{0,9},\s{0,9}\{([^{}]{1,2000})")
IDS = re.compile(r"\bids\s{0,9}:\s{0,9}(\[[^\[\]]{0,400}\]|'[^']{0,400}'|\"[^\"]{0,400}\"|\d{1,12})")
HTTP = re.compile(r"\bhttp\s{0,9}:\s{0,9}['\"]([^'\"\s]{1,200})['\"]")
SIZE = 15


def recognises(response: TextResponse) -> bool:
    """Does the page make a list of the system, or is it what fills one?"""
    return DATA in response.url or bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The objects of an answer that have an address."""
    found = items(json_of(response), "data", "list") if DATA in response.url else []
    return rows_from(response, (_row(response, item) for item in found))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The lists that the page makes; of an answer, the pages that follow."""
    if DATA in response.url:
        page, found = number(asked(response).get("pageNo")), len(items(json_of(response), "data", "list"))
        for following in numbers_after(page, found=found, total=total(response), size=SIZE):
            yield again(response, {"pageNo": following})
        return
    for call in CALL.findall(scripts_of(response)):
        ids, path = IDS.search(call), HTTP.search(call)
        channels = re.findall(r"[\w-]+", ids[1]) if ids else []
        if channels and path:
            # An array: a string is ignored, and the whole site comes back.
            order = {"orderFields": ["display_date", "id"], "orderTypes": ["desc", "desc"]}
            flag = {"docFlag": "1"} if path[1].endswith("affair") else {}
            query = {"channelList": channels, "pageNo": 1, "pageSize": SIZE, **order, **flag}
            yield post_json(response, path[1], query)


def total(response: TextResponse) -> int | None:
    """The count of an answer; 10,000 is a cap, and zero beside rows is no count."""
    if DATA not in response.url:
        return None
    data = at(json_of(response), "data")
    count = told_total(at(data, "totalCount"))
    return None if count == 0 and items(data, "list") else count


def _row(response: TextResponse, item: Any) -> Row | None:
    return row_of(response, at(item, "url") or None, at(item, "title"), at(item, "display_date"))
