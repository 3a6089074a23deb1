"""Rules across years: what a report takes over from that of the year before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.audited import ORGAN, Squares, checked, keep, made, opened, told

OUT, IN = "requests.carried_out.total", "requests.carried_in.total"
ROW = "proactive.normative_documents"
STOCK = "proactive.licensing"
PREVIOUS, CHANGE = f"{STOCK}.previous", f"{STOCK}.change"


def pair(path: Path, year: int, before: Squares, now: Squares) -> list[dict[str, Any]]:
    """The findings on two reports, of a year and of the one before."""
    with opened(path) as archive:
        keep(archive, made(year - 1, before))
        keep(archive, made(year, now))
        return checked(archive)


SOUND: list[tuple[int, Squares, Squares]] = [
    (2020, {OUT: 3}, {IN: 3}),
    (2021, {OUT: 3}, {IN: 3}),  # the two forms have these rows in common
    (2022, {f"{ROW}.in_force": 5}, {f"{ROW}.in_force": 6, f"{ROW}.issued": 3, f"{ROW}.repealed": 2}),
    (2021, {}, {f"{ROW}.in_force": 6}),  # the form of 2019 does not say what is in force
    (2020, {PREVIOUS: 5, CHANGE: -2}, {PREVIOUS: 3}),
    (2021, {PREVIOUS: 5, CHANGE: -2}, {}),
]
BROKEN: list[tuple[int, Squares, Squares, tuple[str, str], tuple[float, float]]] = [
    (2020, {OUT: 3}, {IN: 4}, ("carry_over", "FAIL"), (3, 4)),
    (2022, {"requests.carried_out.business": 1}, {}, ("carry_over", "FAIL"), (1, 0)),
    (2022, {f"{ROW}.in_force": 5}, {f"{ROW}.in_force": 6}, ("in_force_chain", "FAIL"), (5, 6)),
    (2020, {PREVIOUS: 5, CHANGE: 2}, {PREVIOUS: 8}, ("previous_chain", "FAIL"), (7, 8)),
    (2020, {PREVIOUS: 5, CHANGE: 2}, {PREVIOUS: 3}, ("unsigned_decrease", "WARN"), (7, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("year", "before", "now"), SOUND)
def test_what_agrees_is_not_told(tmp_path: Path, year: int, before: Squares, now: Squares) -> None:
    assert pair(tmp_path, year, before, now) == []


@pytest.mark.parametrize(("year", "before", "now", "what", "sides"), BROKEN)
def test_what_differs_is_told_once_at_the_later_report(
    tmp_path: Path, year: int, before: Squares, now: Squares, what: tuple[str, str], sides: tuple[float, float]
) -> None:
    (finding,) = pair(tmp_path, year, before, now)
    assert (finding["rule"], finding["verdict"]) == what
    assert (finding["organ"], finding["year"], finding["other_organ"], finding["other_year"]) == (
        ORGAN,
        year,
        ORGAN,
        year - 1,
    )
    assert (finding["expected"], finding["actual"], finding["difference"]) == (*sides, sides[1] - sides[0])


@pytest.mark.parametrize(
    ("before", "now", "holds"), [({OUT: ""}, {}, 1), ({OUT: "/"}, {IN: ""}, 1), ({OUT: ""}, {IN: 2}, 0)]
)
def test_a_blank_decides_nothing(tmp_path: Path, before: Squares, now: Squares, holds: int) -> None:
    (finding,) = pair(tmp_path, 2022, before, now)
    assert (finding["rule"], finding["verdict"]) == ("carry_over", "UNCERTAIN")
    assert finding["holds_if_blank_is_zero"] == holds


@pytest.mark.parametrize("square", [None, "若干"])
def test_what_is_not_there_or_no_number_cannot_be_compared(tmp_path: Path, square: str | None) -> None:
    (finding,) = pair(tmp_path, 2022, {OUT: square}, {IN: 2})
    assert (finding["rule"], finding["verdict"]) == ("carry_over", "NOT_ASSESSABLE")
    assert set(json.loads(finding["indicators"])) == {IN, OUT}


def test_a_blank_table_is_not_reported(tmp_path: Path) -> None:
    blank: Squares = {fact.indicator: "" for fact in made(2022).facts if fact.indicator.startswith("requests.")}
    (finding,) = pair(tmp_path, 2022, {OUT: 2}, blank)
    assert (finding["rule"], finding["verdict"]) == ("carry_over", "NOT_REPORTED")


def test_a_gap_of_a_year_and_a_namesake_elsewhere_are_not_compared(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(2020, {OUT: 3}))
        keep(archive, made(2022, {IN: 9}))
        keep(archive, made(2023, division="110105"))
        assert checked(archive) == []


def test_the_same_numbers_in_two_places_are_two_findings(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for division in ("110105", "220104"):
            keep(archive, made(2021, {OUT: 3}, division=division))
            keep(archive, made(2022, {IN: 4}, division=division))
        rows = checked(archive)
    assert told(rows) == [("carry_over", "FAIL", ORGAN, 2022)] * 2
    assert {row["division"] for row in rows} == {"110105", "220104"}
