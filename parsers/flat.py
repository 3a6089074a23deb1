"""Text whose grid was lost -> rows of squares again, by tabs where they were kept, else by the words of the forms.

Shapes (FORMS b4): a tab before every cell and a blank line after every row; one row a line with tabs or bars between;
one cell a line, with or without blank lines or bars between; everything in one line. In the last two, empty cells may
leave only blank lines behind: they are counted where one way of counting gives every row of the table its full number
of squares, and not guessed elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from parsers.document import Paragraph
from parsers.labels import squeeze
from parsers.listed import SHORT, Piece, rows_of_list
from parsers.tables.requests import request_row
from parsers.tables.squares import Square, loose

CROWDED = 10  # row labels in one line from which it holds a whole table
_DUMP = re.compile(r"^\t(?!\t)")
_HEADING = re.compile(r"^[一二三四五六七八九十\d]{1,2}、")


def rows_of_text(lines: Sequence[Paragraph]) -> list[list[Square]]:
    """The rows that the lines hold, in the shape that most of them have; prose lines are rows of one square."""
    dumped = sum(1 for p in lines if _DUMP.match(p.text))
    tabbed = sum(1 for p in lines if "\t" in p.text.strip())
    barred = sum(1 for p in lines if "|" in p.text.strip(" |"))
    ended = sum(1 for p in lines if p.text.rstrip().endswith("|") and "|" not in p.text.strip(" |"))
    if dumped >= 10 and dumped > tabbed:
        return list(_dumped_rows(lines))
    if ended >= 20 and ended > barred:
        return list(rows_of_list(list(_between_bars(lines))))
    if max(tabbed, barred) >= 4:
        separator = "\t" if tabbed >= barred else "|"
        return [_split_row(p, separator) for p in lines]
    return list(rows_of_list([piece for p in lines for piece in _pieces(p)]))


def _split_row(line: Paragraph, separator: str) -> list[Square]:
    text = line.text.strip(" \u3000")
    if separator == "|":
        text = text.removeprefix("|").removesuffix("|")
    return [loose(cell, i, line.line, i) for i, cell in enumerate(text.split(separator))]


def _dumped_rows(lines: Iterable[Paragraph]) -> Iterator[list[Square]]:
    """A tab before every cell; a line without one goes on with the cell before it, unless it begins a section."""
    row: list[Square] = []
    for p in lines:
        text = p.text
        if text.startswith("\t"):
            row.append(loose(text[1:], len(row), p.line))
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


def _pieces(line: Paragraph) -> Iterator[Piece]:
    """A line is a cell; one that holds a whole table is cut at its blanks."""
    words = line.text.split()
    if sum(request_row(word) is not None for word in words if len(word) < SHORT) < CROWDED:
        yield Piece(text=line.text, line=line.line)
        return
    for column, word in enumerate(words):
        yield Piece(text=word, line=line.line, column=column)


def _between_bars(lines: Iterable[Paragraph]) -> Iterator[Piece]:
    """Cells that bars end: a bar with nothing before it ends an empty cell, a new line begins a new one."""
    for p in lines:
        *cells, rest = p.text.split("|")
        for column, cell in enumerate(cells):
            yield Piece(text=cell.strip(), line=p.line, column=column, known=True)
        if rest.strip() or not cells:
            yield Piece(text=rest.strip(), line=p.line, column=len(cells))
