"""Digits whose ink touches: cut apart by the step that the other numbers of the page have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from parsers.ink import Spot
from parsers.shapes import characters

FEWEST = 4  # samples from which a measure is known
EVEN = 0.12  # of the step: most samples differ less
FITS = 0.3  # of the step: a run of digits is no wider or narrower than it should be


@dataclass(frozen=True, kw_only=True)
class Pitch:
    """How digits follow each other on a page, in heights of a digit."""

    step: float  # from the middle of one to that of the next
    wide: float  # ink of a digit
    narrow: float  # of a 1

    def width(self, digits: str) -> float:
        """Of the ink of digits that follow each other."""
        outer = [self.narrow if c == "1" else self.wide for c in (digits[0], digits[-1])]
        return (len(digits) - 1) * self.step + sum(outer) / 2


def pitch_of(numbers: Iterable[tuple[str, Sequence[Spot]]]) -> Pitch | None:
    """From numbers whose digits stand apart; None where they are too few or too different."""
    steps: list[float] = []
    wide: list[float] = []
    narrow: list[float] = []
    for text, spots in numbers:
        pieces = characters(spots)
        if not text.isascii() or not text.isdecimal() or len(pieces) != len(text):
            continue
        high = _height(pieces)
        steps += [(b.left + b.right - a.left - a.right) / 2 / high for a, b in pairwise(pieces)]
        for c, piece in zip(text, pieces, strict=True):
            (narrow if c == "1" else wide).append(piece.width / high)
    if min(len(steps), len(wide)) < FEWEST:
        return None
    step = float(np.median(steps))
    if np.percentile(abs(np.array(steps) - step), 75) > EVEN * step:
        return None
    return Pitch(step=step, wide=float(np.median(wide)), narrow=float(np.median(narrow or wide)))


def cuts(text: str, spots: Sequence[Spot], pitch: Pitch) -> list[tuple[int, int]] | None:
    """First and last column of each digit of a number, if its ink is as wide as these digits are.

    A digit that recognition dropped, or saw twice, leaves the ink a step too wide or too narrow.
    """
    pieces = characters(spots)
    high = _height(pieces)
    found: list[tuple[int, int]] = []
    for piece in pieces:
        rest = text[len(found) :]
        count = min(range(1, len(rest) + 1), key=lambda n: abs(pitch.width(rest[:n]) * high - piece.width), default=0)
        if not count or abs(pitch.width(rest[:count]) * high - piece.width) > FITS * pitch.step * high:
            return None
        found += _parts(piece, rest[:count], pitch, high)
    return found if len(found) == len(text) else None


def _parts(piece: Spot, digits: str, pitch: Pitch, high: int) -> list[tuple[int, int]]:
    """One piece of ink cut between its digits, where least of it is."""
    step = pitch.step * high
    first = (pitch.narrow if digits[0] == "1" else pitch.wide) * high / 2
    shift = (piece.width - pitch.width(digits) * high) / 2
    ink = piece.mask.sum(axis=0)
    edges = [0]
    for n in range(1, len(digits)):
        middle, reach = first + shift + (n - 0.5) * step, 0.2 * step
        begin, end = max(round(middle - reach), edges[-1] + 1), min(round(middle + reach) + 1, piece.width)
        if begin >= end:
            return []
        edges.append(begin + int(ink[begin:end].argmin()))
    return [(piece.left + a, piece.left + b) for a, b in pairwise([*edges, piece.width])]


def _height(pieces: Sequence[Spot]) -> int:
    return max(piece.height for piece in pieces)
