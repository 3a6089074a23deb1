"""The pages of a list as the page itself links or counts them, whoever made it. Pure."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, readable, shape
from crawler.families.forms import sent_pages
from crawler.families.listing import Page
from crawler.families.rows import ADDRESS
from crawler.families.scripts import versions
from crawler.once import once

NEXT = re.compile(r"(?:(?:下一?页|后一?页|next\s?(?:page)?)[\s>›»]*|[>›»]+|&gt;)$", re.I)
NUMBER = re.compile(r"\[?\s*第?\s*(\d{1,3})\s*页?\s*\]?$")  # a year is no number of a page
TOTAL = re.compile(r"(?:共|总数|总计|合计)[^\d\n]{0,6}(\d{1,6})\s*(?:条|篇|个?记录|项)")
COUNTED = re.compile(r"parseInt\(\s*['\"]?(\d{1,5})")
PACKED = re.compile(r"(?<![\w+/])P[A-P][A-Za-z0-9+/]{38,}={0,2}")  # base64 of what begins with <
PARTS = re.compile(r"class\s{0,9}=\s{0,9}[\"'][^\"'>]{0,80}\bpagedContent\b")
CONTINUED = re.compile(r"/index(?:_(\d{1,3}))?\.(s?html?)$")
LINKED = re.compile(r"href\s{0,9}=\s{0,9}[\"'][^\"'>]{1,300}\.(s?html?)[\"']")
PLACE = re.compile(r"/(\d{1,4})(\.s?html?)$")


@once
def linked_pages(response: TextResponse) -> Sequence[Page]:
    """Pages that are linked by their number, in its order, then those that are called the next."""
    tree = readable(response)
    base = base_of(tree, response.url)
    numbered: dict[str, int] = {}
    following: list[str] = []
    for node in (node for part in (tree, *_packed(response)) for node in part.root.iter("a", "option")):
        text = "".join(node.itertext()).strip() or node.get("title", "").strip()
        text = text or next(iter(node.xpath(".//img/@alt")), "").strip()
        number = NUMBER.match(text)
        if (number is None and not NEXT.match(text)) or not (url := _address(node, base)):
            continue
        if not _is_of_the_list(url, response.url):
            continue
        if number is None:
            following.append(url)
        elif int(number[1]) > 1:
            numbered.setdefault(url, int(number[1]))
    return [Page(url=url) for url in dict.fromkeys([*sorted(numbered, key=numbered.__getitem__), *following])]


def _packed(response: TextResponse) -> Iterator[Selector]:
    """Markup that a page holds as base64, for a script to put in its place."""
    for packed in PACKED.findall(response.text):
        with suppress(ValueError):
            markup = b64decode(packed).decode(response.encoding)
            if "<a" in markup:
                yield Selector(markup)


def counted_pages(response: TextResponse) -> Iterator[Page]:
    """`/column/1.html`, with the number of pages only in a script."""
    place = PLACE.search(response.url)
    if not place or place[1] != "1":
        return
    for script in versions(response):
        if counts := [int(count) for count in COUNTED.findall(script)]:
            for page in range(2, max(counts) + 1):
                yield Page(url=PLACE.sub(rf"/{page}\2", response.url))
            return


def continued_pages(response: TextResponse) -> Iterator[Page]:
    """The page that follows one whose first fifty pages all stand in it, to be turned by a script (Shandong)."""
    if not PARTS.search(response.text):
        return
    own = CONTINUED.search(response.url)
    number = int(own[1] or 0) + 1 if own else 1
    extension = (own and own[2]) or (linked[1] if (linked := LINKED.search(response.text)) else "html")
    yield Page(url=urljoin(response.url, f"index_{number}.{extension}"), probe=True)


def any_pages(response: TextResponse) -> Iterator[Page]:
    """Whatever the page says of the pages that follow: the surest that says anything."""
    for said in (counted_pages, linked_pages, sent_pages, continued_pages):
        if pages := list(said(response)):
            yield from pages
            return


def stated_total(response: TextResponse) -> int | None:
    """How many rows the page says in words that there are: 共 41 条."""
    text = " ".join(readable(response).root.xpath("//body//text()[not(ancestor::script)]"))
    found = [int(count) for count in TOTAL.findall(re.sub(r"\s+", " ", text))]
    return found[0] if len(found) == 1 else None


def _is_of_the_list(url: str, own: str) -> bool:
    """Another page than this one, at its address with other digits or below it: all else is a menu."""
    if url == own or url.partition("://")[2] == own.partition("://")[2]:
        return False
    if shape(url) == shape(own):
        return True
    stem = re.sub(r"(?:[_/-]?\d*)?\.\w+$|/$", "", own.partition("?")[0]).partition("://")[2]
    return url.partition("://")[2].startswith((stem, urljoin(own, ".").partition("://")[2]))


def _address(node: Any, base: str) -> str | None:
    said = node.get
    named = (said("href"), said("data-url"), said("data-href"), said("value"))
    spoken = (match[2] for match in ADDRESS.finditer(said("onclick", "")) if "." in match[2])
    for href in (*named, *spoken):
        if href and (node.tag == "a" or "/" in href or "." in href) and (url := absolute(href, base)):
            return url
    return None
