"""Which way up a page lies that was scanned on its side or on its head: the way in which most of it can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import numpy as np

from parsers import eye, unruled
from parsers.eye import Seen
from parsers.straight import Picture

SURE = 0.9  # of a character
DOUBTFUL = 0.8  # share of sure characters below which a page may lie another way; upright worn ones have more
FEWEST = 20  # characters from which a page tells
LINES = 8  # that are read all four ways


def is_doubtful(seen: Iterable[Seen]) -> bool:
    """Whether what was read is mostly guessed, as that of a page on its head is."""
    sure = [likely > SURE for likely in _likely(seen)]
    return len(sure) >= FEWEST and sum(sure) < DOUBTFUL * len(sure)


def quarters(picture: Picture) -> int:
    """How many quarter turns against the clock bring a page upright; 0 where none is better."""
    boxes = sorted(unruled.boxes(picture.calm, picture), key=lambda box: box[2] - box[0] + box[3] - box[1])
    parts = [picture.grey[round(y0) : round(y1), round(x0) : round(x1)] for x0, y0, x1, y1 in boxes[-LINES:]]

    def sure(turns: int) -> int:
        lines = [np.ascontiguousarray(np.rot90(part, turns)) for part in parts]
        return sum(likely > SURE for likely in _likely(eye.read([line for line in lines if line.size])))

    return max((0, 2, 1, 3), key=sure)


def _likely(seen: Iterable[Seen]) -> list[float]:
    """How sure each Chinese character is."""
    pairs = (pair for one in seen for pair in zip(one.text, one.sure, strict=True))
    return [likely for c, likely in pairs if unicodedata.category(c) == "Lo"]
