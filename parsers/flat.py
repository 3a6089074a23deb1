"""Text whose grid was lost -> rows of squares again, by tabs where they were kept, else by the words of the forms.

Shapes (FORMS b4): a tab before every cell and a blank line after every row; one row a line with tabs or bars between;
one cell a line, with or without blank lines or bars between; everything in one line. Each section has the shape that
most of its lines have: the tables of one report may have been flattened in different ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from parsers import numbers
from parsers.document import Paragraph
from parsers.labels import squeeze
from parsers.listed import groups_of, rows_of_groups
from parsers.listed_cells import Piece, cells_between_bars, cells_of_bar_lines, cells_of_lines
from parsers.listed_groups import Group
from parsers.listed_places import Places
from parsers.listed_words import SHORT, is_known
from parsers.remember import LONGEST
from parsers.sections import heading_number
from parsers.tables.request_labels import request_row
from parsers.tables.squares import Square, loose

WIDE = 20  # cells in one line from which it holds a whole table
ROWS, CELLS = 3, 6  # lines from which tabs and bars are those of rows, or of cells
_DUMP = re.compile(r"^\t[^\t]*$")
_HEADING = re.compile(r"^[一二三四五六七八九十\d]{1,2}、")


@dataclass(frozen=True, kw_only=True)
class FlatRows:
    """The rows that a text holds; prose lines are rows of one square."""

    rows: list[list[Square]]
    placed: Mapping[int, bool]  # index of a row made of a list of cells -> whether its squares are proven


def may_hold_tables(lines: Iterable[Paragraph]) -> bool:
    """Whether a label, a head or a value stands alone in a line or in a piece of one: in most texts none does."""
    return any(_is_cell(p.text.strip("| ")) or _has_cells(p.text) for p in lines if p.text)


def _has_cells(text: str) -> bool:
    pieces = text.replace("|", " ").split()
    cells = sum(map(_is_cell, pieces)) if len(pieces) > 1 else 0
    return cells > 1 or (cells == 1 and (len(text) <= LONGEST or "|" in text or "\t" in text))


def _is_cell(text: str) -> bool:
    return len(text) <= LONGEST and (is_known(text) or (numbers.glance(text).is_value and not text.isspace()))


def rows_of_text(lines: Sequence[Paragraph], *, cut: bool = False) -> FlatRows:
    """The rows of every section, in the shape that most of its lines have; `cut` says that the last line breaks off."""
    parts: list[tuple[list[Group], list[list[Square]]]] = []  # what is a list of cells, and the rows behind it
    listed: list[Piece] = []
    for section in _sections(lines):
        shape = _shape(section)
        if shape in _LISTED:
            listed += _LISTED[shape](section)
        else:
            parts.append((groups_of(listed), list(_ROWS[shape](section))))
            listed = []
    parts.append((groups_of(listed), []))
    if cut and parts[-1][0]:
        parts[-1][0][-1].cut = True
    places = Places([group for groups, _ in parts for group in groups])
    rows: list[list[Square]] = []
    placed: dict[int, bool] = {}
    for groups, own in parts:
        for row in rows_of_groups(groups, places):
            placed[len(rows)] = row.placed
            rows.append(row.squares)
        rows += own
    return FlatRows(rows=rows, placed=placed)


def _sections(lines: Sequence[Paragraph]) -> Iterator[Sequence[Paragraph]]:
    """The lines from one heading to the next."""
    begins = [i for i, p in enumerate(lines) if i and heading_number(p.text) and request_row(p.text) is None]
    for begin, end in pairwise([0, *begins, len(lines)]):
        yield lines[begin:end]


def _shape(lines: Sequence[Paragraph]) -> str:
    """How most of the lines are written: dump, tabs, bars (rows), ended, between (cells with bars) or lines."""
    dumped = sum(1 for p in lines if _DUMP.match(p.text))
    tabbed = sum(1 for p in lines if "\t" in p.text.strip())
    texts = [text for p in lines if "|" in (text := p.text.strip())]
    inner = [text.removeprefix("|").removesuffix("|").count("|") * (text.strip(" |") != "") for text in texts]
    barred = sum(1 for count in inner if count)
    ended = sum(1 for text, count in zip(texts, inner, strict=True) if len(text) > 1 and text[-1] == "|" and not count)
    alone = sum(1 for text in texts if text == "|")
    if dumped >= CELLS and dumped > tabbed:
        return "dump"
    if any(text.strip(" |").count("|") > WIDE for text in texts) or (ended >= CELLS and ended > barred):
        return "ended"
    if max(tabbed, barred) >= ROWS:
        return "tabs" if tabbed >= barred else "bars"
    return "between" if alone >= CELLS else "lines"


def _split_rows(lines: Sequence[Paragraph], separator: str) -> Iterator[list[Square]]:
    """One row a line. Bars stand on both sides of every row, behind every cell, or only between cells."""
    texts = [text for p in lines if "|" in (text := p.text.strip(" \u3000")).strip("|")]
    first = separator == "|" and all(text[0] == "|" for text in texts)
    last = separator == "|" and all(text[-1] == "|" for text in texts)
    for p in lines:
        text = p.text.strip(" \u3000")
        text = text.removeprefix("|") if first else text
        text = text.removesuffix("|") if last else text
        yield [loose(cell, i, p.line, i) for i, cell in enumerate(text.split(separator))]


def _dumped_rows(lines: Iterable[Paragraph]) -> Iterator[list[Square]]:
    """A tab before every cell; a line without one goes on with the cell before it, unless it begins a section."""
    row: list[Square] = []
    for p in lines:
        text = p.text
        if text.startswith("\t"):
            row += [loose(cell, len(row) + i, p.line, i) for i, cell in enumerate(text[1:].split("\t"))]
        elif not text.strip():
            if row:
                yield row
            row = []
        elif row and not row[-1].is_value and len(squeeze(text)) < SHORT and not _HEADING.match(squeeze(text)):
            row[-1] = loose(f"{row[-1].text}\n{text}", row[-1].slot, row[-1].row)
        else:
            if row:
                yield row
            row = []
            yield [loose(text, 0, p.line)]
    if row:
        yield row


_LISTED: Mapping[str, Callable[[Sequence[Paragraph]], list[Piece]]] = {
    "ended": cells_between_bars,
    "between": cells_of_bar_lines,
    "lines": cells_of_lines,
}
_ROWS: Mapping[str, Callable[[Sequence[Paragraph]], Iterator[list[Square]]]] = {
    "dump": _dumped_rows,
    "tabs": partial(_split_rows, separator="\t"),
    "bars": partial(_split_rows, separator="|"),
}
