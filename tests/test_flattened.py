"""Reports whose tables were flattened to text in every way of FORMS b4: what is read is what was made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.maker.compare import compare
from tests.maker.flat import LAYOUTS, Flat, varied
from tests.maker.report import blanked, make
from tests.reports import read

seeds = st.integers(0, 9999)
bounded = settings(max_examples=6, deadline=None, derandomize=True)
each_layout = pytest.mark.parametrize(("name", "flat"), LAYOUTS, ids=[name for name, _ in LAYOUTS])
# Not yet.
UNREAD = {"4 lines of bars", "4 bars all round", "7 one line", "7 one line of bars", "7 a line a row"}
MOVED = {
    "7 report in one line",
    "1 a line each",
    "2 blank lines between",
    "2 blank lines for all",
    "4 lines of bars",
    "4 bars all round",
}


@each_layout
@pytest.mark.parametrize("form", ["2019", "2021"])
@bounded
@given(seed=seeds)
def test_full_tables_come_back(name: str, flat: Flat, form: str, seed: int) -> None:
    made = make(form, seed)
    result = compare(made, read(flat(made, seed)))
    assert not result.wrong
    assert not result.lost or flat.number == 8 or name in UNREAD


@each_layout
@pytest.mark.parametrize("form", ["2019", "2021"])
@bounded
@given(seed=seeds, share=st.sampled_from([0.1, 0.3, 0.6]))
def test_with_blanks_no_number_moves(name: str, flat: Flat, form: str, seed: int, share: float) -> None:
    made = blanked(make(form, seed), share, seed)
    result = compare(made, read(varied(flat, seed)(made, seed)))
    assert not result.wrong or name in MOVED
