"""A facet of a whole table that takes too long is there for the next reader, one that a reader narrowed is not."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.database import NAME
from archive.shown.serving import Serving
from tests.audited import keep, made, opened
from tests.datasette_server import get, serving

# Facets of strangers have 300 ms: a machine that counts these in that time is yet to be built.
MANY = 6_000_000
ROWS = """CREATE VIEW {name} AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n {until})
SELECT x, x % 3 AS third, x % 5 AS fifth FROM n"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2021))
    with closing(sqlite3.connect(tmp_path / "data" / NAME)) as db:
        db.execute(ROWS.format(name="many", until=f"WHERE x < {MANY}"))
        db.execute(ROWS.format(name="endless", until=""))
    return tmp_path / "data"


def facets(site: str, of: str) -> Any:
    """Those that are known: one that timed out is left out."""
    answer = get(f"{site}/nianbao/{of}&_nocount=1&_nosuggest=1&_size=1")
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["facet_results"]


def test_only_what_all_readers_ask_is_counted_apart(directory: Path, tmp_path: Path) -> None:
    narrowed = ["many.json?_facet=third&x__gt=1", "many.json?_facet=third&_facet_size=2"]
    with serving(directory, log=tmp_path / "log", serving=Serving(public=True)) as site:
        for one in (*narrowed, "many.json?_facet=third"):
            assert facets(site, one) == {}
        # They are counted one after the other: once the last is there, nothing else waits.
        for _ in range(600):
            if found := facets(site, "many.json?_facet=third"):
                break
            time.sleep(0.1)
        (facet,) = found.values()
        assert {one["value"]: one["count"] for one in facet["results"]} == dict.fromkeys(range(3), MANY // 3)
        for one in narrowed:
            assert facets(site, one) == {}


def test_a_server_that_is_interrupted_ends_although_facets_wait(directory: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(directory, log=log, ended_by=signal.SIGINT, serving=Serving(public=True)) as site:
        for column in ("x", "third", "fifth"):
            assert facets(site, f"endless.json?_facet={column}") == {}
    assert "Fatal" not in log.read_text("utf-8")
