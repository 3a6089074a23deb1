"""What a square says: `增42` is 42, `40.35万元` is 40.35 in units of 10,000 yuan, `/` is a placeholder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from archive.records import State
from archive.scripts import simplified
from parsers.bookmarks import without
from parsers.remember import remembered, remembered_together
from parsers.units import AMOUNT, THINGS, YUAN, factor

PICTURE = "\ufffc"  # stands for a picture or a control in a square
# Follow every character that is struck out, or that a reader of the page does not see; printed over it.
STRUCK, UNSEEN = "\u0336", "\u20e0"

_PLACEHOLDER = re.compile(r"^(?:[/\\|\-–—―─－_*]+|[无空]。?|暂无)$")
_SQUARE = re.compile(
    rf"""^(?:共计?|合计)?[:：]?\s*
    (?P<sign>[+\-−–]|净?增加?|新增|增长|净?减少?|下降|↑|↓)?\s*[:：]?\s*
    (?P<yuan>¥|人民币)?\s*(?P<digits>[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?|(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)\s*
    (?P<unit>(?P<money>亿元|万元|千元|元|亿|万)(?:人民币)?整?|(?P<many>[万千百])?(?:{THINGS}))?。?$""",
    re.VERBOSE,
)
_ONE_TO_NINE = "[一二两三四五六七八九]"
_SPELLED = re.compile(
    f"^(?:(?P<k>{_ONE_TO_NINE})千)?(?:零?(?P<h>{_ONE_TO_NINE})百)?(?:零?(?P<t>{_ONE_TO_NINE}?)(?P<ten>十))?"
    f"(?:(?:(?<!十)零)?(?P<o>(?:^|(?<=[零十])){_ONE_TO_NINE}))?$"
)
_MINUS = frozenset({"-", "−", "–", "减", "减少", "净减", "净减少", "下降", "↓"})
_MISPRINTED = re.compile(r"^[+\-−–]?\d[\d.]*(?:,[\d.]+)*%?$")  # 0,123 or 5%: in the place of a number, and none
_LEADING_ZERO = re.compile(r"[+\-−–]?[0０]\d+$")  # two numbers that ran together, or a code
_GROUPED = re.compile("[,，%％]")
_WIDE_COMMA = re.compile("[0-9]，|，[0-9]")  # a mark of prose between digits that are no wide ones
_LONGEST = 15  # digits; more is no count of anything, and would not survive a float
_WIDEST = 60  # characters of a text that may be a number, its unit and what stands for none
_BESIDE_WORDS = re.compile(rf"(?<![\d{PICTURE}]){PICTURE}+(?!\d)")
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
    """Whether a text may be the value of some indicator; a misprinted one counts as a number, so that it is said."""
    if len(raw.strip()) > _WIDEST:
        return Glance(False, False, _is_marked(raw))
    states = (read(raw).state, read(raw, AMOUNT).state)
    is_number = "number" in states or _is_misprinted(raw)
    return Glance(states[0] == "blank", is_number, is_number or states[0] in ("blank", "placeholder", "unreadable"))


@remembered_together(65536)
def read(raw: str, unit: str = "count", given: str = "") -> Square:
    """Reads one square; a number is only what is a number in full, in a unit that fits the form's.

    `given` is what the head of its column or the caption of its table names, for a square that names no unit. A square
    that no form has is read with the unit "": its number is in the unit that it carries itself.
    """
    if _is_marked(raw):
        return Square(value=None, state="unreadable")
    if len(raw.strip()) > _WIDEST:
        return Square(value=None, state="text")
    if any(unicodedata.category(c) == "No" for c in raw):
        return Square(value=None, state="text")  # ① and ² are notes; folded into digits they would make another number
    if _WIDE_COMMA.search(raw):
        return Square(value=None, state="text")  # 5，123 may be two numbers
    text = _normal(raw)
    if not text:
        return Square(value=None, state="blank")
    if _PLACEHOLDER.match(text):
        return Square(value=None, state="placeholder")
    if text in ("零", "〇"):
        return Square(value=0, state="number")
    return _number(text, unit, given) or _one_of_several(text, unit) or Square(value=None, state="text")


def _is_marked(raw: str) -> bool:
    """Whether something stands in a text that nobody read, or a reader of the page does not see as it is."""
    return PICTURE in raw or STRUCK in raw or UNSEEN in raw


def _is_misprinted(raw: str) -> bool:
    if len(raw) > _WIDEST:
        return False
    return bool(_LEADING_ZERO.match(raw.strip()) or (_GROUPED.search(raw) and _MISPRINTED.match(_normal(raw))))


def _normal(raw: str) -> str:
    return simplified(unicodedata.normalize("NFKC", without(raw))).strip().strip("\u200b\ufeff\u2060\u00ad").strip()


def _number(text: str, unit: str, given: str) -> Square | None:
    found = _SQUARE.match(text)
    if not found or sum(c.isdigit() for c in found["digits"]) > _LONGEST:
        return None
    money = found["money"] or ""
    if found["yuan"] and not money:
        return None  # ¥5 below 万元 may be either
    if unit and found["unit"] and bool(money) != (unit in YUAN):
        return None  # money where things are counted, or the other way round
    own = money or f"{found['many'] or ''}件" if found["unit"] else ""
    times = factor(own or given, unit) if unit else Decimal(1)
    if times is None:
        return None  # below 百万元, 美元, % or two units
    number = Decimal(found["digits"].replace(",", "")) * times
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


def parts(raw: str) -> int:
    """How many numbers with units of their own a square holds; 1 where it holds anything else."""
    if raw.isdecimal():
        return 1
    said = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", raw).strip()) if part]
    return len(said) if all((found := _SQUARE.match(part)) and found["unit"] for part in said) else 1


@remembered_together(16384)
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


def signed(text: str, sign: str) -> str:
    """A text with a sign on every character."""
    return "".join(c if c.isspace() else c + sign for c in text)


def may_be_number(text: str) -> bool:
    """Whether a text holds digits, or says a number or what stands for none without them."""
    seen = glance(text)
    return holds_digits(text) or (seen.is_value and not seen.is_blank) or spelled(text) is not None


def goes_with_number(text: str) -> bool:
    """Whether digits beside a text would make another number with it, as 减 before them or 万 behind them does."""
    return glance(f"{text}1").is_number or glance(f"1{text}").is_number


def in_square(text: str) -> str:
    """What a square says, without the pictures in it; beside digits a picture may be one more of them, and stays."""
    if PICTURE not in text:
        return text
    words = text.replace(PICTURE, "").strip()
    return text if not words or holds_digits(words) else words


def in_line(text: str) -> str:
    """A line without the pictures in it, but for those that touch a digit."""
    return _BESIDE_WORDS.sub("", text) if PICTURE in text else text


def holds_digits(text: str) -> bool:
    """Whether any digit stands in a text, full-width and circled ones included."""
    return any(c.isdigit() for c in unicodedata.normalize("NFKC", text))


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
