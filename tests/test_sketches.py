"""Sketches of many texts: made by a process of its own, and the same as those of one text at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count
from multiprocessing import active_children

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.audits.sketch import ALIKE, SHINGLE, bands, could_be_alike, shingles, similarity
from archive.audits.sketches import AHEAD, BATCH, sketches
from archive.errors import ArchiveError


def texts() -> Iterator[tuple[int, str]]:
    """Without end."""
    return ((number, f"第{number}号文件已经公开，第{number % 7}项工作全部完成") for number in count())


@pytest.mark.parametrize("many", [0, 1, BATCH - 1, BATCH, BATCH * (AHEAD + 3) + 1])
def test_in_the_order_of_the_texts(many: int) -> None:
    given_ = [text for _, text in zip(range(many), texts(), strict=False)]
    assert list(sketches(given_)) == [(number, bands(text), len(shingles(text))) for number, text in given_]


def test_whoever_stops_early_leaves_no_process() -> None:
    found = sketches(texts())
    assert next(found)[0] == 0
    assert len(active_children()) == 1
    found.close()
    assert not active_children()


def test_a_process_that_is_killed_is_told() -> None:
    found = sketches(texts())
    next(found)
    for process in active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
    with pytest.raises(ArchiveError, match="run `nianbao check` again"):
        list(found)
    assert not active_children()


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
