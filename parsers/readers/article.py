"""Where on a page its article stands, and which documents the page links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from parsers.remember import remembered

# Where platforms put the body of an article (PORTALS 4.1), as ids and as classes, lower case.
CONTAINERS = frozenset(
    """ucap-content ucapcontent zoomcon zoom trs_editor_view trs_ueditor trs_editor custom_unionstyle vsb_content
    v_news_content ivs_content article_content article-content editor-content pages_content bt_content artile_zw
    main-txt con_text news_cont_d_wrap tyxxy_main article_component maintext bodylabel fontzoom zsy_comain
    content-body xxgk_detail_content news-info""".split()
)
DOCUMENTS = re.compile(r"\.(?i:pdf|docx?|wps|rtf|xlsx?|et|ofd|zip|rar|7z)(?:$|[?#])")
SKIPPED = frozenset(
    "script style noscript noframes template datalist head select textarea object iframe svg math audio video".split()
)

_SPACES = re.compile(r"[ \t\r\n\f]+")
_FORM_WORDS = ("结转下年度", "結轉下年度", "尚未审结", "尚未審結", "第二十条", "第二十條")
_all_text = etree.XPath("string()", smart_strings=False)  # of large elements five times faster than itertext()
_ENOUGH = 80  # characters of text that make a container the content


def content_of(root: Any) -> Any:
    """The element that holds the article."""
    body = root.find("body")
    return _content_of(root if body is None else body)


def parted(root: Any, content: Any) -> tuple[Any, Any]:
    """The content, taken out of the page, and the page around it."""
    body = root.find("body")
    everything = root if body is None else body
    if content is everything:
        return content, etree.Element("body")
    place = etree.Element("br")
    place.tail, content.tail = content.tail, None
    content.getparent().replace(content, place)
    return content, everything


def _content_of(everything: Any) -> Any:
    """The outermost known container that holds something and misses no table of numbers; else the whole body."""
    for element in everything.iter(etree.Element):
        if _is_container(element) and element.tag not in SKIPPED and _holds_something(element):
            return everything if _holds_forms(everything, element) else element
    return everything


def _is_container(element: Any) -> bool:
    own, classes = element.get("id"), element.get("class")
    return (own and own.lower() in CONTAINERS) or (classes and _holds_name(classes)) or element.tag in CONTAINERS


@remembered(4096)
def _holds_name(classes: str) -> bool:
    return not CONTAINERS.isdisjoint(classes.lower().split())


def _holds_something(element: Any) -> bool:
    if element.find(".//table") is not None or any(True for _ in links_in(element.iter("a"))):
        return True
    return len(_SPACES.sub("", _all_text(element))) > _ENOUGH


def _holds_forms(everything: Any, but: Any) -> bool:
    """Whether words of the forms stand somewhere else than in an element."""
    whole = _all_text(everything)
    words = [word for word in _FORM_WORDS if word in whole]
    part = _all_text(but) if words else ""
    return any(whole.count(word) > part.count(word) for word in words)


def links_in(links: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Address as printed and text of every link to a document."""
    for link in links:
        address = (link.get("href") or "").strip()
        if _is_document(address):
            yield address, line_of("".join(link.itertext())) or line_of(link.get("title") or "")


@remembered(16384)  # the pages of a portal lead to the same places
def _is_document(address: str) -> bool:
    return bool(DOCUMENTS.search(address))


def line_of(text: str) -> str:
    """A text with its white space folded, as browsers show it."""
    return text if text.isalnum() else _SPACES.sub(" ", text).strip()
