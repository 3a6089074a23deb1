"""Tables cut by the end of a page, put together: one set of columns, one head, and rows that were cut in two whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from archive.records import Outline
from parsers.document import Cell, Table
from parsers.labels import key, squeeze
from parsers.ruled import NARROW
from parsers.tables.proactive import proactive_row
from parsers.tables.request_labels import request_row
from parsers.tables.squares import loose

NUMBERING = tuple("（(一二三四五六七八九十0123456789")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One cell as it is ruled on one page."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    gap: bool = False  # open and empty: the row is shorter than others
    full: bool = False  # its last line runs to the edge of the cell, so that the next page may go on with it

    @property
    def end(self) -> int:
        return self.row + self.rowspan

    @property
    def place(self) -> tuple[int, int]:
        return self.column, self.colspan

    @property
    def is_value(self) -> bool:
        return loose(self.text, 0, 0).is_value


class Sheet(Protocol):
    """What a part knows of the page that it stands on; as in pages.Page."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def recognised(self) -> bool: ...
    @property
    def turns(self) -> int: ...
    @property
    def lean(self) -> float: ...
    @property
    def picture(self) -> int | None: ...
    @property
    def number(self) -> int | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What stands of a table on one page."""

    page: int  # in the order of reading
    sheet: Sheet
    xs: tuple[float, ...]  # edges of its columns
    ys: tuple[float, ...]  # edges of its rows
    rows: int
    pieces: tuple[Piece, ...]

    @property
    def top(self) -> float:
        return self.ys[0]

    def goes_on_in(self, other: Part) -> bool:
        """Whether a part on the next page has the same outer edges."""
        return (
            other.page == self.page + 1
            and abs(self.xs[0] - other.xs[0]) <= NARROW
            and abs(self.xs[-1] - other.xs[-1]) <= NARROW
        )


def joined(parts: Sequence[Part]) -> Table:
    """One table of the parts that follow each other."""
    edges = _edges_of(parts)
    whole, *others = (_on_columns(part, edges) for part in parts)
    outlines = [_outline(whole, whole, edges)]
    for part in others:
        rest = _without_head(part, whole)
        whole = _with(whole, rest)
        if rest.rows:
            outlines.append(_outline(rest, whole, edges))
    return replace(_table(whole, len(edges) - 1), outlines=tuple(outlines))


def _outline(part: Part, whole: Part, edges: Sequence[float]) -> Outline:
    """Where the part that was added last stands on its page."""
    sheet = part.sheet
    return Outline(
        row=whole.rows - part.rows,
        page=part.page if sheet.number is None else sheet.number,
        picture=sheet.picture,
        recognised=sheet.recognised,
        turns=sheet.turns,
        lean=sheet.lean,
        xs=tuple(round(x / sheet.width, 4) for x in edges),
        ys=tuple(round(y / sheet.height, 4) for y in part.ys),
    )


def _edges_of(parts: Iterable[Part]) -> list[float]:
    edges: list[float] = []
    for x in sorted(x for part in parts for x in part.xs):
        if not edges or x - edges[-1] > NARROW:
            edges.append(x)
    return edges


def _on_columns(part: Part, edges: Sequence[float]) -> Part:
    """The part with its columns counted by the edges that all parts have together."""
    at = [min(range(len(edges)), key=lambda i: abs(edges[i] - x)) for x in part.xs]
    pieces = (
        replace(p, column=at[p.column], colspan=max(at[p.column + p.colspan] - at[p.column], 1)) for p in part.pieces
    )
    return replace(part, pieces=tuple(pieces))


def _without_head(part: Part, whole: Part) -> Part:
    """Leaves out the head that a word processor prints again on each page."""
    head = 0
    while head < min(part.rows, whole.rows) and _says(part, head) == _says(whole, head):
        head += 1
    while head and any(p.row < head < p.end for p in part.pieces):
        head -= 1
    if not any(not p.is_value for p in part.pieces if p.row < head):
        return part
    pieces = (replace(p, row=p.row - head) for p in part.pieces if p.row >= head)
    return replace(part, rows=part.rows - head, ys=part.ys[head:], pieces=tuple(pieces))


def _says(part: Part, row: int) -> list[tuple[int, int, int, str]]:
    return sorted((p.column, p.colspan, p.rowspan, squeeze(p.text)) for p in part.pieces if p.row == row)


def _with(whole: Part, part: Part) -> Part:
    """The table with one more part below it."""
    if not part.rows:
        return whole
    last = {p.place: p for p in whole.pieces if p.end == whole.rows}
    first = {p.place: p for p in part.pieces if p.row == 0}
    cut = _is_cut(last, first)
    shared = set(first) & set(last) if cut else _going_on(last, first)
    shift = whole.rows - cut
    pieces = [p for p in whole.pieces if p.end < whole.rows or p.place not in shared]
    for p in part.pieces:
        above = last.get(p.place) if p.row == 0 and p.place in shared else None
        if above is None:
            pieces.append(replace(p, row=p.row + shift))
        else:
            text = "\n".join(filter(None, (above.text, p.text)))
            pieces.append(replace(above, text=text, rowspan=shift + p.end - above.row))
    return replace(whole, page=part.page, rows=part.rows + shift, pieces=tuple(pieces))


def _is_cut(last: dict[tuple[int, int], Piece], first: dict[tuple[int, int], Piece]) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before: what one has, the other lacks.

    Only a label may be in both, its second half in the new page; a label that the forms know is a row of its own.
    """
    if set(last) != set(first) or not any(p.text for p in first.values()):
        return False
    halves = [(last[place], p) for place, p in first.items() if p.text and last[place].text]
    if not all(_is_rest_of_label(above, p) for above, p in halves):
        return False
    begun = any(p.text for p in last.values() if p.rowspan == 1)
    labelled = any(p.text and not p.is_value for p in first.values())
    return bool(halves) or not begun or not labelled


