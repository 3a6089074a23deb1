"""Table two, 主动公开政府信息情况: blocks with a header row of their own, rows of one to three squares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from parsers import forms
from parsers.labels import best_match, key, misprinted, squeeze
from parsers.remember import remembered
from parsers.tables.heads import is_another, word
from parsers.tables.lining import end, is_reached, lined_up
from parsers.tables.squares import Lining, Row, Square, State
from parsers.units import of_head

_MONEY = re.compile(r"(?:单位:?|金额|[(/、])([^\W\d_]{0,3}元)")


def read(state: State, index: int, row: Row, words: Row) -> bool:
    first = next((s for s in words if proactive_row(s.text) and not s.above), None)
    heads = [s for s in words if _is_proactive_column(s.text)]
    if first is None:
        state.header_left = state.header_left or any(map(_is_title, words))
        if heads:
            if len(heads) > 1:
                state.recognised.add("proactive")
            _open(state, row)
            state.lines[index] = "proactive"
        return bool(heads)
    if heads:
        return False
    label = row.index(first)
    name = proactive_row(row[label].text) or ""
    before = row[:label]
    while label + 1 < len(row) and not row[label + 1].is_value and proactive_row(row[label + 1].text) == name:
        label += 1  # the label of a cell that was cut in two stands in both
    values = [s for s in row[label + 1 :] if s.slot > row[label].slot]
    if not values or not begins(before) or not (state.header or _is_below_title(state, index)):
        state.headless[index] = name
        return False  # any table may have a row 行政许可: only the head of a block makes it one of table two
    if not state.header or not state.placed.get(index, True):
        state.lines[index] = "proactive"
        return True
    assigned = _by_block_header(state, name, row, label)
    if assigned is None and not _speaks_of(state.header, name):
        assigned = _by_count(state, name, values)
    if assigned is None:
        state.lines[index] = "proactive"
        state.recognised.add("proactive")
        return True
    form, squares = assigned
    state.claim(index, "proactive", name, form, squares, _units(state.header, forms.column_words(form, name)))
    return True


def _is_below_title(state: State, index: int) -> bool:
    """Whether a block whose head is lost begins above a row."""
    above = state.rows[index - 1] if index else ()
    return state.lines.get(index - 1) == "proactive" or (len(above) > 0 and _is_title(above[0]))


def _open(state: State, row: Row) -> None:
    """A block begins: `row` is its head."""
    state.header = [s for s in row if not s.is_blank and key(s.text) != "信息内容"]
    corner = [s.slot + s.span for s in row if key(s.text) == "信息内容"]
    state.header_label = corner[-1] if corner else state.header[0].slot if state.header else 0
    # A cell from the block above, which covers too many rows, has moved the words that stand behind it.
    state.header_moved = any(s.above and s.is_value and s.slot >= state.header_label for s in row)
    state.header_left = False
    state.header_row = row


@remembered(16384)
def proactive_row(text: str) -> str | None:
    """Row of table two that a label names."""
    return best_match(text, forms.PROACTIVE_ROWS)


@remembered(16384)
def _is_proactive_column(text: str) -> bool:
    label = key(text)
    return label == "信息内容" or label in forms.PROACTIVE_COLUMN_WORDS


def _by_block_header(state: State, name: str, row: Row, label: int) -> tuple[str, dict[str, Square]] | None:
    """The form whose columns the block's header names, and the squares below them.

    A header that was left by the title of the next block, whose own is lost, may have other columns than that block.
    """
    if state.header_moved or any(h.is_number for h in state.header):
        return None
    labels = [word(h.text) for h in state.header]
    for tell in (_exact, _in_order):
        found = []
        for form in forms.FORMS:
            words = forms.column_words(form, name)
            columns = tell(labels, words) if words and not (state.header_left and set(labels) - words.keys()) else None
            squares = _below(state, columns, row, label) if columns else None
            if squares:
                found.append((form, squares))
        if len(found) == 1:
            return found[0]
    return None


def _exact(labels: Sequence[str], words: Mapping[str, str]) -> dict[str, list[int]] | None:
    """Column -> positions in the header, where every column is named to the letter."""
    columns: dict[str, list[int]] = {column: [] for column in words.values()}
    for i, label in enumerate(labels):
        if label in words:
            columns[words[label]].append(i)
    return columns if all(columns.values()) else None


def _in_order(labels: Sequence[str], words: Mapping[str, str]) -> dict[str, list[int]] | None:
    """Column -> position, where the header lost or garbled words (本年新|本年新|对外公开总数量) but not their order."""
    if len(labels) != len(words):
        return None
    fits = all(map(_may_be, labels, words))
    return {column: [i] for i, column in enumerate(words.values())} if fits else None


def _may_be(head: str, word: str) -> bool:
    """Whether a head is a word of the form that was cut off, worded otherwise, or misprinted."""
    if "(" in head:  # with an aside that speaks of something else
        return False
    if len(head) >= 3 and word.startswith(head):
        return True
    return best_match(head, {word: word}) is not None or misprinted(head, forms.PROACTIVE_COLUMN_WORDS) == word


def _below(state: State, columns: Mapping[str, list[int]], row: Row, label: int) -> dict[str, Square] | None:
    """The squares below the words of the header; what stands below other words is left out.

    A word may head two columns, where cells that were one have each its text: then both squares say the same, and the
    rows of the block are as wide as its head.
    """
    header = state.header
    twice = any(len(places) > 1 for places in columns.values())
    if twice and state.method == "grid" and not _is_as_wide(state):
        return None
    slots = [header[i].slot for positions in columns.values() for i in positions]
    if state.method == "grid":
        found = _in_grid(state, row, label, slots, sum(header[i].span for places in columns.values() for i in places))
    else:
        corner = next((h.slot for h in state.header_row if key(h.text) == "信息内容"), row[label].slot)
        found = _in_text(row[label + 1 :], slots, end(state.header_row)) if row[label].slot == corner else None
    if found is None:
        return None
    below = iter(found)
    squares = {column: [next(below) for _ in positions] for column, positions in columns.items()}
    if any(s.text != same[0].text for same in squares.values() for s in same):
        return None
    state.numbering.update(s.place for same in squares.values() for s in same[1:])
    return {column: same[0] for column, same in squares.items()}


def _is_as_wide(state: State) -> bool:
    """Whether the rows of a block, and its title, end where its head does."""
    at = next(i for i, row in enumerate(state.rows) if row is state.header_row)
    rows = [*state.rows[max(at - 1, 0) : at], *takewhile(lambda row: not _has_heads(row), state.rows[at + 1 :])]
    return all(end(row) == end(state.header_row) for row in rows if row)


def _has_heads(row: Row) -> bool:
    return any(_is_title(s) or _is_proactive_column(s.text) for s in row if not s.is_value)


def _in_grid(state: State, row: Row, label: int, slots: Sequence[int], width: int) -> list[Square] | None:
    """The squares below words that begin in these columns, and cover `width` of them."""
    if is_reached(state, row[label + 1 :]):
        return None
    others = {h.slot for h in state.header_row if h.slot > min(slots)} - set(slots)
    last = end(state.header_row)
    whole = width == last - state.header_label
    lining = Lining(slots=tuple(slots), label=state.header_label, end=last, fixed=whole, whole=whole)
    found = lined_up(lining, row, label, others)
    if found and any(s.is_blank for s in found) and not any(key(h.text) == "信息内容" for h in state.header_row):
        return None  # a head that lost its first cell has moved, and so may a row have that lost another
    return found


def _in_text(values: Row, slots: Sequence[int], width: int) -> list[Square] | None:
    """The squares below the words, where no number stands beside them, or only behind them and none of them is empty.

    A number beside an empty square means that head and row do not line up; so does one in a row wider than its head. A
    row that is less wide has lost a cell.
    """
    found = [square for slot in slots if (square := next((v for v in values if v.covers(slot)), None))]
    chosen = {s.place for s in found}
    beside = [v for v in values if v.is_number and v.place not in chosen]
    behind = all(v.slot > max(slots) for v in beside) and not any(s.is_blank for s in found)
    fits = end(values) >= width and (not beside or (behind and end(values) == width))
    return found if len(found) == len(slots) and fits else None


def _units(header: Row, words: Mapping[str, str]) -> dict[str, str]:
    """Column -> the unit that its head names; of two units of money, both."""
    found = {}
    for square in header:
        column = words.get(key(square.text)) or (next(iter(words.values())) if len(words) == len(header) == 1 else "")
        money = sorted(set(_MONEY.findall(squeeze(square.text)))) if "金额" in square.text else []
        if column and (unit := "/".join(money) or of_head(square.text)):
            found[column] = unit
    return found


def begins(before: Row) -> bool:
    """Whether a label is the first of its row, block titles and running numbers left out."""
    return all(s.is_value or _is_title(s) for s in before)


def _is_title(square: Square) -> bool:
    return squeeze(square.text).startswith("第二十条")


def _speaks_of(header: Row, name: str) -> bool:
    """Whether a header names a column of the row: then squares that do not fit below it are not to be counted off."""
    words = set().union(*(forms.column_words(form, name) for form in forms.FORMS))
    return any(key(square.text) in words for square in header)


def _by_count(state: State, name: str, values: Row) -> tuple[str, dict[str, Square]] | None:
    """Without a usable header: the one form that has as many columns in this row as there are squares, none empty.

    Where the header, or the rows before it, are those of a form, it can be no other.
    """
    words = {key(square.text) for square in state.header}
    headed = [f for f in forms.FORMS if any(not words.isdisjoint(forms.column_words(f, r)) for r in _rows(f))]
    known = headed or {claim.form for claim in state.claims if claim.table == "proactive"} or forms.FORMS
    fits = [f for f in forms.FORMS if f in known and len(forms.column_words(f, name)) == len(values)]
    if len(fits) != 1 or not all(v.is_value and not v.is_blank for v in values):
        return None
    columns = forms.column_words(fits[0], name)
    wanted = [[word] for word in columns] if len(columns) == len(state.header) else [list(columns)] * len(state.header)
    if any(is_another(head.text, words) for head, words in zip(state.header, wanted, strict=True)):
        return None
    return fits[0], dict(zip(columns.values(), values, strict=True))


def _rows(form: str) -> tuple[str, ...]:
    return forms.BY_TABLE[form, "proactive"].rows
