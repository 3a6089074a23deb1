"""What one square says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import numbers
from parsers.numbers import AMOUNT


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", 0),
        ("　0", 0),
        ("0\xa0", 0),
        ("１２", 12),
        ("2,345", 2345),
        ("增42", 42),
        ("减4", -4),
        ("增加5", 5),
        ("+57", 57),
        ("-57", -57),
        ("−57", -57),
        ("－57", -57),
        (":2", 2),
        ("：2", 2),
        ("3件", 3),
        ("2926.8311", 2926.8311),
        ("零", 0),
    ],
)
def test_numbers(raw: str, value: float) -> None:
    assert numbers.read(raw) == numbers.Square(value=value, state="number", unit="件" if "件" in raw else "")


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("40.35万元", 40.35, "万元"),
        ("3405820元", 340.582, "元"),
        ("75394432.52元", 7539.443252, "元"),
        ("1.2亿元", 12000, "亿元"),
        ("2926.8311", 2926.8311, ""),
    ],
)
def test_amounts_are_put_into_the_unit_of_the_form(raw: str, value: float, unit: str) -> None:
    assert numbers.read(raw, AMOUNT) == numbers.Square(value=value, state="number", unit=unit)


@pytest.mark.parametrize("raw", ["", " ", "　", "\xa0", "\u200b", " \ufeff "])
def test_blank(raw: str) -> None:
    assert numbers.read(raw).state == "blank"


@pytest.mark.parametrize("raw", ["/", "-", "—", "——", "无", "\\", "／"])
def test_placeholders_are_not_zero(raw: str) -> None:
    assert numbers.read(raw) == numbers.Square(value=None, state="placeholder")


@pytest.mark.parametrize(
    "raw", ["1 2", "1\n2", "2笔/984361元", "0/0", "约5", "5%", "若干", "12-15", "1" * 16, "40.35万元"]
)
def test_what_is_no_single_number_is_text(raw: str) -> None:
    assert numbers.read(raw).state == "text"


def test_a_count_is_no_amount() -> None:
    assert numbers.read("3件", AMOUNT).state == "text"


@given(st.integers(-(10**14), 10**14))
def test_every_whole_number_comes_back(number: int) -> None:
    assert numbers.read(str(number)).value == number


@given(st.text(max_size=12))
def test_nothing_becomes_a_number_without_a_digit(raw: str) -> None:
    if numbers.read(raw).state == "number":
        assert numbers.holds_digits(raw) or raw.strip() in ("零", "〇")
