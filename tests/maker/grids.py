"""The tables of a report as rows of cells, and the shapes that word processors and editors bring them into."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from archive.shown.printed import Cell, Kind
from tests.maker.report import HEADINGS, TABLES, Made


@dataclass(frozen=True, kw_only=True)
class Td:
    """One cell as it will be marked up."""

    text: str
    kind: Kind = "square"
    rows: int = 1
    cols: int = 1
    indicator: str = ""  # that the number in it was made for


Row = tuple[Td, ...]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One marked-up table."""

    section: int  # where it stands
    table: str
    head: tuple[Row, ...]
    body: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.head + self.body


Grids = tuple[Grid, ...]
Shape = Callable[[Grids, random.Random], Grids]
BLANK = Td(text="", kind="corner")


def grids_of(made: Made) -> Grids:
    """The tables as the form prints them."""
    sections = {table: section for section, table in TABLES.items()}
    found = []
    for name, table in made.tables.items():
        rows = [
            [tuple(_cell(made, c) for c in row) for row in part]
            for part in (table.head, [row for block in table.blocks for row in block])
        ]
        found.append(Grid(section=sections.get(name, 6), table=name, head=tuple(rows[0]), body=tuple(rows[1])))
    return tuple(found)


def _cell(made: Made, cell: Cell) -> Td:
    own = cell.indicator if cell.kind == "square" else ""
    return Td(text=made.text(cell), kind=cell.kind, rows=cell.rowspan, cols=cell.colspan, indicator=own)


# Shapes


def as_printed(grids: Grids, rng: random.Random) -> Grids:
    return grids


def apart(grids: Grids, rng: random.Random) -> Grids:
    """Table two as one table a block."""
    found: list[Grid] = []
    for grid in grids:
        if grid.table != "proactive":
            found.append(grid)
            continue
        begins = [i for i, row in enumerate(grid.body) if row[0].kind == "title"]
        found += [replace(grid, body=grid.body[a:b]) for a, b in pairwise([*begins, len(grid.body)])]
    return tuple(found)


def in_one(grids: Grids, rng: random.Random) -> Grids:
    """All tables in one, headings between them as rows; the last cell of a row fills the width, or rows are short."""
    width = max(_width(grid) for grid in grids)
    filled = rng.random() < 0.5
    rows: list[Row] = []
    for grid in grids:
        own = _width(grid)
        rows.append((Td(text=HEADINGS[grid.section - 1], kind="title", cols=width if filled else own),))
        for row, ends in zip(grid.rows, _reaches_edge(grid), strict=True):
            last = row[-1]
            wider = filled and ends and own < width
            rows.append((*row[:-1], replace(last, cols=last.cols + width - own)) if wider else row)
    return (replace(grids[0], table="all", head=(), body=tuple(rows)),)


def in_two(grids: Grids, rng: random.Random) -> Grids:
    """Table three broken by the end of a page: the head again or not, the label beside several rows again or not."""
    found: list[Grid] = []
    for grid in grids:
        if grid.table != "requests":
            found.append(grid)
            continue
        cut = rng.randrange(4, len(grid.body) - 2)
        first, second = parted(grid.body, cut, again=rng.random() < 0.7)
        head = grid.head if rng.random() < 0.5 else ()
        found += [replace(grid, body=first), replace(grid, head=head, body=second)]
    return tuple(found)


def heads_again(grids: Grids, rng: random.Random) -> Grids:
    """Table three with its head, and now and then the labels beside several rows, once more in its middle."""
    halves = in_two(grids, rng)
    found: list[Grid] = []
    for grid in halves:
        if found and found[-1].table == grid.table == "requests":
            head = grid.head or found[-1].head
            found[-1] = replace(found[-1], body=(*found[-1].body, *head, *grid.body))
        else:
            found.append(grid)
    return tuple(found)


def repeated(grids: Grids, rng: random.Random) -> Grids:
    """Nothing merged: a label stands again in every row and column that it covered."""
    return tuple(_unmerged(grid, again=True) for grid in grids)


def emptied(grids: Grids, rng: random.Random) -> Grids:
    """Nothing merged: a label stands once, and the squares that it covered are empty."""
    return tuple(_unmerged(grid, again=False) for grid in grids)


def wrong_rowspans(grids: Grids, rng: random.Random) -> Grids:
    """The label beside 三's rows, or that of its last group, covers too few or too many of them."""
    by = rng.choice([-2, -1, 1])

    def wrong(td: Td) -> Td:
        hit = td.kind == "label" and (td.rows > 10 or (td.rows == 5 and by < 0))
        return replace(td, rows=td.rows + by) if hit else td

    return _each(grids, wrong, {"requests"})


