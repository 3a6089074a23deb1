"""Statistics tables of before 2019: rows of one name in different groups, Fujian's second column."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import BY_TABLE
from tests.reports import read, squares

TITLE = "<title>某县2016年政府信息公开工作年度报告</title><h1>某县人民政府2016年政府信息公开工作年度报告</h1>"


def page(form: str, numbers: list[int], *, head: str, unit: str = "件") -> bytes:
    """A statistics table with a row for each group, as the forms print it."""
    rows, group = [], ""
    table = BY_TABLE[form, "statistics"]
    left = iter(numbers)
    for row in table.rows:
        path = table.indicators[row, "value"].row_label.split("/")
        if path[0] != group and len(path) > 1 and form == "2014":
            rows.append(f"<tr><td>{path[0]}</td><td>——</td><td></td></tr>")
        group = path[0]
        cells = "".join(f"<td>{next(left)}</td>" for _ in table.columns[row])
        rows.append(f"<tr><td>{path[-1]}</td><td>{unit}</td>{cells}</tr>")
    return f"{TITLE}<table>{head}{''.join(rows)}</table>".encode()


HEADS = {
    "2014": "<tr><td>统 计 指 标</td><td>单位</td><td>统计数</td></tr>",
    "fujian": "<tr><td>指标名称</td><td>计量单位</td><td>2016年度</td><td>历年累计</td></tr>",
}


@pytest.mark.parametrize("form", HEADS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_square_comes_back(form: str, data: st.DataObject) -> None:
    wanted = BY_TABLE[form, "statistics"].indicators
    numbers = data.draw(st.lists(st.integers(0, 10**6), min_size=len(wanted), max_size=len(wanted)))
    parsed = read(page(form, numbers, head=HEADS[form]))
    assert parsed.forms == (form,)
    assert squares(parsed) == {item.indicator: n for item, n in zip(wanted.values(), numbers, strict=True)}
    assert [f for f in parsed.findings if f.rule == "unclaimed_number"] == []


def test_two_columns_of_numbers_are_not_chosen_from() -> None:
    """A local form counts for the government, its departments and its towns: none of them is the form's number."""
    head = "<tr><td>统计指标</td><td>单位</td><td>2015年度</td><td>2016年度</td></tr>"
    row = "<tr><td>（一）收到申请数</td><td>件</td><td>4</td><td>5</td></tr>"
    assert read(f"{TITLE}<table>{head}{row}</table>".encode()).facts == ()
