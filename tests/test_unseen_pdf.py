"""White letters of a PDF are seen only on something that is not white."""

from __future__ import annotations

import pytest

from parsers.numbers import UNSEEN
from parsers.readers import pdf as reader
from tests import pdf

SQUARES = pdf.grid([["1", "2"], ["20", "4"]])  # the second row begins at 60, 120
EIGHT = pdf.text("8", 80, 124)


@pytest.mark.parametrize(
    ("before", "seen"),
    [
        ("0 g ", "8"),
        ("1 1 1 rg ", f"8{UNSEEN}"),
        ("1 g ", f"8{UNSEEN}"),
        ("0 0 0 0 k ", f"8{UNSEEN}"),
        ("0 0 0.5 rg 0 0 595 842 re f 1 1 1 rg ", "8"),  # on blue
        ("1 g 0 0 595 842 re f 1 1 1 rg ", f"8{UNSEEN}"),  # on white
        ("0.2 g 300 0 100 842 re f 1 g ", f"8{UNSEEN}"),  # beside a grey area
    ],
)
def test_white_digits_of_a_pdf_are_told_of(before: str, seen: str) -> None:
    (table,) = reader.read(pdf.pdf(f"{before}{EIGHT} 0 g {SQUARES}"), "").tables
    assert table.grid[1][0].text.replace(" ", "") == f"20{seen}"
