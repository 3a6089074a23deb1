"""The text and path objects of an OFD page -> placed characters and strokes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from parsers.layout import Glyph, as_meant

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]

POINT = 72 / 25.4  # points in a millimetre
ASCENT = 0.88  # of the size above the base line; the usual one of Chinese fonts
THIN = 2.0  # points: an area that is thinner was drawn as a line

_PATH = re.compile(r"[MLQBACS]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(kw_only=True)
class Drawn:
    """What one file has drawn so far."""

    limit: int  # marks that it may draw
    pictures: int = 0
    damaged: int = 0

    def count(self, marks: int = 1) -> None:
        self.limit -= marks
        if self.limit < 0:
            raise ValueError("it draws more than any report holds")


def glyphs_of(element: Any, drawn: Drawn) -> Iterator[Glyph]:
    """Characters of a TextObject; text that is turned is left out."""
    a, b, c, d, e, f = _placed(element)
    if abs(b) > 0.2 * abs(a) or a <= 0 or d <= 0:
        return
    size = float(element.get("Size", "0"))
    stretch = float(element.get("HScale", "1"))
    x = y = 0.0
    for code in element:
        if not isinstance(code.tag, str) or code.tag.rpartition("}")[2] != "TextCode":
            continue
        x, y = float(code.get("X", x)), float(code.get("Y", y))
        text = code.text or ""
        drawn.count(len(text))
        right, down = (_steps(code.get(name, ""), len(text)) for name in ("DeltaX", "DeltaY"))
        for i, character in enumerate(text):
            wide = size * stretch * (1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5)
            step = right[i] if i < len(right) else 0.0 if down else wide
            shown = " " if character.isspace() else as_meant(character) if character.isprintable() else "\ufffd"
            drawn.damaged += shown == "\ufffd"
            left, foot = a * x + c * y + e, b * x + d * y + f
            yield Glyph(
                text=shown,
                x0=left,
                x1=left + a * (min(wide, step) if step > 0 else wide),
                top=foot - ASCENT * d * size,
                bottom=foot + (1 - ASCENT) * d * size,
            )
            x += step
            y += down[i] if i < len(down) else 0.0


def _steps(text: str, most: int) -> list[float]:
    """`3.5 g 4 3.5 1.75`: 3.5, then four times 3.5, then 1.75; never more than there are characters."""
    steps: list[float] = []
    words = iter(text.split())
    for word in words:
        times, value = 1, word
        if word == "g":
            times, value = int(next(words, "0")), next(words, "0")
        steps += [float(value)] * min(max(times, 0), most)
        if len(steps) > most:
            break
    return steps


def strokes_of(element: Any, drawn: Drawn) -> tuple[list[Box], list[Box]]:
    """Straight strokes along an axis and thin areas; and other areas that are filled."""
    a, b, c, d, e, f = _placed(element)
    stroke, fill = element.get("Stroke", "true") != "false", element.get("Fill", "false") == "true"
    text = " ".join(code.text or "" for code in element if str(code.tag).endswith("AbbreviatedData"))
    strokes: list[Box] = []
    fills: list[Box] = []
    for points in _straight(text, drawn):
        placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
        xs, ys = zip(*placed, strict=True)
        box = (min(xs), min(ys), max(xs), max(ys))
        if min(box[2] - box[0], box[3] - box[1]) <= THIN:
            strokes.append(box)
        elif stroke:
            for (x0, y0), (x1, y1) in pairwise(placed):
                if min(abs(x1 - x0), abs(y1 - y0)) < 1:
                    strokes.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        elif fill:
            fills.append(box)
    return strokes, fills


def _straight(text: str, drawn: Drawn) -> Iterator[list[Point]]:
    """Subpaths without curves."""
    words = _PATH.findall(text)
    drawn.count(len(words))
    points: list[Point] = []
    curved = False
    i = 0
    while i < len(words):
        operator = words[i]
        operands = words[i + 1 : i + 1 + _OPERANDS.get(operator, 0)]
        i += 1 + len(operands)
        if operator in ("M", "S"):
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        if operator == "C" and points:
            points.append(points[0])
        elif operator in ("Q", "B", "A"):
            curved = True
        elif len(operands) == 2:
            points.append((float(operands[0]), float(operands[1])))
    if len(points) > 1 and not curved:
        yield points


def _placed(element: Any) -> Matrix:
    """From an object's own places to points on the page: its CTM, then its boundary."""
    boundary = [float(word) for word in element.get("Boundary", "0 0 0 0").split()]
    own = [float(word) for word in element.get("CTM", "1 0 0 1 0 0").split()]
    if len(boundary) != 4 or len(own) != 6:
        raise ValueError("an object without a place")
    a, b, c, d, e, f = (value * POINT for value in own)
    return a, b, c, d, e + boundary[0] * POINT, f + boundary[1] * POINT
