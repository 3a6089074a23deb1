"""Rows that hold half a label each are one, and no others are."""

from __future__ import annotations

import pytest

from parsers.document import grid_of
from parsers.match import rows_of
from parsers.tables.halves import put_together
from tests.reports import REPORTS, read


def texts(*rows: list[tuple[str, int, int]]) -> list[list[str]]:
    return [[square.text for square in row] for row in put_together(rows_of(grid_of(rows), 0))]


def row(label: str, *numbers: str) -> list[tuple[str, int, int]]:
    return [(label, 1, 1), *((number, 1, 1) for number in numbers)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("3.补正后申请", "1", "2"), row("内容仍不明确", "", "")),
        (row("3.补正后申请", "", ""), row("内容仍不明确", "1", "2")),
        (row("3.补正后申请", "1", ""), row("内容仍不明确", "", "2")),
        ([("3.补正后申请", 1, 1), ("1", 2, 1), ("2", 2, 1)], [("内容仍不明确", 1, 1)]),
    ],
)
def test_two_halves_are_one_row(first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]) -> None:
    assert texts(first, second, row("其他", "5", "6")) == [["3.补正后申请内容仍不明确", "1", "2"], ["其他", "5", "6"]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("3.补正后申请", "1", "2"), row("内容仍不明确", "", "7")),  # a column is filled in in both
        (row("3.补正后申请", "1", "2"), row("行政许可", "", "")),  # no label together
        (row("2.其他", "1", "2"), row("法律行政法规禁止公开信息", "", "")),  # each may have a row of its own
        (row("规章", "", ""), row("行政许可", "1", "2")),
        (row("3.补正后申请", "1", "2"), row("内容仍不明确", "")),  # a square is gone
    ],
)
def test_other_rows_stay_as_they_are(first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]) -> None:
    assert len(texts(first, second)) == 2


def test_a_fact_of_a_label_in_halves_points_to_its_own_square() -> None:
    rows = put_together(rows_of(grid_of([row("3.补正后申请", "", ""), row("内容仍不明确", "1", "2")]), 4))
    assert [square.place for square in rows[0][1:]] == [(4, 1, 1), (4, 1, 2)]


def test_the_last_row_of_a_table_may_be_in_halves() -> None:
    page = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
    last = '<tr><th colspan="3">四、结转下年度继续办理</th>' + "<td>0</td>" * 7 + "</tr>"
    empty, filled = "<td></td>" * 7, "<td>0</td>" * 7
    halves = "".join(
        f'<tr><th colspan="3">{text}</th>{squares}</tr>'
        for text, squares in (("四、结转下年度", empty), ("继续办理", filled))
    )
    assert page.count(last) == 1
    assert len(read(page.replace(last, halves).encode()).facts) == 198
