"""Fixtures: the archive of explored.py and one Datasette over it for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.datasette_server import serving
from tests.explored import build


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("explored") / "data"
    build(directory)
    return directory


@pytest.fixture(scope="session")
def site(explored: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(explored, log=tmp_path_factory.mktemp("log") / "datasette.log") as address:
        yield address
