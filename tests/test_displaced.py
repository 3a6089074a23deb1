"""Rows and heads that cells of other rows have moved: no number lands below another word, and none is lost silently."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.maker.damage import invented, unreported
from tests.maker.faults import FAULTS, damaged
from tests.maker.grids import Td
from tests.maker.html import STYLES, mixed
from tests.maker.report import blanked, make
from tests.reports import read

Rows = list[list[Td]]


def row_of(rows: Rows, label: str) -> list[Td]:
    return next(row for row in rows if any(label in td.text for td in row))


def drop(row: list[Td], column: str) -> None:
    row[:] = [td for td in row if not td.indicator.endswith(f".{column}")]


def group_without_first(rows: Rows) -> None:
    """Of the rows of （六）其他处理 the first lost its label, and the others are no rows of the form."""
    at = next(i for i, row in enumerate(rows) if any("（六）" in td.text for td in row))
    rows[at] = [td for td in rows[at] if not td.text.startswith("1.")]
    for row in rows[at + 1 : at + 3]:
        row[:] = [replace(td, text="附表") if td.kind == "label" else td for td in row]


def square_over_two_rows(rows: Rows) -> None:
    row = row_of(rows, "规章")
    at = next(i for i, td in enumerate(row) if td.kind == "square")
    row[at] = replace(row[at], rows=2)
    row = row_of(rows, "规范性文件")
    drop(row, "disclosed")
    row[1] = replace(row[1], text="46")


def square_over_the_next_head(rows: Rows) -> None:
    """An empty square covers the first column of the next block, head and all, and its row has a second number."""
    row = row_of(rows, "规范性文件")
    at = next(i for i, td in enumerate(row) if td.kind == "square")
    row[at] = replace(row[at], text="", rows=3, indicator="")
    row = row_of(rows, "行政许可")
    at = next(i for i, td in enumerate(row) if td.kind == "square")
    row[at:] = [replace(row[at], text="", cols=1, indicator=""), Td(text="11"), Td(text=""), Td(text="")]
    head = next(row for row in rows if any("处理决定数量" in td.text for td in row))
    head[-1:] = [replace(head[-1], cols=1), Td(text=""), Td(text="")]


def head_of_block_lost(rows: Rows) -> None:
    """A number in two cells below the head of the block before, which has a column more."""
    at = next(i for i, row in enumerate(rows) if any("第（八）项" in td.text for td in row))
    del rows[at + 1]
    row = row_of(rows, "行政事业性收费")
    row[1:] = [replace(row[1], cols=1), Td(text="2"), Td(text="9")]


def first_cells_lost(rows: Rows) -> None:
    """In a table with a column of empty cells a head lost its first cell, and the row below it its last."""
    for row in rows:
        row[1:1] = [Td(text="")] if row[0].kind != "title" else []
    head = next(row for row in rows if any("对外公开总数量" in td.text for td in row))
    assert head[0].text == "信息内容"
    del head[0]
    drop(row_of(rows, "规章"), "public_total")


def number_torn_at_its_comma(rows: Rows) -> None:
    for row in rows:
        row.append(Td(text=""))
    row = row_of(rows, "政府集中采购")
    row[-2:] = [Td(text="1"), Td(text=",697"), Td(text="")]


def row_moved_as_a_whole(rows: Rows) -> None:
    """Nothing is merged, most labels end in one column, and a row of a group lost a square."""
    del rows[4:6]
    drop(rows[-2], "other")


CASES: list[tuple[str, str, str, Callable[[Rows], None]]] = [
    ("clean", "2021", "requests", group_without_first),
    ("clean", "2019", "proactive", square_over_two_rows),
    ("clean", "2021", "proactive", square_over_the_next_head),
    ("clean", "2019", "proactive", head_of_block_lost),
    ("clean", "2019", "proactive", first_cells_lost),
    ("clean", "2019", "proactive", number_torn_at_its_comma),
    ("labels once, squares empty", "2021", "requests", row_moved_as_a_whole),
]


@pytest.mark.parametrize(("style", "form", "table", "change"), CASES, ids=[case[3].__name__ for case in CASES])
def test_a_row_that_others_have_moved(style: str, form: str, table: str, change: Callable[[Rows], None]) -> None:
    made, rng = make(form, 3), random.Random(3)
    grids = []
    for grid in dict(STYLES)[style].grids(made, rng):
        if grid.table == table:
            rows = [list(row) for row in grid.rows]
            change(rows)
            grid = replace(grid, head=(), body=tuple(map(tuple, rows)))
        grids.append(grid)
    parsed = read(dict(STYLES)["clean"].page(made, tuple(grids), rng))
    assert invented(made, tuple(grids), parsed) == {}
    assert unreported(tuple(grids), parsed) == []


# Several faults that together made a row look whole: (seed, fewest faults).
FOUND = [
    (9002735, 1),  # the label beside three rows twice, and a row that so ends where the others do lost a square
    (9006375, 1),  # a label that stands further out than its depth lets it
    (9009475, 1),  # the label of many rows stands among their values
    (9013006, 1),  # a number in words in the column between label and values
    (21002609, 4),  # most rows are displaced, so that what they have in common proves nothing
    (22006754, 4),  # the numbers of table four in words, its head lost
    (22014212, 4),  # a square reaches into the head, and moves its words
    (23000045, 1),  # （六）其他处理 at the end of a page, its own first row without a label
    (23002539, 1),  # outer labels cover a column too few, and a number has two cells
]


@pytest.mark.parametrize(("seed", "fewest"), FOUND)
def test_faults_that_together_made_a_row_look_whole(seed: int, fewest: int) -> None:
    rng, other = random.Random(seed), random.Random(seed)
    form, share = rng.choice(("2019", "2021")), rng.choice((0, 0.1, 0.3, 0.6))
    faults = [rng.choice(FAULTS) for _ in range(rng.randint(fewest, 8))]
    made, style = blanked(make(form, seed), share, seed), mixed(seed)
    grids = damaged(style.grids(made, other), faults, other)
    parsed = read(style.page(made, grids, other))
    assert invented(made, grids, parsed) == {}
    assert unreported(grids, parsed) == []
