"""Tables that go on on the next page: heads printed again, rows cut in two, and rows that only look like it."""

from __future__ import annotations

import pytest

from parsers.readers import pdf as reader
from tests.pdf import grid, pdf, text

HEAD = ["信息内容", "本年制发件数", "现行有效件数"]


def rows(*pages: str) -> list[list[list[str]]]:
    document = reader.read(pdf(*pages), "")
    return [[[cell.text for cell in row] for row in table.grid] for table in document.tables]


def table(*lines: list[str], top: float = 60, width: float = 100) -> str:
    """Cells in which eight characters have room."""
    return grid(lines, top=top, width=width)


def test_a_table_goes_on_and_its_head_is_printed_again() -> None:
    assert rows(table(HEAD, ["规章", "1", "2"]), table(HEAD, ["规范性文件", "3", "4"])) == [
        [HEAD, ["规章", "1", "2"], ["规范性文件", "3", "4"]]
    ]


@pytest.mark.parametrize(
    ("foot", "top"),
    [
        (["要求行政机关确", "1", ""], ["认", "", ""]),  # label cut, numbers above
        (["要求行政机关确", "", ""], ["认", "1", ""]),  # label cut, numbers below
        (["要求行政机关确认", "", ""], ["", "1", ""]),  # label above, numbers below
        (["", "", ""], ["要求行政机关确认", "1", ""]),  # an empty slice above
    ],
)
def test_a_row_cut_by_the_end_of_the_page_is_one_row(foot: list[str], top: list[str]) -> None:
    (found,) = rows(table(HEAD, ["规章", "7", "8"], foot), table(top, ["规范性文件", "5", "6"]))
    assert [[text.replace("\n", "") for text in row] for row in found[2:]] == [
        ["要求行政机关确认", "1", ""],
        ["规范性文件", "5", "6"],
    ]


@pytest.mark.parametrize(
    ("foot", "top"),
    [
        (["行政规范性文件", "1", "2"], ["其他主动公开文件", "3", "4"]),  # numbers in both
        (["其他主动公开文件", "", ""], ["行政规范性文件", "3", "4"]),  # the lower label is one of the forms
        (["收到申请数量情况", "", ""], ["（一）予以公开", "3", "4"]),  # the lower label is numbered
        (["短", "", ""], ["另一行", "3", "4"]),  # the upper label had room
        (HEAD, ["", "3", "4"]),  # a head is no row
        (["收到申请数", "1", ""], ["", "", ""]),  # a blank row is a row
    ],
)
def test_two_rows_stay_two(foot: list[str], top: list[str]) -> None:
    (found,) = rows(table(["甲", "乙", "丙"], foot), table(top, ["末行", "5", "6"]))
    assert found == [["甲", "乙", "丙"], foot, top, ["末行", "5", "6"]]


def test_columns_that_show_on_one_page_only_line_up() -> None:
    (found,) = rows(table(["甲", "乙"], ["1", "2"], width=120), table(["3", "4", "5", "6"], width=60))
    assert found == [["甲", "甲", "乙", "乙"], ["1", "1", "2", "2"], ["3", "4", "5", "6"]]


def test_text_between_parts_two_tables() -> None:
    found = rows(
        table(HEAD, ["规章", "1", "2"]), text("三、收到和处理情况", 60, 100) + table(["甲", "3", "4"], top=140)
    )
    assert found == [[HEAD, ["规章", "1", "2"]], [["甲", "3", "4"]]]


def test_tables_of_other_widths_and_on_one_page_are_other_tables() -> None:
    assert len(rows(table(HEAD), table(["1", "2", "3"], width=90))) == 2
    assert len(rows(table(HEAD) + table(["1", "2", "3"], top=300))) == 2


def test_a_page_without_a_table_ends_it() -> None:
    assert len(rows(table(HEAD), text("六、其他", 60, 100), table(["1", "2", "3"]))) == 2
