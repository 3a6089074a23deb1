"""The form of the year, units of their own, and two readings of one table."""

from __future__ import annotations

import pytest

from archive.records import Finding, Parsed
from tests.maker.report import Made, make
from tests.reports import read


def page(made: Made, changes: dict[str, str] | None = None, year: int | None = None) -> bytes:
    """The report as a plain page; `changes` are other texts for some squares."""
    parts = [f"<h1>{made.organ}{year or made.year}年政府信息公开工作年度报告</h1>"]
    for printed in made.tables.values():
        parts.append("<table>")
        for row in (*printed.head, *(row for block in printed.blocks for row in block)):
            cells = (
                f"<td rowspan={c.rowspan} colspan={c.colspan}>{(changes or {}).get(c.indicator, made.text(c))}</td>"
                for c in row
            )
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</table>")
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def found(parsed: Parsed, rule: str) -> list[Finding]:
    return [f for f in parsed.findings if f.rule == rule]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_the_form_of_its_year_is_no_finding(form: str) -> None:
    parsed = read(page(make(form, 1)))
    assert not found(parsed, "wrong_form")
    assert dict(parsed.passed)["wrong_form"] == 3


def test_the_form_of_another_year_is_named_table_by_table() -> None:
    parsed = read(page(make("2019", 2), year=2022))
    assert [(f.verdict, f.evidence) for f in found(parsed, "wrong_form")] == [
        ("WARN", "proactive"),
        ("WARN", "requests"),
        ("WARN", "review"),
    ]
    assert {f.indicator for f in parsed.facts} == set(make("2019", 2).values)


def test_a_hybrid_table_is_named() -> None:
    old, new = page(make("2019", 3), year=2021).decode(), page(make("2021", 3)).decode()
    block = old[old.index("<table>") : old.index("第二十条第（五）项")].rpartition("<tr>")[0]
    rest = new[new.index("第二十条第（五）项") :]
    body = f"{old[: old.index('<table>')]}{block}<tr><td colspan=4>{rest}"
    finding = found(read(body.encode()), "wrong_form")[0]
    assert (finding.evidence, finding.verdict) == ("proactive", "WARN")
    assert "2019、2021" in finding.message_zh


@pytest.mark.parametrize(("raw", "value"), [("40.35万元", 40.35), ("984361元", 98.4361), ("2笔/984361元", 98.4361)])
def test_a_unit_in_a_square_is_converted_and_said(raw: str, value: float) -> None:
    parsed = read(page(make("2019", 4), {"proactive.procurement.amount": raw}))
    fact = next(f for f in parsed.facts if f.indicator == "proactive.procurement.amount")
    assert (fact.value, fact.raw) == (value, raw)
    (finding,) = found(parsed, "unit_in_square")
    assert (finding.indicators, finding.actual, finding.evidence) == ((fact.indicator,), value, raw)


def test_the_unit_that_a_head_names_is_converted_and_said() -> None:
    body = page(make("2019", 4), {"proactive.procurement.amount": "984361"}).decode()
    parsed = read(body.replace("采购总金额", "采购总金额（元）").encode())
    fact = next(f for f in parsed.facts if f.indicator == "proactive.procurement.amount")
    assert (fact.value, fact.raw) == (98.4361, "984361")
    assert [f.indicators for f in found(parsed, "unit_in_square")] == [(fact.indicator,)]


def test_chinese_numerals_below_their_head_are_read() -> None:
    parsed = read(page(make("2021", 5), {"requests.new.natural_person": "一百零五"}))
    fact = next(f for f in parsed.facts if f.indicator == "requests.new.natural_person")
    assert (fact.value, fact.state, fact.raw) == (105, "number", "一百零五")


def test_squares_that_left_their_columns_are_in_doubt() -> None:
    """A row begins one column too far to the left: its head says one thing, the order of its squares another."""
    made = make("2021", 6, zeros=0)
    body = page(made).decode()
    label = "<td rowspan=1 colspan=3>二、上年结转政府信息公开申请数量</td>"
    first = made.text(made.tables["requests"].blocks[0][1][1])
    row = f"{label}<td rowspan=1 colspan=1>{first}</td>"
    assert row in body
    moved = f"<td rowspan=1 colspan=2>二、上年结转政府信息公开申请数量</td><td rowspan=1 colspan=1>{first}</td>"
    parsed = read(body.replace(row, moved).encode())
    doubted = {i for f in parsed.findings for i in f.indicators if f.rule in ("readings_disagree", "missing_row")}
    wrong = {f.indicator for f in parsed.facts if f.state == "number" and f.value != made.values[f.indicator]}
    assert wrong <= doubted
