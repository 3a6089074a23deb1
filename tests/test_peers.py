"""Numbers against those of peers and of the year before: outliers and units; never in a group of fewer than thirty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.audits.groups import peers
from tests.audited import Squares, checked, keep, made, opened, told

NEW = "requests.new.total"
FEES, PROCUREMENT = "proactive.fees.amount", "proactive.procurement.amount"


def group(path: Path, values: list[float | str], **more: Any) -> list[dict[str, Any]]:
    with opened(path) as archive:
        for place, value in enumerate(values):
            keep(archive, made(2022, {NEW: value}, organ=f"第{place}区财政局", **more))
        return checked(archive)


def regular(count: int) -> list[float | str]:
    return [10 + place % 5 for place in range(count)]


def test_a_number_far_from_its_peers_is_a_hint(tmp_path: Path) -> None:
    (row,) = group(tmp_path, [*regular(30), 900, ""])
    assert (row["rule"], row["verdict"], row["organ"]) == ("outlier", "INFO", "第30区财政局")
    assert (row["actual"], row["expected"]) == (900, None)
    assert "31 of 32 reports" in row["message_en"]


@pytest.mark.parametrize(
    "values",
    [
        [*regular(28), 900, ""],  # 29 numbers: a blank is none
        regular(40),
        [*[0] * 39, 5],  # nothing to measure by where more than half are equal
    ],
)
def test_nothing_is_said(tmp_path: Path, values: list[float | str]) -> None:
    assert group(tmp_path, values) == []


def test_peers_are_of_one_level_province_and_year() -> None:
    same = peers("周村区财政局", "370306", 2022)
    assert same == peers("张店区教育局", "370303", 2022)
    others = [("周村区财政局", "370306", 2021), ("朝阳区财政局", "110105", 2022), ("周村区人民政府", "370306", 2022),
              ("周村区王村镇人民政府", "370306", 2022), ("淄博市财政局", "370300", 2022)]  # fmt: skip
    assert len({same, *(peers(*other) for other in others)}) == 6
    assert peers("财政部", "", 2022) == ""


def test_who_comes_and_goes_moves_the_median_of_all(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for place, value in enumerate([*regular(29), 900]):
            keep(archive, made(2022, {NEW: value}, organ=f"第{place}区财政局"))
        assert len(checked(archive)) == 1
        keep(archive, made(2022, organ="第0区财政局", kind="other"), "第0区财政局 2022 370306")
        assert checked(archive) == []


@pytest.mark.parametrize(
    ("year", "before", "now", "rules"),
    [
        (2022, {FEES: 113.96}, {FEES: 1203400}, ["implausible_unit"]),
        (2022, {FEES: 1203400}, {FEES: 113.96}, ["implausible_unit"]),
        (2022, {FEES: 113.96}, {FEES: 1203.4}, []),
        (2022, {FEES: 0}, {FEES: 1203400}, []),
        (2022, {FEES: ""}, {FEES: 1203400}, []),
        (2020, {PROCUREMENT: 25}, {PROCUREMENT: 262000}, ["implausible_unit"]),
        (2021, {PROCUREMENT: 25}, {FEES: 262000}, []),
    ],
)
def test_amounts_ten_thousand_times_apart(
    tmp_path: Path, year: int, before: Squares, now: Squares, rules: list[str]
) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(year - 1, before))
        keep(archive, made(year, now))
        assert [row[0] for row in told(checked(archive))] == rules
