"""`nianbao explain --html`: every square that was read is marked where it stands, and nothing in the page is alive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html
from playwright.sync_api import Browser

import nianbao
from archive.records import Parsed
from parsers.document import Document
from parsers.forms import APPLICANT_ORDER
from parsers.marked import marked
from parsers.pipeline import readings
from parsers.places import Mark, spans
from parsers.reading import read_tables
from tests import test_flat as flat
from tests import test_several as several
from tests.browsing import opened
from tests.packs import zipped
from tests.reports import COLUMN, NAMES, REAL, REPORTS, captured, needs_real

pytest_plugins = ["tests.browser_fixture"]

NUMBERS = [[100 * row + 10 + column for column in range(7)] for row in range(len(flat.FORM.rows))]
GAPS = [
    [None if (row + column) % 3 else number for column, number in enumerate(line)] for row, line in enumerate(NUMBERS)
]
INERT = frozenset(
    """html head meta title style body article header main aside div p h1 h2 h3 ul ol li dl dt dd strong small i b code
    span sup a mark blockquote table caption thead tbody tr th td br""".split()
)
ATTRIBUTES = frozenset(
    """id class href lang charset name content http-equiv role tabindex aria-label title scope rowspan colspan data-n
    data-indicator""".split()
)


def page_of(body: bytes) -> tuple[html.HtmlElement, Parsed, Document | None]:
    found = readings(captured("report"), body)
    text = "\n".join(marked("report", found))
    page = html.document_fromstring(text.encode(), html.HTMLParser(encoding="utf-8"))
    return page, found[0][1], found[0][0].document


def raw_of(square: html.HtmlElement) -> str:
    (raw,) = square.cssselect("span.raw")
    return str(raw.text_content())


def squares_of(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """Indicator -> the square that is marked as it."""
    named = [
        (name, square) for square in page.xpath("//*[@data-indicator]") for name in square.get("data-indicator").split()
    ]
    assert len(named) == len(dict(named))
    return dict(named)


def assert_every_square_is_marked(page: html.HtmlElement, parsed: Parsed, document: Document) -> None:
    squares = squares_of(page)
    assert {name: raw_of(square) for name, square in squares.items()} == {f.indicator: f.raw for f in parsed.facts}
    for fact in parsed.facts:
        assert {"sq", fact.state, fact.method} <= set(squares[fact.indicator].get("class").split())
        assert squares[fact.indicator].tag == ("span" if fact.table is None else "td")
    left = [raw_of(square) for square in page.xpath("//main//*[contains(@class, 'leftover')]")]
    assert sorted(left) == sorted(square.text.strip() for _, square in read_tables(document).leftovers)
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    assert {link.removeprefix("#") for link in page.xpath("//@href")} <= set(names)


def assert_inert(page: html.HtmlElement) -> None:
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= INERT
    assert {name for element in page.iter() for name in element.attrib} <= ATTRIBUTES
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    assert not re.search(r"url\(|@import|http", page.xpath("string(//style)"))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


@pytest.mark.parametrize("suffix", ["html", "txt"])
@pytest.mark.parametrize("name", NAMES)
def test_every_square_of_a_seed_is_marked_once(name: str, suffix: str) -> None:
    page, parsed, document = page_of((REPORTS / f"{name}.{suffix}").read_bytes())
    assert document is not None
    assert_every_square_is_marked(page, parsed, document)
    assert_inert(page)


def test_a_word_file_is_marked_as_well() -> None:
    page, parsed, document = page_of((COLUMN / "202101/P020210115401122334455.docx").read_bytes())
    assert document is not None
    assert len(parsed.facts) > 100
    assert_every_square_is_marked(page, parsed, document)


@needs_real
@pytest.mark.parametrize("name", ["A_2015_80445", "A_2019_80576"])
def test_a_real_page_is_marked(name: str) -> None:
    page, parsed, document = page_of((REAL / f"{name}.html").read_bytes())
    assert document is not None
    assert parsed.facts
    assert_every_square_is_marked(page, parsed, document)
    assert_inert(page)


def test_each_report_of_a_pack_is_marked_in_its_own_part() -> None:
    names = ("zhoucun-2020.html", "weihai-2019.txt")
    body = zipped({name: (REPORTS / name).read_bytes() for name in names})
    page, _, _ = page_of(body)
    whole, *parts = readings(captured(), body)
    assert whole[1].kind == "several"
    first, *articles = page.xpath("//article")
    for (piece, parsed), article, link in zip(parts, articles, first.xpath(".//ol//@href"), strict=True):
        assert piece.document is not None
        assert link == f"#{article.get('id')}"
        alone = html.document_fromstring(html.tostring(article, encoding="unicode"))
        assert {name: raw_of(s) for name, s in squares_of(alone).items()} == {f.indicator: f.raw for f in parsed.facts}
        assert len(parsed.facts) == 198
    assert len(page.xpath("//@id")) == len(set(page.xpath("//@id")))
    assert_inert(page)


def test_tables_are_counted_through_a_page_of_several_reports() -> None:
    body = several.page(*(several.body_of(name) for name in ("zhoucun-2020", "lukou-2020")))
    _, *parts = readings(captured(), body)
    page, _, _ = page_of(body)
    marked_squares = [(square.get("data-indicator"), raw_of(square)) for square in page.xpath("//td[@data-indicator]")]
    assert sorted(marked_squares) == sorted((f.indicator, f.raw) for _, parsed in parts for f in parsed.facts)
    captions = page.xpath("//caption/i[1]/text()")
    assert captions == [f"table {n}" for n in range(1, len(captions) + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_the_grid_is_drawn_with_its_spans_and_its_words(name: str) -> None:
    page, _, document = page_of((REPORTS / f"{name}.html").read_bytes())
    assert document is not None
    tables = page.xpath("//table")
    assert len(tables) == len(document.tables) > 0
    for drawn, table in zip(tables, document.tables, strict=True):
        cells = drawn.xpath("./tbody//td")
        covered = sum(int(c.get("rowspan", 1)) * int(c.get("colspan", 1)) for c in cells)
        assert covered == len(table.grid) * table.width
        printed = [
            c.text.strip() for r, row in enumerate(table.grid) for k, c in enumerate(row) if (c.row, c.column) == (r, k)
        ]
        assert [raw_of(c) if "sq" in c.get("class", "") else c.text_content() for c in cells] == printed


def line_of(paragraph: html.HtmlElement) -> tuple[str, dict[str, int]]:
    """The characters of a line as they were, and where in it each marked square begins."""
    text, begins = paragraph.text or "", {}
    for child in paragraph:
        if child.get("data-indicator"):
            begins[child.get("data-indicator")] = len(text)
        text += raw_of(child) if "sq" in child.get("class", "") else child.text_content()
        text += child.tail or ""
    return text, begins


def flattened(shape: str, numbers: flat.Values) -> tuple[html.HtmlElement, Parsed, Document]:
    page, parsed, document = page_of((flat.TITLE + flat.SHAPES[shape](numbers) + flat.END).encode())
    assert document is not None
    return page, parsed, document


@pytest.mark.parametrize("numbers", [NUMBERS, GAPS], ids=["full", "with blanks"])
@pytest.mark.parametrize("shape", flat.SHAPES)
def test_in_text_the_very_characters_are_marked(shape: str, numbers: flat.Values) -> None:
    page, parsed, document = flattened(shape, numbers)
    assert_every_square_is_marked(page, parsed, document)
    facts = {fact.indicator: fact for fact in parsed.facts}
    printed = {p.line: p.text for p in document.paragraphs}
    for paragraph in page.xpath("//main//p[@class='row']"):
        text, begins = line_of(paragraph)
        assert text == printed[int(paragraph.get("data-n")) - 1]
        for indicator, begin in begins.items():
            raw = facts[indicator].raw
            if raw:  # every number of the table is another one
                assert begin == re.search(rf"(?<!\d){raw}(?!\d)", text).start()  # type: ignore[union-attr]


def test_an_empty_square_is_marked_between_its_tabs() -> None:
    page, _, _ = flattened("tab rows", GAPS)
    text, begins = next(line_of(p) for p in page.xpath("//p[@class='row']") if "requests.new.business" in line_of(p)[1])
    order = [begins[f"requests.new.{applicant}"] for applicant in APPLICANT_ORDER]
    assert [text[:begin].count("\t") for begin in order] == [1, 2, 3, 4, 5, 6, 7]


def test_glued_digits_are_split_where_the_sums_split_them() -> None:
    table = {row: [0] * 7 for row in flat.FORM.rows}
    table |= {"new": [23, 0, 0, 0, 0, 0, 23], "total": [23, 0, 0, 0, 0, 0, 23], "disclosed": [16, 0, 0, 0, 0, 0, 16]}
    table["denied.state_secret"] = [7, 0, 0, 0, 0, 0, 7]
    page, parsed, document = page_of((flat.TITLE + flat.unseparated(table) + flat.END).encode())
    assert document is not None
    assert_every_square_is_marked(page, parsed, document)
    (paragraph,) = page.xpath("//p[@class='row']")
    text, begins = line_of(paragraph)
    assert text == flat.unseparated(table)
    for row, numbers in table.items():
        first = begins[f"requests.{row}.{APPLICANT_ORDER[0]}"]
        assert text[:first].endswith(flat.labels(row)[-1])
        for place, applicant in enumerate(APPLICANT_ORDER):
            assert begins[f"requests.{row}.{applicant}"] == first + len("".join(map(str, numbers[:place])))


def mark(raw: str, column: int, **more: object) -> Mark:
    return Mark(raw=raw, column=column, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "marks", "wanted"),
    [
        ("规章\t1\t\t1", [("1", 1), ("", 2), ("1", 3)], ["3:4", "5:5", "6:7"]),
        ("| 规章 | 1 | 11 |", [("1", 1), ("11", 2)], ["7:8", "11:13"]),
        ("1 11 1", [("1", 0), ("11", 1), ("1", 2)], ["0:1", "2:4", "5:6"]),
        ("规章", [("", 1), ("", 2)], ["2:2", "2:2"]),
        ("共 12 件", [("12", 5)], ["2:4"]),
        ("共 12 件", [("13", 5)], ["6:6"]),
    ],
)
def test_squares_are_found_however_a_line_is_cut(
    text: str, marks: Sequence[tuple[str, int]], wanted: list[str]
) -> None:
    found = spans(text, [mark(raw, column) for raw, column in marks])
    assert [f"{start}:{stop}" for (start, stop), _ in found] == wanted


def test_wide_and_parted_digits_are_found_in_their_run() -> None:
    found = spans("新收１２ ０12", [mark(raw, i, glued=True) for i, raw in enumerate(["12", "0", "12"])])
    assert [span for span, _ in found] == [(2, 4), (5, 6), (6, 8)]


def test_findings_lead_to_their_squares_and_to_what_they_quote() -> None:
    page, parsed, _ = page_of((REPORTS / "zhoucun-2020.html").read_bytes())
    denial = next(f for f in parsed.findings if f.rule == "zero_claim")
    finding = page.xpath("//ol[@class='findings']/li")[0]
    assert finding.xpath("string(.//blockquote)") == denial.evidence
    quote, square = (page.get_element_by_id(link.removeprefix("#")) for link in finding.xpath(".//@href"))
    assert quote.text_content() == denial.evidence
    assert square.get("data-indicator") == "review.litigation_direct.total"
    assert "FAIL" in square.get("class").split()
    assert finding.get("id") in {link.removeprefix("#") for link in square.xpath(".//@href")}
    assert "表中 actual 1" in finding.text_content()


def test_a_leftover_and_its_finding_lead_to_each_other() -> None:
    page, _, _ = page_of((REPORTS / "ankang-2020.html").read_bytes())
    (left,) = page.xpath("//main//*[contains(@class, 'leftover')]")
    assert "WARN" in left.get("class").split()
    finding = page.get_element_by_id(left.xpath(".//@href")[0].removeprefix("#"))
    assert finding.xpath(".//@href") == [f"#{left.get('id')}"]
    assert "unclaimed_number" in finding.text_content()


def test_a_square_says_its_official_label_and_its_name() -> None:
    page, _, _ = page_of((REPORTS / "zhoucun-2020.html").read_bytes())
    square = squares_of(page)["requests.disclosed.total"]
    for said in (square.get("title"), square.xpath("string(.//span[@class='name'])")):
        assert "三、本年度办理结果 › （一）予以公开 · 总计" in said
        assert "requests.disclosed.total" in said


def test_candidates_are_shown_with_their_source_and_the_believed_one_marked() -> None:
    page, parsed, _ = page_of((REPORTS / "ankang-2020.txt").read_bytes())
    believed = {item.text_content() for item in page.cssselect("dl.identity li.believed")}
    every = {item.text_content() for item in page.cssselect("dl.identity li")}
    assert every == {f"{c.value} {c.source}" for c in parsed.candidates}
    assert f"{parsed.organ} signature" in believed
    assert believed < every


HOSTILE = "</style></title><svg onload=alert(1)><base href=//x><b onclick=alert(1)>\"'><a href=javascript:alert(1)>"


def hostile_bodies() -> dict[str, bytes]:
    seed = (REPORTS / "zhoucun-2020.html").read_text(encoding="utf-8")
    shown, link = escape(HOSTILE), '<p><a href="javascript:alert(1)//x.doc" onclick="alert(1)">附件.doc</a></p></body>'
    return {
        "page": seed.replace("<title>", f"<title>{shown}").replace("增42", shown).replace("</body>", link).encode(),
        "text": (REPORTS / "zhoucun-2020.txt").read_bytes().replace("增42".encode(), HOSTILE.encode()),
        "prose": ("某县某局2021年政府信息公开工作年度报告\n一、总体情况\n" + HOSTILE * 30).encode(),
    }


@pytest.mark.parametrize("name", hostile_bodies())
def test_what_a_hostile_document_holds_is_text(name: str) -> None:
    page, parsed, document = page_of(hostile_bodies()[name])
    assert document is not None
    assert_every_square_is_marked(page, parsed, document)
    assert_inert(page)
    assert HOSTILE in page.xpath("string(//main)")


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "empty", "The file is empty."),
        (b"%PDF-1.7 broken", "unreadable", "Cannot be read"),
        ("政府网站首页\n这里没有报告。".encode(), "other", "no number was read"),
    ],
)
def test_what_is_no_report_gets_a_page_that_says_why(body: bytes, kind: str, said: str) -> None:
    page, parsed, _ = page_of(body)
    assert parsed.kind == kind
    assert said in page.text_content()
    assert not squares_of(page)
    assert_inert(page)


def test_control_characters_and_broken_charsets_leave_a_whole_page() -> None:
    page, _, _ = page_of(
        "某县2021年政府信息公开工作年度报告\n一、总体情况\n\x01\x1b[31m\u202e红\x7f\n".encode()
        + b"\xff\xfe"
        + b"." * 200
    )
    assert "␁␛[31m" in page.xpath("string(//main)")
    assert_inert(page)


def explain(*words: str | Path) -> Result:
    return CliRunner().invoke(nianbao.main, ["explain", *map(str, words)], catch_exceptions=False)


def test_the_command_writes_over_what_is_there_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("old", encoding="utf-8")
    result = explain(REPORTS / "zhoucun-2020.html", "--html", page)
    assert (result.exit_code, result.stdout) == (
        0,
        f"{page}: report, 198 squares read; findings: 1 FAIL, 1 NOT_ASSESSABLE, 2 INFO\n",
    )
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [page]


def test_an_unreadable_file_gets_its_page_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7 broken")
    result = explain(tmp_path / "x.pdf", "--html", tmp_path / "page.html")
    assert (result.exit_code, result.stdout.split("; ")[1]) == (1, "findings: 1 NOT_ASSESSABLE\n")
    assert result.stderr.startswith("nianbao: ")
    assert "无法读取" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("out", "reason"), [("no/page.html", "No such file"), ("", "it is no file"), ("report.txt", "would be lost")]
)
def test_what_cannot_be_written_is_said_in_one_line(out: str, reason: str, tmp_path: Path) -> None:
    source = Path(shutil.copy(REPORTS / "zhoucun-2020.txt", tmp_path / "report.txt"))
    before = source.read_bytes()
    result = explain(source, "--html", tmp_path / out)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stderr.count("nianbao:") == 1
    assert [(path, path.read_bytes()) for path in tmp_path.iterdir()] == [(source, before)]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["weihai-2019.html", "weidong-2020.txt"])
def test_in_a_browser_it_fits_a_phone_and_says_the_focused_square(browser: Browser, name: str, tmp_path: Path) -> None:
    assert explain(REPORTS / name, "--html", tmp_path / "page.html").exit_code == 0
    with opened(browser, "phone") as watched:
        page = watched.page
        page.goto((tmp_path / "page.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        square = page.locator("[data-indicator='requests.new.total']")
        said = square.locator(".name")
        assert said.bounding_box()["height"] <= 1  # type: ignore[index]
        square.focus()
        box = said.bounding_box()
        assert box is not None
        assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 375, 740)
    assert len(watched.asked) == 1
    assert watched.said == []
