"""Heads and rows that contradict the form: no number lands in a wrong square, and none is lost silently."""

from __future__ import annotations

import random
import re

import pytest

from archive.records import Parsed
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import REPORTS, read

WEIDONG = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
LAST_ROW = "<tr>" + "<td>0</td>" * 15 + "</tr>"
PAGE = WEIDONG.replace(LAST_ROW, "<tr>" + "".join(f"<td>{n}</td>" for n in range(11, 26)) + "</tr>")
TRUTH = {f.indicator: f.value for f in read(PAGE.encode()).facts}


def table(name: str) -> str:
    begin = PAGE.index(f'<table class="{name}"')
    return PAGE[begin : PAGE.index("</table>", begin) + len("</table>")]


def changed(name: str, old: str, new: str) -> Parsed:
    assert old in table(name)
    return read(PAGE.replace(table(name), table(name).replace(old, new, 1)).encode())


def right(parsed: Parsed) -> int:
    """How many facts there are; each is what the page says."""
    wrong = {f.indicator: f.value for f in parsed.facts if f.value != TRUTH.get(f.indicator)}
    assert wrong == {}
    return len(parsed.facts)


def accounted(parsed: Parsed, name: str) -> None:
    """Each number of a table is a fact or is named by a finding."""
    left = sum(finding.rule == "unclaimed_number" for finding in parsed.findings)
    there = sum(f.indicator.startswith(f"{name}.") for f in parsed.facts)
    assert there + left == sum(indicator.startswith(f"{name}.") for indicator in TRUTH)


@pytest.mark.parametrize("head", ["法人", "上年同期", "去年", "占比", "同比", "2019年", "总计", "商业企业"])
def test_a_head_of_something_else_gives_its_table_no_facts(head: str) -> None:
    parsed = changed("requests", ">自然人<", f">{head}<")
    assert right(parsed) == len(TRUTH) - 161
    accounted(parsed, "requests")


@pytest.mark.parametrize("head", ["自燃人", "自然", "□□□", "自然人（人）"])
def test_a_garbled_head_is_read_where_the_rest_proves_the_form(head: str) -> None:
    assert right(changed("requests", ">自然人<", f">{head}<")) == len(TRUTH)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">总计<", ">上年总计<"),
        (">自然人<", ">自然人（上年）<"),
        (">自然人<", ">自然人（2019年）<"),
    ],
)
def test_a_head_of_another_year_is_none_of_the_form(old: str, new: str) -> None:
    assert right(changed("requests", old, new)) == len(TRUTH) - 161


COMPLAINTS, SUITS = '<th colspan="5">行政复议</th>', '<th colspan="10">行政诉讼</th>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (COMPLAINTS + SUITS, SUITS + COMPLAINTS),
        (">行政复议</th>" + SUITS, '>行政诉讼</th><th colspan="10">行政复议</th>'),
        (">行政复议<", ">行政诉讼<"),
        (">行政复议<", ">上年<"),
        (">行政复议<", ">行政复议（2019年）<"),
        (">结果维持<", ">结果纠正<"),
        (">结果维持<", ">上年结果维持<"),
        (">未经复议直接起诉<", ">复议后起诉<"),
        (">尚未审结<", ">同比<"),
    ],
)
def test_heads_of_table_four_that_contradict_each_other_give_no_facts(old: str, new: str) -> None:
    parsed = changed("review", old, new)
    assert right(parsed) == len(TRUTH) - 15
    accounted(parsed, "review")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">本年新制作数量<", ">上年新制作数量<"),
        (">本年新制作数量<", ">本年新公开数量<"),
        (">本年新制作数量<", ">本年新制作数量（上年）<"),
        (">上一年项目数量<", ">本年项目数量<"),
        (">处理决定数量<", ">上年处理决定数量<"),
    ],
)
def test_a_head_of_table_two_that_speaks_of_something_else_gives_its_block_no_facts(old: str, new: str) -> None:
    parsed = changed("proactive", old, new)
    assert right(parsed) == len(TRUTH) - 6
    accounted(parsed, "proactive")


