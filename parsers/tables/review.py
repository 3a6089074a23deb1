"""Table four, 政府信息公开行政复议、行政诉讼情况: three header rows, one row of 15 squares without a label."""

from __future__ import annotations

from collections.abc import Sequence

from parsers import forms
from parsers.labels import key
from parsers.tables.heads import leaves
from parsers.tables.squares import Row, Square, State, nothing_else


def read(state: State, index: int, row: Row) -> bool:
    words = [key(s.text) for s in row if not s.is_value]
    groups = [word for word in words if word in forms.REVIEW_GROUPS or word == "行政诉讼"]
    outcomes = [word for word in words if word in forms.OUTCOMES]
    if (groups or len(outcomes) >= 3) and not any(s.is_number for s in row):
        if "行政复议" in groups:
            state.review_head = []
        state.review_head.append(row)
        state.reviewing = True
        state.lines[index] = "review"
        return True
    if not state.reviewing or len(row) < len(forms.REVIEW_ORDER):
        return False
    squares = _review_squares(state, row)
    if squares is None:
        state.lines[index] = "review"  # so that its numbers are reported
        return True
    state.reviewing = False
    for name in dict.fromkeys(group for group, _ in forms.REVIEW_ORDER):
        state.claim(index, "review", name, None, {c: s for (g, c), s in squares.items() if g == name})
    return True


def _review_squares(state: State, row: Row) -> dict[tuple[str, str], Square] | None:
    if state.method == "grid":
        named = _columns(state.review_head)
        if named.keys() == set(forms.REVIEW_ORDER):
            below = {w: next((v for v in row if v.covers(named[w])), None) for w in forms.REVIEW_ORDER}
            squares = {where: square for where, square in below.items() if square is not None}
            if len(squares) == len(below) and nothing_else(row, {str(w): s for w, s in squares.items()}):
                return squares
    if not _is_ordered(state):
        return None
    values = [v for v in row if v.is_value]
    filled = [v for v in values if not v.is_blank]
    for chosen in (filled, values):
        if len(chosen) == len(forms.REVIEW_ORDER):
            return dict(zip(forms.REVIEW_ORDER, chosen, strict=True))
    return None


def _columns(head: Sequence[Row]) -> dict[tuple[str, str], int]:
    """(group, outcome) -> slot; {} where two columns claim the same name."""
    found: dict[tuple[str, str], int] = {}
    for leaf in leaves(head):
        outcome = forms.OUTCOMES.get(key(leaf.text))
        above = [key(s.text) for row in head for s in row if s.covers(leaf.slot)]
        group = next((forms.REVIEW_GROUPS[word] for word in reversed(above) if word in forms.REVIEW_GROUPS), None)
        if outcome and group:
            if (group, outcome) in found:
                return {}
            found[group, outcome] = leaf.slot
    return found


def _is_ordered(state: State) -> bool:
    """Whether the head shows the form's order: 15 outcomes as printed, and no group before one that it follows."""
    cells = leaves(state.review_head) if state.method == "grid" else [s for row in state.review_head for s in row]
    outcomes = [forms.OUTCOMES[key(s.text)] for s in cells if key(s.text) in forms.OUTCOMES]
    if outcomes != [outcome for _, outcome in forms.REVIEW_ORDER]:
        return False
    words = [key(s.text) for row in state.review_head for s in row]
    groups = [word for word in words if word in forms.REVIEW_GROUPS]
    return groups == list(forms.REVIEW_GROUPS)
