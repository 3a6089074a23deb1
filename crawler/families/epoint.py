"""Epoint WebBuilder (新点): lists from a service whose site is named in a script beside the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import absolute, readable, text_of
from crawler.families.calls import (
    again,
    asked,
    first_of,
    items,
    numbers_after,
    post_json,
    row_of,
    rows_from,
    told_total,
)
from crawler.families.listing import Page, Row, at, json_of, number
from crawler.families.rows import rows_of

SIGNS = re.compile(r"EWB-FRONT|webBuilderCommon\.js|lightfrontaction|\bewb-\w")
SERVICE = re.compile(r"/getgovinfolist", re.I)
SCRIPT = re.compile(r"(?:webBuilderCommon|ajaxReq)\.js", re.I)
SITE = re.compile(r"""["']?siteGuid["']?\s{0,9}[:=]\s{0,9}["']([\w-]{1,64})["']""", re.I)
PROJECT = re.compile(r"""["']?projectName["']?\s{0,9}[:=]\s{0,9}["'](/[\w/-]{1,64})["']""", re.I)
PATH = re.compile(r"""["']([\w/:.-]{0,200}/rest/\w{1,60}/getgovinfolist)["']""", re.I)
FIELD = re.compile(r"""\b(categorynum|deptcode)["']?\s{0,9}[:=]\s{0,9}["']([\w-]{1,64})["']""", re.I)
WRAPPED = re.compile(r"""\btoken["']?\s{0,9}:""")
ARTICLE = re.compile(r"/\d{8}/[0-9a-f-]{36}\.html$|showinfo\.html$")
SIZE = 20


def recognises(response: TextResponse) -> bool:
    """Does the page bear the marks of the builder, or is it its script or the answer of its service?"""
    return bool(SERVICE.search(response.url) or SCRIPT.search(response.url) or SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The objects of an answer; of a page the links to articles."""
    if SERVICE.search(response.url):
        return rows_from(response, (_row(response, item) for item in items(json_of(response), "custom", "data")))
    if SCRIPT.search(response.url):
        return []
    return rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The service's pages, counted from 0 or from 1; before it the script that names the site, if the page does not."""
    if SERVICE.search(response.url):
        page = _number(response)
        found = len(items(json_of(response), "custom", "data"))
        # As if counted from 1: where it counts from 0 the last of these is empty.
        for following in numbers_after(page, found=found, total=total(response), size=SIZE):
            yield replace(again(response, {"pageIndex": following}), probe=following == 1)
        return
    text = text_of(response)
    fields = {name.lower(): value for name, value in FIELD.findall(text)}
    fields |= {
        name: value for name, value in parse_qsl(urlsplit(response.url).query) if name in ("categorynum", "deptcode")
    }
    if "categorynum" not in fields:
        return
    if site := SITE.search(text):
        path, project = PATH.search(text), PROJECT.search(text)
        base = project[1] if project else "/EWB-FRONT"
        call = path[1] if path else f"{base}/rest/lightfrontaction/getgovinfolist"
        for first in (0, 1):
            query = {"deptcode": "", **fields, "pageIndex": first, "pageSize": SIZE, "siteGuid": site[1]}
            body = {"token": "", "params": query} if WRAPPED.search(text) else query
            yield replace(post_json(response, call, body), probe=True)
    elif not SCRIPT.search(response.url):
        for source in readable(response).xpath("//script/@src").getall():
            if SCRIPT.search(source) and (url := absolute(source, response.url)):
                yield Page(url=urljoin(url, f"?{urlencode(fields)}"), headers=(("Referer", response.url),), probe=True)


def total(response: TextResponse) -> int | None:
    """What the service says."""
    return told_total(at(json_of(response), "custom", "total")) if SERVICE.search(response.url) else None


def _number(response: TextResponse) -> int | None:
    fields = asked(response)
    return number(first_of(fields, "pageIndex")) if "pageIndex" in fields else number(at(fields, "params", "pageIndex"))


def _row(response: TextResponse, item: Any) -> Row | None:
    return row_of(response, at(item, "infourl"), first_of(item, "realtitle", "title"), at(item, "infodate"))
