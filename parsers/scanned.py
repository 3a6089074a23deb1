"""A picture of a page -> its ruling lines and characters with their places; in a square, doubt is no number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import rapidocr  # noqa: F401  the extra is there, or this module is not

from parsers import eye, ink, unruled
from parsers.digits import cuts, pitch_of
from parsers.document import Document, Unread, Unreadable
from parsers.eye import Seen
from parsers.ink import Mask, Spot
from parsers.layout import Glyph
from parsers.numbers import PICTURE, glance, holds_digits
from parsers.pages import Page, document_of
from parsers.ruled import Box, Lattice, lattices
from parsers.shapes import agrees, leans
from parsers.straight import Grey, Picture, picture_of
from parsers.unruled import glyph_of, spread
from parsers.upright import is_doubtful, quarters

SURE = 0.9  # of a digit, in the better of two readings; see _verdict
UNSURE = 0.5  # in neither
CLOSE, WIDE = (0.15, 0.2), (0.4, 0.5)  # white around a line, above and beside it, in heights of a character

RULES = 4_000  # of one page; a drawing may have more, and rules nothing
SQUARES = 4_000  # of the grids of one page

_DIGITS = re.compile("[0-9]+")
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
    begin: int  # column of its square in which it begins
    seen: list[Seen] = field(default_factory=list)
    certain: bool = False  # what may be a value was read twice alike, surely, and agrees with its ink

    def crop(self, white: tuple[float, float], em: float, columns: slice = slice(None)) -> Grey:
        above = max(em - self.part.shape[0], 0) / 2 + white[0] * em
        return ink.padded(self.part[:, columns], (round(above), round(white[1] * em)), self.paper)

    @property
    def text(self) -> str:
        return self.seen[0].text.strip()


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
    """What is recognised in the pictures of pages; a page that is refused costs no other."""
    printed, unread, doubtful = [], [], 0
    for number, grey in enumerate(pages, start=1):
        try:
            page, lost = page_of(grey)
        except Unreadable as error:
            unread.append(Unread(name=f"第{number}页", problem=error))
            continue
        printed.append(replace(page, number=number - 1))
        doubtful += lost
    if not any(page.glyphs for page in printed):
        raise unread[0].problem if unread else Unreadable("nothing was recognised in the picture")
    return replace(document_of(printed, damaged=doubtful), unread=tuple(unread))


def page_of(grey: Grey) -> tuple[Page, int]:
    """What a picture shows, and how many digits outside of its grids are doubtful."""
    picture = picture_of(grey)
    if picture is None:
        height, width = grey.shape
        return Page(width=width, height=height, glyphs=(), rules=(), recognised=True), 0
    page, seen = _read_page(picture)
    if is_doubtful(seen) and (turns := quarters(picture)) and (turned := picture_of(np.rot90(grey, turns))):
        page = replace(_read_page(turned)[0], turns=turns)
    return page, sum(glyph.text == unruled.LOST for glyph in page.glyphs)


def _read_page(picture: Picture) -> tuple[Page, list[Seen]]:
    rules, mask = ink.rules_of(picture)
    grids = lattices(rules) if len(rules) < RULES else []
    if sum(len(grid.boxes) for grid in grids) > SQUARES:
        raise Unreadable("the picture shows more squares than the tables of a report have")
    squares = [_square(picture, mask, grid, box) for grid in grids for box in grid.boxes]
    lines = [line for square in squares for line in square.lines]
    _read(lines, picture.em)
    inside = [glyph for square in squares for glyph in _glyphs(square, picture)]
    outside, seen = unruled.read(picture, grids)
    height, width = (side * picture.scale for side in picture.grey.shape)
    page = Page(width=width, height=height, glyphs=[*inside, *outside], rules=rules, recognised=True, lean=picture.lean)
    return page, [*(line.seen[0] for line in lines), *seen]


# Inside a grid


def _square(picture: Picture, mask: Mask, lattice: Lattice, box: Box) -> _Square:
    xs = (lattice.xs[box.column], lattice.xs[box.column + box.colspan])
    ys = (lattice.ys[box.row], lattice.ys[box.row + box.rowspan])
    left, right = (round(x / picture.scale) for x in xs)
    top, bottom = (round(y / picture.scale) for y in ys)
    left, top = left + 1, top + 1
    part, calm = picture.grey[top:bottom, left:right], picture.calm[top:bottom, left:right]
    erased = mask[top:bottom, left:right]
    if not part.size:
        return _Square(left=left, top=top, right=right, bottom=bottom, lines=[], faint=False)
    spots = ink.spots_in(calm, erased, picture)
    lines = [_line(part, own, (left, top)) for own in ink.lines_in(spots or (), picture.em)]
    faint = not spots and (spots is None or _is_faint(calm, erased, picture))
    return _Square(left=left, top=top, right=right, bottom=bottom, lines=lines, faint=faint)


def _is_faint(calm: Grey, erased: Mask, picture: Picture) -> bool:
    spots = ink.spots_in(calm, erased, picture, ink.faint(calm, erased, picture))
    return spots is None or any(max(spot.height, spot.width) > 0.3 * picture.em for spot in spots)


def _line(part: Grey, spots: Sequence[Spot], corner: tuple[int, int]) -> _Line:
    """Everything but the line's own ink and its soft edges is painted over."""
    import cv2

    x0, top, x1, bottom = ink.around(spots)
    top, bottom = max(top - 1, 0), min(bottom + 1, part.shape[0])
    x0, x1 = max(x0 - 1, 0), min(x1 + 1, part.shape[1])
    own = np.zeros((bottom - top, x1 - x0), np.uint8)
    for spot in spots:
        own[spot.top - top : spot.bottom - top, spot.left - x0 : spot.right - x0] |= spot.mask
    paper = int(np.median(part))
    alone = np.where(cv2.dilate(own, np.ones((5, 5), np.uint8)), part[top:bottom, x0:x1], paper).astype(np.uint8)
    middle = corner[1] + (top + bottom) / 2
    return _Line(
        left=corner[0] + x0, right=corner[0] + x1, middle=middle, spots=spots, part=alone, paper=paper, begin=x0
    )


