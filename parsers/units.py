"""Units that squares, heads and captions name, and how many of the form's own one of them is."""

from __future__ import annotations

import re
from decimal import Decimal

from parsers.labels import squeeze
from parsers.remember import LONGEST, remembered, remembered_together

AMOUNT = "10k CNY"
YUAN = {AMOUNT: 10_000, "CNY": 1}  # units of money that the forms ask for, in yuan
MONEY = {"亿元": 10**8, "万元": 10**4, "千元": 10**3, "元": 1}
MANY = {"亿": 10**8, "万": 10**4, "千": 10**3, "百": 100}  # before a thing that is counted, or alone in a head
PERCENT = "%"
THINGS = "人次|条次|件次|篇次|[件项条个次份宗起例人户家类部篇批笔场期名处卷]"

_COUNTED = re.compile(f"([亿万千百])?(?:{THINGS})")
_UNIT = rf"(?:[^\W\d_]{{0,3}}元|[亿万千百]?(?:{THINGS})|[亿万千百]|%)"
_AT_END = re.compile(rf"(?:[(\[](?:计量)?(?:单位)?:?|单位:?|/|、)({_UNIT})[)\]]?$|(%)$")
_CAPTION = re.compile(rf"^[(\[]?(?:计量|数量|金额)?单位[:;]?({_UNIT}(?:[/、,和或]{_UNIT})*)[)\]]?$")
_PART = re.compile("[/、,和或]")


@remembered(16384)
def of_head(text: str) -> str:
    """The unit that the head of a column names at its end, `本年收费金额（单位：万元）`; "" if none."""
    if len(text) > LONGEST:
        return ""
    found = _AT_END.search(squeeze(text))
    return (found[1] or found[2]) if found else ""


@remembered(16384)
def of_caption(text: str) -> str:
    """The units of a line that says nothing else, `单位：件、万元`, with bars between; "" if it is none."""
    if len(text) > LONGEST:
        return ""
    found = _CAPTION.match(squeeze(text))
    return "/".join(_PART.split(found[1])) if found else ""


@remembered_together(1024)
def factor(given: str, asked: str) -> Decimal | None:
    """How many of the unit that is asked for one of the given is: 1 where none of these is of its kind.

    None where that is not known: below 百万元, 美元, per cent, or two units of one kind.
    """
    scales = {_scale(unit, asked) for unit in given.split("/") if _may_be(unit, asked in YUAN)}
    return Decimal(1) if not scales else scales.pop() if len(scales) == 1 else None


def _may_be(unit: str, is_money: bool) -> bool:
    """Whether a unit is one of money or one of things, as it is wanted; 万 alone may be both."""
    return bool(unit) and (unit in MANY or unit == PERCENT or unit.endswith("元") == is_money)


def _scale(unit: str, asked: str) -> Decimal | None:
    if asked in YUAN:
        money = MONEY.get(unit) or MANY.get(unit)
        return Decimal(money) / YUAN[asked] if money else None
    if unit in MANY:
        return Decimal(MANY[unit])
    counted = _COUNTED.fullmatch(unit)
    return Decimal(MANY.get(counted[1], 1)) if counted else None
