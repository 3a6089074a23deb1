"""The files that an article carries: linked, embedded, named in a script; pictures that may be its tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import DOCUMENT, absolute, base_of, is_document, readable
from crawler.families.listing import json_of

EXTENSIONS = r"pdf|docx?|wps|rtf|xlsx?|et|ofd|rar|zip"
# A file name inside a string of a script: no blanks, no wild cards, something before the dot.
LITERAL = re.compile(rf"""(["'])([^"'\s<>*;|,()]*[^"'\s<>*;|,()./]\.(?:{EXTENSIONS})(?:\?[^"'\s<>]*)?)\1""", re.I)
ESCAPED = re.compile(r"\\(?:u((?!d[89a-f])[0-9a-f]{4})|([\"/]))", re.I)  # in markup that a string of a script holds
# What a link says to a script: window.open('show.htm'), javascript:down('/fj/2023.pdf').
SPOKEN = re.compile(
    rf"""(["'])([^"'\s<>]{{1,400}}\.(?:s?html?|jsp|aspx?|php|do|{EXTENSIONS})(?:\?[^"'\s<>]{{0,400}})?)\1""", re.I
)
EMBEDDED = ".//iframe/@src | .//embed/@src | .//object/@data | .//@*[starts-with(name(), 'data-')]"
BODY = re.compile(r"TRS_U?EDITOR|trs_editor_view|zoom|vsb_content|UCAP-CONTENT|article[-_]?(?:content|body|text)", re.I)
# Words that stand in each of the three tables of a report.
IN_TABLES = (("第二十条第", "第二十條第"), ("结转下年度", "結轉下年度"), ("尚未审结", "尚未審結"))
ICON = 100  # pixels; a picture that says to be smaller holds no table
SAYS = 100  # characters of an article's text
MOST = 40  # pictures of one article
CHROME_TAGS = ("header", "footer", "nav")
CHROME_WORDS = {"header", "footer", "foot", "nav", "navbar", "menu", "sidebar", "copyright", "friendlink"}


@dataclass(frozen=True, kw_only=True)
class Link:
    """A file that an article names."""

    url: str
    text: str  # of the link; the file name where the link has no text


def attachments(response: TextResponse) -> list[Link]:
    """The files of an article in page order, each address once; without what the page's header and menus offer."""
    tree = readable(response)
    base = base_of(tree, response.url)
    found: dict[str, Link] = {}
    for href, text in (*_linked(tree), *_embedded(tree), *_scripted(tree), *_answered(response)):
        url = _file(href, text, base)
        if url and "/images/" not in urlsplit(url).path and url != response.url and url not in found:
            found[url] = Link(url=url, text=" ".join(text.split()) or _name(url))
    return list(found.values())


def pictures(response: TextResponse) -> list[str]:
    """The addresses of an article's pictures, where the tables of a report are not in its text."""
    tree = readable(response)
    text = tree.xpath("string(//body)").get() or ""
    if all(any(word in text for word in words) for words in IN_TABLES):
        return []
    base, furniture = base_of(tree, response.url), _Furniture(tree.root)
    shown = (image.root for image in tree.xpath("//img"))
    found = (
        absolute(image.get("data-original") or image.get("data-src") or image.get("src") or "", base)
        for image in shown
        if not _is_icon(image) and not furniture.holds(image)
    )
    return list(dict.fromkeys(url for url in found if url))[:MOST]


def is_article_page(response: TextResponse) -> bool:
    """Does a page have the body of an article, with more text in it than links?"""
    for element in readable(response).root.iter():
        if isinstance(element.tag, str) and element.tag != "body" and _looks_like_body(element):
            linked = sum(len("".join(anchor.itertext())) for anchor in element.iter("a"))
            if len("".join("".join(element.itertext()).split())) > max(SAYS, 2 * linked):
                return True
    return False


def _is_icon(image: Any) -> bool:
    sizes = (image.get(side) or "" for side in ("width", "height"))
    return any(size.isascii() and size.isdigit() and int(size[:9]) < ICON for size in sizes)


def anchors(tree: Selector, base: str) -> Iterator[tuple[str, str]]:
    """Every link of an article with its text; without what the page's header and menus offer."""
    for href, text in _linked(tree):
        if url := absolute(href, base):
            yield url, " ".join(text.split())


def prose(tree: Selector) -> str:
    """What a page says beside its links, its header and its menus."""
    furniture = _Furniture(tree.root)
    silent = "self::a or self::script or self::style or self::noscript or ancestor::a"
    own = (node for node in tree.xpath(f"//body/descendant-or-self::*[not({silent})]") if not furniture.is_(node.root))
    return "".join("".join(node.xpath("text()").getall()) for node in own)


def _linked(tree: Selector) -> Iterator[tuple[str, str]]:
    furniture = _Furniture(tree.root)
    for anchor in tree.xpath("//a[@href or @onclick]"):
        said = anchor.root.get
        if not furniture.holds(anchor.root):
            text = "".join(anchor.xpath(".//text()").getall()) or said("title", "")
            yield said("href", ""), text
            yield from ((match[2], text) for match in SPOKEN.finditer(f"{said('onclick', '')} {said('href', '')}"))


def _embedded(tree: Selector) -> Iterator[tuple[str, str]]:
    for href in tree.xpath(EMBEDDED).getall():
        if not re.search(r"[\s<>{}]", href.strip()):  # what scripts hand each other in data-* is no address
            yield href, ""


def _scripted(tree: Selector) -> Iterator[tuple[str, str]]:
    for script in tree.xpath("//script[not(@src)]/text()").getall():
        for match in LITERAL.finditer(ESCAPED.sub(lambda at: chr(int(at[1], 16)) if at[1] else at[2], script)):
            if (
                "/" in match[2] or match[2].isascii()
            ):  # a bare Chinese name is what a reader sees, not where the file is
                yield match[2], ""


def _answered(response: TextResponse) -> Iterator[tuple[str, str]]:
    """The files that an answer of an API names in its fields: NFRA has pdfFileUrl beside the text."""
    value = json_of(response) if response.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" else None
    fields = [value] if isinstance(value, dict) else []
    while fields:
        for inner in fields.pop().values():
            if isinstance(inner, str) and "/" in inner and DOCUMENT.search(inner) and not re.search(r"[<>\s]", inner):
                yield inner, ""
            fields += [one for one in (inner if isinstance(inner, list) else [inner]) if isinstance(one, dict)]


def _file(href: str, text: str, base: str) -> str | None:
    """The address of the file itself, also where a viewer page is given it, or where only the link's text names it."""
    url = absolute(href, base)
    if not url or not url.startswith("http"):
        return None
    if not is_document(url):
        return url if DOCUMENT.search(text.strip()) else None
    parts = urlsplit(url)
    if re.search(r"\.html?$", parts.path, re.I):
        return next((absolute(value, base) for _, value in parse_qsl(parts.query) if DOCUMENT.search(value)), None)
    return url


class _Furniture:
    """Header, menus and footer of one page; an element around the article's own body is never furniture."""

    def __init__(self, root: Any) -> None:
        self._bodies: set[Any] = set()  # the article's own body and all that is around it
        self._known: dict[Any, bool] = {None: False}
        for element in root.iter():
            if isinstance(element.tag, str) and _looks_like_body(element):
                self._around(element)

    def holds(self, anchor: Any) -> bool:
        """Does the link stand in furniture? Each element is looked at once."""
        path = []
        above = anchor.getparent()
        while above not in self._known:
            path.append(above)
            above = above.getparent()
        found = self._known[above]
        for element in reversed(path):
            found = found or (_looks_like_chrome(element) and element not in self._bodies)
            self._known[element] = found
        return found

    def is_(self, element: Any) -> bool:
        """Is the element itself furniture, or does it stand in some?"""
        return self.holds(element) or (_looks_like_chrome(element) and element not in self._bodies)

    def _around(self, element: Any) -> None:
        while element is not None and element not in self._bodies:
            self._bodies.add(element)
            element = element.getparent()


def _looks_like_chrome(element: Any) -> bool:
    words = re.split(r"[\s_-]+", f"{element.get('class') or ''} {element.get('id') or ''}".lower())
    return element.tag in CHROME_TAGS or not CHROME_WORDS.isdisjoint(words)


def _looks_like_body(element: Any) -> bool:
    return bool(BODY.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])
