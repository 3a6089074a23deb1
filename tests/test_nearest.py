"""Organs with a name like one that was asked for, found without looking through all reports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.shown.nearest import nearest
from archive.store import Archive
from tests.audited import keep, made, opened
from tests.plugins import plugin

ORGANS = ("青石县财政局", "青石县教育局", "白水县人民政府", "青石县青石镇人民政府")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("near") / "data"
    with opened(path) as archive:
        for organ in ORGANS:
            keep(archive, made(2021, organ=organ))
        keep(archive, made(2022, organ=ORGANS[0]))
    return path


def test_the_most_alike_come_first(directory: Path) -> None:
    with Archive.open_readonly(directory) as archive:
        near = nearest(archive.db, "青石县财政 厅")
        assert (next(iter(near)), near[ORGANS[0]], ORGANS[2] in near) == (ORGANS[0], [2022, 2021], False)
        for odd in ("", "青", "，。；", "\"' OR*", "x" * 100, "\ud800青"):
            assert nearest(archive.db, odd) == {}, odd


def test_no_table_is_looked_through(directory: Path) -> None:
    asked: list[str] = []
    with Archive.open_readonly(directory) as archive:
        archive.db.set_trace_callback(asked.append)
        plugin("reports").others(archive.db, "青石县财政厅", 1000)
        archive.db.set_trace_callback(None)
        asked = [query for query in asked if query.startswith("SELECT")]
        assert len(asked) > 3
        for query in asked:
            plan = [row[3] for row in archive.db.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert not [line for line in plan if re.match(r"SCAN (reports|r)( |$)", line)], query


def test_where_the_time_is_over_nothing_is_suggested(directory: Path) -> None:
    with Archive.open_readonly(directory) as archive:
        assert plugin("reports").others(archive.db, "青石县财政厅", 1000)[1] != {}
        assert plugin("reports").others(archive.db, "青石县财政厅", 0) == ([], {})
        assert plugin("reports").others(archive.db, ORGANS[0], 0) == ([2022, 2021], {})
