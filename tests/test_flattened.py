"""Reports whose tables were flattened to text in every way of FORMS b4: what is read is what was made."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.maker.compare import compare
from tests.maker.flat import CELLS, LAYOUTS, Choice, Flat, mixed, varied
from tests.maker.grids import counted
from tests.maker.report import blanked, make
from tests.maker.torn import HARMS, PUT_IN, Harm, silent
from tests.reports import read

seeds = st.integers(0, 9999)
forms = st.sampled_from(["2019", "2021"])
shares = st.sampled_from([0.1, 0.3, 0.6])
harms = st.sampled_from(HARMS)
bounded = settings(max_examples=8, deadline=None, derandomize=True)
each_layout = pytest.mark.parametrize(("name", "flat"), LAYOUTS, ids=[name for name, _ in LAYOUTS])


@each_layout
@bounded
@given(form=forms, seed=seeds)
def test_full_tables_come_back(name: str, flat: Flat, form: str, seed: int) -> None:
    """Every square; of glued digits those that the sums split in one way, and every other one is reported."""
    made = make(form, seed)
    result = compare(made, read(flat(made, seed)))
    assert (result.wrong, result.unreported) == ({}, [])
    assert not result.lost or flat.number == 8


@each_layout
@bounded
@given(form=forms, seed=seeds, share=shares)
def test_with_blanks_no_number_moves(name: str, flat: Flat, form: str, seed: int, share: float) -> None:
    """In the words and numbers of real texts: a number is in its square, or reported."""
    made = blanked(make(form, seed), share, seed)
    result = compare(made, read(varied(flat, seed)(made, seed)))
    assert (result.wrong, result.unreported) == ({}, [])


@each_layout
@bounded
@given(form=forms, seed=seeds, share=st.sampled_from([0.0, 0.1, 0.6]))
def test_running_numbers_are_no_values(name: str, flat: Flat, form: str, seed: int, share: float) -> None:
    """A column 序号 before the labels: its numbers fill no square that is empty."""
    made = blanked(make(form, seed), share, seed)
    result = compare(made, read(replace(flat, change=counted)(made, seed)))
    assert not result.wrong
    if flat.number < 8:  # in glued text nothing tells them from the digits before them
        assert not result.unreported
        assert not result.lost or share


CELLED = [(name, flat) for name, flat in LAYOUTS if flat.number in (3, 4, 5, 6) or name == "7 one line of bars"]


@pytest.mark.parametrize(("name", "flat"), CELLED, ids=[name for name, _ in CELLED])
@pytest.mark.parametrize("cells", [cells for _, cells in CELLS], ids=[name or "begun" for name, _ in CELLS])
def test_empty_cells_beside_the_squares_are_told_from_empty_squares(name: str, flat: Flat, cells: Choice) -> None:
    for seed, form, share in ((1, "2019", 0.6), (2, "2021", 0.6), (3, "2019", 0.3), (4, "2021", 0.3)):
        made = blanked(make(form, seed), share, seed)
        result = compare(made, read(replace(flat, cells=cells)(made, seed)))
        assert (result.wrong, result.lost) == ({}, {})


@settings(max_examples=40, deadline=None, derandomize=True)
@given(form=forms, seed=seeds, share=st.sampled_from([0.0, 0.0, 0.3]))
def test_tables_that_were_flattened_in_different_ways(form: str, seed: int, share: float) -> None:
    made = blanked(make(form, seed), share, seed)
    result = compare(made, read(mixed(seed)(made, seed)))
    assert (result.wrong, result.unreported) == ({}, [])
    assert not result.lost or share


@each_layout
@settings(max_examples=14, deadline=None, derandomize=True)
@given(form=forms, seed=seeds, share=st.sampled_from([0.0, 0.1, 0.3, 0.6]), harm=harms)
def test_torn_text_invents_nothing(name: str, flat: Flat, form: str, seed: int, share: float, harm: Harm) -> None:
    """What was put in is told from a square where none is empty; of glued digits the runs are reported as they are."""
    rng = random.Random(seed)
    made = blanked(make(form, seed), 0 if harm in PUT_IN else share, seed)
    text = flat.text(made, rng)
    after = "\n".join(harm(text.split("\n"), rng))
    parsed = read(after.encode())
    assert compare(made, parsed).wrong == {}
    assert flat.number == 8 or silent(made, text, after, parsed) == {}
