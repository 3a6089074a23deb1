"""What a reader of a page does not see, or sees struck out: marked in its text, so that it never passes for a number.

Struck-out text, and hidden text in a line or a square that may be a number, carry a sign on every character. Other
hidden text is dropped, and so are hidden rows and cells of data tables. Whole parts of a page that are hidden, as the
tabs of portals are, may be the report itself: they stay, between two marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lxml import etree

from parsers.document import Unreadable
from parsers.numbers import PICTURE, STRUCK, UNSEEN, goes_with_number, may_be_number, signed
from parsers.readers import styles
from parsers.readers.looks import SHOWN, Look, inside, makes_digits, stands_apart, stands_off
from parsers.readers.styles import Ranked, Rule
from parsers.readers.touching import INLINE, touch

HIDDEN, HIDDEN_END = "\ufdd9", "\ufdda"  # around a part of a page that is not shown

_styles_in = etree.XPath(".//@style", smart_strings=False)
_hidden_in = etree.XPath(".//@hidden")
_LINES = "table tr td p div br li h1 h2 h3 h4 section".split()
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header li main nav ol p pre section table tbody td tfoot th thead tr ul""".split()
)
_ROWS, _CELLS = frozenset({"tr", "tbody", "thead", "tfoot"}), frozenset({"td", "th"})
_THINGS = frozenset("img input button select textarea object embed iframe svg canvas audio video math".split())
_LEAST = (False, -1)  # rank of what elements and their attributes say, which every style overrules
_OF_TAGS: dict[Any, Ranked] = {
    **dict.fromkeys(("s", "del", "strike"), (_LEAST, "text-decoration", "line-through")),
    "dialog": (_LEAST, "display", "none"),
    "bdo": (_LEAST, "unicode-bidi", "bidi-override"),
}
_OF_ATTRIBUTES = {"color": "color", "bgcolor": "background-color", "background": "background-image", "dir": "direction"}
MOST = 100_000  # elements whose text is looked through
_FEW = 50
_LONGEST = 500  # characters of a style that is worth remembering
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Spoken = Mapping[Any, Sequence[Rule]]


def veil(root: Any, content: Any, sheets: Sequence[Any]) -> bool:
    """Marks what is not seen of the content of a page with these style sheets; whether it is not seen as a whole."""
    seeds = set(_seeds(content))
    # What is behind white letters, and what parts digits in one square, may be said in any sheet.
    coloured = any("color" in " ".join(map(str, seed.items())).lower() for seed in seeds)
    text = styles.sheet(sheets, whole=coloured or touch(content)) if sheets else ""
    spoken = styles.matched(root, styles.rules(text)) if text else {}
    seeds.update(element for element, rules in spoken.items() if any(not rule.beside for rule in rules))
    page = _Page(content, spoken)
    hidden = page.is_hidden_around()
    for element in _elements(content, seeds):
        if element in seeds or element.getparent() in page.drawn:
            page.draw(element)
    page.drop()
    for element, rules in spoken.items():
        if any(rule.beside and makes_digits(styles.winning(rule.declared)) for rule in rules) and _in_square(element):
            element.text = _writable(PICTURE + (element.text or ""))
    return hidden or page.is_hidden


def _seeds(content: Any) -> Iterator[Any]:
    """Elements that by themselves hide or strike out what they hold."""
    for element in content.iter(*_OF_TAGS, "font"):
        if element.tag != "font" or _tells(f"color:{element.get('color', '')}"):
            yield element
    yield from (attribute.getparent() for attribute in _hidden_in(content))
    said = set(_styles_in(content))
    if any(map(_tells, said)):
        yield from (element for element in content.iter(etree.Element) if _tells(element.get("style", "")))
    if off := set(filter(_is_off, said)):
        yield from (element for element in content.iter(*INLINE) if element.get("style") in off)


def _elements(content: Any, seeds: set[Any]) -> list[Any]:
    """The elements that seeds may be seen in, in order: of few seeds, as every page has, only what stands in them."""
    if len(seeds) > _FEW:
        return list(content.iter(etree.Element))
    outer = [seed for seed in seeds if seeds.isdisjoint(seed.iterancestors()) and _is_in(seed, content)]
    return [element for seed in outer for element in seed.iter(etree.Element)]


def _is_in(element: Any, content: Any) -> bool:
    return element is content or any(above is content for above in element.iterancestors())


def _tells(style: str) -> bool:
    return _told(style) if len(style) <= _LONGEST else _found_out(style)


def _found_out(style: str) -> bool:
    """Whether a style by itself hides what it is of, strikes it out, or parts it from what is beside it."""
    declared = styles.winning(styles.inline(style))
    look = inside(SHOWN, "", declared)
    return look.unseen or look.struck or stands_apart(declared)


_told = lru_cache(maxsize=8192)(_found_out)


@lru_cache(maxsize=8192)
def _is_off(style: str) -> bool:
    return len(style) <= _LONGEST and stands_off(styles.winning(styles.inline(style)))


