"""Damaged reports: whatever was done to a table, no number is invented, and every number that is lost is reported."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.maker.damage import invented, unaccounted, unreported
from tests.maker.faults import FAULTS, Fault, cut, cut_in_tables, damaged, unclosed
from tests.maker.grids import Row, Td
from tests.maker.html import STYLES, Style, mixed
from tests.maker.report import blanked, make
from tests.reports import read

SEEDS = st.integers(0, 10**6)
FORMS = st.sampled_from(["2019", "2021"])
BLANKS = st.sampled_from([0, 0.1, 0.3, 0.6])


def check(form: str, seed: int, share: float, style: Style, faults: Sequence[Fault]) -> None:
    rng = random.Random(seed)
    made = blanked(make(form, seed), share, seed)
    grids = damaged(style.grids(made, rng), faults, rng)
    parsed = read(style.page(made, grids, rng))
    assert invented(made, grids, parsed) == {}
    assert unreported(grids, parsed) == []


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.__name__ for fault in FAULTS])
@given(form=FORMS, seed=SEEDS, share=BLANKS, style=st.sampled_from([style for _, style in STYLES]))
@settings(max_examples=15, derandomize=True, deadline=None, database=None)
def test_after_one_fault(fault: Fault, form: str, seed: int, share: float, style: Style) -> None:
    check(form, seed, share, style, [fault])


@given(form=FORMS, seed=SEEDS, share=BLANKS, faults=st.lists(st.sampled_from(FAULTS), min_size=2, max_size=5))
@settings(max_examples=150, derandomize=True, deadline=None, database=None)
def test_after_several_faults(form: str, seed: int, share: float, faults: list[Fault]) -> None:
    check(form, seed, share, mixed(seed), faults)


@pytest.mark.parametrize("deep", [True, False])
def test_a_row_that_moved_and_lost_a_square_is_no_whole_row(deep: bool) -> None:
    """Its number of cells and its end are right, but its label stands where labels of another depth do."""
    made, rng = make("2019", 3), random.Random(3)
    grids = []
    for grid in dict(STYLES)["labels once, squares empty"].grids(made, rng):
        rows = list(grid.body)
        if grid.table == "requests":
            label = "（七）总计" if deep else "1.属于国家秘密"
            at = next(i for i, row in enumerate(rows) if any(td.text == label for td in row))
            moved = (*rows[at][:4], *rows[at][5:])
            rows[at] = (Td(text="", kind="corner"), *moved) if deep else (*moved[1:], Td(text="0"), Td(text="0"))
        grids.append(replace(grid, body=tuple(rows)))
    parsed = read(dict(STYLES)["clean"].page(made, tuple(grids), rng))
    assert invented(made, tuple(grids), parsed) == {}
    assert unreported(tuple(grids), parsed) == []
    assert any(f.rule == "missing_row" for f in parsed.findings)


def test_a_row_that_is_short_is_not_read_by_a_head_that_is_displaced_as_well() -> None:
    """The head is a column too narrow, and the only row that ends where it does lost a square."""
    made, rng = make("2019", 3), random.Random(3)
    grids = []
    for grid in dict(STYLES)["clean"].grids(made, rng):
        if grid.table == "requests":
            rows = [put_before_squares(row) for row in grid.body]
            at = next(i for i, row in enumerate(rows) if any(td.text.startswith("2.重复") for td in row))
            rows[at] = rows[at][:-1]
            grid = replace(grid, body=tuple(rows))
        grids.append(grid)
    parsed = read(dict(STYLES)["clean"].page(made, tuple(grids), rng))
    assert invented(made, tuple(grids), parsed) == {}
    assert unreported(tuple(grids), parsed) == []


def test_a_head_that_reaches_into_the_numbers_of_table_four_moves_them() -> None:
    """One of the numbers is gone, so that the row ends where it should all the same."""
    made, rng = make("2019", 3), random.Random(3)
    grids = []
    for grid in dict(STYLES)["clean"].grids(made, rng):
        if grid.table == "review":
            *heads, lowest = grid.head
            reaching = (*lowest[:8], replace(lowest[8], rows=2), *lowest[9:])
            (numbers,) = grid.body
            grid = replace(grid, head=(*heads, reaching), body=((*numbers[:3], *numbers[4:]),))
        grids.append(grid)
    parsed = read(dict(STYLES)["clean"].page(made, tuple(grids), rng))
    assert invented(made, tuple(grids), parsed) == {}
    assert unreported(tuple(grids), parsed) == []
    assert not any(fact.indicator.startswith("review.") for fact in parsed.facts)


def put_before_squares(row: Row) -> Row:
    at = next(i for i, td in enumerate(row) if td.kind == "square")
    return (*row[:at], Td(text="", kind="corner"), *row[at:])


@given(form=FORMS, seed=SEEDS, share=BLANKS)
@settings(max_examples=80, derandomize=True, deadline=None, database=None)
def test_after_a_closing_tag_was_lost(form: str, seed: int, share: float) -> None:
    made, style, rng = blanked(make(form, seed), share, seed), mixed(seed), random.Random(seed)
    grids = style.grids(made, rng)
    parsed = read(unclosed(style.page(made, grids, rng), rng))
    assert invented(made, grids, parsed) == {}
    assert unreported(grids, parsed) == []


@pytest.mark.parametrize("fault", [cut, cut_in_tables])
@given(form=FORMS, seed=SEEDS, share=BLANKS)
@settings(max_examples=80, derandomize=True, deadline=None, database=None)
def test_of_a_page_that_breaks_off(
    fault: Callable[[bytes, random.Random], bytes], form: str, seed: int, share: float
) -> None:
    """A number of which digits may be missing is none."""
    made, style, rng = blanked(make(form, seed), share, seed), mixed(seed), random.Random(seed)
    grids = style.grids(made, rng)
    parsed = read(fault(style.page(made, grids, rng), rng))
    assert invented(made, grids, parsed) == {}
    assert unaccounted(made, parsed) == [] or parsed.kind != "report"