def _read(lines: Sequence[_Line], em: float) -> None:
    """Every line once, and what may be a value twice, with other white around it."""
    for line, seen in zip(lines, eye.read([line.crop(CLOSE, em) for line in lines]), strict=True):
        line.seen.append(seen)
    again = [line for line in lines if not _is_words(line.seen[0].text)]
    for line, seen in zip(again, eye.read([line.crop(WIDE, em) for line in again]), strict=True):
        line.seen.append(seen)
    for line in again:
        line.certain = _is_certain(line, em)
    _cut_apart(again, em)


def _cut_apart(lines: Sequence[_Line], em: float) -> None:
    """Numbers whose digits touch, each digit read once more alone."""
    pitch = pitch_of((line.text, line.spots) for line in lines if line.certain)
    if pitch is None:
        return
    touching = [line for line in lines if not line.certain and _is_sure(line) and _DIGITS.fullmatch(line.text)]
    cut = [(line, found) for line in touching if (found := cuts(line.text, line.spots, pitch))]
    columns = [(line, slice(a - line.begin, b - line.begin)) for line, found in cut for a, b in found]
    seen = iter(eye.read([line.crop(WIDE, em, part) for line, part in columns]))
    for line, _ in cut:
        alone = [(c, next(seen)) for c in line.text]
        line.certain = all(one.text == c and min(one.sure) > SURE for c, one in alone)


def _is_words(text: str) -> bool:
    return not glance(text).is_value and sum(unicodedata.category(c) == "Lo" for c in text) > 1


def _glyphs(square: _Square, picture: Picture) -> Iterator[Glyph]:
    texts = [line.text for line in square.lines]
    doubtful = square.faint or (bool(texts) and not any(texts))
    if not _is_words("".join(texts)):
        doubtful |= not all(line.certain for line in square.lines)
    if doubtful:
        x, y, half = (square.left + square.right) / 2, (square.top + square.bottom) / 2, 1.0
        yield glyph_of(PICTURE, x - half, x + half, y, 2 * half, picture.scale)
        return
    for line, text in zip(square.lines, texts, strict=True):
        yield from spread(text, line.left, line.right, line.middle, picture.em, picture.scale)


def _is_sure(line: _Line) -> bool:
    """Whether both readings are the same, and every character of them sure."""
    first, second = line.seen
    if first.text != second.text:
        return False
    pairs = [tuple(sorted(pair)) for pair in zip(first.sure, second.sure, strict=True)]
    return all(low > UNSURE and high > SURE for low, high in pairs)


def _is_certain(line: _Line, em: float) -> bool:
    text = line.text
    if not _is_sure(line) or text in _STROKES:
        return False  # - and 一, 1 and |, ○ and 0 look alike
    if text in _SLASHES:
        return len(line.spots) == 1 and leans(line.spots[0])
    return agrees(text, line.spots, em) if holds_digits(text) else True
