"""PDFs whose pages are pictures: what is recognised is right or flagged, and what is not read is said."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from parsers.document import Unreadable
from parsers.forms import APPLICANT_ORDER
from parsers.readers import pdf as reader
from parsers.readers import printing, scan
from tests import pdf
from tests.maker.compare import compare
from tests.maker.grids import Grids, Shape
from tests.maker.picture import Printer, as_bytes, as_pdf
from tests.maker.report import Made, blanked, make
from tests.reports import read

INDICATORS = [f"requests.{row}.{c}" for row in ("new", "carried_in", "carried_out") for c in APPLICANT_ORDER]
TITLE = "青石县财政局2022年政府信息公开工作年度报告"


def first_and_last(grids: Grids, rng: random.Random) -> Grids:
    """The first row of table three, and two more on the next page: recognising takes long."""
    (grid,) = (grid for grid in grids if grid.table == "requests")
    return replace(grid, body=grid.body[:1]), replace(grid, head=(), body=(grid.body[1], grid.body[-1]))


def row_alone(grids: Grids, rng: random.Random) -> Grids:
    """Table four with its only row of numbers on the next page."""
    (grid,) = (grid for grid in grids if grid.table == "review")
    return replace(grid, body=()), replace(grid, head=())


REVIEW = [i for i in make("2021", 3).values if i.startswith("review.")]


@pytest.mark.parametrize(
    ("shape", "height", "indicators"), [(first_and_last, 370, INDICATORS), (row_alone, 390, REVIEW)]
)
def test_a_scanned_report_whose_tables_go_on_on_the_next_page(
    shape: Shape, height: float, indicators: Sequence[str]
) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    made = blanked(make("2021", 3), 0.2, 3)
    scanner = Printer(dpi=150, shape=shape, height=height)
    pages = scanner.pages(made)
    assert len(pages) > 1
    parsed = read(as_pdf(pages, scanner.dpi))
    result = compare(made, parsed, indicators)
    assert (result.wrong, result.lost) == ({}, {})
    assert (parsed.kind, parsed.organ, parsed.year) == ("report", made.organ, made.year)
    assert {fact.method for fact in parsed.facts} == {"ocr"}
    assert [s.number for s in parsed.sections if s.number] == [1, 2, 3, 4, 5, 6]


def with_a_scan(made: Made) -> bytes:
    """A page of text, then a page that is a picture with a page number printed over it."""
    picture = Printer(dpi=100, size=8).pages(made)[1]
    jpeg = as_bytes(picture, "JPEG", quality=90)
    about = f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height}"
    about = f"<< {about} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length {len(jpeg)} >>"
    shown = f"q {pdf.WIDTH} 0 0 {pdf.HEIGHT} 0 0 cm /I Do Q {pdf.text('- 2 -', 280, 800)}"
    text = pdf.text(TITLE, 60, 60) + pdf.text("一、总体情况", 60, 90) + pdf.text("本年度工作平稳有序。", 60, 110)
    image = about.encode() + b"\nstream\n" + jpeg + b"\nendstream"
    return pdf.pdf(text, shown, resources="/XObject << /I 100 0 R >>", objects={100: image})


def test_text_and_scans_in_one_file() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    made = make("2021", 4)
    parsed = read(with_a_scan(made))
    assert (parsed.title, parsed.year) == (TITLE, 2022)
    assert compare(made, parsed).wrong == {}
    assert Counter(fact.method for fact in parsed.facts) == {"ocr": len(parsed.facts)}
    assert len(parsed.facts) > 50


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.delitem(sys.modules, "parsers.scanned", raising=False)


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_a_scan_is_no_blank_report() -> None:
    parsed = read(as_pdf(Printer(dpi=72, size=8).pages(make("2021", 1)), 72))
    assert (parsed.kind, parsed.facts) == ("image_only", ())
    (finding,) = parsed.findings
    assert (finding.rule, finding.verdict) == ("reader_missing", "NOT_ASSESSABLE")
    assert "nianbao[ocr]" in finding.message_en


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_the_pages_that_were_not_read_are_named() -> None:
    parsed = read(with_a_scan(make("2021", 4)))
    assert (parsed.title, parsed.facts) == (TITLE, ())
    (finding,) = (f for f in parsed.findings if f.rule == "reader_missing")
    assert (finding.verdict, finding.evidence) == ("NOT_ASSESSABLE", "第2页")


def a_picture(width: int = 1, height: int = 1) -> bytes:
    said = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    return pdf.stream(b"\x00" * min(width * height, 1000), said)


def drawn(*pages: str, **more: int) -> bytes:
    return pdf.pdf(*pages, resources="/XObject << /I 100 0 R >>", objects={100: a_picture(**more)})


OVER_THE_PAGE = "q 595 0 0 842 0 0 cm /I Do Q "


def test_pages_of_text_stay_text_beside_pages_that_are_pictures() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    document = reader.read(drawn(pdf.grid([["new", "7"]]), OVER_THE_PAGE), "")
    assert [(table.recognised, table.grid[0][1].text) for table in document.tables] == [(False, "7")]
    assert document.unread == ()


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_the_unread_pages_of_a_report_are_named() -> None:
    document = reader.read(
        drawn(pdf.grid([["new", "7"]]), OVER_THE_PAGE, pdf.text("a stamp", 60, 100) + OVER_THE_PAGE), ""
    )
    assert [one.name for one in document.unread] == ["第2页", "第3页"]
    assert [p.text for p in document.paragraphs] == ["a stamp"]


@pytest.mark.usefixtures("without_the_extra")
@pytest.mark.parametrize(
    ("page", "unread"),
    [
        ("q 100 0 0 100 0 0 cm /I Do Q " + pdf.text("a", 60, 100), False),  # a seal
        (
            OVER_THE_PAGE + "".join(pdf.text("a line of a report", 60, 100 + 20 * y) for y in range(20)),
            False,
        ),  # a backdrop
        ("".join(f"q 595 0 0 30 0 {30 * y} cm /I Do Q " for y in range(20)) + pdf.text("a", 60, 10), True),  # in strips
        ("q 595 0 0 842 900 0 cm /I Do Q " + pdf.text("a", 60, 100), False),  # beside the page
        (pdf.text("123", 60, 100, mode=3), True),  # behind a scan
        ("".join("60 60 m 70 70 80 80 90 60 c f " for _ in range(300)), True),  # characters drawn as outlines
    ],
)
def test_what_makes_a_page_a_picture(page: str, unread: bool) -> None:
    assert bool(reader.read(drawn(page), "").unread) is unread


def test_text_behind_a_scan_is_not_read() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    with pytest.raises(Unreadable, match="no text"):
        reader.read(pdf.pdf(pdf.text("123", 60, 100, mode=3)), "")


@pytest.mark.parametrize(
    ("page", "picture"),
    [(OVER_THE_PAGE, {"width": 65535, "height": 65535}), (OVER_THE_PAGE * 2000, {"width": 1000, "height": 1000})],
)
def test_pictures_of_more_than_any_report_holds_are_refused(page: str, picture: dict[str, int]) -> None:
    with pytest.raises(Unreadable, match="draws more than any report"):
        reader.read(drawn(page, **picture), "")


def test_small_pictures_drawn_large_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "DRAWN", 10)
    with pytest.raises(Unreadable, match="draws more than any report"):
        reader.read(drawn(OVER_THE_PAGE * 20), "")


def test_no_more_pages_are_recognised_than_a_report_has(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    monkeypatch.setattr(scan, "PAGES", 1)
    document = reader.read(drawn(OVER_THE_PAGE, OVER_THE_PAGE), "")
    assert [(one.name, str(one.problem)) for one in document.unread] == [("第2页", "more than 1 pages are pictures")]
