"""Text outside of the grids of a picture: where its lines are, and what they say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from parsers import eye, ink
from parsers.eye import Seen
from parsers.layout import Glyph
from parsers.ruled import Lattice
from parsers.straight import Grey, Picture, resized

SURE = 0.9  # of a digit
LOST = "\ufffd"  # a digit that is doubtful
EM = 16  # pixels that a character is high in the picture in which lines are looked for
BLANK = 1.5  # heights of a character above and below a line: more paper need not be looked at
LARGEST = 1_000_000  # pixels that are looked at at once
WIDEST = 1_300  # of them side by side
MOST = 5_000_000  # of a picture

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


def read(picture: Picture, grids: Sequence[Lattice]) -> tuple[list[Glyph], list[Seen]]:
    """The characters outside of grids, doubtful digits as LOST, and what each line was read as."""
    calm = _without(grids, picture.calm, picture.scale)
    found = boxes(calm, picture)
    rest = calm if picture.grey is picture.calm else _without(grids, picture.grey, picture.scale)
    seen = eye.read([rest[round(y0) : round(y1), round(x0) : round(x1)] for x0, y0, x1, y1 in found])
    glyphs: list[Glyph] = []
    for (x0, y0, x1, y1), one in zip(found, seen, strict=True):
        text = "".join(LOST if c.isdigit() and sure < SURE else c for c, sure in zip(one.text, one.sure, strict=True))
        high = min(y1 - y0, max(picture.em, 0.8 * (y1 - y0)))
        glyphs += spread(text, x0, x1, (y0 + y1) / 2, high, picture.scale)
    return glyphs, seen


def _without(grids: Sequence[Lattice], grey: Grey, scale: float) -> Grey:
    """The picture with its grids painted over."""
    rest = grey.copy()
    paper = int(np.median(rest))
    for grid in grids:
        left, top, right, bottom = (round(edge / scale) for edge in (grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]))
        rest[max(top - 2, 0) : bottom + 3, max(left - 2, 0) : right + 3] = paper
    return rest


def boxes(calm: Grey, picture: Picture) -> list[Rectangle]:
    """Around each line of text, looked for in a smaller picture, without its blank stretches."""
    dark = abs(calm.astype(np.int16) - float(np.median(calm))) > ink.INK * picture.contrast
    rows = _near(np.asarray(dark.any(axis=1)), round(BLANK * picture.em))
    if not len(rows):
        return []
    packed = calm[rows]
    factor = min(EM / picture.em, WIDEST / packed.shape[1], (MOST / packed.size) ** 0.5)
    small = resized(packed, factor)
    factors = small.shape[1] / packed.shape[1], small.shape[0] / packed.shape[0]
    width = calm.shape[1]
    found = []
    for begin, end in ink.bands(resized(dark[rows].astype(np.uint8), factor) > 0, EM, LARGEST // small.shape[1]):
        for x0, y0, x1, y1 in eye.boxes(small[begin:end]):
            top, bottom = (_row(rows, (y + begin) / factors[1]) for y in (y0, y1))
            box = max(x0 / factors[0], 0), top, min(x1 / factors[0], width), bottom
            if box[2] - box[0] > 2 and box[3] - box[1] > 2:
                found.append(box)
    return found


def _near(marked: ink.Mask, reach: int) -> list[int]:
    """The places that lie no further than `reach` from a marked one."""
    return np.flatnonzero(np.convolve(marked, np.ones(2 * reach + 1), "same") > 0.5).tolist()


def _row(rows: Sequence[int], y: float) -> float:
    """Where a row of the packed picture stands in the whole one."""
    at = min(max(int(y), 0), len(rows) - 1)
    return min(rows[at] + max(y - at, 0.0), rows[-1] + 1.0)


def spread(text: str, left: float, right: float, middle: float, high: float, scale: float) -> Iterator[Glyph]:
    """The characters of a line side by side, wide ones twice as wide."""
    shares = [2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text]
    step, x = (right - left) / max(sum(shares), 1), left
    for c, share in zip(text, shares, strict=True):
        yield glyph_of(c, x, x + share * step, middle, high, scale)
        x += share * step


def glyph_of(text: str, x0: float, x1: float, middle: float, high: float, scale: float) -> Glyph:
    """A character at a place in pixels, as one in points."""
    top, bottom = (middle - high / 2) * scale, (middle + high / 2) * scale
    return Glyph(text=text, x0=x0 * scale, x1=x1 * scale, top=top, bottom=bottom)
