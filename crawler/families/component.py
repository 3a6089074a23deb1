"""The component CMS of `nNNN/cNNN` addresses (国资委, 审计署): later pages are bare fragments, counted down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.families.articles import is_article
from crawler.families.listing import Page, Row
from crawler.families.rows import rows_of
from crawler.families.scripts import versions

SIGNS = re.compile(r"<!--\s*start component |maxPageNum\w*\s*=", re.I)
STEM = re.compile(r"var\s+purl\s*=\s*[\"']([^\"']+)[\"']")
COUNT = re.compile(r"maxPageNum\w*\s*=\s*[\"']?(\d+)")


def recognises(response: TextResponse) -> bool:
    """Does the page say where its components begin?"""
    return bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Links to `content.html` articles, on the page and in the fragments alike."""
    return rows_of(response, is_article)


def next_pages(response: TextResponse) -> Iterator[Page]:
    """From the last number but one down to 1, which holds the oldest."""
    for script in versions(response):
        stem, counts = STEM.search(script), [int(count) for count in COUNT.findall(script)]
        if stem and counts:
            addresses = (urljoin(response.url, f"{stem[1]}_{page}.html") for page in range(max(counts) - 1, 0, -1))
            yield from (Page(url=url) for url in addresses)
            return


def total(response: TextResponse) -> int | None:
    """It counts pages, not rows."""
    return None
