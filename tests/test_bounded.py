"""Queries that a time limit cannot interrupt are bounded by what one step may cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from archive.shown.bounded import LONGEST, bound
from archive.shown.serving import Serving
from tests.audited import keep, made, opened, prose
from tests.datasette_server import get, serving

VALUES = (None, "", "a", "aa", "公开", "公", 12, "12", b"a", "  ", " a ", "aba公a")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    bounded = sqlite3.connect(":memory:")
    bound(bounded)
    yield bounded
    bounded.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bounded") / "data"
    with opened(path) as archive:
        keep(archive, made(2021))
    return path


@pytest.mark.parametrize(("name", "number"), [("instr", 2), ("replace", 3), ("trim", 2), ("ltrim", 2), ("rtrim", 2)])
def test_functions_in_place_of_sqlites_own_say_the_same(db: sqlite3.Connection, name: str, number: int) -> None:
    stock = sqlite3.connect(":memory:")
    query = f"SELECT {name}({', '.join('?' * number)})"
    for values in product(VALUES, repeat=number):
        if values[1] == b"":
            continue
        wanted, found = (one.execute(query, values).fetchone() for one in (stock, db))
        assert found == wanted, values
    stock.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT instr(hex(zeroblob(1900000)), hex(zeroblob(900000)) || '1')",
        "SELECT length(replace(hex(zeroblob(1900000)), hex(zeroblob(900000)) || '1', ''))",
        "SELECT length(trim(hex(zeroblob(1900000)), hex(randomblob(1900000)) || '1'))",
    ],
)
def test_the_longest_values_are_done_with_at_once(db: sqlite3.Connection, query: str) -> None:
    """With SQLite's own functions each of them runs for minutes."""
    assert db.execute(query).fetchone()[0] in (0, 3_800_000)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT hex(zeroblob({LONGEST}))",
        "SELECT replace(hex(zeroblob(20000000)), '0', '')",
        "SELECT replace(hex(zeroblob(1900)), '0', hex(zeroblob(1900000)))",
    ],
)
def test_what_would_take_much_memory_is_too_big(db: sqlite3.Connection, query: str) -> None:
    with pytest.raises(sqlite3.DataError, match="too big"):
        db.execute(query).fetchone()


def test_patterns_and_patches_that_compare_every_pair_are_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="pattern too complex"):
        db.execute("SELECT 'a' LIKE ?", ["%a" * 101]).fetchone()
    with pytest.raises(sqlite3.OperationalError, match="user-defined function"):
        db.execute("SELECT json_patch('{}', '{}')").fetchone()


def test_every_connection_of_the_server_has_them(directory: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(directory, log=log) as site:
        assert "1" in get(f"{site}/nianbao.json?{urlencode({'sql': 'select instr(1, 1)', '_shape': 'arrays'})}").text
        answer = get(f"{site}/nianbao?{urlencode({'sql': 'select length(hex(zeroblob(20000000)))'})}")
        assert answer.status == 400
        assert "too big" in answer.text
    assert "Traceback" not in log.read_text("utf-8")


def test_an_archived_text_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2021, sections=(prose("短"),)))
        archive.db.execute("UPDATE sections SET text = ?", ["长" * (LONGEST // 3 + 1)])
        (organ,) = archive.db.execute("SELECT organ FROM reports").fetchone()
    with serving(tmp_path / "data", log=log) as site:
        answer = get(f"{site}/report/{quote(organ)}/2021")
        assert (answer.status, "有一个值太长" in answer.text) == (400, True)
    assert "Traceback" not in log.read_text("utf-8")


@pytest.mark.parametrize("sql", [False, True])
def test_strangers_send_no_sql_unless_they_are_let(directory: Path, tmp_path: Path, sql: bool) -> None:
    log = tmp_path / "log"
    with serving(directory, log=log, serving=Serving(public=True, sql=sql)) as site:
        refused = 200 if sql else 403
        assert get(f"{site}/nianbao?sql=select+1").status == refused
        assert get(f"{site}/nianbao/reports.json?_where=1%3D1").status == refused
        for path in ("/nianbao", "/nianbao/reports", "/nianbao/refused_most?year=&region=&kind=&reason=&least="):
            assert get(f"{site}{path}").status == 200, path
        assert get(f"{site}/stories/refused_most").status == 200
    assert "Traceback" not in log.read_text("utf-8")
