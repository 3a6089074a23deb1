"""What an article leads to: files, pictures, further pages, and reports of others that it does but name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from archive.records import Role
from crawler import links
from crawler.addresses import base_of, readable
from crawler.families import trs, ucap
from crawler.families.articles import names_report
from crawler.onward import onward
from crawler.steps import step
from crawler.titles import normalise

# t20260120_534737_1.html, content_2.shtml; t20260120_1.html is whole
PART = re.compile(r"(?<!/t\d{8})_\d{1,2}(\.\w+)$")
MOST = 30  # pages of one article


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an article leads to."""

    url: str
    role: Role  # article, part, attachment, picture
    title: str = ""


def further_pages(response: TextResponse) -> list[str]:
    """The pages that follow the one of an article that is split, as a script counts them or links name them."""
    counted = [page.url for family in (trs, ucap) for page in family.next_pages(response)]
    linked = [url for url, _ in links.anchors(readable(response), base_of(readable(response), response.url))]
    whole = {response.url, PART.sub(r"\1", response.url)}
    found = dict.fromkeys(url for url in (*counted, *linked) if PART.search(url) and PART.sub(r"\1", url) in whole)
    return [url for url in found if url != response.url][:MOST]


def named_reports(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Reports that the text of an article links to, address and title: one article for twenty organs."""
    tree = readable(response)
    for url, text in links.anchors(tree, base_of(tree, response.url)):
        same = urlsplit(url).hostname == urlsplit(response.url).hostname
        if same and names_report(url, normalise(text)):
            yield url, text


def named(response: TextResponse, title: str, via: str, *, is_named: bool = False) -> Iterator[Named]:
    """Its files, else its pictures; its further pages; where it leads, if it is but a step; reports that it names.

    `title`: of the link to it, which stands at `via`. `is_named`: another article named it, and it names no others:
    they are of another column.
    """
    files = links.attachments(response)
    yield from (Named(url=link.url, role="attachment", title=link.text) for link in files)
    yield from (Named(url=url, role="picture") for url in (() if files else links.pictures(response)))
    yield from (Named(url=url, role="part", title=title) for url in further_pages(response))
    if not is_named:
        if on := step(response):
            yield Named(url=on, role="article", title=title)
        for url, text in named_reports(response):
            yield Named(url=url, role="article", title=text)
        for url in onward(response, title, via):
            yield Named(url=url, role="article", title=title)