@pytest.mark.parametrize("head", ["上年处理决定数量", "金额", "处理决定占比", "2019年", "本年收费金额"])
def test_a_block_with_one_column_is_not_read_below_another_head(head: str) -> None:
    page = dict(STYLES)["semantic"](make("2021", 3), 3).decode()
    before = {f.indicator: f.value for f in read(page.encode()).facts}
    after = {f.indicator: f.value for f in read(page.replace("本年处理决定数量", head).encode()).facts}
    assert after.items() <= before.items()
    assert len(after) < len(before)


WORDS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结"]
STRANGE = ["上年", "法人", "同比", "占比", "去年同期", "2018年", "个体工商户", ""]


@pytest.mark.parametrize("seed", range(20))
def test_random_heads_never_move_a_number(seed: int) -> None:
    """Two heads are exchanged, or one is renamed: what is read is read by its name, or not at all."""
    rng = random.Random(seed)
    style, form = rng.choice(sorted(dict(STYLES))), rng.choice(["2019", "2021"])
    page = dict(STYLES)[style](make(form, seed), seed).decode("utf-8", "replace")
    before = {f.indicator: f.value for f in read(page.encode()).facts}
    one, other = rng.sample(rng.choice([WORDS, OUTCOMES]), 2)
    other = rng.choice([other, rng.choice(STRANGE)])
    first = re.search(rf"(>\s*){one}(\s*<)", page)
    if not first or not other:
        return
    parsed = read((page[: first.start()] + first[1] + other + first[2] + page[first.end() :]).encode())
    wrong = {f.indicator: f.value for f in parsed.facts if f.value != before.get(f.indicator)}
    assert wrong == {}


def other(text: str) -> str:
    """Another table or row of the kind: every number is another one."""
    return re.sub(r"(<td[^>]*>)(-?)(\d+)", lambda found: f"{found[1]}{found[2]}{int(found[3]) + 7}", text)


def rows_of_review(*labels: str) -> Parsed:
    """Table four with one row a label; those that end with a bang are another year's."""
    head, row = re.split(r"(?=<tr><td>11<)", table("review"))
    row = row.removesuffix("</tbody>\n</table>").strip()
    head = head.replace("<tr>", '<tr><th rowspan="3">年度</th>', 1)
    rows = [
        (other(row) if label.endswith("!") else row).replace("<tr>", f"<tr><th>{label.strip('!')}</th>")
        for label in labels
    ]
    return read(PAGE.replace(table("review"), f"{head}{''.join(rows)}</table>").encode())


@pytest.mark.parametrize(
    "labels", [("2020年", "2019年!"), ("2019年!", "2020年"), ("上年!", "本年"), ("件数", "2019年!")]
)
def test_of_the_rows_of_table_four_the_report_years_is_read(labels: tuple[str, ...]) -> None:
    parsed = rows_of_review(*labels)
    assert right(parsed) == len(TRUTH)
    assert [f.evidence.partition("；")[0] for f in parsed.findings if f.rule == "second_table"] == ["review"]


@pytest.mark.parametrize("labels", [("甲", "乙!"), ("甲!", "乙"), ("2019年!",), ("上年!",), ("2020年", "本年!")])
def test_rows_of_table_four_without_a_proof_give_no_facts(labels: tuple[str, ...]) -> None:
    parsed = rows_of_review(*labels)
    assert right(parsed) == len(TRUTH) - 15
    assert [f.evidence.partition("；")[0] for f in parsed.findings if f.rule == "second_table"] == ["review"]


@pytest.mark.parametrize("hidden", ["", "9"])
@pytest.mark.parametrize("name", ["proactive", "requests", "review"])
def test_a_hidden_cell_before_a_number_moves_none(name: str, hidden: str) -> None:
    assert right(changed(name, "<td", f'<td style="display:none">{hidden}</td><td')) == len(TRUTH)
