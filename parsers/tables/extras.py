"""Rows that an organ added to tables two and three: below a proven head, with a label that no form has."""

from __future__ import annotations

from collections.abc import Mapping

from parsers import forms
from parsers.labels import is_another, squeeze
from parsers.remember import remembered_together
from parsers.tables.proactive import begins
from parsers.tables.requests import applicant_squares
from parsers.tables.squares import Row, State, holds_number

LONGEST = 60  # characters of a label; what is longer is prose
KNOWN: Mapping[str, frozenset[str]] = {
    "proactive": frozenset(forms.PROACTIVE_ROWS) | forms.PROACTIVE_COLUMN_WORDS,
    "requests": frozenset(forms.REQUEST_ROWS) | frozenset(forms.REQUEST_GROUPS) | frozenset(forms.APPLICANTS),
}
_APPLICANTS = {i.column: i.column_label for i in forms.BY_TABLE["2019", "requests"].indicators.values()}


def read(state: State, index: int, row: Row, words: Row) -> bool:
    """A row that follows a row of table two or three, and that no reader knows."""
    table = state.lines.get(index - 1, "")
    if not state.placed.get(index, True) or len(row) < 2 or table not in KNOWN or not any(map(holds_number, row)):
        return False
    if index in state.placed:
        return _placed(state, index, row, table)
    return (_below_applicants if table == "requests" else _below_block)(state, index, row)


def _placed(state: State, index: int, row: Row, table: str) -> bool:
    """A row made of a list of cells: its squares are all that the form has, in order."""
    heads = list(_APPLICANTS.values()) if table == "requests" else ["".join(head.text.split()) for head in state.header]
    label, *values = row
    if label.is_value or not is_local(table, label.text) or len(values) != len(heads):
        return False
    state.keep(index, table, [label.text], zip(heads, values, strict=True))
    return True


def _below_applicants(state: State, index: int, row: Row) -> bool:
    """A row of table three: its squares are placed as those of the rows that the form has."""
    begin = next((i for i, square in enumerate(row) if not square.is_value), 0)  # behind a running number
    end = next((i for i, square in enumerate(row) if i > begin and holds_number(square)), 0)
    labels = [i for i, square in enumerate(row[:end]) if not square.is_value]
    if not labels or row[labels[-1]].above or not is_local("requests", row[labels[-1]].text):
        return False
    squares = applicant_squares(state, row, labels[-1])
    if not squares:
        return False
    named = [(_APPLICANTS[column], square) for column, square in squares.items()]
    state.keep(index, "requests", [row[i].text for i in labels], named)
    return True


def _below_block(state: State, index: int, row: Row) -> bool:
    """A row of table two: a square below each word of the block's head, and nothing beside them."""
    heads = [head for head in state.header if head.slot >= state.header_label]
    slots = [head.slot for head in heads]
    labels = [s for s in row if slots and s.slot < slots[0] and not s.is_value]
    if not labels or labels[-1].above or not is_local("proactive", labels[-1].text) or not begins(labels[:-1]):
        return False
    values = row[row.index(labels[-1]) + 1 :]
    if [s.slot for s in values] != slots or state.header_moved or state.header_left or any(s.above for s in values):
        return False
    named = [("".join(head.text.split()), square) for head, square in zip(heads, values, strict=True)]
    state.keep(index, "proactive", [s.text for s in labels], named)
    return True


@remembered_together(4096)
def is_local(table: str, text: str) -> bool:
    """Whether a label is short, and certain to be none of those that the table has."""
    return len(squeeze(text)) <= LONGEST and is_another(text, KNOWN[table])
