"""Table three, 收到和处理政府信息公开申请情况: one header, up to 25 rows of seven squares, labels up to three deep."""

from __future__ import annotations

from functools import lru_cache

from parsers import forms, numbers
from parsers.labels import best_match, key
from parsers.tables.squares import Row, Square, State, nothing_else


def read(state: State, index: int, row: Row) -> bool:
    label, name = _request_label(state, row)
    if label is None:
        applicants = {
            slot: forms.APPLICANTS[key(s.text)]
            for s in row
            if key(s.text) in forms.APPLICANTS
            for slot in range(s.slot, s.slot + s.span)
        }
        if len(set(applicants.values())) < 2 or any(key(s.text) in forms.OUTCOMES.keys() - {"总计"} for s in row):
            return False
        state.applicants.update(applicants)
        state.in_other = False
        state.lines[index] = "requests"
        return True
    state.lines[index] = "requests"
    if name:
        squares = _applicant_squares(state, row, label)
        if squares:
            state.claim(index, "requests", name, None, squares)
    return True


def _request_label(state: State, row: Row) -> tuple[int | None, str]:
    """Position of the innermost label of a row, and the row of the form; "" for one that the form does not have."""
    innermost, name = None, ""
    for i, square in enumerate(row):
        if square.is_value:
            if square.is_number:
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
    return len(label) >= 4 and not numbers.holds_digits(label)


@lru_cache(maxsize=16384)
def request_row(text: str) -> str | None:
    """Row of table three that a label names, "" for a group of rows, None for anything else."""
    return best_match(text, forms.REQUEST_ROWS | dict.fromkeys(forms.REQUEST_GROUPS, ""))


def _applicant_squares(state: State, row: Row, label: int) -> dict[str, Square] | None:
    values = list(row[label + 1 :])
    shape = (len(row), label)
    order = forms.APPLICANT_ORDER
    if state.method == "grid":
        columns = {name: slot for slot, name in reversed(state.applicants.items())}
        if len(columns) == len(order):
            below = {name: next((v for v in values if v.covers(columns[name])), None) for name in order}
            squares = {name: square for name, square in below.items() if square is not None}
            if len(squares) == len(order) and nothing_else(values, squares):
                return squares
    filled = [v for v in values if not v.is_blank]
    if not all(v.is_value for v in filled):
        return None
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
