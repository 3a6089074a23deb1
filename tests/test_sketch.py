"""What texts that are alike are found by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.audits.sketch import ALIKE, SHINGLE, could_be_alike, shingles, similarity


@given(st.text(st.characters(), max_size=40))
def test_shingles_are_all_runs_of_five_characters(text: str) -> None:
    data = text.encode("utf-16-le", errors="surrogatepass")
    runs = {data[start : start + 2 * SHINGLE] for start in range(0, len(data) - 2 * SHINGLE + 1, 2)}
    assert len(shingles(text)) == len(runs)


@given(st.text("甲乙丙", max_size=40), st.text("甲乙丙", max_size=40))
def test_similarity_is_the_share_of_runs_that_both_have(one: str, other: str) -> None:
    runs, others = (
        {text[start : start + SHINGLE] for start in range(len(text) - SHINGLE + 1)} for text in (one, other)
    )
    share = similarity(shingles(one), shingles(other))
    assert share == (len(runs & others) / len(runs | others) if runs and others else 0)
    assert share < ALIKE or could_be_alike(len(runs), len(others))
