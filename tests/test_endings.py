"""Texts that simply stop: what may have followed is not called missing, what was passed over is."""

from __future__ import annotations

import re

import pytest

from archive.records import Finding
from tests.maker.report import make
from tests.reports import REPORTS, read
from tests.test_two_readings import page

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
    assert finding.message_zh == f"原文到此为止：表三（依申请公开）没有完，其后有没有“{LAST_ROW}”，不得而知。"
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


def test_a_copy_without_title_may_have_lost_its_head() -> None:
    text = text_of("weidong-2020")
    body = text[text.index("三、收到和处理") :]
    found = {f.rule: f.verdict for f in told(body, "structure", "organ_resolved", "year_named")}
    assert set(found.items()) == {(rule, "NOT_ASSESSABLE") for rule in ("structure", "organ_resolved", "year_named")}
    titled = "政府信息公开工作年度报告\n" + body
    found = {f.rule: f.verdict for f in told(titled, "structure", "organ_resolved", "year_named")}
    assert set(found.items()) == {(rule, "WARN") for rule in ("structure", "organ_resolved", "year_named")}


def test_rows_before_the_first_page_of_a_copy_are_unknown() -> None:
    text = text_of("weidong-2020")
    page = text[text.index("(六) 其他处理") :]
    found = told(page, "missing_row")
    assert [(f.verdict, len(f.indicators)) for f in found if f.evidence == "requests"] == [("NOT_ASSESSABLE", 7 * 20)]
    titled = f"卫东区人民政府2020年政府信息公开工作年度报告\n{page}"
    assert {f.verdict for f in told(titled, "missing_row") if f.indicators} == {"FAIL"}


HEADINGS = (
    "一、总体情况\n1.主动公开情况\n公开信息3条。\n2、依申请公开情况\n无。\n二、主动公开政府信息情况\n"
    "{}收到和处理政府信息公开申请情况\n四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n无。"
)


def test_a_heading_within_a_section_is_none_of_the_six() -> None:
    title = "周村区水利局2020年政府信息公开工作年度报告\n"
    assert told(title + HEADINGS.format("三、"), "structure") == []
    (finding,) = told(title + HEADINGS.format("3、").replace("3、", "2、"), "structure")
    assert finding.verdict == "WARN"
    assert "“三、" in finding.message_zh


def test_a_table_of_two_forms_lacks_only_rows_that_both_have() -> None:
    """The first block is that of 2019, the others those of 2021, which has no 其他对外管理服务事项."""
    old, new = (page(make(form, 3), year=2021).decode() for form in ("2019", "2021"))
    block = old[old.index("<table>") : old.index("第二十条第（五）项")].rpartition("<tr>")[0]
    rest = new[new.index("第二十条第（五）项") :]
    mixed = f"{old[: old.index('<table>')]}{block}<tr><td colspan=4>{rest}"
    assert told(mixed, "missing_row") == []
    row = re.search("<tr><td[^>]*>行政强制.*?</tr>", mixed)
    assert row
    (finding,) = told(mixed.replace(row[0], ""), "missing_row")
    assert (finding.verdict, finding.indicators[-1]) == ("FAIL", "proactive.coercion.decisions")


def test_numbers_of_a_table_that_we_could_not_read_are_no_fault_of_it() -> None:
    """Rows and columns changed about: no row has its label."""
    body = page(make("2021", 3)).decode()
    four = body[body.rindex("<table>") : body.rindex("</table>") + len("</table>")]
    numbers = re.findall("<td[^>]*>([0-9]+)</td>", four)
    turned = "".join(f"<tr><td>结果纠正尚未审结</td><td>{number}</td></tr>" for number in numbers)
    found = told(body.replace(four, f"<table>{turned}</table>"), "unclaimed_number")
    assert len(found) == len(numbers)
    assert {f.verdict for f in found} == {"NOT_ASSESSABLE"}


def test_a_number_beside_a_table_that_was_read_whole_is_odd_else_it_may_be_that_of_a_row() -> None:
    body = page(make("2021", 3)).decode()
    row = re.search("<tr><td[^>]*>行政强制.*?</tr>", body)
    assert row
    more = body.replace(row[0], f"{row[0]}<tr><td></td><td>77</td></tr>")
    assert [f.verdict for f in told(more, "unclaimed_number", "missing_row")] == ["WARN"]
    without = more.replace(row[0], "")
    found = told(without, "unclaimed_number", "missing_row")
    assert {f.rule: f.verdict for f in found} == dict.fromkeys(("missing_row", "unclaimed_number"), "NOT_ASSESSABLE")
