"""`nianbao sources find` says of a column that the registry has it already, and under which id."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.portal import Portal
from tests.test_find import FOUR_HOPS, find
from tests.test_health import registry


@pytest.mark.parametrize(("path", "id"), [("/x/dxq69/index.html", "column"), ("/", "front"), ("/y/", "")])
def test_a_column_that_is_listed_is_told_by_its_id(tmp_path: Path, path: str, id: str) -> None:
    with Portal(FOUR_HOPS) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source(id or "other", path)])
        done = find(portal, tmp_path / "a", "--registry", str(lines))
        as_json = find(portal, tmp_path / "a", "--registry", str(lines), "--json")
    assert (done.returncode, as_json.returncode) == (0, 0), done.stderr
    said = f"{portal.url}/x/dxq69/ is listed already, as {id}"
    assert (said in done.stderr) is bool(id)
    assert (f"{portal.url}/x/dxq69/," in done.stdout) is not bool(id)  # what is there need not be added
    assert [found["listed"] for found in json.loads(as_json.stdout)] == [id]


def test_a_registry_that_is_wrong_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    with Portal(FOUR_HOPS) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source(path="/y/")])
        lines.write_text(lines.read_text("utf-8").replace("370300", "999999"), "utf-8")
        done = find(portal, tmp_path / "a", "--registry", str(lines))
        assert portal.asked == []
    assert done.returncode == 1
    assert "sources.csv:2: division: not in the list of divisions: '999999'" in done.stderr
