"""From what a page prints as a link to an address that can be asked for. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom
from w3lib.url import safe_url_string

from crawler.once import once

DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|rtf|txt|xlsx?|et|ofd|rar|zip)$", re.I)
SAME = 3  # labels of a host name that make it the same portal
KEPT = 2**15  # addresses: several readers of a page ask for each of its links
LATIN = ("cp1252", "iso8859-1", "iso8859-15", "latin-1", "ascii")
# As it is asked for already; to find that out by parsing takes ten times as long.
PLAIN = re.compile(r"https?://[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9]+)?)*/?", re.ASCII)
# Pages that say no more than: you are leaving, or come by a script; where to, their query says.
JUMP = re.compile(r"/(?:jump|out_?link|link|redirect|goto|leave|tiaozhuan|transfer)\w*(?:\.\w+)?$", re.I)
NOT_AN_ADDRESS = re.compile(r"(?:javascript|mailto|tel|data|about|blob):|#|$|.*\{\{", re.I)


def _is_on(said: str) -> bool:
    return said.startswith("/") or bool(PLAIN.match(said))


@once
def readable(response: TextResponse) -> Selector:
    """The page's tree."""
    return Selector(text=text_of(response), type="html")


def text_of(response: TextResponse) -> str:
    """The page's text: UTF-8 if it is that, else in the charset that is declared, if it fits, else GB18030.

    What nothing declares looks Korean to Scrapy where it is GBK, and nobody here writes Latin-1, which any bytes fit.
    """
    try:
        return response.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = (
        http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
        or html_body_declared_encoding(response.body)
        or read_bom(response.body)[0]
    )
    fits = declared and declared not in LATIN and "\ufffd" not in response.text
    return response.text if fits else response.body.decode("gb18030", "replace")


def base_of(tree: Selector, url: str) -> str:
    """What the page's relative addresses are relative to; Scrapy sees `<base>` in the first 4,096 characters only."""
    href = tree.xpath("//base/@href").get()
    return absolute(href, url) or url if href else url


@lru_cache(maxsize=KEPT)
def absolute(href: str, base: str) -> str | None:
    """The address that a browser would ask for, percent-encoded and without fragment; None for what is no address."""
    href = re.sub(r"[\r\n\t]", "", href).strip()
    if NOT_AN_ADDRESS.match(href):
        return None
    try:
        # Browsers read a backslash in a path as a slash.
        url = urljoin(base, href.replace("\\", "/"))
        if PLAIN.fullmatch(url):
            return url
        url = safe_url_string(urldefrag(url)[0].strip())
        parts = urlsplit(url)
        if JUMP.search(parts.path) and (on := next((said for _, said in parse_qsl(parts.query) if _is_on(said)), "")):
            url = safe_url_string(urldefrag(urljoin(url, on))[0])
            parts = urlsplit(url)
        parts.port  # noqa: B018  raises on a port that is no number
    except ValueError:
        return None
    return url if parts.scheme and parts.hostname else None


@lru_cache(maxsize=KEPT)
def is_document(url: str) -> bool:
    """Does the address name a file by its extension, in its path or in a value of its query?"""
    parts = urlsplit(url)
    return bool(DOCUMENT.search(parts.path)) or any(DOCUMENT.search(value) for _, value in parse_qsl(parts.query))


def folder_of(url: str) -> str:
    """What stands below a column: its directory; of a page at the host's root, where all of the portal is, its name."""
    parts = urlsplit(url)
    if re.fullmatch(r"/(?!(?:index|default)\.)[^/]+\.\w+", parts.path, re.I):
        return urljoin(url, re.sub(r"\.\w+$", "", parts.path))
    return urljoin(url, ".")


def is_below(url: str, folder: str) -> bool:
    """Does the address stand in that directory, or below it? http and https are the same place."""
    return url.partition("://")[2].startswith(folder.partition("://")[2])


def is_same_portal(url: str, other: str) -> bool:
    """Are both of one host, or of hosts of one portal: zwgk.qingshi.gov.cn and www.qingshi.gov.cn?"""
    one, two = (urlsplit(address).hostname or "" for address in (url, other))
    return one == two or (not two[-1:].isdigit() and one.split(".")[-SAME:] == two.split(".")[-SAME:])


def shape(url: str) -> str:
    """The address without its numbers: what a platform calls by number is alike."""
    return re.sub(r"\d+", "0", url.partition("://")[2])
