"""The ruling lines and the ink of a picture that lies straight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parsers.ruled import Rule
from parsers.straight import Grey, Picture

Mask = npt.NDArray[np.bool_]

# In heights of a character:
SHORTEST = 2.0  # a shorter stroke is one of a character
LOWEST = 1.1  # a row is higher
REACH = 0.25  # from the end of a line to the one that it meets
THICKEST = 0.3  # of a ruling line
SPECK = 0.07  # ink that is smaller is dirt
GAP = 0.1  # less white parts no lines
LINE = 1.2  # a line of text is no higher
BORDER = 0.15  # what touches the edge of a square and is thinner is a remnant of its ruling line

MOST = 3000  # pieces of ink in a square
AROUND = 4  # times as large as a square are the rectangles around all of its pieces

# Of the contrast between paper and ink:
NOISE = 4  # times the noise: what is darker is none
RULED = 0.1  # grey lines are lighter than text
INK = 0.4
FAINT = 0.13  # something is there, but too faint to be read; smoothing makes thin strokes fainter still
FAINTEST = 0.08  # the same where the paper is even


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


# Ruling lines


def rules_of(picture: Picture) -> tuple[list[Rule], Mask]:
    """The ruling lines in points, and the pixels that they cover.

    An upright line that is no longer than a row is high is one if it runs from one level line to another.
    """
    level, one = _strokes(picture, picture.calm, SHORTEST)
    across = _covered(level, one)
    upright, other = _strokes(picture, np.ascontiguousarray(picture.calm.T), LOWEST)
    reach = round(REACH * picture.em)

    def ends_at_lines(stroke: _Stroke) -> bool:
        at = slice(max(round(stroke.at) - 2, 0), round(stroke.at) + 2)
        return all(across[max(y - reach, 0) : y + reach, at].any() for y in (stroke.begin, stroke.end))

    upright = [s for s in upright if s.end - s.begin >= SHORTEST * picture.em or ends_at_lines(s)]
    rules = [
        Rule(level=is_level, at=s.at * picture.scale, begin=s.begin * picture.scale, end=s.end * picture.scale)
        for is_level, strokes in ((True, level), (False, upright))
        for s in strokes
    ]
    return rules, across | _covered(upright, other).T


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stroke:
    """A level line, in pixels."""

    label: int
    at: float
    begin: int
    end: int


def _strokes(picture: Picture, grey: Grey, least: float) -> tuple[list[_Stroke], npt.NDArray[np.int32]]:
    """Level strokes that are long, thin and darker than what is above and below them, and their labels by pixel."""
    import cv2

    thick, long = 2 * round(THICKEST * picture.em) + 1, round(least * picture.em)
    darker = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    usual = float(np.median(darker[::3, ::3]))  # of paper with noise
    noise = 1.48 * float(np.median(abs(darker[::3, ::3].astype(np.int16) - usual)))
    marked = (darker > max(RULED * picture.contrast, usual + NOISE * noise)).astype(np.uint8)
    whole = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    dark = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    _, labels, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = [
        _Stroke(label=i, at=float(middles[i][1]) + 0.5, begin=int(left), end=int(left + wide))
        for i, (left, _, wide, _, _) in enumerate(stats)
        if i
    ]
    return found, labels.astype(np.int32, copy=False)


def _covered(strokes: Sequence[_Stroke], labels: npt.NDArray[np.int32]) -> Mask:
    import cv2

    kept = np.zeros(int(labels.max()) + 1, np.uint8)
    kept[[stroke.label for stroke in strokes]] = 1
    return cv2.dilate(kept[labels], np.ones((3, 3), np.uint8)).astype(bool)


# Ink


def spots_in(part: Grey, erased: Mask, picture: Picture, level: float = INK) -> list[Spot] | None:
    """Pieces of ink in a part of a picture, left to right; dirt and remnants of ruling lines are left out.

    None where there are more of them, or more around each other, than text has.
    """
    import cv2

    paper = np.median(part[~erased]) if not erased.all() else 255.0
    ink = (abs(part.astype(np.int16) - paper) > level * picture.contrast) & ~erased
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    large = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] > (SPECK * picture.em) ** 2) + 1
    boxes = {
        i: (int(x), int(y), int(wide), int(high)) for i, (x, y, wide, high) in zip(large, stats[large, :4], strict=True)
    }
    boxes = {i: box for i, box in boxes.items() if not _is_border(box, part.shape, picture.em)}
    if len(boxes) > MOST or sum(wide * high for _, _, wide, high in boxes.values()) > AROUND * part.size:
        return None
    found = [
        Spot(
            left=left,
            top=top,
            right=left + wide,
            bottom=top + high,
            mask=labels[top : top + high, left : left + wide] == i,
        )
        for i, (left, top, wide, high) in boxes.items()
    ]
    return sorted(found, key=lambda spot: (spot.left, spot.top))


def faint(part: Grey, erased: Mask, picture: Picture) -> float:
    """From how much of the contrast something is there, by how uneven the paper of this part is."""
    paper = part[~erased].astype(np.int16)
    if not paper.size:
        return FAINT
    noise = 1.48 * float(np.median(abs(paper - np.median(paper)))) / picture.contrast
    return min(max(FAINTEST, NOISE * noise), FAINT)


def _is_border(box: tuple[int, int, int, int], shape: Sequence[int], em: float) -> bool:
    left, top, wide, high = box
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