def wrong_colspans(grids: Grids, rng: random.Random) -> Grids:
    """Titles, corners, groups of columns or outer labels cover a column too many or too few."""
    by, kinds = rng.choice([(-1, "title"), (1, "title"), (-1, "label"), (1, "corner"), (-1, "corner"), (1, "head")])

    def wrong(td: Td) -> Td:
        return replace(td, cols=td.cols + by) if td.kind == kinds and td.cols > 1 else td

    return _each(grids, wrong, {"proactive", "requests"})


def shifted(grids: Grids, rng: random.Random) -> Grids:
    """Some rows begin with an empty cell too many."""

    def shift(row: Row) -> Row:
        is_row = row[-1].kind == "square" and row[0].kind == "label" and row[0].rows == 1
        return (BLANK, *row) if is_row and rng.random() < 0.3 else row

    return tuple(replace(grid, body=tuple(map(shift, grid.body))) for grid in grids)


def spaced(grids: Grids, rng: random.Random) -> Grids:
    """A column of empty cells: first, last, or between labels and numbers."""
    place = rng.choice(["first", "last", "between"])

    def pad(row: Row) -> Row:
        if place == "last":
            return (*row, BLANK)
        if place == "first":
            return (BLANK, *row)
        at = next((i for i, td in enumerate(row) if td.kind == "square"), None)
        at = at if at is not None else next((i for i, td in enumerate(row) if td.kind == "head" and i), None)
        return row if at is None else (*row[:at], BLANK, *row[at:])

    found = []
    for grid in grids:
        if place == "between" and grid.table != "proactive":
            found.append(_widened(grid) if grid.table == "requests" else grid)
            continue
        rows = [pad(row) for row in grid.rows]
        found.append(replace(grid, head=tuple(rows[: len(grid.head)]), body=tuple(rows[len(grid.head) :])))
    return tuple(found)


def counted(grids: Grids, rng: random.Random) -> Grids:
    """A column 序号 before all others, with a running number in every row of numbers."""
    found = []
    for grid in grids:
        number = 0
        rows: list[Row] = []
        for i, row in enumerate(grid.rows):
            if row[-1].kind == "square" and grid.table != "review":
                number += 1
                rows.append((Td(text=f"{number}", kind="corner"), *row))
            elif grid.table != "review":
                rows.append((Td(text="序号" if row[0].kind != "title" and i < 2 else "", kind="corner"), *row))
            else:
                rows.append(row)
        found.append(replace(grid, head=tuple(rows[: len(grid.head)]), body=tuple(rows[len(grid.head) :])))
    return tuple(found)


_NUMBERING = re.compile(r"^([一二三四]、|（[一二三四五六七八]）|\d+\.)(.+)$")


def numbering_apart(grids: Grids, rng: random.Random) -> Grids:
    """（三） and 1. in cells of their own beside what they number."""

    def cut(td: Td) -> Iterator[Td]:
        found = _NUMBERING.match(td.text) if td.kind == "label" else None
        if found:
            yield replace(td, text=found[1], cols=1)
            yield replace(td, text=found[2], cols=2 * td.cols - 1)
        else:
            yield replace(td, cols=2 * td.cols) if td.kind in ("label", "corner") else td

    return _cut_cells(grids, cut, {"requests"})


def labels_cut(grids: Grids, rng: random.Random) -> Grids:
    """Long labels broken over two cells side by side."""

    def cut(td: Td) -> Iterator[Td]:
        if td.kind == "label" and len(td.text) >= 9 and td.rows == 1:
            half = rng.randrange(5, len(td.text) - 3)
            yield replace(td, text=td.text[:half], cols=1)
            yield replace(td, text=td.text[half:], cols=2 * td.cols - 1)
        else:
            yield replace(td, cols=2 * td.cols) if td.kind in ("label", "corner") else td

    return _cut_cells(grids, cut, {"requests"})


def labels_over_rows(grids: Grids, rng: random.Random) -> Grids:
    """The second half of a long label in a row of its own: its squares beside the first half, the second, or both."""
    where = rng.choice(["first", "second", "both"])
    return tuple(grid if grid.table == "review" else _with_halves(grid, where, rng) for grid in grids)


