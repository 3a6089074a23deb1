"""A crawl that is killed again and again ends as one that never was (the long run: `bench/kills.py`)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kills import Killed, assert_nothing_lost, column_path, large_portal
from tests.portal import Portal


@pytest.mark.parametrize("columns", [1, 2], ids=["one crawl", "two crawls at once into one archive"])
def test_kills_at_random_moments_lose_nothing(tmp_path: Path, columns: int) -> None:
    pages = large_portal(60, columns)
    with Portal(pages) as portal:
        sources = [portal.source(id=f"column{n}", path=column_path(n)) for n in range(columns)]
        killed = Killed(directory=tmp_path / "a", portal=portal, sources=sources, random=random.Random(columns))
        cut_short = sum(killed.kill() for _ in range(6))
        assert cut_short == 6
        crawls = killed.finish()
        assert [crawl.returncode for crawl in crawls] == [0] * columns
        assert_nothing_lost(killed, pages)
