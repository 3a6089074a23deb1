"""The neutral reading of a body: paragraphs and tables in document order, whatever the format was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from archive.records import Outline


class Unreadable(Exception):
    """A body that its reader cannot read; the text says why, in words for people."""


class ReaderMissing(Unreadable):
    """A body that could be read if a program were installed that is not."""


NO_OCR = "the extra that reads pictures is missing: nianbao[ocr]"


class Cell(NamedTuple):
    """One cell as marked up; a cell that spans stands in every square that it covers."""

    text: str  # paragraphs inside the cell separated by newlines
    row: int  # upper left square
    column: int
    rowspan: int = 1
    colspan: int = 1
    gap: bool = False  # no cell was marked up here: the row is short, and where it lost a square is not known


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A rectangular grid of squares."""

    grid: tuple[tuple[Cell, ...], ...]
    recognised: bool = False  # its characters were recognised in a picture
    hidden: bool = False  # it stands in a part of a page that is not shown
    outlines: tuple[Outline, ...] = ()  # where it stands on pages, if there are any

    @property
    def width(self) -> int:
        return len(self.grid[0]) if self.grid else 0

    def cells(self, row: int) -> Iterator[Cell]:
        """The different cells of one row, left to right."""
        last = None
        for cell in self.grid[row]:
            if cell is not last:
                yield cell
            last = cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One paragraph or line; empty ones are kept, because in flattened tables they are squares."""

    text: str
    line: int  # index among the paragraphs of the document, from 0
    recognised: bool = False  # in a picture
    hidden: bool = False  # in a part of a page that is not shown


Block = Paragraph | Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture in the text, not yet read."""

    name: str  # address as printed, or the member of a pack
    before: int  # index of the block before which it stands
    body: bytes | None = None  # where the document itself holds it


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A picture that may hold tables, or a further page, and why it was not read."""

    name: str  # the page that it is, or its address as printed; "" for the whole file
    problem: Unreadable


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a reader makes of a body."""

    blocks: tuple[Block, ...]
    charset: str | None = None  # codec that decoded the body, None for binary formats
    title: str = ""  # of the file: <title>, document properties
    meta: Mapping[str, str] = field(default_factory=dict)  # <meta name=…>, names as printed
    context: tuple[str, ...] = ()  # lines around the content: breadcrumb, heading, date line
    links: tuple[tuple[str, str], ...] = ()  # (address as printed, text) of links to documents
    damaged: int = 0  # characters that no codec could read
    pictures: tuple[Picture, ...] = ()  # in it, until they are read
    unread: tuple[Unread, ...] = ()  # pictures in it that were not read
    lost: tuple[Unread, ...] = ()  # further pages of it that cannot be read
    tables_before: int = 0  # tables that stand before it, where it is a part of a larger document
    cut: bool = False  # its last line breaks off, and so may the number in it
    left: int = 0  # blocks behind it that were not read
    dropped: tuple[str, ...] = ()  # numbers in rows and columns of a workbook that are not shown
    source: bytes = b""  # of a page, in UTF-8, for what it holds besides its text

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @cached_property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]


class Builder:
    """Collects blocks in order and numbers the lines."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self.hidden = 0  # parts that are not shown, and of which the end did not come yet
        self._lines = 0

    def paragraph(self, text: str, *, recognised: bool = False) -> None:
        self.blocks.append(Paragraph(text=text, line=self._lines, recognised=recognised, hidden=self.hidden > 0))
        self._lines += 1

    def table(self, table: Table) -> None:
        self.blocks.append(replace(table, hidden=True) if self.hidden else table)

    def blocks_of(self, document: Document) -> None:
        """What stands in another document, its lines numbered on."""
        for block in document.blocks:
            if isinstance(block, Table):
                self.table(block)
            else:
                self.paragraph(block.text, recognised=block.recognised)

    def picture(self, name: str, body: bytes | None = None) -> None:
        self.pictures.append(Picture(name=name, before=len(self.blocks), body=body))


SPAN_LIMIT = 200  # columns or rows; no form has more than 30, hostile pages say 100000
SQUARE_LIMIT = 200_000


def grid_of(rows: Iterable[Sequence[tuple[str, int, int]]]) -> Table:
    """Lays (text, rowspan, colspan) cells out as browsers do, into a rectangle without gaps.

    Squares that no cell covers become gaps. Spans are capped at SPAN_LIMIT; what lies beyond
    SQUARE_LIMIT squares is cut off.
    """
    placed: defaultdict[int, dict[int, Cell]] = defaultdict(dict)  # row -> column -> cell
    height = width = 0
    for r, cells in enumerate(rows):
        own, column = placed[r], 0
        for text, rowspan, colspan in cells:
            while column in own:
                column += 1
            if rowspan == colspan == 1:
                own[column] = tuple.__new__(Cell, (text, r, column, 1, 1, False))
                column += 1
                continue
            down, across = min(max(rowspan, 1), SPAN_LIMIT), min(max(colspan, 1), SPAN_LIMIT)
            cell = Cell(text, r, column, down, across)
            for y in range(r, r + down):
                for x in range(column, column + across):
                    placed[y].setdefault(x, cell)
            column += across
        width = max(width, column)
        height = r + 1
        if height * width > SQUARE_LIMIT:
            break
    return Table(grid=tuple(_row(y, placed[y], width) for y in range(height)))


def _row(y: int, cells: Mapping[int, Cell], width: int) -> tuple[Cell, ...]:
    if len(cells) == width:
        return tuple(map(cells.__getitem__, range(width)))
    return tuple([cells.get(x) or Cell("", y, x, gap=True) for x in range(width)])
