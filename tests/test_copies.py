"""Several tables of one kind in one document: that of the year is read, and none where nothing says which it is."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import html

from archive.records import Parsed
from parsers.explain import explain
from parsers.marked import marked
from parsers.pipeline import readings
from tests.maker.flat import LAYOUTS
from tests.maker.html import STYLES
from tests.maker.report import make, shown
from tests.reports import captured, read

PAGE = dict(STYLES)["semantic"](make("2021", 3), 3).decode()  # of 2022
TABLES = dict(
    zip(("proactive", "requests", "review"), re.findall("<table><caption>.*?</table>", PAGE, re.DOTALL), strict=True)
)
TRUE = {fact.indicator: fact.raw for fact in read(PAGE.encode()).facts}
NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")


def other(markup: str) -> str:
    """The same with other numbers."""
    return re.sub(r">(\d+)<", lambda found: f">{int(found[1]) + 1000}<", markup)


def rows_of(table: str) -> list[str]:
    return re.findall("<tr>.*?</tr>", TABLES[table], re.DOTALL)


def facts(parsed: Parsed) -> dict[str, str]:
    return {fact.indicator: fact.raw for fact in parsed.facts}


def without(table: str) -> dict[str, str]:
    return {indicator: raw for indicator, raw in TRUE.items() if not indicator.startswith(f"{table}.")}


def second(parsed: Parsed) -> list[tuple[str, str]]:
    return [(f.evidence.partition("；")[0], f.verdict) for f in parsed.findings if f.rule == "second_table"]


def listed(parsed: Parsed) -> Counter[str]:
    """The numbers that the findings list row by row, behind the place and the label of the row."""
    rows = (row for f in parsed.findings if f.rule == "second_table" for row in f.evidence.split("；")[1:])
    return Counter(number for row in rows for number in NUMBER.findall(row.rpartition("：")[2]))


def numbers_of(markup: str) -> Counter[str]:
    return Counter(re.findall(r">([\d.]+)<", markup))


def leftover(parsed: Parsed) -> int:
    return sum(f.rule == "unclaimed_number" for f in parsed.findings)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_printed_again_counts_once(table: str) -> None:
    parsed = read(PAGE.replace(TABLES[table], TABLES[table] * 2).encode())
    assert facts(parsed) == TRUE
    assert second(parsed) == [(table, "INFO")]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("last", "this"), [("2021年情况", "2022年情况"), ("上年：", "本年："), ("附：2021年度", "")])
@pytest.mark.parametrize("order", [1, -1])
def test_the_table_of_another_year_is_not_read(table: str, last: str, this: str, order: int) -> None:
    both = [f"<p>{last}</p>{other(TABLES[table])}", f"<p>{this}</p>{TABLES[table]}"][::order]
    parsed = read(PAGE.replace(TABLES[table], "".join(both)).encode())
    assert facts(parsed) == TRUE
    assert second(parsed) == [(table, "WARN")]
    assert listed(parsed) == numbers_of(other(TABLES[table]))


@pytest.mark.parametrize("table", TABLES)
def test_of_two_tables_that_differ_and_do_not_say_of_which_year_they_are_none_is_read(table: str) -> None:
    parsed = read(PAGE.replace(TABLES[table], other(TABLES[table]) + TABLES[table]).encode())
    assert facts(parsed) == without(table)
    assert second(parsed) == [(table, "WARN")]
    assert listed(parsed) == numbers_of(other(TABLES[table]) + TABLES[table])
    assert not [f for f in parsed.findings if f.rule == "missing_row"]
    (finding,) = (f for f in parsed.findings if f.rule == "second_table")
    assert {indicator.partition(".")[0] for indicator in finding.indicators} == {table}


@pytest.mark.parametrize("table", TABLES)
def test_a_blank_form_beside_the_table_is_left_out(table: str) -> None:
    blank = re.sub(r">[\d.]+<", "><", TABLES[table])
    parsed = read(PAGE.replace(TABLES[table], blank + TABLES[table]).encode())
    assert facts(parsed) == TRUE
    assert second(parsed) == [(table, "WARN")]


def test_no_row_of_a_second_table_fills_a_gap_of_the_first() -> None:
    first = TABLES["requests"].replace(rows_of("requests")[-1], "")
    parsed = read(PAGE.replace(TABLES["requests"], first + other(TABLES["requests"])).encode())
    assert facts(parsed) == without("requests")


def test_a_row_printed_twice_counts_once_and_the_rest_of_the_table_is_read() -> None:
    row = rows_of("requests")[12]
    parsed = read(PAGE.replace(row, row * 2).encode())
    assert facts(parsed) == TRUE
    assert (second(parsed), leftover(parsed)) == ([], 0)


def test_a_row_printed_twice_with_other_numbers_is_not_read_and_both_are_reported() -> None:
    row = rows_of("requests")[12]
    parsed = read(PAGE.replace(row, row + other(row)).encode())
    assert len(facts(parsed)) == len(TRUE) - 7
    assert facts(parsed).items() <= TRUE.items()
    assert leftover(parsed) == 14


@pytest.mark.parametrize("years", [("2021年", "2022年"), ("2022年", "2021年"), ("上年", "本年")])
def test_the_row_of_table_four_that_names_the_year_is_read(years: tuple[str, str]) -> None:
    *head, last = rows_of("review")
    named = [
        row.replace("<tr>", f"<tr><td>{year}</td>")
        for year in years
        for row in ([last] if year in ("2022年", "本年") else [other(last)])
    ]
    table = "".join([head[0].replace("<tr>", '<tr><td rowspan="3">年度</td>'), *head[1:], *named])
    parsed = read(PAGE.replace(TABLES["review"], f"<table>{table}</table>").encode())
    assert facts(parsed) == TRUE
    assert second(parsed) == [("review", "WARN")]


def test_of_two_rows_in_table_four_that_name_no_year_none_is_read() -> None:
    last = rows_of("review")[-1]
    parsed = read(PAGE.replace(last, other(last) + last).encode())
    assert facts(parsed) == without("review")
    assert leftover(parsed) == 30


@pytest.mark.parametrize("title", ["<p>2021年收到和处理申请情况</p>", "<p>上年度情况</p>"])
def test_a_single_table_below_the_title_of_another_year_is_read_and_told_of(title: str) -> None:
    parsed = read(PAGE.replace(TABLES["requests"], title + TABLES["requests"]).encode())
    assert facts(parsed) == TRUE
    (finding,) = (f for f in parsed.findings if f.rule == "second_table")
    assert (finding.evidence, finding.verdict, "别的年份" in finding.message_zh) == ("requests", "WARN", True)


def test_a_table_that_is_there_and_was_not_understood_is_not_called_absent() -> None:
    rows = "<br>".join(re.sub("<[^>]*>", " ", row) for row in rows_of("requests"))
    spoken = read(
        PAGE.replace(TABLES["requests"], f"<img alt='x'>{rows.replace('0', '〇').translate(NUMERALS)}").encode()
    )
    absent = read(PAGE.replace(TABLES["requests"], "").encode())
    said = [next(f.message_zh for f in p.findings if f.evidence == "requests") for p in (spoken, absent)]
    assert ["没能读懂" in text for text in said] == [True, False]


NUMERALS = str.maketrans("123456789", "甲乙丙丁戊己庚辛壬")


def test_the_numbers_of_tables_without_heads_are_reported() -> None:
    page = re.sub("<tr><td>信息内容.*?</tr>", "", PAGE, flags=re.DOTALL)
    page = page.replace("".join(rows_of("review")[:-1]), "")
    parsed = read(page.encode())
    lost = [indicator for indicator in TRUE if indicator not in facts(parsed)]
    assert {indicator.split(".")[0] for indicator in lost} == {"proactive", "review"}
    assert leftover(parsed) == len(lost)


def test_of_a_copy_that_says_more_than_the_one_that_is_read_the_rest_is_told() -> None:
    rows = rows_of("requests")
    head, first, last = TABLES["requests"].replace("".join(rows[3:]), "{}"), rows[3:-2], rows[6:]
    parsed = read(
        PAGE.replace(TABLES["requests"], "".join(head.format("".join(own)) for own in (first, last))).encode()
    )
    assert second(parsed) == [("requests", "WARN")]
    read_or_told = Counter(raw for i, raw in facts(parsed).items() if i.startswith("requests.")) + listed(parsed)
    assert read_or_told == numbers_of(TABLES["requests"])


@pytest.mark.parametrize("flat", [name for name, _ in LAYOUTS if name != "7 report in one line"])
def test_of_two_in_text_each_number_is_told(flat: str) -> None:
    made = make("2021", 3), make("2021", 4)
    one, two = (dict(LAYOUTS)[flat](m, 3).decode() for m in made)
    section = re.compile("(?<=三、收到和处理政府信息公开申请情况\n).*?(?=四、政府信息公开)", re.DOTALL)
    found = section.search(two)
    assert found
    parsed = read(section.sub(lambda own: own[0] + "\n" + found[0], one).encode())
    lost = (f.evidence for f in parsed.findings if f.rule == "unclaimed_number" and f.message_zh.startswith("表三"))
    told = listed(parsed) + Counter(lost)
    there = Counter(shown(n) for m in made for i, n in m.values.items() if i.startswith("requests."))
    assert not [i for i in facts(parsed) if i.startswith("requests.")]
    assert told == there


@pytest.mark.parametrize("table", TABLES)
def test_whoever_looks_at_the_page_sees_what_was_not_read_and_why(table: str) -> None:
    found = readings(captured(), PAGE.replace(TABLES[table], other(TABLES[table]) + TABLES[table]).encode())
    lines = "\n".join(explain(found))
    assert Counter(re.findall(r"([\d.]+) NOT READ", lines)) == numbers_of(other(TABLES[table]) + TABLES[table])
    page = html.document_fromstring("\n".join(marked("x", found)).encode(), html.HTMLParser(encoding="utf-8"))
    left = page.cssselect("td.leftover")
    assert Counter(td.cssselect(".raw")[0].text_content() for td in left) == numbers_of(
        other(TABLES[table]) + TABLES[table]
    )
    assert len({td.get("id") for td in left}) == len(left)
    (finding,) = {link.get("href") for td in left for link in td.cssselect(".name a")}
    assert table in page.get_element_by_id(finding[1:]).text_content()
