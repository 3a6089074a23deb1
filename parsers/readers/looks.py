"""How a text looks: whether what styles say leaves it to be seen, strikes it out, or hides it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tinycss2.color4 import parse_color

from parsers.remember import remembered

Colour = tuple[float, float, float]

NEAR = 0.06  # of full brightness, in each of red, green and blue: colours nearer than this are not told apart
FAINT = 0.05  # opacity below which nothing is seen
AWAY = 500  # pixels, points or so many times the width: nothing this far to the left is on the screen
GAP = 3.0  # pixels or points, and a tenth of it in widths of a letter: so much white is a space
SMALL = 2.0  # pixels or points; letters below this cannot be read

_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*(px|pt|em|rem|ex|%|cm|mm|in|vw)?(?![\w.])")
_SIZE_OF_FONT = re.compile(r"(?:^|\s)0*\.?0*(?:px|pt|em|rem|ex|%)?\s*(?:/\S+\s|\s|$)")
_CLIPPED = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:100|50)%|circle\(\s*0")
_LINES = frozenset("block flex grid flow-root list-item table table-row table-cell".split())
_NOTHING = re.compile(r"scale[xy]?\(\s*0*\.?0*\s*[,)]")
_MOVED = ("left", "right", "top", "bottom")
_PUSHED = ("text-indent", "margin-left", "margin-top")
_PARTS = frozenset("table tbody thead tfoot tr td th".split())  # these grow with what they hold
_INLINE = frozenset("a b big em font i small span strong sub sup u".split())


class Look(NamedTuple):
    """What is known of a text where it stands."""

    gone: bool = False  # takes no room: display: none
    away: bool = False  # out of sight together with all that it holds
    visible: bool = True
    sized: bool = True
    struck: bool = False
    colour: Colour | None = (0.0, 0.0, 0.0)  # None: transparent
    behind: Colour | None = (1.0, 1.0, 1.0)  # None: a picture, or what else nobody knows

    @property
    def unseen(self) -> bool:
        if self.gone or self.away or not self.visible or not self.sized or self.colour is None:
            return True
        return self.behind is not None and all(abs(a - b) < NEAR for a, b in zip(self.colour, self.behind, strict=True))


SHOWN = Look()


def inside(outer: Look, tag: str, declared: Mapping[str, str]) -> Look:
    """How an element looks in one that looks like `outer`."""
    if not declared:
        return outer
    colour, behind = _colours(outer, declared)
    said = declared.get("visibility", "")
    return Look(
        gone=outer.gone or declared.get("display", "") == "none",
        away=outer.away or _is_away(tag, declared),
        visible=said not in ("hidden", "collapse") if said and said != "inherit" else outer.visible,
        sized=_is_sized(declared, outer.sized),
        struck=outer.struck or any("line-through" in declared.get(n, "") for n in _DECORATIONS),
        colour=colour,
        behind=behind,
    )


_DECORATIONS = ("text-decoration", "text-decoration-line")


def _is_away(tag: str, declared: Mapping[str, str]) -> bool:
    if (opacity := _number(declared.get("opacity", ""))) is not None and opacity <= FAINT:
        return True
    if "override" in declared.get("unicode-bidi", "") and declared.get("direction") == "rtl":
        return True  # what is seen is another number
    if declared.get("mso-hide") == "all" or _NOTHING.search(declared.get("transform", "")):
        return True
    placed = declared.get("position", "static") in ("absolute", "fixed", "relative")
    moved = (*_MOVED, *_PUSHED) if placed else _PUSHED
    if any(size is not None and size <= -AWAY for size in (_number(declared.get(name, "")) for name in moved)):
        return True
    if (placed and _CLIPPED.search(declared.get("clip", ""))) or _CLIPPED.search(declared.get("clip-path", "")):
        return True
    flows = tag in _PARTS or (tag in _INLINE and not placed and "block" not in declared.get("display", ""))
    if flows or "hidden" not in declared.get("overflow", ""):
        return False
    sizes = (_number(declared.get(name, "")) for name in ("width", "height", "max-width", "max-height"))
    return any(size is not None and size <= 1 for size in sizes)


def _is_sized(declared: Mapping[str, str], outer: bool) -> bool:
    size = declared.get("font-size", "")
    if not size:
        return not _SIZE_OF_FONT.search(declared["font"]) if "font" in declared else outer
    found = _LENGTH.fullmatch(size)
    if not found:
        return outer if "inherit" in size else True
    value, unit = float(found[1]), found[2] or "px"
    if unit in ("px", "pt"):
        return value >= SMALL
    return outer and value > 0 if unit in ("em", "%", "ex") else value > 0


def stands_apart(declared: Mapping[str, str]) -> bool:
    """Whether a style puts an element on lines of its own, beside the others, or above or below them."""
    display, raised = (declared.get(name, "").split(" ")[0] for name in ("display", "vertical-align"))
    return (
        display in _LINES
        or display in ("inline-block", "inline-flex", "inline-table")
        or raised in ("super", "sub")
        or raised.startswith("text-")
        or any(character in "123456789" for character in raised + declared.get("mso-text-raise", ""))
        or declared.get("float", "none") in ("left", "right")
    )


def stands_off(declared: Mapping[str, str]) -> bool:
    """Whether a style puts an element elsewhere, or with white before or behind it."""
    return declared.get("position") in ("absolute", "fixed") or any(map(_is_gap, _at_sides(declared)))


def _at_sides(declared: Mapping[str, str]) -> Iterator[str]:
    """The margins and paddings to the left and right."""
    for name in ("margin", "padding"):
        if said := declared.get(name):
            sides = said.split()
            yield from sides[1::2] or sides
        yield from (declared[side] for side in (f"{name}-left", f"{name}-right") if side in declared)


def _is_gap(value: str) -> bool:
    """Whether characters so far apart are seen as two words."""
    found = _LENGTH.fullmatch(value)
    if not found:
        return False
    return abs(float(found[1])) >= (GAP if found[2] in (None, "px", "pt", "%") else GAP / 10)


def _number(value: str) -> float | None:
    found = _LENGTH.fullmatch(value)
    return float(found[1]) if found else None


def _colours(outer: Look, declared: Mapping[str, str]) -> tuple[Colour | None, Colour | None]:
    colour, behind = outer.colour, outer.behind
    if "color" in declared:
        known, value = colour_of(declared["color"])
        colour = value if known else colour
    for name in ("background", "background-color", "background-image"):
        said = declared.get(name, "")
        if "(" in said and "rgb" not in said and "hsl" not in said:
            return colour, None
        for part in (said,) if "rgb" in said or "hsl" in said else said.split():
            known, value = colour_of(part)
            behind = value if known and value is not None else behind
    return colour, behind


@remembered(1024)
def colour_of(text: str) -> tuple[bool, Colour | None]:
    """Whether a word is a colour, and which; None if nothing is seen of it."""
    parsed: Any = parse_color(text)
    if parsed is None or parsed == "currentcolor":
        return False, None
    if parsed.alpha is not None and parsed.alpha <= FAINT:
        return True, None
    red, green, blue = parsed.to("srgb").coordinates
    return True, (float(red or 0), float(green or 0), float(blue or 0))


def makes_digits(declared: Mapping[str, str]) -> bool:
    """Whether what a style puts beside a text may be digits: they are in it, are counted, or come from elsewhere."""
    content = declared.get("content", "")
    return any(c.isdigit() for c in content) or "counter" in content or "attr(" in content
