"""Whether two answers are the same page: by their words, without counters, dates and their own addresses. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import readable, text_of
from crawler.steps import SMALL
from crawler.titles import normalise

SHOWN = "//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
LITTLE = 20  # characters: a headline that changes, a name that is greeted
SHARE = 0.005  # of a long page, that may differ
HEAD = 8192  # characters
SHELL = 30  # characters: what scripts fill says no more by itself

OF_A_REPORT = ("依申请公开", "主动公开", "不予公开", "予以公开", "行政复议", "行政诉讼", "信息公开申请")
ENOUGH = 3  # of these words; a front page has them in links

Print = frozenset[str]  # pieces of text


def printed(response: TextResponse) -> Print | None:
    """What an answer says; None where it is a shell that scripts fill, the same for every address of a good portal."""
    tree = readable(response)
    pieces = tree.xpath(SHOWN).getall()
    if len("".join("".join(pieces).split())) < SHELL and tree.xpath("//script[@src]"):
        return None
    if len(response.body) < SMALL:  # a step says where it leads in a script alone
        pieces += tree.xpath("//script/text() | //meta/@content").getall()
    path = unquote(urlsplit(response.url).path)
    kept = (re.sub(r"\d+", "", normalise(unquote(piece)).replace(path, "")) for piece in pieces)
    return frozenset(filter(None, kept))


def alike(one: Print, other: Print) -> bool:
    """Are these the same page but for little?"""
    differing, whole = size(one ^ other), size(one | other)
    return differing <= min(max(LITTLE, SHARE * whole), whole / 10)


def size(pieces: Print) -> int:
    """Characters of what it says."""
    return sum(map(len, pieces))


def is_itself(response: TextResponse, anchor: str) -> bool:
    """Does a page say by itself, not in its links, what the link to it said, or what only a report says?"""
    title = re.sub(r"^\W+", "", normalise(anchor)).rstrip(".…")[:LITTLE]
    head, end, _ = text_of(response)[:HEAD].partition("</head>")
    if title and end and title in normalise(head):
        return True  # as on nearly every page, and a tree costs ten times as much
    # Reports of two years may differ in nothing but digits, and call themselves otherwise than their link does.
    return (bool(title) and title in _own(response)) or says_report(response)


def says_report(response: TextResponse) -> bool:
    """Does a page say by itself what only a report says?"""
    said = _own(response)
    return sum(word in said for word in OF_A_REPORT) >= ENOUGH


def _own(response: TextResponse) -> str:
    own = "//text()[not(ancestor::a or ancestor::script or ancestor::style)] | //meta/@content"
    return normalise("".join(readable(response).xpath(own).getall()))
