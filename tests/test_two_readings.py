"""The form of the year, units of their own, and two readings of one table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.records import Finding, Parsed
from tests.maker.compare import compare
from tests.maker.report import Made, make
from tests.maker.statistics import html_of as statistics
from tests.maker.statistics import plain
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


@pytest.mark.parametrize(
    ("form", "year"), [("2019", 2021), ("2021", 2020), ("2021", 2019), ("2019", 2016), ("2019", 2012)]
)
def test_tables_of_another_year_are_read_whole_and_named(form: str, year: int) -> None:
    made = make(form, 5)
    parsed = read(page(made, year=year))
    assert (parsed.year, parsed.forms) == (year, (form,))
    assert (compare(made, parsed).lost, compare(made, parsed).wrong) == ({}, {})
    assert [(f.verdict, f.evidence) for f in found(parsed, "wrong_form")] == [("WARN", table) for table in made.tables]


def test_where_only_a_sentence_names_the_year_nobody_can_say() -> None:
    made = make("2019", 5)
    titled = page(made, year=2023).decode()
    told = titled.replace("2023年", "").replace("</h1>", "</h1><p>2023年，我局公开信息。</p>")
    for body, verdict in ((titled, "WARN"), (told, "NOT_ASSESSABLE")):
        parsed = read(body.encode())
        assert parsed.year == 2023
        assert {f.verdict for f in found(parsed, "wrong_form")} == {verdict}


@pytest.mark.parametrize("old", ["proactive", "requests", "review"])
def test_the_form_is_told_table_by_table(old: str) -> None:
    """One table was copied from the report of two years before."""
    before, now = make("2019", 6), replace(make("2021", 6), year=2021)
    bodies = {form: page(made, year=2021).decode().split("<table>") for form, made in (("2019", before), ("2021", now))}
    tables = [bodies["2019" if table == old else "2021"][i] for i, table in enumerate(now.tables, 1)]
    parsed = read("<table>".join([bodies["2021"][0], *tables]).encode())
    parts = {table: (before if table == old else now) for table in now.tables}
    wanted = {i: n for table, made in parts.items() for i, n in made.values.items() if i.startswith(f"{table}.")}
    assert {fact.indicator: fact.value for fact in parsed.facts} == wanted
    # Tables four are the same in both forms: nobody can tell one from the other.
    assert [f.evidence for f in found(parsed, "wrong_form")] == [
        table for table in parts if old == table == "proactive" or (old == "requests" and table != "proactive")
    ]


@pytest.mark.parametrize(("year", "flagged"), [(2016, []), (2019, ["statistics"]), (2023, ["statistics"]), (2012, [])])
def test_a_statistics_table_is_read_in_any_year(year: int, flagged: list[str]) -> None:
    made = make("2014", 8)
    body = statistics(made, [plain(made)]).decode().replace(f"{made.year}年", f"{year}年")
    parsed = read(body.encode())
    assert (parsed.year, parsed.forms) == (year, ("2014",))
    assert (compare(made, parsed).lost, compare(made, parsed).wrong) == ({}, {})
    assert [f.evidence for f in found(parsed, "wrong_form")] == flagged


def test_a_statistics_table_beside_those_of_the_year_is_no_fault() -> None:
    made, more = make("2019", 9), make("2014", 9)
    table = statistics(more, [plain(more)]).decode().partition("<table>")[2].partition("</table>")[0]
    parsed = read(page(made, year=2019).replace(b"</body>", f"<table>{table}</table></body>".encode()))
    assert {fact.indicator: fact.value for fact in parsed.facts} == {**made.values, **more.values}
    assert found(parsed, "wrong_form") == []
    assert set(parsed.forms) == {"2014", "2019"}


def test_a_hybrid_table_is_named() -> None:
    old, new = page(make("2019", 3), year=2021).decode(), page(make("2021", 3)).decode()
    block = old[old.index("<table>") : old.index("第二十条第（五）项")].rpartition("<tr>")[0]
    rest = new[new.index("第二十条第（五）项") :]
    body = f"{old[: old.index('<table>')]}{block}<tr><td colspan=4>{rest}"
    finding = found(read(body.encode()), "wrong_form")[0]
    assert (finding.evidence, finding.verdict) == ("proactive", "WARN")
    assert "第二十条第（一）项是 2019 年表式；第二十条第（八）项是 2021 年表式" in finding.message_zh


@pytest.mark.parametrize(("raw", "value"), [("40.35万元", 40.35), ("984361元", 98.4361), ("2笔/984361元", 98.4361)])
def test_a_unit_in_a_square_is_converted_and_said(raw: str, value: float) -> None:
    parsed = read(page(make("2019", 4), {"proactive.procurement.amount": raw}))
    fact = next(f for f in parsed.facts if f.indicator == "proactive.procurement.amount")
    assert (fact.value, fact.raw) == (value, raw)
    (finding,) = found(parsed, "unit_in_square")
    assert (finding.indicators, finding.actual, finding.evidence) == ((fact.indicator,), value, raw)


@pytest.mark.parametrize(("raw", "value"), [("3万件", 30000), ("一万二千", 12000)])
def test_myriads_are_said_as_well(raw: str, value: int) -> None:
    parsed = read(page(make("2019", 4), {"proactive.licensing.decisions": raw}))
    (fact,) = (f for f in parsed.facts if f.indicator == "proactive.licensing.decisions")
    assert (fact.value, fact.raw, fact.state) == (value, raw, "number")
    (finding,) = found(parsed, "unit_in_square")
    assert (finding.indicators, finding.actual, finding.evidence) == ((fact.indicator,), value, raw)


NOTATIONS = {
    "增42": 42, "减4": -4, "+57": 57, "-57": -57, "−57": -57, ":2": 2, "１２": 12, "2,345": 2345, "3件": 3,
    "一百二十三": 123, "〇": 0,
    "两": 2, "廿": 20, "零": 0, "\xa07\xa0": 7, "2笔/984361元": 2,
}  # fmt: skip


@pytest.mark.parametrize("raw", NOTATIONS)
def test_every_notation_is_read_and_the_raw_text_is_kept(raw: str) -> None:
    parsed = read(page(make("2019", 4), {"proactive.licensing.change": raw}))
    (fact,) = (f for f in parsed.facts if f.indicator == "proactive.licensing.change")
    assert (fact.value, fact.raw, fact.state) == (NOTATIONS[raw], raw.strip(), "number")


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
