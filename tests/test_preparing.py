"""SQL that keeps SQLite busy before it begins is found out by a program apart, and a public server goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from archive.database import NAME
from archive.shown.preparing import Prepared
from archive.shown.serving import Serving
from tests.audited import keep, made, opened
from tests.datasette_server import get, serving

# Each table is the one before, twice: 2^60 times the first.
DOUBLED = ", ".join(f"t{n} AS (SELECT * FROM t{n - 1} UNION ALL SELECT * FROM t{n - 1})" for n in range(1, 60))
HOSTILE = f"WITH t0 AS (SELECT 1 AS a), {DOUBLED} SELECT count(*) FROM t59"
# Each table has a text of 30,000 characters twice as often as the one before: memory is full long before a second ends.
JOINED = ", ".join(f"t{n} AS (SELECT a.x FROM t{n - 1} a, t{n - 1} b)" for n in range(1, 17))
HEAVY = f"WITH t0 AS (SELECT '{'a' * 30_000}' AS x), {JOINED} SELECT x FROM t16 LIMIT 0"
GOOD = "WITH a AS (SELECT organ, organ_kind(organ) AS kind FROM reports) SELECT * FROM a WHERE organ = :organ"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2021))
    return tmp_path / "data"


@pytest.fixture
def prepared(directory: Path) -> Iterator[Prepared]:
    one = Prepared(database=directory / NAME)
    yield one
    one.end()


def test_what_never_ends_is_found_out_and_the_next_is_answered(prepared: Prepared) -> None:
    functions = ["organ_kind"]
    assert prepared.is_soon(GOOD, functions)
    first = prepared.process
    assert prepared.is_soon("SELECT nonsense(", functions)  # what is wrong is told by the server
    assert prepared.process is first
    assert not prepared.is_soon(HOSTILE, functions)
    assert not prepared.is_soon(f"-- a comment\n{HOSTILE}", functions)
    assert not prepared.is_soon(f"EXPLAIN {HOSTILE}", functions)
    assert prepared.is_soon(GOOD, functions)
    assert prepared.process is not first


def test_what_takes_too_much_memory_is_found_out_and_our_largest_views_are_not(prepared: Prepared) -> None:
    functions = ["organ_kind"]
    assert prepared.is_soon("SELECT * FROM facts a, facts b, facts c, facts d", functions)
    first = prepared.process
    assert first is not None
    assert not prepared.is_soon(HEAVY, functions)
    assert first.returncode == 1, "memory, not time, ended it"
    assert prepared.is_soon(GOOD, functions)


def test_a_function_that_comes_later_hides_nothing(prepared: Prepared) -> None:
    hostile = HOSTILE.replace("SELECT 1 AS a", "SELECT organ_kind('') AS a").replace("count(*)", "organ_kind(a)")
    assert not prepared.is_soon(hostile, ["organ_kind"])


def test_a_public_server_with_sql_refuses_it_and_goes_on(directory: Path, tmp_path: Path) -> None:
    with serving(directory, log=tmp_path / "log", serving=Serving(public=True, sql=True)) as site:
        answer = get(f"{site}/nianbao.json?{urlencode({'sql': HOSTILE})}")
        assert (answer.status, "interrupted" in answer.text.lower() or "SQL" in answer.text) == (400, True)
        where = f"organ IN ({HOSTILE.replace('count(*)', 'a')})"
        assert get(f"{site}/nianbao/reports.json?{urlencode({'_where': where})}").status == 400
        good = get(f"{site}/nianbao.json?{urlencode({'sql': GOOD, 'organ': 'x', '_shape': 'array'})}")
        assert (good.status, good.text) == (200, "[]")
        assert get(f"{site}/").status == 200
