"""Whether a number that was recognised agrees with the ink that it was recognised from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from parsers.ink import Mask, Spot

# In heights of a character:
TALL = 0.5  # a digit is higher
LOW = 0.35  # a point or comma is lower
FLAT = 0.2  # a minus is lower
APART = 0.35  # digits of one number have less white between them
LEANS = 0.12  # of its own height: the foot of an upright stroke is no further from under its middle
BROAD = 0.9  # of its own height: a digit is narrower, two that touch are not
SHARED = 0.4  # of the narrower of two pieces: above each other they are one character

_NUMBER = re.compile(r"[\d.,+-]+")


def agrees(text: str, spots: Sequence[Spot], em: float) -> bool:
    """Whether each sign of the only number in a text has its piece of ink, of its kind and beside the next.

    Recognition drops one of two equal digits, loses points, and takes strokes that lean for a 1.
    """
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 1:
        return False
    found = numbers[0]
    before, after = found.start(), len(text) - found.end()
    pieces = characters(spots)
    if before and after:
        return False
    if not before and not after and len(pieces) != len(found[0]):
        return False
    if len(pieces) < len(text):
        return False
    own = pieces[: len(found[0])] if not before else pieces[-len(found[0]) :]
    if any(b.left - a.right > APART * em for a, b in pairwise(own)):
        return False
    foot = max(piece.bottom for piece in own)
    return all(_is(sign, piece, foot, em) for sign, piece in zip(found[0], own, strict=True))


def leans(spot: Spot) -> bool:
    """Whether a stroke is no upright one: that of `/`, or of a 7 that was taken for a 1."""
    height = spot.height
    middle, foot = spot.mask[height // 3 : 2 * height // 3], spot.mask[2 * height // 3 :]
    return abs(_centre(foot) - _centre(middle)) > LEANS * height


def _centre(mask: Mask) -> float:
    columns = mask.sum(axis=0)
    return float((columns * range(len(columns))).sum() / max(columns.sum(), 1))


def _is(sign: str, piece: Spot, foot: int, em: float) -> bool:
    if sign in ".,":
        return piece.height < LOW * em and piece.width < LOW * em and piece.bottom > foot - LOW * em
    if sign == "-":
        return piece.height < FLAT * em and piece.width > piece.height
    if sign == "+":
        return piece.height < em and piece.width > 0.5 * piece.height
    return piece.height > TALL * em and piece.width < BROAD * piece.height and not (sign == "1" and leans(piece))


def characters(spots: Sequence[Spot]) -> list[Spot]:
    """Pieces of ink above each other made one, left to right."""
    found: list[Spot] = []
    for spot in sorted(spots, key=lambda s: s.left):
        last = found[-1] if found else None
        if last and min(last.right, spot.right) - spot.left > SHARED * min(last.width, spot.width):
            found[-1] = _joined(last, spot)
        else:
            found.append(spot)
    return found


def _joined(one: Spot, other: Spot) -> Spot:
    import numpy as np

    left, top = min(one.left, other.left), min(one.top, other.top)
    right, bottom = max(one.right, other.right), max(one.bottom, other.bottom)
    mask = np.zeros((bottom - top, right - left), np.bool_)
    for spot in (one, other):
        mask[spot.top - top : spot.bottom - top, spot.left - left : spot.right - left] |= spot.mask
    return Spot(left=left, top=top, right=right, bottom=bottom, mask=mask)
