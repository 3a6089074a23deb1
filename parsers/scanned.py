"""A picture of a page -> its ruling lines and characters with their places; in a square, doubt is no number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import rapidocr  # noqa: F401  the extra is there, or this module is not

from parsers import eye, ink
from parsers.document import Document, Unreadable
from parsers.eye import Seen
from parsers.ink import Grey, Mask, Picture, Spot
from parsers.layout import Glyph
from parsers.numbers import PICTURE, glance, holds_digits
from parsers.pages import Page, document_of
from parsers.ruled import Box, Lattice, lattices
from parsers.shapes import agrees, leans

SURE = 0.9  # of a digit, in the better of two readings; see _verdict
UNSURE = 0.5  # in neither
CLOSE, WIDE = (0.1, 0.1), (0.3, 0.4)  # white around a line, above and beside it, in heights of a character
LOST = "\ufffd"  # a digit outside of tables that is doubtful
TALLEST = 1600  # pixels of a picture in which lines are looked for at once

_SLASHES, _STROKES = frozenset("/\\|"), frozenset("一丨|｜lI〇")


@dataclass(kw_only=True)
class _Line:
    """One line of text in a square."""

    left: float  # of the page, in pixels
    right: float
    middle: float
    spots: Sequence[Spot]
    part: Grey  # the line alone, with nothing around it
    paper: int
    seen: list[Seen] = field(default_factory=list)

    def crop(self, white: tuple[float, float], em: float) -> Grey:
        above = max(em - self.part.shape[0], 0) / 2 + white[0] * em
        return ink.padded(self.part, (round(above), round(white[1] * em)), self.paper)


@dataclass(kw_only=True)
class _Square:
    """One rectangle of a grid."""

    left: int  # of the page, in pixels
    top: int
    right: int
    bottom: int
    lines: list[_Line]
    faint: bool  # something is there that is too faint to be read


def document_of_pictures(pages: Iterable[Grey]) -> Document:
    """What is recognised in the pictures of pages."""
    printed, doubtful = [], 0
    for grey in pages:
        page, lost = page_of(grey)
        printed.append(page)
        doubtful += lost
    if not any(page.glyphs for page in printed):
        raise Unreadable("nothing was recognised in the picture")
    return document_of(printed, damaged=doubtful)


def page_of(grey: Grey) -> tuple[Page, int]:
    """What a picture shows, and how many digits outside of its grids are doubtful."""
    picture = ink.picture_of(grey)
    if picture is None:
        height, width = grey.shape
        return Page(width=width, height=height, glyphs=(), rules=(), recognised=True), 0
    rules, mask = ink.rules_of(picture)
    found = lattices(rules)
    squares = [_square(picture, mask, lattice, box) for lattice in found for box in lattice.boxes]
    _read([line for square in squares for line in square.lines], picture.em)
    glyphs = [glyph for square in squares for glyph in _glyphs(square, picture)]
    outside, lost = _outside(picture, found)
    height, width = picture.grey.shape
    scale = picture.scale
    glyphs += outside
    return Page(width=width * scale, height=height * scale, glyphs=glyphs, rules=rules, recognised=True), lost


# Inside a grid


def _square(picture: Picture, mask: Mask, lattice: Lattice, box: Box) -> _Square:
    xs = (lattice.xs[box.column], lattice.xs[box.column + box.colspan])
    ys = (lattice.ys[box.row], lattice.ys[box.row + box.rowspan])
    left, right = (round(x / picture.scale) for x in xs)
    top, bottom = (round(y / picture.scale) for y in ys)
    left, top = left + 1, top + 1
    part, erased = picture.grey[top:bottom, left:right], mask[top:bottom, left:right]
    if not part.size:
        return _Square(left=left, top=top, right=right, bottom=bottom, lines=[], faint=False)
    spots = ink.spots_in(part, erased, picture)
    lines = [_line(part, own, (left, top)) for own in ink.lines_in(spots, picture.em)]
    faint = not spots and any(
        max(spot.height, spot.width) > 0.3 * picture.em for spot in ink.spots_in(part, erased, picture, ink.FAINT)
    )
    return _Square(left=left, top=top, right=right, bottom=bottom, lines=lines, faint=faint)


def _line(part: Grey, spots: Sequence[Spot], corner: tuple[int, int]) -> _Line:
    """Everything but the line's own ink and its soft edges is painted over."""
    import cv2

    x0, top, x1, bottom = ink.around(spots)
    top, bottom = max(top - 1, 0), min(bottom + 1, part.shape[0])
    x0, x1 = max(x0 - 1, 0), min(x1 + 1, part.shape[1])
    own = np.zeros(part.shape, np.uint8)
    for spot in spots:
        own[spot.top : spot.bottom, spot.left : spot.right] |= spot.mask
    paper = int(np.median(part))
    alone = np.where(cv2.dilate(own, np.ones((5, 5), np.uint8)), part, paper)[top:bottom, x0:x1].astype(np.uint8)
    middle = corner[1] + (top + bottom) / 2
    return _Line(left=corner[0] + x0, right=corner[0] + x1, middle=middle, spots=spots, part=alone, paper=paper)


