"""Table four, 政府信息公开行政复议、行政诉讼情况: three header rows, one row of 15 squares without a label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import forms
from parsers.labels import key
from parsers.tables.counted import below_head
from parsers.tables.heads import leaves, word
from parsers.tables.lining import below, end
from parsers.tables.squares import Row, Square, State, holds_number, is_filled_in

TELLING = 4  # outcomes in one row from which it is the head of this table, even if none of its numbers can be placed
_YEAR = re.compile("(?:19|20)[0-9]{2}年?度?|[本今上去前]一?年度?|合计|总计")
_FIRST_GROUPS = ("行政复议", "行政诉讼")  # the second stands above the others


def read(state: State, index: int, row: Row, words: Row) -> bool:
    said = [key(s.text) for s in words]
    groups = [w for w in said if w in forms.REVIEW_GROUPS or w == "行政诉讼"]
    outcomes = [w for w in said if w in forms.OUTCOMES]
    if (groups or len(outcomes) >= 3) and not any(s.is_number for s in row):
        if "行政复议" in groups:
            state.review_head = []
        state.review_head.append(row)
        if len(set(outcomes)) >= TELLING:
            state.recognised.add("review")
        state.reviewing, state.reviewed = True, False
        state.lines[index] = "review"
        return True
    if state.reviewed and not _is_one_more(state, row, words):
        return False
    if state.reviewing and not state.placed.get(index, True):
        state.lines[index] = "review"
        return True
    if not state.reviewing or not (len(row) >= len(forms.REVIEW_ORDER) or _is_torn(state, row)):
        return False
    squares = _review_squares(state, row, proven=index in state.placed)
    if squares is None:
        state.lines[index] = "review"  # so that its numbers are reported
        state.recognised.add("review")
        return True
    if state.reviewed and words:
        state.begin_anew("review")
    state.reviewed = True
    for name in dict.fromkeys(group for group, _ in forms.REVIEW_ORDER):
        state.claim(index, "review", name, None, {c: s for (g, c), s in squares.items() if g == name})
    return True


def headless(rows: Sequence[Row]) -> list[int]:
    """The rows of as many numbers as table four has, in a grid of nothing else: its head is lost."""
    if not all(s.is_value for row in rows for s in row):
        return []
    return [i for i, row in enumerate(rows) if sum(s.is_number for s in row) == len(forms.REVIEW_ORDER)]


def _is_one_more(state: State, row: Row, words: Row) -> bool:
    """Whether a row below that of the numbers is one more: with a year before its numbers, or as many as the form's."""
    whole = state.method == "grid" and sum(s.is_value for s in row) >= len(forms.REVIEW_ORDER)
    return sum(s.is_number for s in row) > 1 and (whole or all(is_year(s.text) for s in words))


def is_year(text: str) -> bool:
    """Whether what stands before the numbers says of which year they are."""
    return _YEAR.fullmatch(key(text)) is not None


def _is_torn(state: State, row: Row) -> bool:
    """Whether a row of a grid is that of the numbers, though some of its squares are gone."""
    return state.method == "grid" and sum(map(holds_number, row)) > 1 and all(map(is_filled_in, row))


def _review_squares(state: State, row: Row, *, proven: bool) -> dict[tuple[str, str], Square] | None:
    if state.method == "grid":
        return _in_grid(state, row)
    if not _is_ordered(state):
        return None
    found = row if proven else below_head(state.review_head, row, len(forms.REVIEW_ORDER))
    return dict(zip(forms.REVIEW_ORDER, found, strict=True)) if found else None


def _in_grid(state: State, row: Row) -> dict[tuple[str, str], Square] | None:
    """The squares of a row that ends where the head does; of another one only if it has 15 squares, none empty."""
    named, lowest = _columns(state.review_head), state.review_head[-1]
    order = forms.REVIEW_ORDER
    if named.keys() == set(order) and end(row) == max(map(end, state.review_head)):
        # A cell of the head that reaches down into the row has moved what stands behind it.
        found = None if any(s.above for s in row) else below(row, [named[where] for where in order])
        return dict(zip(order, found, strict=True)) if found else None
    if not _is_ordered(state) or len(row) != len(order) or not all(map(is_filled_in, row)):
        return None
    whole = end(row) == end(lowest) and row[0].slot == lowest[0].slot
    return dict(zip(order, row, strict=True)) if whole or not any(v.is_blank for v in row) else None


def _columns(head: Sequence[Row]) -> dict[tuple[str, str], int]:
    """(group, outcome) -> slot; {} where two columns claim the same name, or a row of the head lost a cell."""
    if len(set(map(end, head))) > 1:
        return {}
    groups: dict[int, str] = {}  # column -> the lowest group above it
    for square in (s for row in head for s in row):
        if group := forms.REVIEW_GROUPS.get(word(square.text)):
            groups.update(dict.fromkeys(range(square.slot, square.slot + square.span), group))
    found: dict[tuple[str, str], int] = {}
    for leaf in leaves(head):
        outcome, group = forms.OUTCOMES.get(word(leaf.text)), groups.get(leaf.slot, "")
        if outcome and group:
            if (group, outcome) in found:
                return {}
            found[group, outcome] = leaf.slot
    return found


def _is_ordered(state: State) -> bool:
    """Whether the head shows the form's order: 15 outcomes as printed, and no group before one that it follows."""
    cells = leaves(state.review_head) if state.method == "grid" else [s for row in state.review_head for s in row]
    outcomes = [forms.OUTCOMES[word(s.text)] for s in cells if word(s.text) in forms.OUTCOMES]
    if state.method == "flat":  # where merged cells were printed again, the lowest row is the last
        outcomes = outcomes[-len(forms.REVIEW_ORDER) :]
    if outcomes != [outcome for _, outcome in forms.REVIEW_ORDER]:
        return False
    words = [word(s.text) for row in state.review_head for s in row]
    groups = [said for said in words if said in forms.REVIEW_GROUPS or said == "行政诉讼"]
    return groups in (list(forms.REVIEW_GROUPS), [*_FIRST_GROUPS, *list(forms.REVIEW_GROUPS)[1:]])
