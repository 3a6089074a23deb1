"""Sections: the six by the law, and those of reports before 2019, whose headings everyone worded alone."""

from __future__ import annotations

import pytest

from parsers.document import Paragraph
from parsers.sections import heading_number, sections_of
from tests.reports import read

HEADINGS = [
    ("一、概述", 1),
    ("一、工作概述", 1),
    ("一、政府信息公开工作基本情况", 1),
    ("一、政府信息公开总体工作情况", 1),
    ("二、主动公开政府信息的情况", 2),
    ("二、政府信息主动公开情况", 2),
    ("三、依申请公开", 3),
    ("三、依申请公开政府信息情况", 3),
    ("三、政府信息依申请公开办理情况", 3),
    ("三、依申请提供政府信息情况", 3),
    ("三、公民、法人和其他组织申请公开政府信息情况", 3),
    ("三、政府信息公开申请办理情况", 3),
    ("三、收到和处理政府信息公开申请情况", 3),
    ("四、因政府信息公开申请行政复议、提起行政诉讼的情况", 4),
    ("四、政府信息公开行政复议、行政诉讼情况", 4),
    ("五、复议、诉讼和申诉情况", 4),
    ("五、复议诉讼情况", 4),
    ("四、政府信息公开的收费及减免情况", 0),
    ("五、咨询处理情况", 0),
    ("六、回应解读情况", 0),
    ("六、存在的主要问题及改进措施", 5),
    ("六、存在不足及整改措施", 5),
    ("七、下一步工作打算", 5),
    ("七、需要说明的事项与附表", 6),
    ("六、其他需要报告的事项", 6),
    ("八、附表", 0),
]


@pytest.mark.parametrize(("heading", "number"), HEADINGS)
def test_a_heading_tells_its_subject(heading: str, number: int) -> None:
    assert heading_number(heading) == number


FREE = (
    "某县2012年政府信息公开工作年度报告",
    "一、概述",
    "成立了领导小组。",
    "二、主动公开政府信息的情况",
    "公开文件十二件。",
    "三、依申请公开政府信息的情况",
    "收到申请两件。",
    "四、政府信息公开的收费及减免情况",
    "未收取费用。",
    "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
    "没有发生。",
    "六、存在的主要问题及改进措施",
    "一、更新不够及时",
    "将加强培训。",
    "七、附表",
    "见附件。",
)


def test_a_free_form_report_has_sections_of_its_own_and_loses_no_line() -> None:
    lines = [Paragraph(text=text, line=i) for i, text in enumerate(FREE)]
    found = sections_of(lines, frozenset())
    assert [section.number for section in found] == [0, 1, 2, 3, 0, 4, 5, 0]
    assert found[4].heading == "四、政府信息公开的收费及减免情况"
    assert found[4].text == "未收取费用。"
    assert found[6].text == "一、更新不够及时\n将加强培训。"
    printed = [line for section in found for line in (section.heading, *section.text.split("\n")) if line]
    assert printed == list(FREE)


def test_nobody_asks_a_free_form_report_for_tables() -> None:
    parsed = read("\n".join(FREE).encode())
    assert (parsed.kind, parsed.year, parsed.facts) == ("report", 2012, ())
    assert [f.rule for f in parsed.findings if f.rule in ("missing_row", "zero_claim")] == []
