"""A picture of a page made straight and measured: its characters' height, its ruling lines, its ink."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parsers.ruled import Rule

Grey = npt.NDArray[np.uint8]  # a picture, 0 is black
Mask = npt.NDArray[np.bool_]

EM = 10.5  # points: what the characters of a form are high
READABLE = (6, 200)  # pixels that a character may be high in the picture as it came
WANTED = (20, 40)  # in the picture as it is read
USUAL_EM = 0.85  # of a character: what most of them are high
LEAN = 5.0  # degrees that a page may lie askew

# In heights of a character:
SHORTEST = 2.0  # a shorter stroke is one of a character
THICKEST = 0.3  # of a ruling line
SPECK = 0.07  # ink that is smaller is dirt
GAP = 0.1  # less white parts no lines
LINE = 1.2  # a line of text is no higher
BORDER = 0.15  # what touches the edge of a square and is thinner is a remnant of its ruling line

# Of the contrast between paper and ink:
RULED = 0.1  # grey lines are lighter than text
INK = 0.4
FAINT = 0.2  # something is there, but too faint to be read


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page that lies straight."""

    grey: Grey
    em: float  # pixels that its characters are high
    contrast: float  # between paper and ink

    @property
    def scale(self) -> float:
        """Points in a pixel."""
        return EM / self.em


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A connected piece of ink, in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int
    mask: Mask  # inside this rectangle

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def picture_of(grey: Grey) -> Picture | None:
    """None where nothing is printed that could be text."""
    import cv2

    em = _em(grey)
    if em is None:
        return None
    if not WANTED[0] <= em <= WANTED[1]:
        factor = WANTED[0] / em if em < WANTED[0] else WANTED[1] / em
        smooth = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=smooth).astype(np.uint8)
        em *= factor
    contrast = float(np.median(grey)) - float(np.percentile(grey, 0.5))
    return Picture(grey=_straight(grey), em=em, contrast=max(contrast, 1.0))


def _em(grey: Grey) -> float | None:
    import cv2

    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 20)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    likely = high[(high >= READABLE[0]) & (high <= READABLE[1]) & (wide > 0.2 * high) & (wide < 1.6 * high)]
    return float(np.percentile(likely, 80)) / USUAL_EM if len(likely) else None


def _straight(grey: Grey) -> Grey:
    """Turned by the angle of its long straight lines."""
    import cv2

    found = cv2.createLineSegmentDetector().detect(grey)[0]
    if found is None:
        return grey
    x0, y0, x1, y1 = found.reshape(-1, 4).T
    long = np.hypot(x1 - x0, y1 - y0)
    angles = (np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 45) % 90 - 45  # upright ones as if they were level
    kept = (long > 0.05 * grey.shape[1]) & (abs(angles) < LEAN)
    if not kept.any():
        return grey
    order = np.argsort(angles[kept])
    weights = np.cumsum(long[kept][order])
    lean = float(angles[kept][order][np.searchsorted(weights, weights[-1] / 2)])
    if abs(lean) < 0.05:
        return grey
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    paper = float(np.median(grey))
    turned = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return turned.astype(np.uint8)


# Ruling lines


def rules_of(picture: Picture) -> tuple[list[Rule], Mask]:
    """The ruling lines in points, and the pixels that they cover."""
    level, one = _strokes(picture, picture.grey)
    upright, other = _strokes(picture, np.ascontiguousarray(picture.grey.T))
    scale = picture.scale
    rules = [
        Rule(level=is_level, at=at * scale, begin=begin * scale, end=end * scale)
        for is_level, strokes in ((True, level), (False, upright))
        for at, begin, end in strokes
    ]
    return rules, one | other.T


def _strokes(picture: Picture, grey: Grey) -> tuple[list[tuple[float, float, float]], Mask]:
    """Level strokes that are long, thin and darker than what is above and below them."""
    import cv2

    thick, long = 2 * round(THICKEST * picture.em) + 1, round(SHORTEST * picture.em)
    darker = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    marked = (darker > RULED * picture.contrast).astype(np.uint8)
    whole = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    dark = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    _, _, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = [
        (float(y) + 0.5, float(left), float(left + wide))
        for (left, _, wide, _, _), (_, y) in zip(stats[1:], middles[1:], strict=True)
    ]
    return found, cv2.dilate(dark, np.ones((3, 3), np.uint8)).astype(bool)


# Ink


def spots_in(part: Grey, erased: Mask, picture: Picture, level: float = INK) -> list[Spot]:
    """Pieces of ink in a part of a picture, left to right; dirt and remnants of ruling lines are left out."""
    import cv2

    paper = np.median(part[~erased]) if not erased.all() else 255.0
    ink = (abs(part.astype(np.int16) - paper) > level * picture.contrast) & ~erased
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    found = []
    for i, (left, top, wide, high, area) in enumerate(stats.tolist()):
        if i and area > (SPECK * picture.em) ** 2 and not _is_border(left, top, wide, high, part.shape, picture.em):
            mask = labels[top : top + high, left : left + wide] == i
            found.append(Spot(left=left, top=top, right=left + wide, bottom=top + high, mask=mask))
    return sorted(found, key=lambda spot: (spot.left, spot.top))


def _is_border(left: int, top: int, wide: int, high: int, shape: Sequence[int], em: float) -> bool:
    if wide < BORDER * em and (left == 0 or left + wide == shape[1]):
        return True
    return high < BORDER * em and (top == 0 or top + high == shape[0])


def lines_in(spots: Sequence[Spot], em: float) -> list[list[Spot]]:
    """Spots by lines of text, top to bottom."""
    lines: list[list[Spot]] = []
    end = top = 0
    for spot in sorted(spots, key=lambda spot: spot.top):
        apart = spot.top - end
        if lines and (apart < GAP * em or spot.bottom - top < LINE * em):
            lines[-1].append(spot)
            end = max(end, spot.bottom)
        else:
            lines.append([spot])
            top, end = spot.top, spot.bottom
    return lines


def around(spots: Sequence[Spot]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all of them."""
    return (
        min(s.left for s in spots),
        min(s.top for s in spots),
        max(s.right for s in spots),
        max(s.bottom for s in spots),
    )


def bands(marked: Mask, em: float, tallest: int) -> Iterator[tuple[int, int]]:
    """Rows of a picture from one blank stretch to another, each no higher than `tallest` where that can be."""
    filled = np.flatnonzero(marked.any(axis=1))
    if not len(filled):
        return
    begin, last = int(filled[0]), int(filled[-1]) + 1
    blank = sorted({*range(begin, last)} - {*filled.tolist()})
    while begin < last:
        inside = [i for i in blank if begin + em < i <= begin + tallest]
        end = last if last - begin <= tallest else inside[-1] if inside else begin + tallest
        yield begin, min(end, last)
        begin = end


def padded(part: Any, by: tuple[int, int], paper: int) -> Grey:
    """A part of a picture with paper above and below it, and on both sides."""
    return np.pad(part, ((by[0], by[0]), (by[1], by[1])), constant_values=paper).astype(np.uint8)
