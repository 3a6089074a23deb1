"""Fixture: the address of every kind of page, over the archives and servers that the tests share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.archive_contents import Contents
from tests.screens import SCREENS, names


@pytest.fixture(scope="session")
def addresses(server: str, site: str, country: str, contents: Contents, nation: Path) -> Mapping[str, str]:
    servers, named = {"demo": server, "explored": site, "nation": country}, names(contents, nation)
    return {name: servers[one.archive] + one.path.format(**named) for name, one in SCREENS.items()}
