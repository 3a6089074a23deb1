"""Atom (RFC 4287) and JSON Feed 1.1 of entries; pure: addresses and words are given."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from archive.checking.histories import moment

ATOM = "http://www.w3.org/2005/Atom"
NAME = "https://nianbao.invalid/"  # only a name space for identifiers: they are the same at every address of an archive
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that a feed tells."""

    name: str  # never used for another, as finding:<key>
    updated: str  # RFC 3339
    title: str
    text: str
    url: str  # absolute
    tags: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What both formats hold."""

    name: str  # of what is asked for, as findings?rule=row_total
    language: str
    title: str
    author: str
    page: str  # absolute address of the page with the same
    url: str  # absolute address of the feed itself
    updated: str  # where there is no entry; RFC 3339
    entries: Sequence[Entry]


def identifier(name: str) -> str:
    """The same for the same thing, wherever and whenever it is shown."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, NAME + name)}"


def rfc3339(timestamp: str) -> str:
    """YYYYMMDDhhmmss in UTC, as feeds write it."""
    return f"{moment(timestamp).isoformat()}Z"


def atom(feed: Feed) -> bytes:
    """As Atom."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _add(root, "title", feed.title)
    _add(root, "id", identifier(feed.name))
    _add(root, "updated", max((entry.updated for entry in feed.entries), default=feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in feed.entries:
        told = _add(root, "entry")
        _add(told, "title", entry.title)
        _add(told, "id", identifier(entry.name))
        _add(told, "updated", entry.updated)
        _add(told, "link", rel="alternate", type="text/html", href=entry.url)
        for tag in entry.tags:
            _add(told, "category", term=tag)
        _add(told, "summary", entry.text)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def as_json(feed: Feed) -> bytes:
    """As JSON Feed."""
    items = [
        {
            "id": identifier(entry.name),
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.text,
            "date_modified": entry.updated,
            "tags": [*entry.tags],
        }
        for entry in feed.entries
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": items,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", {key: _xml(value) for key, value in attributes.items()})
    if text:
        element.text = _xml(text)
    return element


def _xml(text: str) -> str:
    """Without the characters that no XML may hold."""
    return NOT_XML.sub("\ufffd", text)
