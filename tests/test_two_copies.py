"""Copies of one report: told where they differ, square by square, and counted once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.records import Parsed
from tests.audited import ORGAN, Squares, checked, keep, made, opened
from tests.captures import table

NEW, TOTAL = "requests.new.total", "requests.total.total"
FEES = "proactive.fees.amount"


def both(path: Path, page: Parsed, attachment: Parsed, **capture: Any) -> list[dict[str, Any]]:
    with opened(path) as archive:
        names = keep(archive, page, "page"), keep(archive, attachment, "attachment", **capture)
        rows = checked(archive)
        assert len(table(archive, "reports")) == 1
    for row in rows:
        assert all(name in row["message_zh"] and name in row["message_en"] for name in names)
    return rows


@pytest.mark.parametrize(
    ("page", "attachment", "verdict", "holds"),
    [
        ({NEW: 3}, {NEW: 5}, "FAIL", None),
        ({NEW: 3}, {NEW: ""}, "UNCERTAIN", 0),
        ({NEW: 0}, {NEW: "/"}, "UNCERTAIN", 1),
        ({NEW: 3}, {NEW: None}, "NOT_ASSESSABLE", None),
        ({NEW: 3}, {NEW: "三件"}, "NOT_ASSESSABLE", None),
        ({FEES: 113.96}, {FEES: 113.97}, "FAIL", None),
    ],
)
def test_one_square(tmp_path: Path, page: Squares, attachment: Squares, verdict: str, holds: int | None) -> None:
    (row,) = both(tmp_path, made(2022, page), made(2022, attachment))
    assert (row["rule"], row["verdict"], row["holds_if_blank_is_zero"]) == ("two_copies", verdict, holds)
    assert json.loads(row["indicators"]) == list(page)
    assert (row["organ"], row["year"], row["other_organ"]) == (ORGAN, 2022, "")


@pytest.mark.parametrize(
    ("page", "attachment"),
    [({NEW: 3}, {NEW: 3}), ({FEES: 113.96}, {FEES: 113.9585}), ({NEW: ""}, {NEW: "/"}), ({NEW: ""}, {NEW: ""})],
)
def test_what_agrees_is_not_told(tmp_path: Path, page: Mapping[str, Any], attachment: Mapping[str, Any]) -> None:
    assert both(tmp_path, made(2022, page), made(2022, attachment)) == []


def test_two_reports_that_disagree_are_one_finding_and_count_once(tmp_path: Path) -> None:
    other: Squares = {fact.indicator: place + 1 for place, fact in enumerate(made(2022).facts)}
    (row,) = both(tmp_path, made(2022), made(2022, other))
    assert (row["rule"], row["verdict"]) == ("two_copies", "FAIL")
    assert set(json.loads(row["indicators"])) == set(other)
    assert row["expected"] is None


def test_a_picture_may_have_been_misread(tmp_path: Path) -> None:
    attachment = made(2022, {NEW: 8})
    scanned = replace(attachment, facts=tuple(replace(fact, method="ocr") for fact in attachment.facts))
    (row,) = both(tmp_path, made(2022, {NEW: 3}), scanned)
    assert (row["rule"], row["verdict"]) == ("two_copies", "WARN")


def test_a_table_that_one_lacks_is_not_compared(tmp_path: Path) -> None:
    whole = made(2022, {NEW: 3})
    part = replace(whole, facts=tuple(fact for fact in whole.facts if fact.indicator.startswith("review.")))
    assert both(tmp_path, whole, part) == []


def test_a_later_version_of_an_address_is_no_copy(tmp_path: Path) -> None:
    same = {"url": "http://www.example.gov.cn/same"}
    with opened(tmp_path) as archive:
        keep(archive, made(2022, {NEW: 3}), "first", timestamp="20230101000000", **same)
        keep(archive, made(2022, {NEW: 4}), "second", timestamp="20230201000000", **same)
        assert checked(archive) == []
        keep(archive, made(2022, {NEW: 9}), "copy", timestamp="20220101000000")
        (row,) = checked(archive)
    assert (row["expected"], row["actual"]) == (4, 9)


def test_copies_without_a_division_and_namesakes(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(2022, {NEW: 3}), "page")
        keep(archive, made(2022, {NEW: 4}, division=""), "copy that names no place")
        assert [row["rule"] for row in checked(archive)] == ["two_copies"]
        keep(archive, made(2022, {NEW: 5}, division="110105"), "namesake")
        assert checked(archive) == []
