"""What a square says: `增42` is 42, `40.35万元` is 40.35 in units of 10,000 yuan, `/` is a placeholder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from archive.records import State
from parsers.remember import remembered, remembered_together
from parsers.scripts import simplified

AMOUNT = "10k CNY"
YUAN = {AMOUNT: 10_000, "CNY": 1}  # units of money that the forms ask for, in yuan
PICTURE = "\ufffc"  # stands for a picture or a control in a square

_PLACEHOLDER = re.compile(r"^(?:[/\\|\-–—―─－_*]+|[无空]。?|暂无)$")
_SQUARE = re.compile(
    r"""^(?:共计?|合计)?[:：]?\s*
    (?P<sign>[+\-−–]|净?增加?|新增|增长|净?减少?|下降|↑|↓)?\s*[:：]?\s*
    (?P<yuan>¥|人民币)?\s*(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*
    (?P<unit>(?P<money>亿元|万元|千元|元|亿|万)(?:人民币)?整?|(?P<many>万)?(?:人次|条次|[件项条个次份宗起例人户家类部篇批笔场期]))?。?$""",
    re.VERBOSE,
)
_ONE_TO_NINE = "[一二两三四五六七八九]"
_SPELLED = re.compile(
    f"^(?:(?P<k>{_ONE_TO_NINE})千)?(?:零?(?P<h>{_ONE_TO_NINE})百)?(?:零?(?P<t>{_ONE_TO_NINE}?)(?P<ten>十))?"
    f"(?:(?:(?<!十)零)?(?P<o>(?:^|(?<=[零十])){_ONE_TO_NINE}))?$"
)
_MINUS = frozenset({"-", "−", "–", "减", "减少", "净减", "净减少", "下降", "↓"})
_IN_YUAN = {"亿元": 10**8, "亿": 10**8, "万元": 10**4, "万": 10**4, "千元": 10**3, "元": 1}
_LONGEST = 15  # digits; more is no count of anything, and would not survive a float
_WIDEST = 60  # characters of a text that may be a number, its unit and what stands for none
_BETWEEN = re.compile(r"\s*[/、;,]\s*|\s+")
_SPELLED_UNIT = re.compile("(?:人次|条次|[件项条个次份宗起人笔])$")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千") | {ord("廿"): "二十", ord("卅"): "三十"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Square:
    """What one square says, in the unit that the form asks for."""

    value: int | float | None
    state: State
    unit: str = ""  # the unit that the square carries itself, as printed


class Glance(NamedTuple):
    """What a text is before it is known which indicator it stands for."""

    is_blank: bool
    is_number: bool
    is_value: bool  # a number, or what stands for none


@remembered(65536)
def glance(raw: str) -> Glance:
    """Whether a text may be the value of some indicator."""
    states = (read(raw).state, read(raw, AMOUNT).state)
    is_number = "number" in states
    return Glance(states[0] == "blank", is_number, is_number or states[0] in ("blank", "placeholder", "unreadable"))


@remembered_together(65536)
def read(raw: str, unit: str = "count", given: str = "") -> Square:
    """Reads one square; a number is only what is a number in full, in a unit that fits the form's.

    `given` is the unit that the head of its column names, for a square that names none. A square that no form has is
    read with the unit "": its number is in the unit that it carries itself.
    """
    if PICTURE in raw:
        return Square(value=None, state="unreadable")
    if len(raw.strip()) > _WIDEST:
        return Square(value=None, state="text")
    if any(unicodedata.category(c) == "No" for c in raw):
        return Square(value=None, state="text")  # ① and ² are notes; folded into digits they would make another number
    text = simplified(unicodedata.normalize("NFKC", raw)).strip().strip("\u200b\ufeff\u2060\u00ad").strip()
    if not text:
        return Square(value=None, state="blank")
    if _PLACEHOLDER.match(text):
        return Square(value=None, state="placeholder")
    if text in ("零", "〇"):
        return Square(value=0, state="number")
    return _number(text, unit, given) or _one_of_several(text, unit) or Square(value=None, state="text")


def _number(text: str, unit: str, given: str) -> Square | None:
    found = _SQUARE.match(text)
    if not found or sum(c.isdigit() for c in found["digits"]) > _LONGEST:
        return None
    money = found["money"] or ""
    if found["yuan"] and not money:
        return None  # ¥5 below 万元 may be either
    if unit and found["unit"] and bool(money) != (unit in YUAN):
        return None  # money where things are counted, or the other way round
    if given and not money and unit in YUAN and given not in _IN_YUAN:
        return None  # below 百万元, 美元 or two units
    number = Decimal(found["digits"].replace(",", ""))
    if unit in YUAN and (money or given):
        number *= Decimal(_IN_YUAN[money or given]) / YUAN[unit]
    elif unit and found["many"]:
        number *= 10_000
    return Square(
        value=_plain(-number if found["sign"] in _MINUS else number), state="number", unit=found["unit"] or ""
    )


def _one_of_several(text: str, unit: str) -> Square | None:
    """`2笔/984361元`: where every part names its unit, the only one that fits the form's."""
    parts = _BETWEEN.split(text)
    said = [(part, _SQUARE.match(part.strip())) for part in parts]
    if not unit or len(parts) < 2 or not all(found and found["unit"] for _, found in said):
        return None
    fitting = [part for part, found in said if found and bool(found["money"]) == (unit in YUAN)]
    return _number(fitting[0].strip(), unit, "") if len(fitting) == 1 else None


def spelled(raw: str, unit: str = "count") -> int | None:
    """A number in Chinese numerals, None if it is none: `十二`, `一百零五件`; not `一百二`, which is 120.

    In money nothing but the bare numerals up to 9,999 are read: 五万 below 万元 may be either.
    """
    text = simplified(unicodedata.normalize("NFKC", raw)).strip().translate(_FORMAL)
    bare = _SPELLED_UNIT.sub("", text)
    head, many, rest = bare.partition("万")
    if unit in YUAN and (many or bare != text):
        return None
    if not many:
        return _up_to_9999(bare)
    high, low = _up_to_9999(head), _up_to_9999(rest.removeprefix("零")) if rest else 0
    if high is None or low is None or (rest and (low < 1000) != rest.startswith("零")):
        return None
    return high * 10_000 + low


def _up_to_9999(text: str) -> int | None:
    found = _SPELLED.match(text)
    if not text or not found:
        return None
    thousands, hundreds, tens, ones = (found[name] or "" for name in ("k", "h", "t", "o"))
    tens = "一" if found["ten"] and not tens else tens
    return int("".join(str(_NUMERALS[c]) if c else "0" for c in (thousands, hundreds, tens, ones)))


_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def holds_digits(text: str) -> bool:
    """Whether any digit stands in a text, full-width and circled ones included."""
    return any(c.isdigit() for c in unicodedata.normalize("NFKC", text))


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
