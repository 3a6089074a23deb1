"""Units of counts and of money in squares, heads and captions, and numbers that nothing can be counted by."""

from __future__ import annotations

import pytest

from archive.records import Parsed
from parsers import numbers
from parsers.units import AMOUNT, factor, of_caption, of_head
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import read
from tests.test_statistics import HEAD
from tests.test_statistics import table as statistics

ISSUED, FEES = "proactive.regulations.issued", "proactive.fees.amount"
PENALTIES = "proactive.penalties.decisions"


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("本年收费金额（单位：万元）", "万元"),
        ("本年制发件数(千件)", "千件"),
        ("处理决定数量（％）", "%"),
        ("占比%", "%"),
        ("主动公开文件数/条", "条"),
        ("数量（万）", "万"),
        ("本年增/减", ""),
        ("单位：青石县人民政府", ""),
    ],
)
def test_a_head_names_its_unit(head: str, unit: str) -> None:
    assert of_head(head) == unit


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("单位：万件", "万件"),
        ("（单位：件、万元）", "件/万元"),
        ("计量单位：千件", "千件"),
        ("单位：青石县人民政府", ""),
        ("填报单位：教育局", ""),
        ("单位：万元的支出如下", ""),
    ],
)
def test_a_caption_names_units_and_nothing_else(line: str, units: str) -> None:
    assert of_caption(line) == units


@pytest.mark.parametrize(
    ("given", "asked", "times"),
    [
        ("万件", "count", 10_000),
        ("百人", "persons", 100),
        ("件/元", "count", 1),
        ("千件/万元", "count", 1000),
        ("万元", "count", 1),
        ("%", "count", None),
        ("万", "count", 10_000),
        ("件/万件", "count", None),
        ("元", "CNY", 1),
        ("百万元", AMOUNT, None),
        ("件", AMOUNT, 1),
    ],
)
def test_units_of_the_same_kind_are_put_into_the_unit_that_is_asked_for(
    given: str, asked: str, times: int | None
) -> None:
    assert factor(given, asked) == times


@pytest.mark.parametrize(("raw", "value"), [("3", 3000), ("3件", 3), ("3万件", 30_000), ("0.5", 500), ("0", 0)])
def test_a_square_below_thousands_counts_in_thousands_unless_it_says_otherwise(raw: str, value: int) -> None:
    assert numbers.read(raw, "count", "千件").value == value


def page(*changes: tuple[str, str]) -> Parsed:
    """A report of the 2021 form with some words of its page changed."""
    text = dict(STYLES)["clean"](MADE).decode()
    for one, other in changes:
        assert one in text
        text = text.replace(one, other)
    return read(text.encode())


MADE = make("2021", 31)


def value(parsed: Parsed, indicator: str) -> float | None:
    return next(fact.value for fact in parsed.facts if fact.indicator == indicator)


def converted(parsed: Parsed) -> set[str]:
    return {i for f in parsed.findings if f.rule == "unit_in_square" for i in f.indicators}


def test_a_head_of_counts_in_thousands_is_put_into_counts_and_said_so() -> None:
    parsed = page(("本年制发件数", "本年制发件数（千件）"))
    assert value(parsed, ISSUED) == 1000 * (MADE.values[ISSUED] or 0)
    assert converted(parsed) == {ISSUED, "proactive.normative_documents.issued"}


def test_shares_are_no_counts() -> None:
    parsed = page(("本年制发件数", "本年制发件数（%）"))
    assert value(parsed, ISSUED) is None
    assert ISSUED in {i for f in parsed.findings if f.rule == "not_a_number" for i in f.indicators}


def test_a_caption_speaks_for_its_table_only() -> None:
    text = dict(STYLES)["clean"](MADE).decode()
    tables = text.split("<table")
    text = "<p>单位：万件、元</p><table".join(tables[:2]) + "<table" + "<table".join(tables[2:])
    parsed = read(text.replace("（单位：万元）", "").encode())
    assert value(parsed, PENALTIES) == 10_000 * (MADE.values[PENALTIES] or 0)
    assert value(parsed, FEES) == pytest.approx((MADE.values[FEES] or 0) / 10_000)
    new = "requests.new.total"
    assert value(parsed, new) == MADE.values[new]


def test_rows_of_statistics_count_in_their_own_unit() -> None:
    rows = ("（一）收到申请数|万件|4", "1.当面申请数|件|3", "六、举报投诉数量（千件）||1", "2.传真申请数|%|5")
    parsed = read(statistics(*rows))
    assert {f.indicator: f.value for f in parsed.facts} == {
        "statistics.requests.received": 40_000,
        "statistics.requests.received.in_person": 3,
        "statistics.complaints": 1000,
    }
    assert converted(parsed) == {"statistics.requests.received", "statistics.complaints"}
    assert [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"] == ["5"]


def test_the_head_of_a_statistics_table_speaks_for_rows_without_a_unit() -> None:
    head = HEAD.replace("<td>单位</td>", "").replace("统计数", "统计数（百件）")
    parsed = read(statistics("（一）收到申请数|4", "1.当面申请数|3", "六、举报投诉数量|1", head=head))
    assert [f.value for f in parsed.facts] == [400, 300, 100]


def test_in_text_a_unit_of_thousands_is_read_too() -> None:
    lines = ("统计指标\t单位\t统计数", "收到申请数\t千件\t4", "1.当面申请数\t件\t3", "举报投诉数量\t件\t1")
    parsed = read("\n".join(["某县人民政府2016年政府信息公开工作年度报告", "一、概述", *lines, ""]).encode())
    assert [f.value for f in parsed.facts] == [4000, 3, 1]


def test_what_no_count_can_be_is_kept_and_said() -> None:
    parsed = read(
        statistics(
            "（一）收到申请数|件|-4",
            "1.当面申请数|件|3.5",
            "七、依申请公开信息收取的费用|万元|1.5",
            "六、举报投诉数量|件|1",
        )
    )
    found = {f.rule: (f.verdict, f.indicators) for f in parsed.findings if f.rule in ("not_negative", "whole_number")}
    assert found == {
        "not_negative": ("FAIL", ("statistics.requests.received",)),
        "whole_number": ("FAIL", ("statistics.requests.received.in_person",)),
    }
    assert value(parsed, "statistics.requests.received") == -4


def test_a_change_may_be_below_zero() -> None:
    made = make("2019", 32)
    assert any((n or 0) < 0 for i, n in made.values.items() if i.endswith(".change"))
    parsed = read(dict(STYLES)["clean"](made))
    assert [f for f in parsed.findings if f.rule in ("not_negative", "whole_number")] == []


@pytest.mark.parametrize("raw", ["0,123", "5，123", "1,23", "5%"])
def test_a_misprinted_number_is_kept_in_its_square_and_said(raw: str) -> None:
    rows = ("统计指标\t单位\t统计数", "收到申请数\t件\t4", f"1.当面申请数\t件\t{raw}", "举报投诉数量\t件\t1", "")
    parsed = read("\n".join(["某县人民政府2016年政府信息公开工作年度报告", "一、概述", *rows]).encode())
    (fact,) = [f for f in parsed.facts if f.indicator.endswith("in_person")]
    assert (fact.state, fact.raw) == ("text", raw)
    assert [f.evidence for f in parsed.findings if f.rule == "not_a_number"] == [raw]
