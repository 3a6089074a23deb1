"""What the styles of a page do to its text, as far as it may go unseen: style sheets in it, and style attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from cssselect import SelectorError
from cssselect import parse as selectors_in
from cssselect.parser import Class, CombinedSelector, Element, Hash
from lxml import etree

from parsers.document import Unreadable
from parsers.remember import remembered

PROPERTIES = frozenset(
    """display visibility opacity font font-size color background background-color background-image text-decoration
    text-decoration-line text-indent position left top right bottom margin-left margin-top width height max-width
    max-height overflow clip clip-path transform content direction unicode-bidi mso-hide
    vertical-align mso-text-raise float margin margin-right padding padding-left padding-right""".split()
)
LONGEST = 500_000  # characters of the style sheets in a page, pictures and fonts in them left out
MOST = 5_000_000  # elements times selectors

# What no style sheet is without that leaves something of a page unseen: looked up before it is parsed.
_TELLING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hid|coll)|line-through|opacity\s*:\s*(?:0|0?\.0\d*)\s*(?:[;}!]|$)"
    r"|font-size\s*:\s*(?:[01]?(?:\.\d+)?p[xt]|0*\.?0*(?:em|rem|%)?\s*(?:[;}!]|$))|font\s*:\s*(?:[^;}]{0,200}\s)?0"
    r"|(?<!-)color\s*:\s*(?:#f(?:ff\b|.f.f)|white|rgb|hsl|transp)|-\d{3}|clip\s*:|clip-path|scale|mso-hide"
    r"|vertical-align\s*:\s*(?:super|sub|text-top)|overflow\s*:\s*hidden|bidi-override"
    r"|content\s*:\s*[\"'][^\"'\\]{0,99}\d|content\s*:[^;}]{0,99}(?:counter|attr\(|\\0{0,4}3\d)"
)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_SCREENS = frozenset({"", "screen", "all", "only screen"})

Ranked = tuple[tuple[int, ...], str, str]  # the higher of two ranks wins; property; value


class Step(NamedTuple):
    """One compound selector, and whether its parent has to fit the step before it, or any ancestor."""

    tag: str
    name: str
    classes: frozenset[str]
    child: bool

    def fits(self, tag: str, name: str | None, classes: Iterable[str]) -> bool:
        return self.tag in ("", tag) and self.name in ("", name) and self.classes.issubset(classes)

    @property
    def key(self) -> str:
        return f"#{self.name}" if self.name else f".{min(self.classes)}" if self.classes else self.tag


class Rule(NamedTuple):
    """A selector, from the outside in, and what it declares; `beside` of what is shown before or after the element."""

    steps: tuple[Step, ...]
    beside: bool
    declared: tuple[Ranked, ...]


@remembered(4096)
def inline(style: str) -> tuple[Ranked, ...]:
    """What a style attribute declares."""
    return tuple(((important, 1, 0, 0, 0), name, value) for name, value, important in _declared(style))


def winning(declared: Iterable[Ranked]) -> dict[str, str]:
    """Of several values of one property that which counts."""
    return {name: value for _, name, value in sorted(declared, key=lambda one: one[0])}


def sheet(elements: Iterable[Any], *, whole: bool) -> str:
    """The style sheets of a page that may leave something unseen, or all of them; mostly there are none."""
    texts = (_without(element.text or "", "/*", "*/") for element in elements)
    return "\n".join(_without(text, "data:", ")") for text in texts if whole or _tells(text.lower()))


def _without(text: str, begin: str, end: str) -> str:
    """A text without what stands between two words, as comments do, and pictures and fonts in the sheet itself."""
    first, *others = text.split(begin)
    return first + "".join(f" {other.partition(end)[2]}" for other in others)


def _tells(text: str) -> bool:
    if _TELLING.search(text):
        return True
    return "\\" in text and "\\" in _QUOTED.sub("", text)  # any letter may be written by its number


@lru_cache(maxsize=16)
def rules(text: str) -> tuple[Rule, ...]:
    """The rules of a style sheet that say something about what is seen."""
    if len(text) > LONGEST:
        raise Unreadable(f"the style sheets in it have {len(text)} characters, more than {LONGEST}")
    try:
        parted = enumerate(_parted(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))
        return tuple(rule for order, (selector, declared) in parted for rule in _rule(order, selector, declared))
    except RecursionError as error:
        raise Unreadable("the style sheets in it are nested too deeply") from error
    except ValueError as error:
        raise Unreadable("the style sheets in it hold a number of thousands of digits") from error


def _rule(order: int, selector: Any, declared: Sequence[tuple[str, str, bool]]) -> Iterator[Rule]:
    steps = tuple(_steps(selector.parsed_tree))
    if steps and selector.pseudo_element in (None, "before", "after"):
        rank = (0, *selector.specificity(), order)
        ranked = tuple(((important, *rank), name, value) for name, value, important in declared)
        yield Rule(steps, selector.pseudo_element is not None, ranked)


def _parted(nodes: Iterable[Any]) -> Iterator[tuple[Any, list[tuple[str, str, bool]]]]:
    """Every selector with what it declares; of media only screens, whatever their size."""
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            if tinycss2.serialize(node.prelude).strip().lower() in _SCREENS:
                yield from _parted(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "qualified-rule" and (declared := list(_declared(node.content))):
            for selector in _selectors(tinycss2.serialize(node.prelude)):
                yield selector, declared


def _declared(content: Any) -> Sequence[tuple[str, str, bool]]:
    try:
        nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        return [
            (node.lower_name, _value(node), node.important)
            for node in nodes
            if node.type == "declaration" and node.lower_name in PROPERTIES
        ]
    except (ValueError, RecursionError):
        return ()  # a number of thousands of digits, of which Python reads none, or hundreds of brackets


def _value(node: Any) -> str:
    return str(tinycss2.serialize([part for part in node.value if part.type != "comment"])).strip().lower()


def _selectors(text: str) -> Any:
    try:
        return selectors_in(text)
    except SelectorError:
        return ()


def _steps(tree: Any, child: bool = False) -> list[Step]:
    """Steps of a selector of tags, ids and classes; [] for others, as those that hang on what the mouse does."""
    name, classes = "", set()
    while isinstance(tree, Class | Hash):
        if isinstance(tree, Class):
            classes.add(tree.class_name)
        else:
            name = tree.id
        tree = tree.selector
    if isinstance(tree, Element):
        return [Step((tree.element or "").lower(), name, frozenset(classes), child)]
    if isinstance(tree, CombinedSelector) and not (name or classes):
        return _joined(tree, child)
    return []


def _joined(tree: Any, child: bool) -> list[Step]:
    inner = _steps(tree.subselector, tree.combinator == ">")
    outer = _steps(tree.selector, child) if inner and tree.combinator in (" ", ">") else []
    return [*outer, *inner] if outer else []


def matched(root: Any, found: Iterable[Rule]) -> dict[Any, list[Rule]]:
    """The elements of a page that rules speak of: every step of every rule is a bit, which elements hand down."""
    index: dict[str, list[tuple[Step, int, int]]] = {}
    ends: dict[int, Rule] = {}
    bit = 1
    for rule in found:
        needed = 0
        for step in rule.steps:
            index.setdefault(step.key, []).append((step, bit, needed))
            needed, bit = bit, bit << 1
        ends[needed] = rule
    elements = list(root.iter(etree.Element))
    if len(elements) * len(ends) > MOST:
        raise Unreadable("its style sheets are too long for a page of so many elements")
    reached: dict[Any, tuple[int, int]] = {}
    spoken_of: dict[Any, list[Rule]] = {}
    for element in elements:
        parent, above = reached.get(element.getparent(), (0, 0))
        name, classes = element.get("id"), (element.get("class") or "").split()
        own = 0
        for key in (element.tag, f"#{name}", *(f".{one}" for one in classes), ""):
            for step, bit, needed in index.get(key, ()):
                if (not needed or needed & (parent if step.child else above)) and step.fits(element.tag, name, classes):
                    own |= bit
                    if bit in ends:
                        spoken_of.setdefault(element, []).append(ends[bit])
        reached[element] = own, own | above
    return spoken_of
