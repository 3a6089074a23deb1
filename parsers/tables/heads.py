"""What the head of a table proves about the order of its columns; only a proven order may be counted off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from parsers.labels import key, squeeze
from parsers.tables.squares import Row, Square

ORGANISATIONS = "法人或其他组织"
ABOVE = frozenset({"申请人情况", ORGANISATIONS})  # stand above others and head no column of their own

ALIKE = 60  # share of common characters, in percent, from which a word may be a misprint of another
# Words of columns that hold other numbers, or those of several columns.
_OTHERS = re.compile(
    "上年|去年|上一年|前年|同期|同比|环比|占比|比例|比重|百分|率$|增[减长幅]|历年|累计|计划|半年|季度|本月|^[本今]年$|^法人$|备注"
    "|(?:19|20)[0-9]{2}"
)
_ASIDE = re.compile(r"\([^()]*\)")
NUMBERS = frozenset({"序号", "编号", "行次"})  # head a column of numbers that count nothing


def word(text: str) -> str:
    """What a head says, as a key: with its asides where they speak of other numbers, as in 自然人（上年）."""
    said = key(text)
    if "(" not in text and "（" not in text:
        return said
    squeezed = squeeze(text)
    other = any(map(_OTHERS.search, _ASIDE.findall(squeezed)))
    return squeezed if other and "上" not in said and "增减" not in said else said  # 本年增/减（较上年） is the form's


def leaves(head: Sequence[Row]) -> list[Square]:
    """The lowest filled cell of the head above each column, left to right, from the first head word on."""
    lowest: dict[int, Square] = {}
    for row in head:
        for square in row:
            if not square.is_blank:
                lowest.update(dict.fromkeys(range(square.slot, square.slot + square.span), square))
    found: list[Square] = []
    for slot in sorted(lowest):
        if not found or found[-1].place != lowest[slot].place:
            found.append(lowest[slot])
    return found


def in_columns(head: Sequence[Row], words: Mapping[str, str], order: Sequence[str]) -> bool:
    """Whether the head of a grid shows this order: as many columns, and each known word at its own place."""
    cells = [s for s in leaves(head) if key(s.text) not in ABOVE]
    begin = next((i for i, s in enumerate(cells) if word(s.text) in words), None)
    if begin is None:
        return False
    # The first column may have a misprinted word, but one that is no corner: it heads no label.
    if len(cells) - begin < len(order) and begin and cells[begin].slot - cells[begin - 1].slot == 1:
        begin -= 1
    if len(cells) - begin != len(order):
        return False
    for cell, wanted in zip(cells[begin:], order, strict=True):
        own = [known for known, name in words.items() if name == wanted]
        if word(cell.text) in words.keys() - set(own) or is_another(cell.text, own):
            return False
    return True


def is_another(text: str, words: Iterable[str]) -> bool:
    """Whether the head of a column says something else than any of the words of the form: 法人, 上年同期, 占比.

    A misprint, a part of a word, or signs that are no letters say nothing else.
    """
    said = word(text)
    if said in words or not any(map(str.isalpha, said)):
        return False
    if any(mark not in known for mark in _OTHERS.findall(said) for known in words):
        return True
    return not any(said in known or known in said or fuzz.ratio(said, known) >= ALIKE for known in words)


def in_text(head: Sequence[Row], words: Mapping[str, str], order: Sequence[str]) -> bool:
    """Whether the head words of text, whose columns are lost, stand in this order and none is missing.

    The total may be printed in a row above or below the others, but in one row with the first of them it must follow.
    """
    if any([words[word(s.text)] for s in row if word(s.text) in words] == list(order) for row in head):
        return True
    names = [words[word(s.text)] for row in head for s in row if word(s.text) in words]
    first, last = order[0], order[-1]
    for row in head:
        own = [words.get(key(s.text)) for s in row]
        if first in own and last in own and own.index(last) < own.index(first):
            return False
    known = words.keys() | ABOVE | NUMBERS
    strangers = [s for row in head for s in row if not s.is_blank and key(s.text) not in known]
    if any(not s.text.strip().startswith(("(", "（")) for s in strangers):
        return False
    return [n for n in names if n != last] == list(order[:-1]) and last in names
