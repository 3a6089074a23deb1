"""Tables flattened to text in every shape that issue two asks for: the same numbers come back, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import APPLICANT_ORDER, BY_TABLE
from tests.reports import read, squares

FORM = BY_TABLE["2021", "requests"]
HEADER = ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"]
SECOND = ["自然人", "法人或其他组织", "总计"]
THIRD = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
TITLE = "某县某局2021年政府信息公开工作年度报告\n\n三、收到和处理政府信息公开申请情况\n\n"

Values = Sequence[Sequence[int | None]]
values = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 99999)), min_size=7, max_size=7),
    min_size=len(FORM.rows),
    max_size=len(FORM.rows),
)
full = st.lists(st.lists(st.integers(0, 99999), min_size=7, max_size=7), min_size=25, max_size=25)


def labels(row: str) -> list[str]:
    """The labels that the form prints in a row: groups only where they begin."""
    path = FORM.indicators[row, "total"].row_label.split("/")
    before = FORM.rows[FORM.rows.index(row) - 1] if FORM.rows.index(row) else None
    above = FORM.indicators[before, "total"].row_label.split("/") if before else []
    return [part for i, part in enumerate(path) if path[: i + 1] != above[: i + 1]]


def said(row: Sequence[int | None]) -> list[str]:
    return ["" if value is None else str(value) for value in row]


def tab_rows(numbers: Values) -> str:
    lines = ["\t\t\t".join(HEADER), "\t\t" + "\t".join(SECOND), "\t\t\t" + "\t".join(THIRD)]
    for row, cells in zip(FORM.rows, numbers, strict=True):
        lines.append("\t".join([*labels(row), *said(cells)]))
    return "\n".join(lines)


def tab_dump(numbers: Values) -> str:
    rows = [HEADER, ["", *SECOND], ["", "", *THIRD, ""]]
    rows += [[*labels(row), *said(cells)] for row, cells in zip(FORM.rows, numbers, strict=True)]
    return "\n\n".join("\n".join("\t" + cell for cell in row) for row in rows)


def line_each(numbers: Values, step: str, empty: str) -> str:
    cells = [*HEADER, *SECOND[:2], SECOND[2], *THIRD]
    text = "".join(cell + step for cell in cells)
    for row, numbers_of_row in zip(FORM.rows, numbers, strict=True):
        text += "".join(label + step for label in labels(row))
        text += "".join(cell + step if cell else empty for cell in said(numbers_of_row))
    return text


def rows_of(numbers: Values) -> list[list[str]]:
    head = [HEADER, SECOND, THIRD]
    return head + [[*labels(row), *said(cells)] for row, cells in zip(FORM.rows, numbers, strict=True)]


def barred_rows(numbers: Values) -> str:
    return "\n".join(" | ".join(row) + " |" for row in rows_of(numbers))


def barred_cells(numbers: Values) -> str:
    return "\n".join("\n".join(f"{cell} |" for cell in row) for row in rows_of(numbers))


def bars_between(numbers: Values) -> str:
    return "\n".join("\n|\n".join(row) for row in rows_of(numbers))


def one_line(numbers: Values) -> str:
    return " ".join(" ".join(filter(None, row)) for row in rows_of(numbers))


SHAPES: dict[str, Callable[[Values], str]] = {
    "tab rows": tab_rows,
    "tab dump": tab_dump,
    "a line each": lambda numbers: line_each(numbers, "\n", "\n"),
    "blank lines between": lambda numbers: line_each(numbers, "\n\n", "\n"),
    "blank lines for blanks, too": lambda numbers: line_each(numbers, "\n\n", "\n\n"),
    "rows with bars": barred_rows,
    "a line and a bar each": barred_cells,
    "lines of bars between": bars_between,
    "one line": one_line,
}
END = "\n\n四、政府信息公开行政复议、行政诉讼情况\n"


def expected(numbers: Values) -> dict[str, int | None]:
    return {
        f"requests.{row}.{applicant}": cells[i]
        for row, cells in zip(FORM.rows, numbers, strict=True)
        for i, applicant in enumerate(APPLICANT_ORDER)
    }


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=12, deadline=None)
@given(numbers=full)
def test_full_tables_come_back(shape: str, numbers: Values) -> None:
    assert squares(read((TITLE + SHAPES[shape](numbers) + END).encode())) == expected(numbers)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=20, deadline=None)
@given(numbers=values)
def test_with_blanks_no_number_moves(shape: str, numbers: Values) -> None:
    parsed = read((TITLE + SHAPES[shape](numbers) + END).encode())
    wanted = expected(numbers)
    read_numbers = {f.indicator: f.value for f in parsed.facts if f.state == "number"}
    assert {i: v for i, v in read_numbers.items() if wanted[i] != v} == {}
    lost = sum(v is not None for v in wanted.values()) - len(read_numbers)
    reported = [f for f in parsed.findings if f.rule == "unclaimed_number"]
    assert len(reported) == lost


@pytest.mark.parametrize(
    "shape", ["tab dump", "a line each", "blank lines between", "rows with bars", "a line and a bar each"]
)
@settings(max_examples=12, deadline=None)
@given(numbers=values)
def test_where_blanks_leave_a_trace_they_are_read(shape: str, numbers: Values) -> None:
    numbers = [*numbers[:-1], [1, 0, 0, 0, 0, 0, 1]]  # what follows the last row says where its blanks end
    numbers = [[0] * 7, *numbers[1:]]  # one full row shows how far apart squares stand
    assert squares(read((TITLE + SHAPES[shape](numbers) + END).encode())) == expected(numbers)


@st.composite
def balanced(draw: st.DrawFn) -> dict[str, list[int]]:
    """A table three whose rows and columns add up."""
    small = st.lists(st.sampled_from([0, 0, 0, 0, 1, 2, 3, 12, 15, 110]), min_size=6, max_size=6)
    rows = {row: draw(small) for row in FORM.rows if row not in ("new", "total")}
    rows["total"] = [sum(rows[row][i] for row in FORM.rows[2:-2]) for i in range(6)]
    rows["carried_in"] = [0] * 6
    rows["new"] = [a + b for a, b in zip(rows["total"], rows["carried_out"], strict=True)]
    return {row: [*rows[row], sum(rows[row])] for row in FORM.rows}


def unseparated(table: dict[str, list[int]]) -> str:
    return "".join("".join(labels(row)) + "".join(map(str, table[row])) for row in FORM.rows)


@settings(max_examples=12, deadline=None)
@given(table=balanced())
def test_glued_digits_are_split_by_the_sums_or_not_at_all(table: dict[str, list[int]]) -> None:
    facts = read((TITLE + unseparated(table) + END).encode()).facts
    wanted = expected([table[row] for row in FORM.rows])
    assert {f.method for f in facts} <= {"sums"}
    assert {f.indicator: f.value for f in facts} in ({}, wanted)


def test_glued_digits_of_a_usual_table_are_read() -> None:
    table = {row: [0] * 7 for row in FORM.rows}
    table |= {"new": [23, 0, 0, 0, 0, 0, 23], "total": [23, 0, 0, 0, 0, 0, 23], "disclosed": [16, 0, 0, 0, 0, 0, 16]}
    table["denied.state_secret"] = [7, 0, 0, 0, 0, 0, 7]
    wanted = expected([table[row] for row in FORM.rows])
    assert squares(read((TITLE + unseparated(table) + END).encode())) == wanted


def test_glued_digits_that_fit_no_sum_are_left_alone() -> None:
    table = {row: [0] * 7 for row in FORM.rows} | {"new": [23, 0, 0, 0, 0, 0, 22]}
    assert read((TITLE + unseparated(table) + END).encode()).facts == ()
