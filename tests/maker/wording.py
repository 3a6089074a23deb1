"""How people write labels and numbers: other words, other brackets, blanks, wide digits, other scripts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from archive.scripts import TRADITIONAL
from tests.maker.grids import Grids, Td

Wording = Callable[[str, random.Random], str]  # of a label
Dress = Callable[[str, random.Random], str]  # of a number

_NUMBERED = re.compile(r"^(\d)\.")
_LOST = re.compile(r"^(?:\d+\.|（[一二三四五六七八]）)(?=..)")
_MANY = {simple: [many for many, one in TRADITIONAL.items() if one == simple] for simple in TRADITIONAL.values()}
_LATIN = str.maketrans("（）“”：，", '()"":,')


def official(text: str, rng: random.Random) -> str:
    return text


def other_words(text: str, rng: random.Random) -> str:
    """Words of single places for the same thing."""
    for one, other in (
        ("其他法律行政法规禁止公开", rng.choice(["其他法律法规禁止公开", "其他法律、行政法规禁止公开"])),
        ("行政规范性文件", "规范性文件"),
        ("危及“三安全一稳定”", "危及三安全一稳定"),
        ("第二十条第（", "第二十条（"),
        ("没有现成信息需要另行制作", "没有现成信息，需要另行制作"),
    ):
        text = text.replace(one, other)
    return text


def other_points(text: str, rng: random.Random) -> str:
    return _NUMBERED.sub(rf"\1{rng.choice(['．', '、', ' . ', '.　'])}", text)


def half_width(text: str, rng: random.Random) -> str:
    return text.translate(_LATIN)


def blanks_inside(text: str, rng: random.Random) -> str:
    """A blank or a line break somewhere in the label."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text))
    return text[:at] + rng.choice([" ", "\n", "\u00a0", "　"]) + text[at:]


def number_lost(text: str, rng: random.Random) -> str:
    return _LOST.sub("", text) if text not in ("3.其他", "（七）总计") else text


def half_bracket(text: str, rng: random.Random) -> str:
    return text.removeprefix("（") if re.match(r"^（[一二三四五六七]）", text) else text


def heads_broken(text: str, rng: random.Random) -> str:
    """Line breaks where the columns are narrow."""
    for words in (
        "本年新|制作数量",
        "本年新|公开数量",
        "对外公开|总数量",
        "商业|企业",
        "科研|机构",
        "社会公益|组织",
        "法律服务|机构",
    ):
        text = text.replace(words.replace("|", ""), words.replace("|", "\n"))
    return text


WORDINGS: tuple[Wording, ...] = (
    official, other_words, other_points, half_width, blanks_inside, number_lost, half_bracket, heads_broken,
)  # fmt: skip


def plain(text: str, rng: random.Random) -> str:
    return text


def wide_digits(text: str, rng: random.Random) -> str:
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."})


def grouped(text: str, rng: random.Random) -> str:
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() and not whole.startswith("-0") else text


def blanks_around(text: str, rng: random.Random) -> str:
    before, after = rng.choice(["\u00a0", "　", " ", "\u200b"]), rng.choice(["", "\u00a0", "　　", "\n"])
    return before + text + after


def in_words(text: str, rng: random.Random) -> str:
    """减4 for -4."""
    return re.sub(r"^-", rng.choice(["减", "减少", "−", "－"]), text)


def with_units(text: str, rng: random.Random) -> str:
    """Counts as 7件."""
    return f"{text}{rng.choice(['件', '项', '条'])}" if text.isdigit() else text


def in_money(text: str, rng: random.Random) -> str:
    return text and f"{text}万元"


def in_numerals(text: str, rng: random.Random) -> str:
    """零 for 0, 十二 for 12; longer numbers stay."""
    if not text.isdigit() or int(text) > 99:
        return text
    tens, ones = divmod(int(text), 10)
    ten = ("十" if tens == 1 else f"{_NUMERALS[tens]}十") if tens else ""
    return ten + (_NUMERALS[ones] if ones or not tens else "")


def marked_blanks(text: str, rng: random.Random) -> str:
    """/, — or 无 where nothing stands."""
    return text or rng.choice(["/", "-", "—", "——", "无", "\\", "－"])


_NUMERALS = "零一二三四五六七八九"

DRESSES: tuple[Dress, ...] = (
    plain, wide_digits, grouped, blanks_around, in_words, with_units, in_numerals, marked_blanks
)  # fmt: skip


def worded(grids: Grids, wording: Wording, dress: Dress, rng: random.Random) -> Grids:
    """The tables in other words."""

    def change(td: Td) -> Td:
        said = dress if td.kind == "square" else wording
        if dress is with_units and td.indicator.endswith(".amount"):
            said = in_money
        return replace(td, text=said(td.text, rng) if td.text or td.kind == "square" else "")

    return tuple(
        replace(
            g,
            head=tuple(tuple(map(change, row)) for row in g.head),
            body=tuple(tuple(map(change, row)) for row in g.body),
        )
        for g in grids
    )


def traditional(text: str) -> str:
    """As copies in traditional characters have it, wrong ones among them: 製度, 複議, 全麵."""
    return "".join(many[i % len(many)] if (many := _MANY.get(c)) else c for i, c in enumerate(text))
