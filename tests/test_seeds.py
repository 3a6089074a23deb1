"""The five real reports, in every format that they come in: every number right, blanks blank, absent rows absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.records import Parsed
from tests.reports import COLUMN, NAMES, NUMBERS, REPORTS, ROOT, golden, needs_office, office, read, squares

SEEDS = ROOT.parent / "shared" / "seeds"
SERVED = {
    "zhoucun-2020": "202101/t20210122_700101.html",
    "weidong-2020": "202101/t20210128_700103.html",
    "ankang-2020": "202101/P020210115401122334455.docx",
    "lukou-2020": "202103/t20210322_700105.txt",
    "weihai-2019": "202001/P020200121506677889900.doc",
}


def assert_reads_as(name: str, parsed: Parsed) -> None:
    expected = golden(name)
    assert squares(parsed) == expected["facts"]
    assert sum(fact.state == "number" for fact in parsed.facts) == NUMBERS[name]
    assert parsed.kind == "report"
    assert [parsed.title, parsed.organ, parsed.year] == [expected["title"], expected["organ"], expected["year"]]
    assert list(parsed.forms) == expected["forms"]
    assert [s.number for s in parsed.sections if s.number][-6:] == [1, 2, 3, 4, 5, 6]


def findings_of(parsed: Parsed) -> list[list[object]]:
    return [[f.rule, f.verdict, list(f.indicators), f.expected, f.actual] for f in parsed.findings]


@pytest.mark.parametrize("name", NAMES)
def test_text_verbatim(name: str) -> None:
    parsed = read((REPORTS / f"{name}.txt").read_bytes())
    assert_reads_as(name, parsed)
    assert {fact.method for fact in parsed.facts} == {"flat"}
    assert parsed.published == golden(name)["published"]


@pytest.mark.parametrize("name", NAMES)
def test_findings_and_no_others(name: str) -> None:
    for suffix in ("txt", "html"):
        assert findings_of(read((REPORTS / f"{name}.{suffix}").read_bytes())) == golden(name)["findings"]


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str) -> None:
    parsed = read((REPORTS / f"{name}.html").read_bytes())
    assert_reads_as(name, parsed)
    assert {fact.method for fact in parsed.facts} == {"grid"}


@pytest.mark.parametrize("name", NAMES)
@needs_office
@pytest.mark.office
@pytest.mark.parametrize("target", ["docx:MS Word 2007 XML", "doc:MS Word 97"])
def test_word(name: str, target: str, tmp_path: Path) -> None:
    made = office(REPORTS / f"{name}.html", target, tmp_path)
    assert_reads_as(name, read(made.read_bytes()))


@pytest.mark.parametrize("name", [n for n in NAMES if n != "weihai-2019"])
def test_as_served(name: str) -> None:
    assert_reads_as(name, read((COLUMN / SERVED[name]).read_bytes(), mime="text/html"))


@needs_office
@pytest.mark.office
def test_doc_as_served() -> None:
    assert_reads_as("weihai-2019", read((COLUMN / SERVED["weihai-2019"]).read_bytes()))


@pytest.mark.parametrize("name", NAMES)
def test_versions_agree_square_by_square(name: str) -> None:
    versions = [read((REPORTS / f"{name}.{suffix}").read_bytes()) for suffix in ("txt", "html")]
    first, second = ({f.indicator: (f.value, f.state, f.raw) for f in parsed.facts} for parsed in versions)
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_points_to_its_square(name: str) -> None:
    from parsers.readers import html, text

    page = html.read((REPORTS / f"{name}.html").read_bytes(), "")
    for fact in read((REPORTS / f"{name}.html").read_bytes()).facts:
        assert fact.table is not None
        cell = page.tables[fact.table].grid[fact.row][fact.column]
        assert (cell.row, cell.column, cell.text.strip()) == (fact.row, fact.column, fact.raw)
    lines = text.read((REPORTS / f"{name}.txt").read_bytes(), "").paragraphs
    for fact in read((REPORTS / f"{name}.txt").read_bytes()).facts:
        assert fact.table is None
        assert fact.raw in lines[fact.row].text


@pytest.mark.parametrize(("name", "raw"), [("zhoucun-2020", ":2"), ("ankang-2020", "40.35万元")])
def test_raw_is_kept_as_printed(name: str, raw: str) -> None:
    assert raw in {fact.raw for fact in read((REPORTS / f"{name}.txt").read_bytes()).facts}


def test_the_lawsuit_that_the_prose_denies_is_quoted() -> None:
    parsed = read((REPORTS / "zhoucun-2020.txt").read_bytes())
    finding = next(f for f in parsed.findings if f.rule == "zero_claim")
    assert "亦未发生由政府信息公开引发的举报、投诉、行政复议和行政诉讼" in finding.evidence
    assert finding.message_zh == "正文说没有行政诉讼，表中却有 1 件。"


def test_the_date_of_a_list_is_believed_before_that_of_an_address() -> None:
    body = (REPORTS / "weidong-2020.html").read_bytes()
    parsed = read(body, url="https://www.example.gov.cn/202102/t20210203_1.html", list_date="2021-01-28")
    assert parsed.published == "2021-01-28"
    assert {(c.value, c.source) for c in parsed.candidates if c.field == "published"} == {
        ("2021-01-28", "list"),
        ("2021-02-03", "url"),
    }


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is not here")
def test_the_seeds_themselves() -> None:
    read_numbers = [
        sum(fact.state == "number" for fact in read(path.read_bytes()).facts) for path in sorted(SEEDS.iterdir())
    ]
    assert read_numbers == [198, 198, 191, 16, 51]


def test_what_the_server_calls_a_body_does_not_matter() -> None:
    body = (REPORTS / "weidong-2020.html").read_bytes()
    assert read(body, mime="application/pdf; charset=big5").facts == read(body).facts
