"""Texts that simply stop: what may have followed is not called missing, what was passed over is."""

from __future__ import annotations

import pytest

from archive.records import Finding
from tests.reports import REPORTS, read

ABSENT = ("missing_row", "structure", "unclaimed_number", "blank_table", "not_a_number")
LAST_ROW = "四、结转下年度继续办理"


def text_of(name: str) -> str:
    return (REPORTS / f"{name}.txt").read_text(encoding="utf-8")


def told(text: str, *rules: str) -> list[Finding]:
    return [f for f in read(text.encode()).findings if f.rule in (rules or ABSENT)]


def until_row(label: str) -> str:
    """A report until the row of table three before the one that begins so."""
    text = text_of("weidong-2020")
    return text[: text.rindex("\n", 0, text.index(label))]


@pytest.mark.parametrize("name", ["weidong-2020", "zhoucun-2020", "lukou-2020"])
def test_wherever_a_text_stops_nothing_behind_is_missed(name: str) -> None:
    text = text_of(name)
    of_the_whole = {f.message_zh for f in told(text)}
    for end in range(400, len(text), len(text) // 23):
        found = [f for f in told(text[:end]) if f.message_zh not in of_the_whole]
        assert {f.verdict for f in found} <= {"NOT_ASSESSABLE", "INFO"}, (end, found)


def test_a_text_that_stops_in_a_table_says_so_once() -> None:
    (finding,) = told(until_row(LAST_ROW), "missing_row")[:1]
    assert finding.verdict == "NOT_ASSESSABLE"
    assert finding.message_zh == f"原文到此为止：表三（依申请公开）没有完，其后“{LAST_ROW}”有没有，不得而知。"
    assert finding.indicators[0] == "requests.carried_out.natural_person"
    found = [f.message_zh for f in told(until_row(LAST_ROW), "structure") if f.verdict == "NOT_ASSESSABLE"]
    assert len(found) == 1
    assert found[0].startswith("原文到此为止，其后有没有“四、")


@pytest.mark.parametrize(
    "end",
    [
        "卫东区人民政府\n2021年1月20日\n",
        "2021年1月20日\n",
        "卫东区人民政府办公室\n",
        "附件：汇总表\n",
        "【打印本页】【关闭窗口】\n",
    ],
)
def test_a_report_that_was_closed_lacks_what_it_lacks(end: str) -> None:
    found = told(f"{until_row(LAST_ROW)}\n\n{end}", "missing_row", "structure")
    assert {(f.rule, f.verdict) for f in found} >= {("missing_row", "FAIL"), ("structure", "WARN")}


def test_a_row_is_missing_where_a_later_part_is_there() -> None:
    text = text_of("weidong-2020")
    row = text[len(until_row(LAST_ROW)) : text.index("\n", text.index(LAST_ROW))]
    whole = text.replace(row, "")
    (finding,) = told(whole[: whole.rindex("六、") - 60], "missing_row")
    assert (finding.verdict, finding.message_zh) == (
        "FAIL",
        f"表三（依申请公开）没有“{LAST_ROW}”一行，或该行无法读出。",
    )


def test_rows_within_a_table_are_missing_though_the_text_stops_in_it() -> None:
    text = until_row("(五) 不予处理")
    row = next(line for line in text.splitlines() if "(二) 部分公开" in line)
    found = told(text.replace(row, ""), "missing_row")
    assert [f.verdict for f in found[:2]] == ["FAIL", "NOT_ASSESSABLE"]
    assert "“（二）部分公开" in found[0].message_zh


@pytest.mark.parametrize(
    ("last", "verdict"),
    [("持续加强信息公开队伍建设。", "WARN"), ("持续加强信息公开队", "NOT_ASSESSABLE"), ("", "NOT_ASSESSABLE")],
)
def test_a_report_may_end_with_section_five(last: str, verdict: str) -> None:
    text = text_of("weidong-2020")
    heading = text.index("五、", text.rindex("四、"))
    text = text[: text.index("\n", heading) + 1] + last
    found = [f.verdict for f in told(text, "structure") if "六、" in f.message_zh]
    assert found == [verdict]
