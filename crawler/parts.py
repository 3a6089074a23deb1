"""What an article leads to: files, pictures, further pages, and reports of others that it does but name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
STEPS = 2  # pages that lead to each other before a report comes: an article, the page in its frame


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an article leads to."""

    url: str
    role: Role  # article, part, attachment, picture
    title: str = ""
    ahead: bool = False  # the report is there, for here is next to nothing


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


def named(response: TextResponse, title: str, via: str, trail: Sequence[str] | None = ()) -> list[Named]:
    """Its files, else its pictures; its further pages; where it leads, if it is but a step; reports that it names.

    `title`: of the link to it, which stands at `via`. `trail`: the articles that led to it, of which the last stands at
    `via`; what one named names no others: they are of another column. None: it is but a page of one, and leads nowhere.
    """
    files = links.attachments(response)
    found = [Named(url=link.url, role="attachment", title=link.text) for link in files]
    found += [Named(url=url, role="picture") for url in (() if files else links.pictures(response))]
    found += [Named(url=url, role="part", title=title) for url in further_pages(response)]
    on: dict[str, None] = {}
    if trail is not None and len(trail) < STEPS:
        on = dict.fromkeys((*filter(None, [step(response)]), *onward(response, title, via)))
        found += [Named(url=url, role="article", title=title, ahead=True) for url in on if url not in trail]
    if trail == ():
        found += [Named(url=url, role="article", title=text) for url, text in named_reports(response) if url not in on]
    return found


def only_leads_on(found: Sequence[Named]) -> bool:
    """Is what an article leads to all that there is of it, so that the report is not there but behind it?"""
    return any(one.ahead for one in found) and not any(one.role == "attachment" for one in found)
