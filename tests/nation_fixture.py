"""Fixtures: the country of nation.py and one Datasette over it for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.datasette_server import serving
from tests.nation import build


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("nation") / "data"
    build(directory)
    return directory


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="session")
def country(nation: Path, server_log: Path) -> Iterator[str]:
    with serving(nation, log=server_log) as address:
        yield address
