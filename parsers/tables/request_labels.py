"""The labels of table three: which rows are its head, and which row of the form a label names."""

from __future__ import annotations

from collections.abc import Sequence

from parsers import forms, numbers
from parsers.labels import best_match, key
from parsers.remember import remembered
from parsers.tables.heads import ORGANISATIONS
from parsers.tables.squares import Row, State


def names_of(rows: Sequence[Row]) -> list[str]:
    """The row of the form that each row of a grid is, by its label; "" for others."""
    state = State(method="grid")
    return ["" if is_head(row) else request_label(state, row)[1] for row in rows]


def is_head(row: Row) -> bool:
    words = {key(s.text) for s in row if not s.is_value}
    return bool(words & HEAD_WORDS) and not any(s.is_number and not s.above for s in row)


# 其他 and 总计 head columns of other tables and rows of this one.
HEAD_WORDS = frozenset({"申请人情况", ORGANISATIONS, *forms.APPLICANTS}) - {"其他", "总计", "合计"}


def request_label(state: State, row: Row) -> tuple[int | None, str]:
    """Position of the last label of a row, and the row of the form; "" for one that the form does not have.

    A label that began in a row above stands beside several rows and is the name of none of them.
    """
    innermost, name, strange = None, "", False
    for i, square in enumerate(row):
        if square.is_value:
            if square.is_number and innermost is not None:
                break
            continue
        said = request_row(square.text)
        known = said is not None
        if not known and key(square.text) == "其他" and state.in_other:
            said, known = "other.misc", True
        if square.above:
            innermost = i if known else innermost
        elif known or (innermost is not None and _is_label(square.text)):
            innermost, name = i, said or ""
        strange = strange or not known
        if known and not square.above:
            state.in_other = said == "other" or bool(said and said.startswith("other."))
    if strange:
        return _joined_label(row, innermost or 0) or (innermost, name)
    return innermost, name


def _joined_label(row: Row, innermost: int) -> tuple[int, str] | None:
    """A label that was broken over two or three cells side by side, and ends no earlier than the innermost one."""
    words = [(i, s) for i, s in enumerate(row) if not s.is_value and not s.above]
    for size in (2, 3):
        for first in range(len(words) - size + 1):
            cells = words[first : first + size]
            name = forms.REQUEST_ROWS.get(key("".join(s.text for _, s in cells)))
            if name and cells[-1][0] - cells[0][0] == size - 1 and cells[-1][0] >= innermost:
                return cells[-1][0], name
    return None


def _is_label(text: str) -> bool:
    """Whether a square that is no value looks like a label of its own rather than like a value in words, or #REF!."""
    label = key(text)
    return len(label) >= 4 and not label.isascii() and not numbers.holds_digits(label) and numbers.spelled(text) is None


@remembered(16384)
def request_row(text: str) -> str | None:
    """Row of table three that a label names, "" for a group of rows, None for anything else."""
    return best_match(text, forms.REQUEST_ROWS | dict.fromkeys(forms.REQUEST_GROUPS, ""))
