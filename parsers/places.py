"""Where the squares that were read stand: in which cell of a grid, and which characters of a line of text they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from archive.records import Fact, Parsed
from parsers.behind import tables_of
from parsers.copies import Aside
from parsers.document import Document
from parsers.tables.squares import Square

Place = tuple[int | None, int, int]  # table, row and column as in archive.records.Fact
Span = tuple[int, int]  # first character, and the one after the last


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One square that was read, or one number that became no fact."""

    raw: str
    column: int
    facts: tuple[int, ...] = ()  # which of the facts stand in it; several where one blank cell covers several squares
    extra: int | None = None  # which of the extra rows' squares it is
    leftover: int | None = None  # which of the leftovers it is, those of tables that were not read last
    aside: Aside | None = None  # what it would have been read as, had its table been read
    glued: bool = False  # its digits touch those of its neighbours


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Every mark of a document, once."""

    cells: Mapping[tuple[int, int, int], Mark]  # in grids
    lines: Mapping[int, Sequence[Mark]]  # line of the text -> its marks, in the order in which they were read


def marks_of(document: Document, parsed: Parsed) -> Marks:
    """The squares of the facts, and the numbers that became none; a document that is no report has neither."""
    found: dict[tuple[Place, str, int], list[int]] = {}
    for n, fact in enumerate(parsed.facts):
        found.setdefault(_square_of(n, fact), []).append(n)
    marks: list[tuple[Place, Mark]] = [
        ((extra.table, extra.row, extra.column), Mark(raw=extra.raw, column=extra.column, extra=n))
        for n, extra in enumerate(parsed.extras)
    ]
    marks += [(place, _mark(parsed.facts[ns[0]], ns)) for (place, _, _), ns in found.items()]
    for n, (square, aside) in enumerate(_without_facts(document, parsed.year) if parsed.kind == "report" else ()):
        mark = Mark(raw=square.text.strip(), column=square.column, leftover=n, aside=aside)
        marks.append(((square.table, square.row, square.column), mark))
    lines: dict[int, list[Mark]] = {}
    for (table, row, _), mark in marks:
        if table is None:
            lines.setdefault(row, []).append(mark)
    cells = {(table, row, column): mark for (table, row, column), mark in marks if table is not None}
    return Marks(cells=cells, lines=lines)


def _without_facts(document: Document, year: int | None) -> Iterator[tuple[Square, Aside | None]]:
    tables = tables_of(document, year)
    yield from ((square, None) for _, square in tables.leftovers)
    yield from ((one.square, one) for one in tables.aside if not one.square.is_blank)


def _square_of(n: int, fact: Fact) -> tuple[Place, str, int]:
    """What facts of one square have in common: in text that lost its grid, blanks and glued digits share no square."""
    alone = fact.table is None and (not fact.raw or fact.method == "sums")
    return (fact.table, fact.row, fact.column), fact.raw, n if alone else -1


def _mark(fact: Fact, numbers: Sequence[int]) -> Mark:
    return Mark(raw=fact.raw, column=fact.column, facts=tuple(numbers), glued=fact.method == "sums")


def spans(text: str, marks: Sequence[Mark]) -> list[tuple[Span, Mark]]:
    """The characters of each mark in its line, left to right; a square without any of its own has an empty span."""
    cells = _cells(text, marks)
    placed: list[tuple[Span, Mark]] = []
    end = 0
    run: Iterator[Span] = iter(())
    for n, mark in enumerate(marks):
        if mark.glued:
            if n == 0 or not marks[n - 1].glued or mark.column == 0:
                run = iter(_run(text, end, _row_from(marks, n)))
            span = next(run, (len(text), len(text)))
        else:
            span = _span(text, mark, cells, end, first=not placed)
        if mark.leftover is None:
            end = span[1]
        placed.append((span, mark))
    return sorted(_apart(placed), key=lambda pair: pair[0])


def _span(text: str, mark: Mark, cells: Sequence[Span], end: int, *, first: bool) -> Span:
    if mark.column < len(cells):
        start, stop = _trimmed(text, cells[mark.column])
        if text[start:stop] == mark.raw:
            return start, stop
    if not mark.raw:
        return (len(text), len(text)) if first else (end, end)
    at = text.find(mark.raw, end)
    return (at, at + len(mark.raw)) if at >= 0 else (len(text), len(text))


def _apart(placed: Iterable[tuple[Span, Mark]]) -> Iterator[tuple[Span, Mark]]:
    """No character belongs to two marks."""
    taken: set[int] = set()
    for (start, stop), mark in placed:
        if taken.isdisjoint(range(start, stop)):
            taken.update(range(start, stop))
            yield (start, stop), mark
        else:
            yield (stop, stop), mark


def _cells(text: str, marks: Sequence[Mark]) -> Sequence[Span]:
    """The line cut as the squares say that it was cut; () where no way of cutting agrees with all of them."""
    for cut in (_between_tabs, _between_bars, _before_bars, _words, _whole):
        cells = cut(text)
        if all(_agrees(text, mark, cells) for mark in marks if not mark.glued):
            return cells
    return ()


def _agrees(text: str, mark: Mark, cells: Sequence[Span]) -> bool:
    if mark.column >= len(cells):
        return not mark.raw
    start, stop = _trimmed(text, cells[mark.column])
    return text[start:stop] == mark.raw


def _between_tabs(text: str) -> list[Span]:
    return _split(text, "\t", *_trimmed(text, (0, len(text)), " \u3000"))


def _between_bars(text: str) -> list[Span]:
    start, stop = _trimmed(text, (0, len(text)), " \u3000")
    start += text.startswith("|", start)
    stop -= text.endswith("|", start, stop)
    return _split(text, "|", start, stop)


def _before_bars(text: str) -> list[Span]:
    return _split(text, "|", 0, len(text))


def _words(text: str) -> list[Span]:
    return [found.span() for found in re.finditer(r"\S+", text)]


def _whole(text: str) -> list[Span]:
    return [(0, len(text))]


def _split(text: str, separator: str, start: int, stop: int) -> list[Span]:
    cells = []
    while (at := text.find(separator, start, stop)) >= 0:
        cells.append((start, at))
        start = at + 1
    return [*cells, (start, stop)]


def _trimmed(text: str, span: Span, blanks: str | None = None) -> Span:
    inside = text[span[0] : span[1]]
    start = span[0] + len(inside) - len(inside.lstrip(blanks))
    return start, start + len(inside.strip(blanks))


def _row_from(marks: Sequence[Mark], start: int) -> list[str]:
    """The numbers of one run of digits."""
    row = [marks[start].raw]
    for mark in marks[start + 1 :]:
        if not mark.glued or mark.column == 0:
            break
        row.append(mark.raw)
    return row


def _run(text: str, start: int, numbers: Sequence[str]) -> list[Span]:
    """The digits of each number in a run that holds them one after the other, white space and width left aside."""
    wide = ((i, unicodedata.normalize("NFKC", text[i])) for i in range(start, len(text)))
    folded = [(c, i) for i, characters in wide for c in characters if not c.isspace()]
    # What follows may be a digit as well: that of the next label.
    found = re.search(rf"(?<!\d){''.join(numbers)}", "".join(c for c, _ in folded))
    if not found:
        return []
    begins = accumulate(map(len, numbers[:-1]), initial=found.start())
    ends = zip(begins, numbers, strict=True)
    return [(folded[begin][1], folded[begin + len(number) - 1][1] + 1) for begin, number in ends]
