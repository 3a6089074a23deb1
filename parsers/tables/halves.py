"""Labels whose second half stands in a row of its own, put together with the squares of both rows.

Editors and converters of PDFs make a row of each printed line. Two rows are one where the two halves are, put together,
a label of the form, the second is none, the first is none with numbers of its own, and no column is filled in in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers import forms
from parsers.labels import key
from parsers.tables.squares import Row, Square

_LABELS = frozenset(forms.REQUEST_ROWS) | frozenset(forms.PROACTIVE_ROWS)
_KNOWN = _LABELS | {"其他", *forms.REQUEST_GROUPS, *forms.PROACTIVE_COLUMN_WORDS, *forms.APPLICANTS}
SHORTEST = 2  # characters of a half


def put_together(rows: Sequence[Row]) -> list[Row]:
    """The rows of a grid, those of which each holds half a label made one."""
    found: list[Row] = []
    for row in rows:
        # Every row of every table is asked: nearly all end here, at a label that the form has.
        second = _half(row) if found else None
        whole = _joined(found[-1], row, second) if second and key(second.text) not in _KNOWN else None
        if whole:
            found[-1] = whole
        else:
            found.append(row)
    return found


def _joined(above: Row, below: Row, second: Square) -> Row | None:
    """Two rows as one, None where they are two."""
    first = _half(above)
    if first is None or (first.slot, first.span) != (second.slot, second.span):
        return None
    if key(first.text + second.text) not in _LABELS:
        return None
    squares = [(s, next((o for o in below if o.slot == s.slot), None)) for s in above if s.slot > first.slot]
    if {s.slot for s in below if s.slot > first.slot} != {s.slot for s, _ in squares}:
        return None
    chosen = list(_chosen(squares))
    apart = not all(one.is_blank or (other and one.place == other.place) for one, other in squares)
    if len(chosen) != len(squares) or (apart and key(first.text) in _KNOWN):
        return None
    label = first._replace(text=first.text + second.text)
    return [*(s for s in above if s.slot < first.slot), label, *chosen]


def _half(row: Row) -> Square | None:
    """The last label of a row, if it is its own."""
    for square in reversed(row):
        if not square.is_value:
            return None if square.above or len(square.text.strip()) < SHORTEST else square
    return None


def _chosen(squares: Sequence[tuple[Square, Square | None]]) -> Iterator[Square]:
    """Of the squares of each column the one that is filled in, where one at most is and they are as wide."""
    for one, other in squares:
        if other is None or one.span != other.span:
            continue
        if other.is_blank or one.place == other.place:
            yield one
        elif one.is_blank:
            yield other
