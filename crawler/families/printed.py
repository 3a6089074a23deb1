"""Lists that are simply printed, whoever made them: articles with dates, pages that are linked or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.families.articles import is_article
from crawler.families.listing import Page, Row
from crawler.families.pagers import any_pages, stated_total
from crawler.families.rows import rows_of

FEW = 3  # so many dated rows of one host make a list


def recognises(response: TextResponse) -> bool:
    """Is there a list of reports, or of dated articles, on the page?"""
    found = rows(response)
    dated = Counter(urlsplit(row.url).hostname for row in found if row.date)
    return any(row.listed for row in found) or max(dated.values(), default=0) >= FEW


def rows(response: TextResponse) -> list[Row]:
    """Links to what looks like articles, by the shape of their addresses, or to files."""
    return rows_of(response, is_article)


def next_pages(response: TextResponse) -> Iterator[Page]:
    """As counted by a script, else as linked, else as a form asks for them."""
    yield from any_pages(response)


def total(response: TextResponse) -> int | None:
    """What the page says in words."""
    return stated_total(response)
