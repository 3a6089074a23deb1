"""Faults on demand: what editing, copying and saving do to the tables of a report, and to its page."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tests.maker.grids import Grid, Grids, Row, Td

Place = tuple[int, int]  # grid, row
Fault = Callable[["Damage"], None]


@dataclass(kw_only=True)
class Damage:
    """Tables that faults happen to, none twice in the same row: two of them can make a row look whole again."""

    grids: list[Grid]
    rng: random.Random
    hit: set[Place] = field(default_factory=set)

    def row(self, *kinds: str) -> tuple[Place, Row] | None:
        """A row that nothing happened to yet and that has a cell of one of these kinds."""
        rows = [(g, r) for g, grid in enumerate(self.grids) for r in range(len(grid.rows))]
        free = [p for p in rows if p not in self.hit and any(td.kind in kinds for td in self.at(p))]
        if not free:
            return None
        place = self.rng.choice(free)
        self.hit.add(place)
        return place, self.at(place)

    def at(self, place: Place) -> Row:
        return self.grids[place[0]].rows[place[1]]

    def put(self, place: Place, *cells: Td) -> None:
        """Writes a row anew."""
        grid = self.grids[place[0]]
        rows = list(grid.rows)
        rows[place[1]] = cells
        size = len(grid.head)
        self.grids[place[0]] = replace(grid, head=tuple(rows[:size]), body=tuple(rows[size:]))

    def cell(self, *kinds: str, wanted: Callable[[Td], bool] = bool) -> tuple[Place, Row, int] | None:
        """A cell of one of these kinds, with its row."""
        found = self.row(*kinds)
        if not found:
            return None
        cells = [i for i, td in enumerate(found[1]) if td.kind in kinds and wanted(td)]
        return (*found, self.rng.choice(cells)) if cells else None


def damaged(grids: Grids, faults: Sequence[Fault], rng: random.Random) -> Grids:
    """Tables to which these faults have happened."""
    damage = Damage(grids=list(grids), rng=rng)
    for fault in faults:
        fault(damage)
    return tuple(damage.grids)


# Faults of tables


def cell_deleted(damage: Damage) -> None:
    if found := damage.cell("square", "label", "head"):
        place, row, i = found
        damage.put(place, *row[:i], *row[i + 1 :])


def cell_doubled(damage: Damage) -> None:
    if found := damage.cell("square", "label", "head"):
        place, row, i = found
        damage.put(place, *row[: i + 1], replace(row[i], indicator=""), *row[i + 1 :])


def square_deleted(damage: Damage) -> None:
    if found := damage.cell("square"):
        place, row, i = found
        damage.put(place, *row[:i], *row[i + 1 :])


def label_deleted(damage: Damage) -> None:
    if found := damage.cell("label"):
        place, row, i = found
        damage.put(place, *row[:i], *row[i + 1 :])


def label_garbled(damage: Damage) -> None:
    """Characters of a label lost, doubled or replaced."""
    if found := damage.cell("label", "head"):
        place, row, i = found
        text = list(row[i].text)
        for _ in range(damage.rng.randint(1, 4)):
            at = damage.rng.randrange(len(text) + 1)
            text[at : at + damage.rng.randint(0, 2)] = damage.rng.choice(["", "?", "口", "口口", "的", "信息", "□"])
        damage.put(place, *row[:i], replace(row[i], text="".join(text)), *row[i + 1 :])


def rows_swapped(damage: Damage) -> None:
    first, second = damage.row("square", "head", "title"), damage.row("square", "head", "title")
    if first and second:
        (one, cells), (other, others) = first, second
        damage.put(one, *others)
        damage.put(other, *cells)


def head_dropped(damage: Damage) -> None:
    """The head of a table, or of a block of table two."""
    rows = [(g, r) for g, grid in enumerate(damage.grids) for r, row in enumerate(grid.rows) if _is_head(row)]
    if rows:
        grid, _ = damage.rng.choice(rows)
        one = damage.rng.random() < 0.5
        heads = [r for g, r in rows if g == grid]
        gone = {damage.rng.choice(heads)} if one else set(heads)
        for r in gone:
            damage.put((grid, r))


def spans_wrong(damage: Damage) -> None:
    """A cell covers more or fewer rows or columns than it should."""
    if found := damage.cell("square", "label", "head", "corner", "title"):
        place, row, i = found
        td = row[i]
        rows, cols = damage.rng.choice([(1, 0), (-1, 0), (0, 1), (0, -1), (2, 0), (0, 3)])
        changed = replace(td, rows=max(td.rows + rows, 1), cols=max(td.cols + cols, 1))
        damage.put(place, *row[:i], changed, *row[i + 1 :])


def number_strayed(damage: Damage) -> None:
    """A number in a cell of its own, or in a square that was empty."""
    number = str(damage.rng.randint(1, 99))
    if damage.rng.random() < 0.5 and (found := damage.cell("square", wanted=lambda td: not td.text)):
        place, row, i = found
        damage.put(place, *row[:i], replace(row[i], text=number), *row[i + 1 :])
    elif place_and_row := damage.row("square", "label", "head", "title"):
        place, row = place_and_row
        i = damage.rng.randrange(len(row) + 1)
        damage.put(place, *row[:i], Td(text=number), *row[i:])


def cells_merged(damage: Damage) -> None:
    """Two squares made one: what both said in one cell, over both columns or not."""
    found = damage.cell("square")
    if not found or found[2] + 1 >= len(found[1]) or found[1][found[2] + 1].kind != "square":
        return
    place, row, i = found
    one, other = row[i], row[i + 1]
    text = damage.rng.choice(["", " ", "\n"]).join(filter(None, (one.text, other.text)))
    cols = one.cols + other.cols if damage.rng.random() < 0.6 else one.cols
    damage.put(place, *row[:i], Td(text=text, cols=cols), *row[i + 2 :])


def number_split(damage: Damage) -> None:
    """A number over two cells."""
    if found := damage.cell("square", wanted=lambda td: len(td.text) > 1):
        place, row, i = found
        at = damage.rng.randrange(1, len(row[i].text))
        parts = [Td(text=row[i].text[:at]), Td(text=row[i].text[at:])]
        damage.put(place, *row[:i], *parts, *row[i + 1 :])


FAULTS: tuple[Fault, ...] = (
    cell_deleted,
    cell_doubled,
    square_deleted,
    label_deleted,
    label_garbled,
    rows_swapped,
    head_dropped,
    spans_wrong,
    number_strayed,
    cells_merged,
    number_split,
)


# Faults of pages


def cut(page: bytes, rng: random.Random) -> bytes:
    """The page ends anywhere."""
    return page[: rng.randrange(len(page))]


def cut_in_tables(page: bytes, rng: random.Random) -> bytes:
    """The page ends between the first and the last cell."""
    cells = [found.start() for found in re.finditer(rb"(?i)<t[dh]", page)]
    return page[: rng.randrange(cells[0], cells[-1])]


def unclosed(page: bytes, rng: random.Random) -> bytes:
    """A closing tag of a table, row or cell is missing."""
    tags = [found.span() for found in re.finditer(rb"(?i)</t(?:able|r|d|body)>", page)]
    tables = [tag for tag in tags if b"able" in page[slice(*tag)].lower()]
    begin, end = rng.choice(tables if rng.random() < 0.5 else tags)
    return page[:begin] + page[end:]


def _is_head(row: Row) -> bool:
    return any(td.kind == "head" for td in row)
