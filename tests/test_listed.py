"""Lists of cells in which lines, labels or words of heads are lost, doubled or misprinted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.records import Parsed
from tests.maker.compare import compare
from tests.maker.flat import LAYOUTS, squared
from tests.maker.report import make
from tests.reports import read


def section(*cells: str, year: int = 2022, step: str = "\n") -> Parsed:
    """A report whose table two is a list of cells."""
    title = f"青石县水利局{year}年政府信息公开工作年度报告"
    lines = [
        title,
        "一、总体情况",
        "二、主动公开政府信息情况",
        step.join(cells),
        "三、收到和处理政府信息公开申请情况",
        "",
    ]
    return read("\n".join(lines).encode())


def said(parsed: Parsed) -> dict[str, float | None]:
    return {fact.indicator.removeprefix("proactive."): fact.value for fact in parsed.facts}


def left(parsed: Parsed) -> list[str]:
    return [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"]


MIRROR = (
    "第二十条第(一)项", "信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量", "0", "规范性文件",
    "第二十条第(五)项", "上一年项目数量", "本年增/减", "处理决定数量", "行政许可", "6", "减3", "3",
    "其他对外管理服务事项",
    "第二十条第(六)项", "行政处罚", "行政强制",
)  # fmt: skip


def test_where_equal_lines_were_dropped_no_row_is_blank() -> None:
    """A mirror that drops every line which it has said already: most zeros are gone, and their labels stay."""
    parsed = section(*MIRROR, year=2020)
    assert parsed.facts == ()
    assert left(parsed) == ["0", "6", "减3", "3"]


def test_a_row_is_not_blank_where_a_number_of_its_block_has_no_label() -> None:
    head = ("第二十条第（五）项", "信息内容", "本年处理决定数量")
    other = ("第二十条第（六）项", *head[1:], "行政处罚", "8", "行政强制", "8")
    assert said(section(*head, "行政许可", *other)) == {"licensing.decisions": None}
    parsed = section(*head, "7", "行政许可", *other)
    assert said(parsed) == {}
    assert left(parsed) == ["7", "8", "8"]


@pytest.mark.parametrize("step", ["\n", " |\n"])
@pytest.mark.parametrize("head", ["本年处理绝对数量", "本年处里决定数量", "本年处理决定数量"])
def test_a_misprinted_head_is_the_word_that_it_comes_nearest_to(head: str, step: str) -> None:
    cells = (
        "第二十条第（五）项",
        "信息内容",
        head,
        "行政许可",
        "7",
        "第二十条第（六）项",
        "信息内容",
        head,
        "行政处罚",
        "8",
    )
    assert said(section(*cells, step=step)) == {"licensing.decisions": 7, "penalties.decisions": 8}


@pytest.mark.parametrize("head", ["去年处理决定数量", "累计处理决定数量", "本年处理决定金额"])
def test_a_head_of_another_meaning_is_no_misprint(head: str) -> None:
    cells = ("第二十条第（五）项", "信息内容", head, "行政许可", "7")
    assert section(*cells).facts == ()


def test_a_doubled_line_is_no_second_table() -> None:
    made = make("2021", 6)
    text = dict(LAYOUTS)["6 tab rows"](made, 6).decode()
    line = next(line for line in text.split("\n") if "予以公开" in line)
    parsed = read(text.replace(line, f"{line}\n{line}").encode())
    assert compare(made, parsed).lost == {}
    assert "second_table" not in [f.rule for f in parsed.findings]


def test_numbers_of_a_block_whose_head_is_lost_are_reported() -> None:
    parsed = section(
        "第二十条第（一）项",
        "规章",
        "3",
        "7",
        "9",
        "第二十条第（五）项",
        "信息内容",
        "本年处理决定数量",
        "行政许可",
        "5",
    )
    assert said(parsed) == {"licensing.decisions": 5}
    assert left(parsed) == ["3", "7", "9"]


def test_a_row_that_took_in_the_next_one_is_not_read_where_blanks_leave_no_trace() -> None:
    """The label between them is lost, and zeros add up to zero however many there are."""
    made = make("2021", 7)
    rows = ("requests.denied.third_party_rights.", "requests.denied.internal_affairs.")
    own = {f"{row}{c}" for row, cs in zip(rows, (COLUMNS[:4], COLUMNS[4:]), strict=True) for c in cs}
    values = {i: (0 if i in own else None) if i.startswith(rows) else n for i, n in made.values.items()}
    changed = type(made)(form=made.form, organ=made.organ, year=made.year, values=values)
    text = dict(LAYOUTS)["2 blanks vanish"](changed, 7).decode()
    parsed = read(text.replace("5.属于三类内部事务信息\n\n", "").encode())
    assert [f.indicator for f in parsed.facts if f.indicator.startswith(rows)] == []


def test_of_two_rows_of_a_kind_that_differ_neither_is_read() -> None:
    """Squares of table two between bars, with the empty ones that merged cells leave; any label or number swapped."""
    made = make("2019", 8)
    lines = replace(dict(LAYOUTS)["5 ended by bars"], cells=squared)(made, 8).decode().split("\n")
    begin, end = (next(i for i, line in enumerate(lines) if line.startswith(word)) for word in ("二、", "三、"))
    bare = [not line.strip(" |0123456789.-") for line in lines]
    for at in range(begin + 2, end - 1):
        if bare[at] != bare[at + 1] and lines[at].strip(" |") and lines[at + 1].strip(" |"):
            torn = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
            assert compare(made, read("\n".join(torn).encode())).wrong == {}


COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")
