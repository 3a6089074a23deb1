"""Several reports in one page: split where each begins, left whole where that is not certain, no number in two."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from archive.records import Fact, Parsed
from parsers.document import Builder, Document, Table
from parsers.readers import html
from parsers.several import reports_in
from tests import ofd as ofd_maker
from tests.reports import NUMBERS, REPORTS, golden, read, squares

TOWNS = ("zhoucun-2020", "weidong-2020", "weihai-2019")


def body_of(name: str) -> str:
    found = re.search(r"<article>(.*)</article>", (REPORTS / f"{name}.html").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def page(*bodies: str, title: str = "各单位政府信息公开工作年度报告汇编") -> bytes:
    inside = "<hr>".join(bodies)
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    return f"<!DOCTYPE html><html>{head}<body><article>{inside}</article></body></html>".encode()


def joined(*documents: Document) -> Document:
    """One document with the blocks of all."""
    builder = Builder()
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Table):
                builder.table(block)
            else:
                builder.paragraph(block.text)
    return Document(blocks=tuple(builder.blocks))


def places(facts: tuple[Fact, ...]) -> set[tuple[int | None, int, int]]:
    return {(fact.table, fact.row, fact.column) for fact in facts}


def assert_holds(parsed: Parsed, names: tuple[str, ...]) -> None:
    """Each report of the page reads as alone, and no square belongs to two."""
    assert (parsed.kind, parsed.part, parsed.facts, parsed.organ) == ("several", 0, (), "")
    assert [part.part for part in parsed.parts] == list(range(1, len(names) + 1))
    for part, name in zip(parsed.parts, names, strict=True):
        expected = golden(name)
        assert (part.kind, part.organ, part.year) == ("report", expected["organ"], expected["year"])
        assert squares(part) == expected["facts"]
        alone = read((REPORTS / f"{name}.html").read_bytes())
        assert [s.text for s in part.sections if s.number] == [s.text for s in alone.sections if s.number]
        assert [(f.rule, f.verdict) for f in part.findings] == [(f.rule, f.verdict) for f in alone.findings]
    assert len(set().union(*(places(part.facts) for part in parsed.parts))) == sum(len(p.facts) for p in parsed.parts)


def test_a_page_of_three_reports() -> None:
    body = page(*map(body_of, TOWNS))
    parsed = read(body)
    assert_holds(parsed, TOWNS)
    document = html.read(body, "")
    for part in parsed.parts:
        for fact in part.facts:
            assert fact.table is not None
            assert document.tables[fact.table].grid[fact.row][fact.column].text.strip() == fact.raw


def test_a_file_of_two_reports() -> None:
    names = TOWNS[:2]
    documents = (html.read((REPORTS / f"{name}.html").read_bytes(), "") for name in names)
    parsed = read(ofd_maker.report(joined(*documents)))
    assert [(part.kind, len(part.facts)) for part in parsed.parts] == [("report", NUMBERS[name]) for name in names]
    assert [squares(part) for part in parsed.parts] == [golden(name)["facts"] for name in names]


def test_a_text_of_two_reports() -> None:
    names = ("zhoucun-2020", "lukou-2020")
    body = "\n\n".join((REPORTS / f"{name}.txt").read_text("utf-8") for name in names).encode()
    parsed = read(body)
    alone = [read((REPORTS / f"{name}.txt").read_bytes()) for name in names]
    assert [(part.organ, part.year) for part in parsed.parts] == [(one.organ, one.year) for one in alone]
    assert [squares(part) for part in parsed.parts] == [squares(one) for one in alone]


def test_two_years_of_one_organ() -> None:
    old = body_of("weidong-2020")
    parsed = read(page(old, old.replace("2020年政府信息公开", "2019年政府信息公开", 1)))
    assert [(part.organ, part.year) for part in parsed.parts] == [("卫东区人民政府", 2020), ("卫东区人民政府", 2019)]


@pytest.mark.parametrize(
    "extra",
    [
        "<p>甲镇人民政府2020年政府信息公开工作年度报告</p>",
        "<p>卫东区人民政府2019年政府信息公开工作年度报告</p><p>2021年3月1日</p>",
        "".join(f"<p>{c}镇2020年政府信息公开工作年度报告</p>" for c in "甲乙丙丁戊己庚辛壬癸子丑"),
    ],
)
def test_titles_of_other_reports_make_no_reports(extra: str) -> None:
    alone = read(page(body_of("weidong-2020"), title="x"))
    for body in (page(body_of("weidong-2020"), extra, title="x"), page(extra, body_of("weidong-2020"), title="x")):
        parsed = read(body)
        assert (parsed.parts, parsed.kind) == ((), "report")
        assert squares(parsed) == squares(alone)


def test_a_title_with_a_slip_in_its_year_splits_no_report() -> None:
    body = body_of("weidong-2020").replace(
        "<h2>二、主动公开", "<p>卫东区人民政府2019年政府信息公开工作年度报告</p><h2>二、主动公开", 1
    )
    parsed = read(page(body, title="x"))
    assert (parsed.parts, len(parsed.facts)) == ((), NUMBERS["weidong-2020"])


def test_a_second_table_without_a_title_of_its_own_stays_a_finding() -> None:
    body = body_of("weidong-2020")
    parsed = read(page(body, re.sub("<h1>.*?</h1>", "<p>甲镇</p>", body), title="x"))
    assert parsed.parts == ()
    assert "second_table" in {finding.rule for finding in parsed.findings}
    assert squares(parsed) == golden("weidong-2020")["facts"]


def test_a_list_of_titles_is_a_list() -> None:
    items = "".join(f'<li><a href="{n}.html">{n}镇2020年政府信息公开工作年度报告</a></li>' for n in "甲乙丙丁戊己庚")
    parsed = read(page(f"<ul>{items}</ul>"))
    assert (parsed.parts, parsed.facts) == ((), ())
    assert parsed.kind != "report"


def test_every_block_is_in_one_part() -> None:
    lead = "<p>现将各单位年度报告公布如下</p><table><tr><td>1</td><td>2</td></tr></table>"
    document = html.read(page(lead, *map(body_of, TOWNS)), "")
    parts = reports_in(document)
    assert len(parts) == len(TOWNS)
    assert tuple(block for part in parts for block in part.blocks) == document.blocks
    tables = [table for part in parts for table in part.tables]
    assert [part.tables_before for part in parts][1:] == [document.tables.index(part.tables[0]) for part in parts[1:]]
    assert tables == document.tables
    assert reports_in(replace(document, blocks=())) == [replace(document, blocks=())]
