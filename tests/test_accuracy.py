"""No change may read less than was read before, and none may invent a number."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accuracy import converted, floors, measure
from tests.accuracy.measure import Score
from tests.reports import needs_office


def test_nothing_falls_below_its_floor() -> None:
    assert floors.faults(measure.summed(measure.measured(measure.sample())), floors.load("sample")) == []


@needs_office
@pytest.mark.office
def test_what_libreoffice_makes_is_read_as_well_as_before() -> None:
    assert floors.faults(measure.summed(measure.measured(converted.office())), floors.load("office")) == []


def test_a_floor_only_rises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "floors.json"
    path.write_text('{"whole": {"pdf": {"2019": 0.9, "2021": 0.5}}}', encoding="utf-8")
    monkeypatch.setattr(floors, "FLOORS", path)
    scores = {("pdf", "2019"): Score(squares=10, right=8), ("pdf", "2021"): Score(squares=10, right=6)}
    floors.raise_to("whole", scores)
    assert floors.load("whole") == {"pdf": {"2019": 0.9, "2021": 0.6}}
    assert floors.faults(scores, floors.load("whole")) == ["pdf 2019: 80.00% right, the floor is 90.00%"]


def test_an_invented_number_is_a_fault_whatever_the_share() -> None:
    score = Score(squares=100, right=99, invented=("pdf clean: requests.new.total is 3, read as 30",))
    assert floors.faults({("pdf", "2019"): score}, {"pdf": {"2019": 0.5}}) == [
        "invented: pdf clean: requests.new.total is 3, read as 30"
    ]
    assert "has no floor yet" in floors.faults({("ofd", "2019"): Score(squares=1)}, {})[0]
