"""What one square says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import numbers
from parsers.units import AMOUNT


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
        ("減4", -4),
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
        ("减：4", -4),
        ("增 15项", 15),
        ("共5件", 5),
        ("3。", 3),
        ("3万件", 30000),
        ("＋57", 57),
        ("–57", -57),
        ("净增3", 3),
        ("减少2项", -2),
        ("↓3", -3),
        ("１，２３４", 1234),
        ("12,345,678", 12345678),
        ("3千件", 3000),
        ("3百个", 300),
        ("5.00", 5),
        ("〇", 0),
    ],
)
def test_numbers(raw: str, value: float) -> None:
    assert numbers.read(raw) == numbers.Square(value=value, state="number", unit=UNITS.get(raw, ""))


UNITS = {
    "3件": "件",
    "减少2项": "项",
    "增 15项": "项",
    "共5件": "件",
    "3万件": "万件",
    "3千件": "千件",
    "3百个": "百个",
}


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("40.35万元", 40.35, "万元"),
        ("3405820元", 340.582, "元"),
        ("75394432.52元", 7539.443252, "元"),
        ("1.2亿元", 12000, "亿元"),
        ("2926.8311", 2926.8311, ""),
        ("2笔/984361元", 98.4361, "元"),
        ("共2千元", 0.2, "千元"),
        ("40.35 万元", 40.35, "万元"),
        ("２笔 984361元", 98.4361, "元"),
        ("984361元/2笔", 98.4361, "元"),
        ("¥500元", 0.05, "元"),
        ("人民币5万元整", 5, "万元整"),
    ],
)
def test_amounts_are_put_into_the_unit_of_the_form(raw: str, value: float, unit: str) -> None:
    assert numbers.read(raw, AMOUNT) == numbers.Square(value=value, state="number", unit=unit)


@pytest.mark.parametrize("raw", ["", " ", "　", "\xa0", "\u200b", " \ufeff "])
def test_blank(raw: str) -> None:
    assert numbers.read(raw).state == "blank"


@pytest.mark.parametrize("raw", ["/", "-", "—", "——", "无", "无。", "\\", "／"])
def test_placeholders_are_not_zero(raw: str) -> None:
    assert numbers.read(raw) == numbers.Square(value=None, state="placeholder")


@pytest.mark.parametrize(
    "raw",
    [
        "1 2",
        "1\n2",
        "2件/984361件",
        "2/984361元",
        "0/0",
        "1.",
        "3．",
        "约5",
        "5%",
        "若干",
        "12-15",
        "1" * 16,
        "40.35万元",
        "¥5",
        "2 笔 984361元",
        "1.2.3",
        "2,34",
        "0,123",
        "052",  # 0 and 52, perhaps
        "00",
        "1,23",
        "12,3456",
        "5，123",  # two numbers, perhaps
        "1,234，5",
        "(3)",
        "1e3",
        "十余",
        "一百二十三",  # read where a number has to stand
    ],
)
def test_what_is_no_single_number_is_text(raw: str) -> None:
    assert numbers.read(raw).state == "text"


def test_a_count_is_no_amount() -> None:
    assert numbers.read("3件", AMOUNT).state == "text"


def test_of_two_numbers_with_units_the_one_that_fits_is_read() -> None:
    assert numbers.read("2笔/984361元") == numbers.Square(value=2, state="number", unit="笔")


def test_yuan_where_the_form_asks_for_yuan() -> None:
    assert [numbers.read(raw, "CNY").value for raw in ("30元", "0.3万元", "12")] == [30, 3000, 12]


@given(st.integers(1, 9999))
def test_chinese_numerals(number: int) -> None:
    text, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        text += ("零" if digit and gap and text else "") + (f"{'零一二三四五六七八九'[digit]}{name}" if digit else "")
        gap = not digit
    assert numbers.spelled(text) == number


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("十二", 12),
        ("两千三百", 2300),
        ("一百十五", 115),
        ("五", 5),
        ("两", 2),
        ("廿", 20),
        ("廿三", 23),
        ("卅", 30),
        ("一百二十三件", 123),
        ("壹佰零贰", 102),
        ("兩", 2),
        ("两万", 20000),
        ("一万零五", 10005),
        ("三万二千四百", 32400),
    ],
)
def test_other_wordings_of_chinese_numerals(raw: str, value: int) -> None:
    assert numbers.spelled(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "一百二",
        "一千二",
        "二零二零",
        "百",
        "十十",
        "二十零五",
        "第三",
        "三 四",
        "一万二",
        "一万零二千",
        "万",
        "一万万",
        "件",
        "二〇",
        "半",
    ],
)
def test_doubtful_numerals_are_none(raw: str) -> None:
    assert numbers.spelled(raw) is None


@given(st.integers(-(10**14), 10**14))
def test_every_whole_number_comes_back(number: int) -> None:
    assert numbers.read(str(number)).value == number


@given(st.text(max_size=12))
def test_nothing_becomes_a_number_without_a_digit(raw: str) -> None:
    if numbers.read(raw).state == "number":
        assert numbers.holds_digits(raw) or raw.strip() in ("零", "〇")


@pytest.mark.parametrize("raw", ["五万", "五件", "二笔"])
def test_money_in_words_has_no_unit(raw: str) -> None:
    assert numbers.spelled(raw, AMOUNT) is None
    assert numbers.spelled("十二", AMOUNT) == 12


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [("3405820元", 3405820, "元"), ("40.35万元", 40.35, "万元"), ("3万件", 3, "万件"), ("-5", -5, "")],
)
def test_without_a_form_a_number_keeps_its_own_unit(raw: str, value: float, unit: str) -> None:
    assert numbers.read(raw, "") == numbers.Square(value=value, state="number", unit=unit)
    assert numbers.read("2笔/984361元", "").state == "text"
