"""Table three, 收到和处理政府信息公开申请情况: one header, up to 25 rows of seven squares, labels up to three deep."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from parsers import forms, numbers
from parsers.labels import best_match, key
from parsers.tables.heads import ORGANISATIONS, in_columns, in_text, leaves
from parsers.tables.squares import Row, Square, State, nothing_else


def read(state: State, index: int, row: Row) -> bool:
    if _is_head(row):  # the head first: 总计 names a row as well as a column
        if state.head_ended:
            state.applicant_head, state.head_ended = [], False
        state.applicant_head.append(row)
        state.applicant_columns = None
        state.in_other = False
        state.lines[index] = "requests"
        return True
    label, name = _request_label(state, row)
    if label is None:
        return False
    if name == "total" and not state.has("requests"):
        return False  # any table may have a row 合计
    state.lines[index] = "requests"
    state.head_ended = True
    if name:
        squares = _applicant_squares(state, row, label)
        if squares:
            state.claim(index, "requests", name, None, squares)
    return True


def _is_head(row: Row) -> bool:
    words = {key(s.text) for s in row if not s.is_value}
    return bool(words & HEAD_WORDS) and not any(s.is_number for s in row)


# 其他 and 总计 head columns of other tables and rows of this one.
HEAD_WORDS = frozenset({"申请人情况", ORGANISATIONS, *forms.APPLICANTS}) - {"其他", "总计", "合计"}


def _request_label(state: State, row: Row) -> tuple[int | None, str]:
    """Position of the innermost label of a row, and the row of the form; "" for one that the form does not have."""
    innermost, name = None, ""
    for i, square in enumerate(row):
        if square.is_value:
            if square.is_number and innermost is not None:
                break
            continue
        said = request_row(square.text)
        if said is not None or (innermost is not None and _is_label(square.text)):
            innermost, name = i, said or ""
        if said is not None:
            state.in_other = said == "other" or said.startswith("other.") if said else False
        if key(square.text) == "其他" and state.in_other:
            innermost, name = i, "other.misc"
            state.in_other = True
    return innermost, name


def _is_label(text: str) -> bool:
    """Whether a square that is no value looks like a label of its own rather than like a value in words."""
    label = key(text)
    return len(label) >= 4 and not numbers.holds_digits(label) and numbers.spelled(text) is None


@lru_cache(maxsize=16384)
def request_row(text: str) -> str | None:
    """Row of table three that a label names, "" for a group of rows, None for anything else."""
    return best_match(text, forms.REQUEST_ROWS | dict.fromkeys(forms.REQUEST_GROUPS, ""))


def _applicant_squares(state: State, row: Row, label: int) -> dict[str, Square] | None:
    values = list(row[label + 1 :])
    order = forms.APPLICANT_ORDER
    if state.method == "grid":
        squares = _below_head(state, values)
        if squares:
            return squares
    if not _is_ordered(state):
        return None
    filled = [v for v in values if not v.is_blank]
    if not all(v.is_value for v in filled):
        return None
    shape = (len(row), label)
    if len(filled) == len(order):
        state.shapes[shape] = next(i for i, v in enumerate(row) if v is filled[0])
        return dict(zip(order, filled, strict=True))
    if len(values) == len(order):
        return dict(zip(order, values, strict=True))
    begin = state.shapes.get(shape)
    if begin is not None and len(row) >= begin + len(order):
        squares = dict(zip(order, row[begin : begin + len(order)], strict=True))
        return squares if nothing_else(values, squares) else None
    if not filled and len(values) >= len(order):
        return dict(zip(order, values[-len(order) :], strict=True))
    return None


def _below_head(state: State, values: Row) -> dict[str, Square] | None:
    """The squares below the seven words of the head, where all seven are there and nothing stands beside them."""
    if state.applicant_columns is None:
        state.applicant_columns = _columns(state.applicant_head)
    columns = state.applicant_columns
    below = {name: next((v for v in values if v.covers(slot)), None) for name, slot in columns.items()}
    squares = {name: square for name, square in below.items() if square is not None}
    return squares if squares and len(squares) == len(columns) and nothing_else(values, squares) else None


def _columns(head: Sequence[Row]) -> dict[str, int]:
    """Applicant -> slot, in the form's order; {} where not each of the seven stands there once."""
    known = forms.APPLICANTS
    named = [(known[key(s.text)], s.slot) for s in leaves(head) if key(s.text) in known]
    slots = dict(named)
    if len(named) != len(forms.APPLICANT_ORDER) or len(slots) != len(named):
        return {}
    return {name: slots[name] for name in forms.APPLICANT_ORDER}


def _is_ordered(state: State) -> bool:
    """Whether squares may be counted off: the head shows the form's order, or there is no head at all."""
    if not state.applicant_head:
        return True
    proves = in_columns if state.method == "grid" else in_text
    return proves(state.applicant_head, forms.APPLICANTS, forms.APPLICANT_ORDER)
