"""What the sitemap.xml of a portal names that may lead to its reports, by address alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse

from crawler.addresses import absolute, is_document
from crawler.columns import OPENNESS_SLUG, SLUG, SLUG_WRONG, Lead
from crawler.families.articles import is_article

PATH = "/sitemap.xml"
MOST = 50_000  # addresses of one sitemap, by the protocol
LOC = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2000})", re.I)
WHOLE = re.compile(r"\A[^<]{0,99}(?:<[?!][^>]{0,2000}>\s*)*<(?:\w+:)?(?:urlset|sitemapindex)\b", re.I)
BELOW = re.compile(r"sitemap[^/]*\.xml$", re.I)


def sitemap_leads(response: Response) -> Iterator[Lead]:
    """Columns by the names that portals give them, and sitemaps of parts; what is dead there costs one request each."""
    if not isinstance(response, TextResponse) or not WHOLE.match(response.text):
        return
    found: set[str] = set()
    for place, match in enumerate(LOC.finditer(response.text)):
        url = absolute(unescape(match[1]), response.url)
        if place == MOST:
            return
        if url and url not in found and (score := _score(url)):
            found.add(url)
            yield Lead(url=url, text="", score=score)


def _score(url: str) -> int:
    path = urlsplit(url).path
    if SLUG_WRONG.search(path) or is_article(url) or is_document(url):
        return 0
    return 5 if SLUG.search(path) else 2 if OPENNESS_SLUG.search(path) else 1 if BELOW.search(path) else 0