def _with_halves(grid: Grid, where: str, rng: random.Random) -> Grid:
    cuts = [_long_label(row) if rng.random() < 0.5 else None for row in grid.body]
    grown = [1 if at is None else 2 for at in cuts]  # rows that each row becomes
    rows: list[Row] = []
    for y, (row, at) in enumerate(zip(grid.body, cuts, strict=True)):
        longer = [replace(td, rows=sum(grown[y : y + td.rows])) for td in row[:at]]
        if at is None:
            rows.append(tuple(longer))
            continue
        cut = rng.randrange(5, len(row[at].text) - 3)
        first, second = (replace(row[at], text=text) for text in (row[at].text[:cut], row[at].text[cut:]))
        squares = row[at + 1 :]
        empty = tuple(replace(td, text="", indicator="") for td in squares)
        tall = tuple(replace(td, rows=2) for td in squares)
        own, other = {"first": (squares, empty), "second": (empty, squares), "both": (tall, ())}[where]
        rows += [(*longer, first, *own), (second, *other)]
    return replace(grid, body=tuple(rows))


def _long_label(row: Row) -> int | None:
    """The place of a label of some length beside the squares of its row alone."""
    pairs = enumerate(pairwise(row))
    return next((i for i, (td, after) in pairs if after.kind == "square" and td.rows == 1 and len(td.text) >= 9), None)


SHAPES: tuple[tuple[str, Shape], ...] = (
    ("as printed", as_printed),
    ("table two as five", apart),
    ("all in one", in_one),
    ("cut by a page", in_two),
    ("heads again", heads_again),
    ("labels repeated", repeated),
    ("labels once, squares empty", emptied),
    ("wrong rowspans", wrong_rowspans),
    ("wrong colspans", wrong_colspans),
    ("rows shifted", shifted),
    ("spacer column", spaced),
    ("running numbers", counted),
    ("numbering apart", numbering_apart),
    ("labels over two cells", labels_cut),
)


# Parts


def _width(grid: Grid) -> int:
    return max(len(row) for row in covered(grid.rows))


def covered(rows: Sequence[Row], gap: Td = BLANK) -> list[list[tuple[Td, bool]]]:
    """Each row's squares: the cell that covers it, `gap` where none does, and whether that begins there."""
    placed: dict[tuple[int, int], tuple[Td, bool]] = {}
    for y, row in enumerate(rows):
        x = 0
        for td in row:
            while (y, x) in placed:
                x += 1
            for down in range(td.rows):
                for right in range(td.cols):
                    placed.setdefault((y + down, x + right), (td, not down and not right))
            x += td.cols
    width = max((x for _, x in placed), default=-1) + 1
    return [[placed.get((y, x), (gap, True)) for x in range(width)] for y in range(len(rows))]


def _reaches_edge(grid: Grid) -> list[bool]:
    """For each row whether its own last cell is the last of the table."""
    return [bool(row) and squares[-1][0] is row[-1] for row, squares in zip(grid.rows, covered(grid.rows), strict=True)]


def _unmerged(grid: Grid, *, again: bool) -> Grid:
    rows = [
        tuple(replace(td if begins or again else BLANK, rows=1, cols=1) for td, begins in squares)
        for squares in covered(grid.rows)
    ]
    return replace(grid, head=tuple(rows[: len(grid.head)]), body=tuple(rows[len(grid.head) :]))


def _each(grids: Grids, change: Callable[[Td], Td], tables: set[str]) -> Grids:
    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(tuple(map(change, row)) for row in rows)

    return tuple(replace(g, head=changed(g.head), body=changed(g.body)) if g.table in tables else g for g in grids)


def _cut_cells(grids: Grids, cut: Callable[[Td], Iterator[Td]], tables: set[str]) -> Grids:
    def changed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(tuple(new for td in row for new in cut(td)) for row in rows)

    return tuple(replace(g, head=changed(g.head), body=changed(g.body)) if g.table in tables else g for g in grids)


def _widened(grid: Grid) -> Grid:
    """Table three with an empty cell after the labels of every row; the head's corner is that much wider."""
    corner = replace(grid.head[0][0], cols=grid.head[0][0].cols + 1)
    body = []
    for row in grid.body:
        at = next(i for i, td in enumerate(row) if td.kind == "square")
        body.append((*row[:at], BLANK, *row[at:]))
    return replace(grid, head=((corner, *grid.head[0][1:]), *grid.head[1:]), body=tuple(body))


def parted(rows: tuple[Row, ...], cut: int, *, again: bool) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows before and after a cut; a cell that covers both goes on in the second part, its label printed or not."""
    first, going_on = [], []
    for y, row in enumerate(rows[:cut]):
        first.append(tuple(replace(td, rows=min(td.rows, cut - y)) for td in row))
        going_on += [
            replace(td, rows=td.rows - (cut - y), text=td.text if again else "") for td in row if y + td.rows > cut
        ]
    return tuple(first), ((*going_on, *rows[cut]), *rows[cut + 1 :])
