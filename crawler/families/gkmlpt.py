"""Guangdong gkmlpt (政府信息公开目录管理平台): a tree of categories in a script, each listed by an API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.addresses import absolute, text_of
from crawler.families.calls import clean, first_of, get, items, onward, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of, number

API = "/gkmlpt/api/all/"
SIGNS = re.compile(r"window\._CONFIG\s{0,9}=")
SID = re.compile(r"\bSID['\"]?\s{0,9}:\s{0,9}['\"]?(\d{1,12})")
TREE = re.compile(r"\bTREE['\"]?\s{0,9}:\s{0,9}(?=\[)")
WANTED = re.compile(r"年报|年度报告")
OTHER = re.compile(r"网站|法治|统计|预算|决算|公积金|审计|执法")
SIZE = 100  # rows a page, whatever is asked for


def recognises(response: TextResponse) -> bool:
    """Is it the platform's shell, or an answer of its API?"""
    return API in response.url or bool(SIGNS.search(response.text) and SID.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The articles of an answer, at their address on the platform or else on the portal."""
    found = items(json_of(response), "articles") if API in response.url else []
    return rows_from(response, (_row(response, item) for item in found))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The categories of annual reports; of an answer, its further pages (0 and 1 are the same)."""
    if API in response.url:
        found = len(items(json_of(response), "articles"))
        yield from onward(response, "page", found=found, total=total(response), size=SIZE)
        return
    sid = SID.search(text_of(response))
    for node in [*_wanted(response)]:
        for part in (node, *_flat(items(node, "children"))):
            jump, category = at(part, "jump_url"), number(at(part, "id"))
            if category is not None and sid and not jump:
                yield replace(get(response, _path(response, category), {"page": 1, "sid": sid[1]}), probe=True)


def columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Categories of annual reports that have left the platform for a column of the portal."""
    for node in _wanted(response) if API not in response.url else ():
        for part in (node, *_flat(items(node, "children"))):
            jump = at(part, "jump_url")
            if isinstance(jump, str) and (url := absolute(jump, response.url)):
                yield url, clean(at(part, "name"))


def total(response: TextResponse) -> int | None:
    """The articles of the category, or of all that the tree has on annual reports."""
    if API in response.url:
        return told_total(at(json_of(response), "total"))
    counts = [number(at(node, "post_count")) for node in _wanted(response)]
    return sum(count or 0 for count in counts) or None


def _row(response: TextResponse, item: Any) -> Row | None:
    day = first_of(item, "display_publish_time", "first_publish_time", "date", "created_at")
    return row_of(response, first_of(item, "url", "post_url"), at(item, "title"), day)


def _path(response: TextResponse, category: int) -> str:
    """Departments have their platform below a path of their own."""
    before = (
        response.url.partition("/gkmlpt")[0] if "/gkmlpt" in response.url else urljoin(response.url, "/").rstrip("/")
    )
    return f"{before}{API}{category}"


def _wanted(response: TextResponse) -> Iterator[Any]:
    """The topmost categories of annual reports."""
    text = text_of(response)
    found = TREE.search(text)
    try:
        todo = json.JSONDecoder().raw_decode(text, found.end())[0] if found else []
    except (ValueError, RecursionError):
        return
    while todo:
        node = todo.pop(0)
        name = clean(at(node, "name"))
        if WANTED.search(name) and not OTHER.search(name):
            yield node
        else:
            todo = [*items(node, "children"), *todo]


def _flat(nodes: list[Any]) -> Iterator[Any]:
    todo = [*nodes]
    while todo:
        node = todo.pop(0)
        yield node
        todo = [*items(node, "children"), *todo]
