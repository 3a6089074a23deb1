"""Where the words that were asked for stand in a text as printed, and the piece of it that shows them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from archive.folding import tokens
from archive.scripts import simplified
from archive.shown.asking import Question

BEFORE, LENGTH = 40, 160  # signs of a piece before the first word that was asked for, and in all
LOOKED = 100_000  # characters of a text in which a window is looked for
WINDOW = 2_000  # characters that are taken apart, the time limit of a query does not hold here
BETWEEN = "\0"  # no token has it

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A piece of one line."""

    line: int  # of the text, from 0
    pieces: tuple[tuple[str, bool], ...]  # as printed, and whether it is what was asked for
    cut_before: bool
    cut_behind: bool

    @property
    def has_mark(self) -> bool:
        """False where what was asked for stands elsewhere."""
        return any(marked for _, marked in self.pieces)


def snippet(question: Question, text: str) -> Snippet:
    """The piece that shows most of what was asked for: of the first line that has most of the phrases."""
    begin, end = _window(question, text)
    lines = text[begin:end].split("\n")
    best, marked = 0, list[list[Span]]()
    for number, line in enumerate(lines):
        found = list(_found(question, line)) if line.strip() else []
        if sum(map(bool, found)) > sum(map(bool, marked)):
            best, marked = number, found
            if all(found):
                break
    before = text.count("\n", 0, begin)
    return _cut(lines[best], before + best, sorted(span for spans in marked for span in spans))


def _window(question: Question, text: str) -> tuple[int, int]:
    """From where to where a long text is looked at: round the first of the words that was asked for, in whole lines."""
    if len(text) <= WINDOW:
        return 0, len(text)
    looked = simplified(text[:LOOKED])
    small = looked.lower()
    looked = small if len(small) == len(looked) else looked  # some capitals are two letters when small
    places = [looked.find("".join(variant)) for phrase in question.phrases for variant in phrase]
    hit = min((place for place in places if place >= 0), default=0)
    least = max(0, hit - WINDOW // 4)
    begin = (text.rfind("\n", least, hit) + 1) or least
    end = begin + WINDOW
    return begin, end if end >= len(text) else max(text.rfind("\n", hit + WINDOW // 4, end), 0) or end


def _found(question: Question, line: str) -> Iterator[list[Span]]:
    """For each phrase, where it begins and ends."""
    every = tokens(line)
    joined = BETWEEN + BETWEEN.join(word for word, _, _ in every) + BETWEEN
    starts = [0]
    for word, _, _ in every:
        starts.append(starts[-1] + len(word) + 1)
    for phrase in question.phrases:
        spans: list[Span] = []
        for variant in phrase:
            wanted = BETWEEN + BETWEEN.join(variant) + BETWEEN
            place = joined.find(wanted)
            while place >= 0:
                first = bisect_left(starts, place)
                spans.append((every[first][1], every[first + len(variant) - 1][2]))
                place = joined.find(wanted, place + 1)
        yield spans


def _cut(line: str, number: int, spans: list[Span]) -> Snippet:
    begin = max(0, spans[0][0] - BEFORE) if spans else 0
    begin = 0 if len(line) <= LENGTH else min(begin, len(line) - LENGTH)
    end = min(len(line), begin + LENGTH)
    pieces: list[tuple[str, bool]] = []
    place = begin
    for first, last in spans:
        first, last = max(first, place), min(last, end)
        if first < last:
            pieces += [(line[place:first], False), (line[first:last], True)]
            place = last
    pieces.append((line[place:end], False))
    shown = tuple(piece for piece in pieces if piece[0])
    return Snippet(line=number, pieces=shown, cut_before=begin > 0, cut_behind=end < len(line))
