"""Table four, 政府信息公开行政复议、行政诉讼情况: three header rows, one row of 15 squares without a label."""

from __future__ import annotations

from parsers import forms
from parsers.labels import key
from parsers.tables.squares import Row, Square, State, nothing_else


def read(state: State, index: int, row: Row) -> bool:
    words = [(s, key(s.text)) for s in row if not s.is_value]
    groups = [(s, forms.REVIEW_GROUPS[word]) for s, word in words if word in forms.REVIEW_GROUPS]
    outcomes = [(s, forms.OUTCOMES[word]) for s, word in words if word in forms.OUTCOMES]
    if groups or len(outcomes) >= 3:
        if any(name == "reconsideration" for _, name in groups):
            state.groups, state.outcomes = {}, {}
        for target, found in ((state.groups, groups), (state.outcomes, outcomes)):
            for square, name in found:
                target.update(dict.fromkeys(range(square.slot, square.slot + square.span), name))
        state.reviewing = True
        state.lines[index] = "review"
        return True
    if not state.reviewing or len(row) < len(forms.REVIEW_ORDER):
        return False
    squares = _review_squares(state, row)
    if squares is None:
        return False
    state.reviewing = False
    for name in dict.fromkeys(group for group, _ in forms.REVIEW_ORDER):
        state.claim(index, "review", name, None, {c: s for (g, c), s in squares.items() if g == name})
    return True


def _review_squares(state: State, row: Row) -> dict[tuple[str, str], Square] | None:
    if state.method == "grid":
        named = {(state.groups.get(s, ""), state.outcomes.get(s, "")): s for s in sorted(state.outcomes, reverse=True)}
        if all(where in named for where in forms.REVIEW_ORDER):
            below = {w: next((v for v in row if v.covers(named[w])), None) for w in forms.REVIEW_ORDER}
            squares = {where: square for where, square in below.items() if square is not None}
            if len(squares) == len(below) and nothing_else(row, {str(w): s for w, s in squares.items()}):
                return squares
    values = [v for v in row if v.is_value]
    filled = [v for v in values if not v.is_blank]
    for chosen in (filled, values):
        if len(chosen) == len(forms.REVIEW_ORDER):
            return dict(zip(forms.REVIEW_ORDER, chosen, strict=True))
    return None
