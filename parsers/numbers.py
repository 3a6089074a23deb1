"""What a square says: `增42` is 42, `40.35万元` is 40.35 in units of 10,000 yuan, `/` is a placeholder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from archive.records import State

AMOUNT = "10k CNY"
PICTURE = "\ufffc"  # stands for a picture or a control in a square

_PLACEHOLDER = re.compile(r"^(?:[/\\|\-–—―─_*]+|无|空|暂无)$")
_SQUARE = re.compile(
    r"""^[:：]?\s*
    (?P<sign>[+\-−–]|净?增加?|新增|增长|净?减少?|下降|↑|↓)?\s*
    (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*
    (?P<unit>亿元|万元|元|万|人次|[件项条个次份宗起例人户家类部篇批笔])?[。.]?$""",
    re.VERBOSE,
)
_MINUS = frozenset({"-", "−", "–", "减", "减少", "净减", "净减少", "下降", "↓"})
_IN_10K = {"亿元": Decimal(10_000), "万元": Decimal(1), "万": Decimal(1), "元": Decimal(1) / Decimal(10_000)}
_LONGEST = 15  # digits; more is no count of anything, and would not survive a float


@dataclass(frozen=True, kw_only=True, slots=True)
class Square:
    """What one square says, in the unit that the form asks for."""

    value: int | float | None
    state: State
    unit: str = ""  # the unit that the square carries itself, as printed


@lru_cache(maxsize=65536)
def read(raw: str, unit: str = "count", given: str = "") -> Square:
    """Reads one square; a number is only what is a number in full, in a unit that fits the form's.

    `given` is the unit that the head of its column names, for a square that names none.
    """
    if PICTURE in raw:
        return Square(value=None, state="unreadable")
    if any(unicodedata.category(c) == "No" for c in raw):
        return Square(value=None, state="text")  # ① and ² are notes; folded into digits they would make another number
    text = unicodedata.normalize("NFKC", raw).strip().strip("\u200b\ufeff\u2060\u00ad").strip()
    if not text:
        return Square(value=None, state="blank")
    if _PLACEHOLDER.match(text):
        return Square(value=None, state="placeholder")
    if text in ("零", "〇"):
        return Square(value=0, state="number")
    found = _SQUARE.match(text)
    if not found or sum(c.isdigit() for c in found["digits"]) > _LONGEST:
        return Square(value=None, state="text")
    own = found["unit"] or ""
    money = own in _IN_10K
    if own and money != (unit == AMOUNT):
        return Square(value=None, state="text", unit=own)  # money where things are counted, or the other way round
    scale = _IN_10K.get(own or (given if unit == AMOUNT else ""), Decimal(1))
    amount = Decimal(found["digits"].replace(",", "")) * scale
    if found["sign"] in _MINUS:
        amount = -amount
    return Square(value=_plain(amount), state="number", unit=own)


def holds_digits(text: str) -> bool:
    """Whether any digit stands in a text, full-width and circled ones included."""
    return any(c.isdigit() for c in unicodedata.normalize("NFKC", text))


def _plain(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