class _Page:
    """How the elements of a page look, as far as anybody asked."""

    def __init__(self, content: Any, spoken: Spoken) -> None:
        self.is_hidden = False  # the content as a whole
        self.drawn: dict[Any, Look | None] = {}  # elements whose text was looked through; None: to be dropped
        self._content, self._spoken = content, spoken
        self._around: dict[Any, Look] = {}
        self._data: dict[Any, bool] = {}  # table -> whether it holds data

    def is_hidden_around(self) -> bool:
        """Whether what the content stands in is not shown."""
        outside = self._content.getparent()
        if outside is None or not (look := self._look(outside)).unseen:
            return False
        self._around[outside] = SHOWN._replace(struck=look.struck)
        return True

    def draw(self, element: Any) -> None:
        """Marks the text that begins an element, and the text behind it if what it stands in was drawn."""
        parent = element.getparent()
        outer = self.drawn[parent] if parent in self.drawn else self._look(parent) if parent is not None else SHOWN
        if outer is None:
            self.drawn[element] = None
            return
        if parent in self.drawn:
            element.tail = _writable(_marked(element.tail, outer))
        declared = self._declared(element)
        look: Look | None = inside(outer, element.tag, declared)
        if look is not None and look.unseen and not outer.unseen:
            look = self._hidden(element, look)
            if look == SHOWN:
                return  # a part of its own: what is in it may be the report
        self.drawn[element] = look
        if len(self.drawn) > MOST:
            raise Unreadable(f"it hides or strikes out more than {MOST} elements")
        if look is not None:
            element.text = _writable(_marked(element.text, look))
            if element.tag not in _BLOCKS and (stands_apart(declared) or stands_off(declared)):
                element.text = _writable(f" {element.text or ''}")
                element.tail = _writable(f" {element.tail or ''}")

    def _hidden(self, element: Any, look: Look) -> Look | None:
        """How an element counts that is not seen: None where it is dropped; a part of its own counts as if it were."""
        in_data = self._is_in_data(element)
        if look.gone and (element.tag in _THINGS or (in_data and (element.tag in _ROWS or element.tag in _CELLS))):
            return None
        if (not in_data or element.tag == "table") and _is_part(element):
            self._part(element)
            look = self._around[element] = SHOWN._replace(struck=look.struck)
        return look

    def drop(self) -> None:
        """Takes out the rows and cells that are not shown; a table of nothing but such rows is a hidden part."""
        dropped = [element for element, look in self.drawn.items() if look is None]
        tables = {table for row in dropped if row.tag in _ROWS for table in row.iterancestors("table")}
        whole = {table for table in tables if all(self.drawn.get(row, SHOWN) is None for row in table.iter("tr"))}
        for table in whole:
            self._part(table)
        for element in dropped:
            held = self.drawn.get(element.getparent(), SHOWN) is None  # in what is dropped itself
            if not held and next(element.iterancestors("table"), None) not in whole:
                _without(element)

    def _part(self, element: Any) -> None:
        if element is self._content:
            self.is_hidden = True
            return
        _before(element, HIDDEN)
        element.tail = _writable(HIDDEN_END + (element.tail or ""))

    def _is_in_data(self, element: Any) -> bool:
        table = element if element.tag == "table" else next(element.iterancestors("table"), None)
        if table is not None and table not in self._data:
            cells = sum(1 for _ in table.iter("td", "th"))
            self._data[table] = cells > 1 and table.find(".//table") is None
        return table is not None and self._data[table]

    def _look(self, element: Any) -> Look:
        """How an element looks that hides nothing itself; what it stands in tells its colours."""
        chain = [element]
        while chain[-1] is not None and chain[-1] not in self._around:
            chain.append(chain[-1].getparent())
        look = SHOWN if chain[-1] is None else self._around[chain[-1]]
        for one in reversed(chain[:-1]):
            look = self._around[one] = inside(look, one.tag, self._declared(one))
        return look

    def _declared(self, element: Any) -> dict[str, str]:
        attributes = element.attrib
        found: list[Ranked] = [_OF_TAGS[element.tag]] if element.tag in _OF_TAGS and "open" not in attributes else []
        for attribute, name in _OF_ATTRIBUTES.items():
            if attribute in attributes:
                value = attributes[attribute].strip().lower()
                found.append((_LEAST, name, f"url({value})" if attribute == "background" else value))
        if "hidden" in attributes:
            found.append((_LEAST, "display", "none"))
        for rule in self._spoken.get(element, ()):
            found += () if rule.beside else rule.declared
        if "style" in attributes:
            found += styles.inline(attributes["style"])
        return styles.winning(found)


def _is_part(element: Any) -> bool:
    """Whether an element is, or holds, lines of its own."""
    return element.tag in _BLOCKS or next(element.iter(*_LINES), None) is not None


def _marked(text: str | None, look: Look) -> str | None:
    if not text or text.isspace() or not (look.unseen or look.struck):
        return text
    if look.unseen:
        return f" {signed(text, UNSEEN)} " if may_be_number(text) else "" if look.gone else " "
    return f" {signed(text, STRUCK)} " if may_be_number(text) or goes_with_number(text) else f" {text} "


def _in_square(element: Any) -> bool:
    return element.tag in _CELLS or next(element.iterancestors(*_CELLS), None) is not None


def _writable(text: str | None) -> str | None:
    """A text as lxml takes it: a page may hold characters that no XML may, which nobody sees."""
    return _UNWRITABLE.sub(" ", text) if text else text


def _before(element: Any, text: str) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = _writable((previous.tail or "") + text)
    else:
        parent.text = _writable((parent.text or "") + text)


def _without(element: Any) -> None:
    _before(element, element.tail or "")
    element.getparent().remove(element)
