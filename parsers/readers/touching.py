"""Digits of one square that stand in two elements side by side: a style sheet may part them."""

from __future__ import annotations

from typing import Any

from lxml import etree

INLINE = "span b i em strong font a u label".split()
# Not a union of paths, nor all of the siblings: both take the square of the time.
_beside_others = etree.XPath(
    f".//*[{' or '.join(f'self::{tag}' for tag in INLINE)}]"
    "[preceding-sibling::node()[1] or following-sibling::node()[1]]"
)


def touch(content: Any) -> bool:
    """Whether there are such digits in the content of a page."""
    touching = (element for element in _beside_others(content) if _touches_before(element) or _touches_behind(element))
    return any(next(element.iterancestors("td", "th"), None) is not None for element in touching)


def _touches_before(element: Any) -> bool:
    """Whether a digit stands before an element that begins with one."""
    previous = element.getprevious()
    before = element.getparent().text if previous is None else previous.tail or _first_and_last(previous)
    return bool(before) and before[-1].isdigit() and _first_and_last(element)[:1].isdigit()


def _touches_behind(element: Any) -> bool:
    return bool(element.tail) and element.tail[0].isdigit() and _first_and_last(element)[-1:].isdigit()


def _first_and_last(element: Any) -> str:
    """A text that begins and ends as that of an element does."""
    return f"{next(element.itertext(), '')[:1]}{_last(element)}"


def _last(element: Any) -> str:
    while len(element) and not element[-1].tail:
        element = element[-1]
    text = element[-1].tail if len(element) else element.text
    return (text or "")[-1:]
