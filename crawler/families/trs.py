"""TRS WCM (拓尔思): static lists of `tYYYYMMDD_id.html` articles, with the number of pages only in a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, readable
from crawler.families.listing import Page, Row
from crawler.families.pagers import any_pages, stated_total
from crawler.families.rows import rows_of
from crawler.families.scripts import versions

ARTICLE = re.compile(r"/t(?:\d{8}_\d+|\d{7,})\.s?html?$", re.I)
SIGNS = re.compile(
    r"""createPage(?:HTML)?\(\s*\d|var\s+countPage\s*=|["'/]t(?:\d{8}_\d+(?:_\d+)?|\d{7,})\.s?html?"""
    r"""|["'/]P0\d{20}\.\w+|TRS_(?:Editor|UEDITOR)|trs_editor_view""",
    re.I,
)
CALL = re.compile(r"""createPage(?:HTML)?\(\s*(\d+)\s*,\s*\d+\s*,\s*["']([^"']+)["']\s*,\s*["'](\w+)["']""")
COUNT = re.compile(r"var\s+countPage\s*=\s*(\d+)")
EXTENSION = re.compile(r"""index_["']?\s*\+\s*\w+\s*\+\s*["']\.(s?html?)|["']\.["']\s*\+\s*["'](s?html?)""")
NUMBERED = re.compile(r"_(\d+)\.s?html?$")


def recognises(response: TextResponse) -> bool:
    """Does the page link to t-date articles, or number its pages the TRS way?"""
    return bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Links to articles or files, with the full title and the date beside them."""
    return rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """Pages 2 to N as the script counts them; else those that are linked."""
    for script in versions(response):
        counted = _counted(script, response.url)
        if counted:
            pages, stem, extension = counted
            addresses = (urljoin(response.url, f"{stem}_{page}.{extension}") for page in range(1, pages))
            yield from (Page(url=url) for url in addresses)
            return
    linked = [Page(url=url) for url in _linked(readable(response), response.url)]
    yield from linked or any_pages(response)


def total(response: TextResponse) -> int | None:
    """TRS counts pages, not rows; but the page may say it in words."""
    return stated_total(response)


def _counted(script: str, url: str) -> tuple[int, str, str] | None:
    """How many pages, and how they are named."""
    call = CALL.search(script)
    if call:
        return int(call[1]), call[2], call[3]
    count = COUNT.search(script)
    if not count:
        return None
    extension = EXTENSION.search(script)
    own = re.search(r"\.(s?html?)$", urlsplit(url).path)
    return int(count[1]), "index", (extension and (extension[1] or extension[2])) or (own[1] if own else "html")


def _linked(tree: Selector, url: str) -> Iterator[str]:
    """Where no script counts the pages: links to numbered pages of this very list."""
    base = base_of(tree, url)
    folder = urljoin(url, ".")
    stem = re.sub(r"(?:_\d+)?\.s?html?$", "", url) if not url.endswith("/") else folder + "index"
    pages = {
        page
        for href in (anchor.get("href", "") for anchor in tree.root.iter("a"))
        if (page := absolute(href, base)) and NUMBERED.search(page) and NUMBERED.sub("", page) == stem
    }
    yield from sorted(pages, key=lambda page: int(NUMBERED.search(page)[1]))  # type: ignore[index]
