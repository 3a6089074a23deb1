"""Fixtures: one archive and one Datasette over it for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive_contents import Contents, build
from tests.datasette_server import serving


@pytest.fixture(scope="session")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return build(tmp_path_factory.mktemp("archive") / "data")


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "datasette.log"


@pytest.fixture(scope="session")
def server(contents: Contents, log: Path) -> Iterator[str]:
    with serving(contents.directory, log=log) as address:
        yield address