def _is_rest_of_label(above: Piece, p: Piece) -> bool:
    if (
        not above.full
        or above.is_value
        or p.is_value
        or p.text.startswith(NUMBERING)
        or key(p.text) in ("其他", "总计")
    ):
        return False
    return not (request_row(p.text) or proactive_row(p.text))


def _going_on(last: dict[tuple[int, int], Piece], first: dict[tuple[int, int], Piece]) -> set[tuple[int, int]]:
    """Places of the cells that stand beside several rows, on both pages; an empty one only where no number may be.

    That is left of the first row's own label, and anywhere in a head, whose rows part the columns differently.
    """
    labels = [p.column for p in first.values() if p.text and not p.is_value]
    numbers = any(p.text and p.is_value for p in first.values())
    is_head = len(labels) * 2 >= len(first) and not numbers and set(first) != set(last)
    found = set()
    for place, p in first.items():
        above = last.get(place)
        if above is None or not (is_head or max(p.rowspan, above.rowspan) > 1):
            continue
        may_be_empty = p.column < min(labels, default=0) or (is_head and not above.is_value)
        if _is_rest_of_label(above, p) if p.text else may_be_empty:
            found.add(place)
    return found


def _table(whole: Part, width: int) -> Table:
    grid: list[list[Cell | None]] = [[None] * width for _ in range(whole.rows)]
    for p in whole.pieces:
        cell = Cell(text=p.text, row=p.row, column=p.column, rowspan=p.rowspan, colspan=p.colspan, gap=p.gap)
        for row in grid[p.row : p.end]:
            row[p.column : p.column + p.colspan] = [cell] * p.colspan
    return Table(
        grid=tuple(
            tuple(cell or Cell(text="", row=y, column=x, gap=True) for x, cell in enumerate(row))
            for y, row in enumerate(grid)
        )
    )
