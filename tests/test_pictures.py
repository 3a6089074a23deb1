"""Reports as pictures: every square right or flagged, nothing invented."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.maker.compare import compare
from tests.maker.picture import Printer, as_bytes
from tests.maker.report import blanked, make
from tests.reports import read

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")


@pytest.mark.parametrize(
    ("form", "printer"),
    [("2019", Printer(dpi=150)), ("2021", Printer(dpi=200, family="Noto Sans CJK SC", grey=160, shaded=True))],
)
def test_every_square_of_a_clean_picture_is_read(form: str, printer: Printer) -> None:
    made = blanked(make(form, 3), 0.2, 3)
    parsed = read(as_bytes(printer.strip(made)))
    result = compare(made, parsed)
    assert (result.wrong, result.lost) == ({}, {})
    assert {fact.method for fact in parsed.facts} == {"ocr"}
    assert (parsed.organ, parsed.year) == (made.organ, made.year)
    assert [s.number for s in parsed.sections if s.number] == [1, 2, 3, 4, 5, 6]
    assert Counter(fact.state for fact in parsed.facts)["blank"] == sum(n is None for n in made.values.values())
