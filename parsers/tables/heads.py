"""What the head of a table proves about the order of its columns; only a proven order may be counted off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsers.labels import key
from parsers.tables.squares import Row, Square

ORGANISATIONS = "法人或其他组织"
ABOVE = frozenset({"申请人情况", ORGANISATIONS})  # stand above others and head no column of their own

NUMBERS = frozenset({"序号", "编号", "行次"})  # head a column of numbers that count nothing


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
    begin = next((i for i, s in enumerate(cells) if key(s.text) in words), None)
    if begin is None:
        return False
    names = [words.get(key(s.text)) for s in cells[begin:]]
    # The first column may have lost its word, but then one stands there that is no corner: it heads no label.
    if len(names) < len(order) and begin and cells[begin].slot - cells[begin - 1].slot == 1:
        names.insert(0, words.get(key(cells[begin - 1].text)))
    return len(names) == len(order) and all(name in (None, wanted) for name, wanted in zip(names, order, strict=True))


def in_text(head: Sequence[Row], words: Mapping[str, str], order: Sequence[str]) -> bool:
    """Whether the head words of text, whose columns are lost, stand in this order and none is missing.

    The total may be printed in a row above or below the others, but in one row with the first of them it must follow.
    """
    if any([words[key(s.text)] for s in row if key(s.text) in words] == list(order) for row in head):
        return True
    names = [words[key(s.text)] for row in head for s in row if key(s.text) in words]
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
