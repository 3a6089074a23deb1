"""Dates: printed in digits or Chinese numerals, beside a label, below a signature, in an address."""

from __future__ import annotations

import datetime
import re

CHINESE_YEAR = re.compile(r"(二[〇零○Oo0][〇零○Oo0一二三四][〇零○Oo0一二三四五六七八九])年")
DIGITS = {c: str(i) for i, cs in enumerate(("〇零○Oo0", *"一二三四五六七八九")) for c in cs}
DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
CHINESE_DATE = re.compile(CHINESE_YEAR.pattern + "([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
DATE_LABEL = re.compile(
    r"((?:发布|公布|公开|发文|成文|生成|印发|更新)(?:时间|日期)|(?<![\u4e00-\u9fff])(?:时间|日期))\s*[:：]\s*(?=(?:19|20)\d{2})"
)
URL_DATE = re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_")


def iso(date: re.Match[str] | None) -> str:
    """YYYY-MM-DD, "" where there is no such day."""
    if date is None:
        return ""
    numbers = [_number(part) for part in date.groups()]
    try:
        return datetime.date(numbers[0], numbers[1], numbers[2]).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int:
    """Digits, or Chinese numerals: digit by digit in a year, with tens in months and days."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = int("".join(DIGITS[c] for c in ones) or "0") if all(c in DIGITS for c in ones) else 0
    return value + 10 * (int(DIGITS.get(tens, "1")) if ten else 0)
