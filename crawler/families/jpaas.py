"""Hanweb JPaaS (大汉): a shell of units, each filled by a call whose JSON holds HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, readable
from crawler.families.calls import again, asked, clean, get, numbers_after, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of, number
from crawler.families.rows import rows_in

GATEWAY = "/api-gateway/jpaas-publish-server/"
SIGNS = re.compile(GATEWAY + r"|unitbuild\.js")
PAIR = re.compile(r"'(\w{1,40})'\s*:\s*'([^']{0,400})'")
LISTING = re.compile(r"列表|list|栏目|内容|zw", re.I)
COLUMN = re.compile(r"/(?:(?:index|list|default|main)\w*\.\w+)?(?:$|\?)")  # menus come from the gateway too
COUNT = re.compile(r"""\bcount\s*[=:]\s*["']?(\d{1,9})""")
SIZE = 15


def recognises(response: TextResponse) -> bool:
    """Has the page units that the gateway fills, or is it the gateway's answer?"""
    return GATEWAY in response.url or bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The links in the HTML of an answer; a shell has none."""
    links = rows_in(Selector(text=_html(response), type="html"), response.url, _is_page)
    return rows_from(response, (row_of(response, row.url, row.title, row.date) for row in links))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The first page of every unit that may be the list; of an answer, the pages that it counts."""
    if GATEWAY in response.url:
        page = number(asked(response).get("pageNo"))
        for following in numbers_after(page, found=len(rows(response)), total=total(response), size=SIZE):
            yield again(response, _numbered(following))
        return
    found = [(unit, PAIR.findall(unescape(unit.root.get("querydata", "")))) for unit in _units(response)]
    named = [(unit, dict(pairs)) for unit, pairs in found if pairs]
    lists = [(unit, query) for unit, query in named if LISTING.search(query.get("tagId", ""))]
    for unit, query in lists or named:
        yield replace(get(response, unit.root.get("url", ""), {**query, **_numbered(1)}), probe=True)


def total(response: TextResponse) -> int | None:
    """The count in the HTML of an answer."""
    found = COUNT.search(_html(response))
    return told_total(found[1]) if found else None


def columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """What the links in the HTML of an answer lead to besides articles: menus, and lists of organs."""
    asked_by = (response.request.headers.get("Referer") or b"").decode("latin-1") if response.request else ""
    tree = Selector(text=_html(response) or " ", type="html") if GATEWAY in response.url else None
    for link in tree.xpath("//a[@href]") if tree else ():
        if (url := absolute(link.root.get("href"), asked_by or response.url)) and COLUMN.search(url):
            yield url, clean("".join(link.xpath(".//text()").getall()))


def _is_page(url: str) -> bool:
    return not COLUMN.search(url)


def _units(response: TextResponse) -> list[Selector]:
    return [unit for unit in readable(response).xpath("//script[@querydata]") if GATEWAY in unit.root.get("url", "")]


def _numbered(page: int) -> dict[str, str | int]:
    """Some hosts want the page in one field, some in the other."""
    return {"paramJson": json.dumps({"pageNo": page, "pageSize": SIZE}), "pageNo": page, "pageSize": SIZE}


def _html(response: TextResponse) -> str:
    found = at(json_of(response), "data", "html") if GATEWAY in response.url else ""
    return found if isinstance(found, str) else ""
