"""What happens to lines of text: lost, doubled, swapped, joined, cut off, or one put between that does not belong."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from archive.records import Parsed
from tests.maker.compare import compare
from tests.maker.report import Made

Lines = list[str]
Harm = Callable[[Lines, random.Random], Lines]
STRAY = 77777  # a number that no report has
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def line_lost(lines: Lines, rng: random.Random) -> Lines:
    at = rng.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def line_doubled(lines: Lines, rng: random.Random) -> Lines:
    at = rng.randrange(len(lines))
    return lines[: at + 1] + lines[at:]


def lines_swapped(lines: Lines, rng: random.Random) -> Lines:
    """A line of words and one that may be a number; of two numbers nobody could tell that they were swapped."""
    mixed = [i for i in range(len(lines) - 1) if _is_bare(lines[i]) != _is_bare(lines[i + 1])]
    at = rng.choice(mixed or [0])
    return [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]]


def lines_joined(lines: Lines, rng: random.Random) -> Lines:
    at = rng.randrange(len(lines))
    return [*lines[:at], "".join(lines[at : at + 2]), *lines[at + 2 :]]


def cut_off(lines: Lines, rng: random.Random) -> Lines:
    return lines[: rng.randrange(len(lines) // 4, len(lines))]


def word_lost(lines: Lines, rng: random.Random) -> Lines:
    """A word between blanks, tabs or bars, with what parts it from the next."""
    at = rng.choice([i for i, line in enumerate(lines) if line.strip()])
    words = re.findall(r"[^\s|]+[\s|]*|[\s|]+", lines[at])
    gone = rng.randrange(len(words))
    return [*lines[:at], "".join(words[:gone] + words[gone + 1 :]), *lines[at + 1 :]]


def number_put_in(lines: Lines, rng: random.Random) -> Lines:
    """The number of a page, say."""
    at = rng.randrange(1, len(lines) + 1)
    return [*lines[:at], str(STRAY), *lines[at:]]


HARMS: Sequence[Harm] = (
    line_lost,
    line_doubled,
    lines_swapped,
    lines_joined,
    cut_off,
    word_lost,
    number_put_in,
)
PUT_IN = (line_doubled, number_put_in)  # after these there is more than there was


def _is_bare(line: str) -> bool:
    """Whether a line is a number, or nothing."""
    return not line.strip(" |\t0123456789.-")


def silent(made: Made, before: str, after: str, parsed: Parsed) -> Mapping[str, int]:
    """Numbers that stand in the text still, that are no fact, and that no finding speaks of."""
    gone = Counter(_NUMBER.findall(before)) - Counter(_NUMBER.findall(after))
    unsaid = Counter(str(made.values[i]) for i in compare(made, parsed).unreported)
    return unsaid - gone
