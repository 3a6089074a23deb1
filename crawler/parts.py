"""Where an article goes on: its further pages, and the reports of others that it does nothing but name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.addresses import base_of, readable
from crawler.families import trs, ucap
from crawler.families.articles import names_report
from crawler.links import anchors
from crawler.steps import step
from crawler.titles import normalise

PART = re.compile(r"_\d{1,2}(\.\w+)$")  # t20260120_534737_1.html, content_2.shtml
MOST = 30  # pages of one article


def further_pages(response: TextResponse) -> list[str]:
    """The pages that follow the one of an article that is split, as a script counts them or links name them."""
    counted = [page.url for family in (trs, ucap) for page in family.next_pages(response)]
    linked = [url for url, _ in anchors(readable(response), base_of(readable(response), response.url))]
    whole = {response.url, PART.sub(r"\1", response.url)}
    found = dict.fromkeys(url for url in (*counted, *linked) if PART.search(url) and PART.sub(r"\1", url) in whole)
    return [url for url in found if url != response.url][:MOST]


def named_reports(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Reports that the text of an article links to, address and title: one article for twenty organs."""
    tree = readable(response)
    for url, text in anchors(tree, base_of(tree, response.url)):
        same = urlsplit(url).hostname == urlsplit(response.url).hostname
        if same and names_report(url, normalise(text)):
            yield url, text


def further(response: TextResponse, title: str, named: bool) -> Iterator[tuple[str, str]]:
    """Both, and where one leads that is but a step, with titles; what another article named names no others."""
    if (on := step(response)) and not named:
        yield on, title
    yield from ((url, title) for url in further_pages(response))
    yield from () if named else named_reports(response)
