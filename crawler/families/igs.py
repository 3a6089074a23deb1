"""TRS lists that a search service fills: IGS (Nanjing) and fjdzapp (Fujian), the latter behind a printed first page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from scrapy.http import TextResponse

from crawler.addresses import text_of
from crawler.families import trs
from crawler.families.calls import (
    again,
    asked,
    first_of,
    get,
    items,
    numbers_after,
    post,
    row_of,
    rows_from,
    told_total,
)
from crawler.families.listing import Page, Row, json_of, number
from crawler.families.scripts import live, scripts_of

SERVICES = re.compile(r"/igs/front/search|/fjdzapp/search")
SIGNS = re.compile(r"/igs/front/|/fjdzapp/search|\blistModel\(\{")
IGS = re.compile(r"""["']([^"'\s?]{0,200}/igs/front/search[^"'\s?]{0,99})(?:\?([^"'\s]{0,2000}))?["']""")
FILTER = re.compile(
    r"""["']?((?:filter\[\w{1,40}\])|index|type|siteId|orderProperty|orderDirection)["']?\s{0,9}:\s{0,9}["']?([\w.-]{1,80})"""
)
FUJIAN = "/fjdzapp/search"
CHANNEL = re.compile(r"""\bchannelid["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,12})|\bsearchId\s{0,9}:\s{0,9}["']?(\d{1,12})""")
SQL = re.compile(r"""["'](chnlid=[\w, =]{1,200})["']""")
SORT = re.compile(r"""sortfield["']?\s{0,9}[:=]\s{0,9}["']([\w,-]{1,80})["']""")
PREPAGE = re.compile(r"""prepage["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,4})""")
COUNT = re.compile(r"""recordCount["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,9})""")
STATIC = re.compile(r"maxStaticIndex\s{0,9}:\s{0,9}['\"]?(\d{1,3})")
SIZE = 20


def recognises(response: TextResponse) -> bool:
    """Does the page have its list from a search service, or is it the service's answer?"""
    return bool(SERVICES.search(response.url) or SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The documents of an answer; of a page what is printed."""
    if SERVICES.search(response.url):
        return rows_from(response, (_row(response, item) for item in _documents(response)))
    return trs.rows(response)


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The service's pages, after those that are printed."""
    if SERVICES.search(response.url):
        fields = asked(response)
        key = "page" if "page" in fields else "pageIndex"
        size = first_of(fields, "prepage", "pageSize")
        found, whole = len(_documents(response)), total(response)
        for following in numbers_after(number(fields.get(key)), found=found, total=whole, size=size):
            yield again(response, {key: following, "pageNumber": following})
        return
    script = live(scripts_of(response))
    if call := IGS.search(script):
        query = {**dict(FILTER.findall(script)), **dict(parse_qsl(call[2] or "", keep_blank_values=True))}
        query.setdefault("pageSize", str(SIZE))
        yield get(response, call[1], {**query, "pageIndex": "1", "pageNumber": "1"})
    elif (sql := SQL.search(script)) and (channel := CHANNEL.search(script)):
        yield from _fujian(response, script, sql[1], channel[1] or channel[2])


def total(response: TextResponse) -> int | None:
    """What the answer or the script counts."""
    if SERVICES.search(response.url):
        return told_total(first_of(json_of(response), "total", "totalElements", "recordCount", "totalCount", "count"))
    found = COUNT.search(live(text_of(response)))
    return told_total(found[1]) if found else None


def _fujian(response: TextResponse, script: str, sql: str, channel: str) -> Iterator[Page]:
    sort, prepage, static, whole = (find.search(script) for find in (SORT, PREPAGE, STATIC, COUNT))
    size = max(int(prepage[1]), 1) if prepage else SIZE
    first = (int(static[1]) if static else 1) + 1 if trs.rows(response) else 1
    fields = {
        "channelid": channel, "sortfield": sort[1] if sort else "-docorderpri,-docreltime", "classsql": sql,
        "classcol": "publishyear", "classnum": 100, "classsort": 0, "cache": "true", "prepage": size,
    }  # fmt: skip
    last = -(-int(whole[1]) // size) if whole else first
    for page in range(first, last + 1):
        yield post(response, FUJIAN, {**fields, "page": page})


def _documents(response: TextResponse) -> list[Any]:
    value = json_of(response)
    return items(value, "rows") or items(value, "data")


def _row(response: TextResponse, item: Any) -> Row | None:
    url = first_of(item, "DOCPUBURL", "docpuburl", "chnldocurl")
    day = first_of(item, "DOCFIRSTPUBTIME", "docreltime", "DOCRELTIME")
    return row_of(response, url, first_of(item, "DOCTITLE", "doctitle"), day)
