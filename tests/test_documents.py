"""Made reports as files of word processors: every square is read as it was made, nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.records import Parsed
from parsers import media
from parsers.document import Document
from tests import ofd, pdf, sheets
from tests.maker import word
from tests.maker.compare import compare
from tests.maker.paper import PAPERS, Paper
from tests.maker.report import Made, blanked, make
from tests.maker.word import WORDS, Word
from tests.reports import needs_office, offices, read

SHARES = (0.0, 0.1, 0.3, 0.6)  # of squares left empty


def assert_whole(made: Made, parsed: Parsed) -> None:
    """Every square and blank, title, organ, year and sections."""
    result = compare(made, parsed)
    assert (result.wrong, result.lost) == ({}, {})
    assert (parsed.kind, parsed.title, parsed.organ, parsed.year) == ("report", made.title, made.organ, made.year)
    assert [s.number for s in parsed.sections if s.number] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize(("name", "style"), WORDS, ids=[name for name, _ in WORDS])
def test_word(name: str, style: Word, form: str) -> None:
    for seed, share in enumerate(SHARES):
        made = blanked(make(form, seed), share, seed)
        parsed = read(style(made, seed))
        assert parsed.media_type == media.DOCX
        assert_whole(made, parsed)


@pytest.mark.parametrize("seed", [*range(60), 256, 349, 401, 489])  # the last with an unmerged table four in numerals
def test_word_in_a_mixture(seed: int) -> None:
    made = blanked(make(("2019", "2021")[seed % 2], seed), SHARES[seed // 2 % len(SHARES)], seed)
    assert_whole(made, read(word.mixed(seed)(made, seed)))


PRINTERS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "pdf": (media.PDF, pdf.report),
    "ofd": (media.OFD, ofd.report),
    "xlsx": (media.XLSX, lambda document: sheets.xlsx(sheets.cells(document))),
    "xls": (media.XLS, lambda document: sheets.xls(sheets.cells(document))),
    "ods": (media.ODS, lambda document: sheets.ods(sheets.cells(document))),
}


@pytest.mark.case(62)
@pytest.mark.parametrize("format_", PRINTERS)
@pytest.mark.parametrize(("name", "paper"), PAPERS, ids=[name for name, _ in PAPERS])
def test_printed(name: str, paper: Paper, format_: str) -> None:
    """Every square and blank on ruled pages and in sheets, wherever the page ends."""
    kind, printer = PRINTERS[format_]
    seed = len(name)
    made = blanked(make(("2019", "2021")[seed % 2], seed), SHARES[seed % 4], seed)
    parsed = read(printer(paper(made, seed)))
    result = compare(made, parsed)
    assert (parsed.media_type, result.wrong, result.lost) == (kind, {}, {})
    assert (parsed.kind, parsed.title, parsed.organ, parsed.year) == ("report", made.title, made.organ, made.year)


@pytest.mark.parametrize("format_", ["pdf", "ofd"])
@pytest.mark.parametrize("before", range(3, 36, 8))
def test_the_page_ends_anywhere_in_a_table(before: int, format_: str) -> None:
    made = blanked(make("2021", before), 0.2, before)
    assert_whole(made, read(PRINTERS[format_][1](Paper(before=before)(made, before))))


BY_OFFICE = {
    "doc:MS Word 97": (media.DOC, ["tables in layout tables", "changes not accepted", "tables in text boxes"]),
    "rtf:Rich Text Format": (media.RTF, ["in paragraphs", "changes not accepted"]),
    "pdf:writer_pdf_Export": (media.PDF, ["heads on each page", "cut by a page"]),
}


@pytest.mark.parametrize("target", BY_OFFICE)
@needs_office
@pytest.mark.office
def test_converted_by_libreoffice(target: str, tmp_path: Path) -> None:
    """Old Word files, rich text and PDFs of more pages than one, made of what was written by hand."""
    kind, names = BY_OFFICE[target]
    styles = dict(WORDS)
    reports = [blanked(make(("2019", "2021")[n % 2], n), SHARES[n], n) for n, _ in enumerate(names)]
    sources = [tmp_path / f"{n}.docx" for n, _ in enumerate(names)]
    for source, name, made in zip(sources, names, reports, strict=True):
        source.write_bytes(styles[name](made, 5))
    for path, made in zip(offices(sources, target, tmp_path), reports, strict=True):
        parsed = read(path.read_bytes())
        assert parsed.media_type == kind
        assert_whole(made, parsed)
