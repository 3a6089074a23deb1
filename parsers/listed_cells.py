"""Lines of text -> a list of cells, one after the other; cells that bars mark off are known even if they are empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers import numbers
from parsers.document import Paragraph
from parsers.labels import squeeze
from parsers.listed_words import SHORT, is_known
from parsers.remember import LONGEST

PARTS = 4  # pieces that a label may be broken into
CROWDED = 3  # words of the forms in one line from which it holds cells, whatever else

_NUMBERING = re.compile(
    r"(?<=\s)(\d{1,2})\s*([.．、])\s*(?=[^\d\s])|(?<=[(（])\s+|(?<=[(（][一二三四五六七八九])\s+(?=[)）])"
)
_BARE = re.compile(r"\(?[一二三四五六七八九\d]{1,2}[).、]+")
_PAGE = re.compile(r"[-—–·~]+\s*\d{1,3}\s*[-—–·~]+|第\s*\d{1,3}\s*页(?:[,，/\s]*共\s*\d{1,3}\s*页)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One cell of a list of cells."""

    text: str
    line: int  # where it ends
    begin: int = -1  # line where it begins, if it is another
    column: int = 0
    known: bool = False  # marked off by bars: a cell even if it is empty

    @property
    def first(self) -> int:
        return self.line if self.begin < 0 else self.begin

    @property
    def is_value(self) -> bool:
        return numbers.glance(self.text).is_value


def cells_of_lines(lines: Iterable[Paragraph]) -> list[Piece]:
    """A line is a cell; one that holds a row or a whole table is cut at its blanks."""
    return _whole([piece for p in lines for piece in _of_line(p)])


def cells_between_bars(lines: Iterable[Paragraph]) -> list[Piece]:
    """Cells that bars end: a bar with nothing before it ends an empty cell, a new line begins a new one."""
    found: list[Piece] = []
    for p in lines:
        *cells, rest = p.text.split("|")
        found += [Piece(text=c.strip(), line=p.line, column=i, known=True) for i, c in enumerate(cells)]
        if rest.strip() or not cells:
            found.append(Piece(text=rest.strip(), line=p.line, column=len(cells), known=bool(cells)))
    return _whole(found)


def cells_of_bar_lines(lines: Sequence[Paragraph]) -> list[Piece]:
    """Cells between lines that hold nothing but a bar; two without a line between them have an empty cell there.

    Where such bars are, a blank line is no cell: it parts one row, with bars all round, from the next.
    """
    texts = [p.text.strip() for p in lines]
    bars = [i for i, text in enumerate(texts) if text == "|"]
    around = any(b == a + 1 for a, b in pairwise(bars))
    found: list[Piece] = []
    for i, p in enumerate(lines):
        inside = bars and bars[0] - 1 <= i <= bars[-1] + 1
        if inside and i and texts[i] == texts[i - 1] == "|":
            found.append(Piece(text="", line=p.line, known=True))
        elif inside and around and not texts[i]:
            continue
        elif not inside or texts[i] != "|":
            found.append(Piece(text=p.text.strip(" |"), line=p.line, known=bool(inside)))
    return _whole(found)


def _of_line(line: Paragraph) -> Iterator[Piece]:
    if is_known(line.text) or not line.text.strip():
        yield Piece(text=line.text, line=line.line)
        return
    words = _NUMBERING.sub(lambda m: f"{m[1]}{m[2]}" if m[1] else "", f" {line.text}").split()
    pieces = [Piece(text=text, line=line.line, column=i) for i, text in enumerate(words)]
    joined = _whole(pieces) if len(pieces) > 1 else pieces
    known = sum(is_known(p.text) for p in joined)
    is_row = known and (joined[-1].is_value or known >= CROWDED or 2 * known >= len(joined))
    if len(pieces) > 1 and (is_row or all(p.is_value for p in pieces[len(pieces) > CROWDED :])):
        yield from pieces
    else:
        yield Piece(text=line.text, line=line.line)


def _whole(pieces: Sequence[Piece]) -> list[Piece]:
    """Labels that were broken into several pieces in one again; marks of pages left out."""
    kept = [p for p in pieces if not _PAGE.fullmatch(p.text.strip()) and (p.known or p.text.strip())]
    found: list[Piece] = []
    place = 0
    while place < len(kept):
        size = _parts(kept, place)
        text = "".join(p.text for p in kept[place : place + size])
        found.append(replace(kept[place + size - 1], text=text, begin=kept[place].first))
        place += size
    return found


def _parts(pieces: Sequence[Piece], begin: int) -> int:
    """How many pieces from one on are a label together."""
    first, following = pieces[begin], pieces[begin + 1 : begin + PARTS]
    if len(first.text) > LONGEST:
        return 1
    if first.is_value or not following or following[0].is_value:
        return 1
    second = squeeze(following[0].text[: LONGEST + 1])
    if is_known(first.text):
        if is_known(second):
            return 1
        goes_on = (second.startswith("(") and second.endswith(")")) or is_known(first.text + second)
        return 2 if goes_on and len(second) < SHORT else 1
    if _BARE.fullmatch(squeeze(first.text)):
        return 2
    text = first.text
    for size, piece in enumerate(following, start=2):
        if piece.is_value or len(text) > SHORT or is_known(piece.text):
            return 1
        text += piece.text
        if is_known(text):
            return size
    return 1
