"""The five real reports as PDF, OFD, RTF, ODT and as workbooks: every square as a person reads it."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest

from archive.records import Parsed
from parsers import media
from parsers.document import Document, Paragraph
from parsers.numbers import PICTURE
from parsers.readers import html, ofd
from parsers.readers import pdf as pdf_reader
from tests import ofd as ofd_maker
from tests import sheets
from tests.reports import NAMES, NUMBERS, REPORTS, golden, needs_office, offices, read, squares

RULED = '<table border="1" cellspacing="0" cellpadding="3"'  # Writer knows no CSS borders
SHIFTS = range(0, 33, 3)  # lines of text before the tables, so that pages end elsewhere in them
LOCK = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
NO_COPIES = (
    '{"RestrictPermissions":{"type":"boolean","value":"true"},"PermissionPassword":{"type":"string","value":"x"},'
    '"EnableCopyingOfContent":{"type":"boolean","value":"false"}}'
)

Make = Callable[[Document], bytes]
MAKERS: dict[str, tuple[str, Make]] = {
    "ofd": (media.OFD, ofd_maker.report),
    "ofd with thin areas for lines": (media.OFD, lambda document: ofd_maker.report(document, filled=True)),
    "xlsx": (media.XLSX, lambda document: sheets.xlsx(sheets.cells(document))),
    "xls": (media.XLS, lambda document: sheets.xls(sheets.cells(document))),
    "ods": (media.ODS, lambda document: sheets.ods(sheets.cells(document))),
}


def page(name: str) -> Document:
    return html.read((REPORTS / f"{name}.html").read_bytes(), "")


def assert_reads_as(name: str, parsed: Parsed) -> None:
    expected = golden(name)
    assert squares(parsed) == expected["facts"]
    assert sum(fact.state == "number" for fact in parsed.facts) == NUMBERS[name]
    assert parsed.kind == "report"
    assert [parsed.title, parsed.organ, parsed.year] == [expected["title"], expected["organ"], expected["year"]]
    assert list(parsed.forms) == expected["forms"]
    assert [s.number for s in parsed.sections if s.number][-6:] == [1, 2, 3, 4, 5, 6]
    findings = [[f.rule, f.verdict, list(f.indicators), f.expected, f.actual] for f in parsed.findings]
    assert findings == expected["findings"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format_", MAKERS)
def test_made_by_hand(name: str, format_: str) -> None:
    kind, make = MAKERS[format_]
    parsed = read(make(page(name)))
    assert parsed.media_type == kind
    assert_reads_as(name, parsed)


# Made by LibreOffice


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="session")
def ruled(folder: Path) -> list[Path]:
    """The pages with ruled tables; and one with a different number in every square, pushed down line by line."""
    made = []
    for name in NAMES:
        made.append(folder / f"{name}.html")
        made[-1].write_text((REPORTS / f"{name}.html").read_text("utf-8").replace("<table", RULED), "utf-8")
    count = itertools.count(101)
    numbered = re.sub(r"(?<=>)-?[\d.]+(?=</td>)", lambda _: str(next(count)), made[1].read_text("utf-8"))
    for shift in SHIFTS:
        made.append(folder / f"shifted-{shift}.html")
        made[-1].write_text(numbered.replace("<h2>二、", "<p>填充文字。</p>" * shift + "<h2>二、"), "utf-8")
    return made


@pytest.fixture(scope="session")
def pdfs(folder: Path, ruled: list[Path]) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in offices(ruled, "pdf:writer_pdf_Export", folder)}


@pytest.fixture(scope="session")
def letters(folder: Path, ruled: list[Path]) -> dict[str, bytes]:
    made = [*offices(ruled[: len(NAMES)], "rtf:Rich Text Format", folder), *offices(ruled[:1], "odt:writer8", folder)]
    return {path.name: path.read_bytes() for path in made}


@pytest.mark.parametrize("name", NAMES)
@needs_office
@pytest.mark.office
def test_pdf(name: str, pdfs: dict[str, bytes]) -> None:
    parsed = read(pdfs[name])
    assert parsed.media_type == media.PDF
    assert_reads_as(name, parsed)


@pytest.mark.parametrize("name", NAMES)
@needs_office
@pytest.mark.office
def test_pdf_prose_is_whole(name: str, pdfs: dict[str, bytes]) -> None:
    """Lines that the page broke are paragraphs again, those across pages too."""
    document = pdf_reader.read(pdfs[name], "")
    wanted = ["".join(p.text.split()) for p in page(name).paragraphs if p.text.strip()]
    found = ["".join(p.text.split()) for p in document.paragraphs]
    # The head row of table two is one wide cell: alone at the foot of a page it is no table.
    found = [text for text in found if text != "第二十条第（一）项"]
    # A title of two lines may be one line broken where it was full.
    assert found[-20:] == wanted[-20:]
    assert "".join(found) == "".join(wanted)
    assert document.context == ()


@pytest.mark.parametrize("shift", SHIFTS)
@needs_office
@pytest.mark.office
def test_pdf_tables_broken_anywhere(shift: int, pdfs: dict[str, bytes]) -> None:
    """Wherever the page ends, in a row or between two: one table of each kind, every number in its square."""
    parsed = read(pdfs[f"shifted-{shift}"])
    assert [f.value for f in parsed.facts] == list(range(101, 299))
    assert {f.table for f in parsed.facts} == {0, 1, 2}


@needs_office
@pytest.mark.office
def test_pdf_cells_are_those_that_pdfplumber_finds(pdfs: dict[str, bytes]) -> None:
    """A second reading by other code: the same texts, on pages where no table is broken."""
    for name in NAMES:
        with pdfplumber.open(io.BytesIO(pdfs[name])) as pdf:
            theirs = sorted(
                "".join((text or "").split()) for p in pdf.pages for t in p.extract_tables() for r in t for text in r
            )
        ours = sorted(
            "".join(cell.text.split())
            for table in pdf_reader.read(pdfs[name], "").tables
            for cell in {c for row in table.grid for c in row}
        )
        numbers = [text for text in theirs if re.fullmatch(r"[-+]?[\d.]+", text)]
        assert [text for text in ours if re.fullmatch(r"[-+]?[\d.]+", text)] == numbers


@pytest.mark.parametrize("name", NAMES)
@needs_office
@pytest.mark.office
def test_rtf(name: str, letters: dict[str, bytes]) -> None:
    assert_reads_as(name, read(letters[f"{name}.rtf"]))


@needs_office
@pytest.mark.office
def test_odt(letters: dict[str, bytes]) -> None:
    parsed = read(letters[f"{NAMES[0]}.odt"])
    assert parsed.media_type == media.ODT
    assert_reads_as(NAMES[0], parsed)


@needs_office
@pytest.mark.office
def test_a_pdf_that_only_forbids_copying_is_read_and_a_locked_one_is_not(folder: Path, ruled: list[Path]) -> None:
    made = {}
    for how in (NO_COPIES, LOCK):
        (path,) = offices(ruled[1:2], f"pdf:writer_pdf_Export:{how}", folder / "locked")
        made[how] = path.read_bytes()
        assert b"/Encrypt" in made[how]
    assert_reads_as(NAMES[1], read(made[NO_COPIES]))
    assert [f.message_en for f in read(made[LOCK]).findings] == ["Cannot be read: the PDF is locked by a password"]


# Packs and pages


def test_a_pack_of_one_report() -> None:
    pack = io.BytesIO()
    name = "卫东区人民政府2020年政府信息公开工作年度报告"
    with zipfile.ZipFile(pack, "w") as out:
        out.writestr(f"年报/{name}.ofd", ofd_maker.report(page("weidong-2020")))
        out.writestr("说明.txt", "请下载后阅读")
        out.writestr("__MACOSX/._x", b"\x00")
    parsed = read(pack.getvalue())
    assert parsed.media_type == media.ZIP
    assert_reads_as("weidong-2020", parsed)


def test_ofd_pages_keep_their_titles_and_drop_their_numbers() -> None:
    document = ofd.read(ofd_maker.report(page("lukou-2020")), "")
    assert document.title == page("lukou-2020").title
    assert not any("—" in p.text for p in document.paragraphs if len(p.text) < 8)


def test_prose_alone_is_prose() -> None:
    document = Document(blocks=(Paragraph(text="一、总体情况", line=0), Paragraph(text="无。", line=1)))
    assert [p.text for p in ofd.read(ofd_maker.report(document), "").paragraphs] == ["一、总体情况", "无。"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>3</p>", "3"),
        ("<p><span>增</span><span>42</span></p>", "增42"),
        ("1<p>2</p>", "1\n2"),  # not twelve
        ("<p>1</p>2", "1\n2"),
        ("<p>1</p><p>2</p>", "1\n2"),
        ("1<br>2", "1\n2"),
        ("7<sup>2</sup>", "7 2"),
        ("<span style='Display : None'>甲</span>6", "6"),
        ("<span style='font:x'>4</span><img src=a>", f"4{PICTURE}"),  # perhaps 48
        ("<img src=a>", PICTURE),
        ("甲<img src=a>", "甲"),
        ("<span style='font-size:0.9em'>20</span>", "20"),
    ],
)
def test_what_parts_the_text_of_a_cell(cell: str, text: str) -> None:
    document = html.read(f"<body><table><tr><td>件数<td>{cell}</table><p style='display:none'>x".encode(), "")
    assert [c.text for c in document.tables[0].grid[0]] == ["件数", text]


def test_what_stands_beside_the_cells_of_a_table_comes_before_it() -> None:
    table = "<table>上<caption>表一</caption><tr><td>甲</td><b>17</b><td>乙</td></tr></table>"
    document = html.read(f"<p>前</p>{table}<p>后</p>".encode(), "")
    assert [p.text for p in document.paragraphs if p.text] == ["前", "上", "表一", "17", "后"]
    assert [[cell.text for cell in row] for row in document.tables[0].grid] == [["甲", "乙"]]


def test_lines_are_those_of_a_browser() -> None:
    page = "<div>一<b>二</b><p>三<br>四</p><p></p><ul><li>五<li>六</ul>七<br><br>八</div><script>九</script>"
    lines = [p.text for p in html.read(page.encode(), "").paragraphs]
    assert lines == ["一二", "三", "四", "", "五", "六", "七", "", "八"]


@pytest.mark.parametrize(
    "mark", [*map(chr, range(0xFDD0, 0xFDD8)), "&#xFDD2;", "&#64978;", "&#x0fdd5;", "&#xfd&#xfdd5;d5;"]
)
def test_a_page_cannot_make_cells_of_its_text(mark: str) -> None:
    page = f"<p>前{mark}后</p><table><tr><td rowspan='1{mark}'>甲{mark}5</td><td>乙</td></tr></table>"
    document = html.read(page.encode(), "")
    assert len(document.paragraphs) == len(document.tables) == 1
    assert (document.tables[0].width, len(document.tables[0].grid)) == (2, 1)
    assert not re.search("[\ufdd0-\ufdef]", document.paragraphs[0].text + document.tables[0].grid[0][0].text)


def test_elements_nested_too_deeply_are_said_to_be() -> None:
    parsed = read(("<html><body>" + "<div>" * 5000 + "一、总体情况").encode())
    assert [(f.rule, f.verdict) for f in parsed.findings] == [("unreadable", "NOT_ASSESSABLE")]
    assert "nested too deeply" in parsed.findings[0].message_en


def test_rows_that_are_hidden_are_not_there() -> None:
    rows = "<tr><td>甲<td>1</tr><tr style='display: none'><td>乙<td>2</tr><tr><td>丙<td>3</tr>"
    (table,) = html.read(f"<table>{rows}</table>".encode(), "").tables
    assert [[cell.text for cell in row] for row in table.grid] == [["甲", "1"], ["丙", "3"]]
