"""Workbooks of several sheets: numbers as texts and formulas are read; dates and errors are neither that nor blank."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.records import Parsed
from parsers import media
from tests.maker.book import KEPT, Keep, Square, as_number, book
from tests.maker.compare import compare
from tests.maker.paper import PAPERS, Paper
from tests.maker.report import blanked, make
from tests.reports import read

MADE = blanked(make("2021", 6), 0.2, 6)


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize(("name", "paper"), PAPERS[:6], ids=[name for name, _ in PAPERS[:6]])
def test_each_table_on_a_sheet_of_its_own(name: str, paper: Paper, kept: str) -> None:
    seed = len(name) + len(kept)
    made = blanked(make(("2019", "2021")[seed % 2], seed), 0.2, seed)
    parsed = read(book(paper(made, seed), KEPT[kept], seed))
    result = compare(made, parsed)
    assert (parsed.media_type, parsed.kind, result.wrong, result.lost) == (media.XLSX, "report", {}, {})
    assert (parsed.title, parsed.organ, parsed.year) == (made.title, made.organ, made.year)
    assert {s.number for s in parsed.sections if s.number} >= {1, 5, 6}


def now_and_then(write: Keep) -> tuple[Keep, list[str]]:
    """A way of keeping numbers that spoils one in ten, and what it spoiled."""
    spoiled: list[str] = []

    def keep(square: Square, text: str) -> None:
        if square.rng.random() < 0.1:
            spoiled.append(text)
            write(square, text)
        else:
            as_number(square, text)

    return keep, spoiled


def check(parsed: Parsed, spoiled: list[str], said: Callable[[str], bool]) -> None:
    """Nothing is invented, and each spoiled square is lost and named."""
    result = compare(MADE, parsed)
    assert (result.wrong, result.unreported) == ({}, [])
    assert sorted(map(str, result.lost.values())) == sorted(spoiled) != []
    raws = {fact.raw for fact in parsed.facts if fact.indicator in result.lost}
    assert all(map(said, raws)), raws


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"])
def test_errors_are_no_numbers_and_no_blanks(error: str) -> None:
    keep, spoiled = now_and_then(lambda s, text: s.sheet.write_formula(s.row, s.column, "=A1", None, error))
    check(read(book(Paper()(MADE, 6), keep, 6)), spoiled, lambda raw: raw == error)


@pytest.mark.parametrize("form", ["yyyy-mm-dd", 'm"月"d"日"', "[h]:mm"])
def test_numbers_with_the_format_of_a_date_are_no_numbers(form: str) -> None:
    """Whether 15 or the 15th of January 1900 was meant nobody can say."""

    def dated(square: Square, text: str) -> None:
        style = square.book.add_format({"num_format": form})
        square.sheet.write_number(square.row, square.column, float(text), style)

    keep, spoiled = now_and_then(dated)
    check(read(book(Paper()(MADE, 6), keep, 6)), spoiled, lambda raw: not raw.isdigit())