def _read(lines: Sequence[_Line], em: float) -> None:
    """Every line once, and what may be a value twice, with other white around it."""
    for line, seen in zip(lines, eye.read([line.crop(CLOSE, em) for line in lines]), strict=True):
        line.seen.append(seen)
    again = [line for line in lines if not _is_words(line.seen[0].text)]
    for line, seen in zip(again, eye.read([line.crop(WIDE, em) for line in again]), strict=True):
        line.seen.append(seen)


def _is_words(text: str) -> bool:
    return not glance(text).is_value and sum(unicodedata.category(c) == "Lo" for c in text) > 1


def _glyphs(square: _Square, picture: Picture) -> Iterator[Glyph]:
    texts = [line.seen[0].text.strip() for line in square.lines]
    doubtful = square.faint or (bool(texts) and not any(texts))
    if not _is_words("".join(texts)):
        doubtful |= not all(_is_certain(line, picture.em) for line in square.lines)
    if doubtful:
        x, y, half = (square.left + square.right) / 2, (square.top + square.bottom) / 2, 1.0
        yield _glyph(PICTURE, x - half, x + half, y, 2 * half, picture.scale)
        return
    for line, text in zip(square.lines, texts, strict=True):
        yield from _spread(text, line.left, line.right, line.middle, picture.em, picture.scale)


def _is_certain(line: _Line, em: float) -> bool:
    """Whether what may be a value was read twice alike, surely, and agrees with its ink."""
    if len(line.seen) < 2 or len({seen.text for seen in line.seen}) > 1:
        return False
    first, second = line.seen
    text = first.text.strip()
    if text in _STROKES:
        return False  # - and 一, 1 and |, ○ and 0 look alike
    if text in _SLASHES:
        return len(line.spots) == 1 and leans(line.spots[0])
    pairs = [tuple(sorted(pair)) for pair in zip(first.sure, second.sure, strict=True)]
    if not all(low > UNSURE and high > SURE for low, high in pairs):
        return False
    return agrees(text, line.spots, em) if holds_digits(text) else True


# Outside of grids


def _outside(picture: Picture, found: Sequence[Lattice]) -> tuple[list[Glyph], int]:
    rest = picture.grey.copy()
    paper = int(np.median(rest))
    for lattice in found:
        edges = (lattice.xs[0], lattice.ys[0], lattice.xs[-1], lattice.ys[-1])
        left, top, right, bottom = (round(edge / picture.scale) for edge in edges)
        rest[max(top - 2, 0) : bottom + 3, max(left - 2, 0) : right + 3] = paper
    dark = abs(rest.astype(np.int16) - paper) > ink.INK * picture.contrast
    boxes = [
        (x0, y0 + begin, x1, y1 + begin)
        for begin, end in ink.bands(dark, picture.em, TALLEST)
        for x0, y0, x1, y1 in eye.boxes(rest[begin:end])
    ]
    height, width = rest.shape
    boxes = [(max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)) for x0, y0, x1, y1 in boxes]
    boxes = [box for box in boxes if box[2] - box[0] > 2 and box[3] - box[1] > 2]
    seen = eye.read([rest[round(y0) : round(y1), round(x0) : round(x1)] for x0, y0, x1, y1 in boxes])
    glyphs: list[Glyph] = []
    lost = 0
    for (x0, y0, x1, y1), one in zip(boxes, seen, strict=True):
        text = "".join(LOST if c.isdigit() and sure < SURE else c for c, sure in zip(one.text, one.sure, strict=True))
        lost += text.count(LOST)
        high = min(y1 - y0, max(picture.em, 0.8 * (y1 - y0)))
        glyphs += _spread(text, x0, x1, (y0 + y1) / 2, high, picture.scale)
    return glyphs, lost


def _spread(text: str, left: float, right: float, middle: float, high: float, scale: float) -> Iterator[Glyph]:
    """The characters of a line side by side, wide ones twice as wide."""
    shares = [2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text]
    step, x = (right - left) / max(sum(shares), 1), left
    for c, share in zip(text, shares, strict=True):
        yield _glyph(c, x, x + share * step, middle, high, scale)
        x += share * step


def _glyph(text: str, x0: float, x1: float, middle: float, high: float, scale: float) -> Glyph:
    top, bottom = (middle - high / 2) * scale, (middle + high / 2) * scale
    return Glyph(text=text, x0=x0 * scale, x1=x1 * scale, top=top, bottom=bottom)
