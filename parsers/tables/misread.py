"""Labels that recognition garbled, set right where the form, their place and what is left of them agree.

Only labels are, numbers never. In a ruled grid the rows and columns around a label say which one of the form
must stand there; if what was recognised looks like it, and like no other that is missing, it is that one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from parsers import forms
from parsers.labels import key
from parsers.tables.request_labels import names_of
from parsers.tables.squares import Row, Square

ALIKE = 50  # share of common characters, in percent, from which a label may be the one that its place asks for
LIKELY = 65  # where only one side of it is known
AHEAD = 20  # by which it must lead the other words of a head
KNOWN = 4  # rows or words that were read word for word, from which a table is the form's

_LABELS = {i.row: i.row_label.rsplit("/", 1)[-1] for i in forms.INDICATORS if i.table == "requests"}
_APPLICANTS = {key(i.column_label) for i in forms.INDICATORS if i.table == "requests"}
_OUTCOMES = {key(i.column_label) for i in forms.INDICATORS if i.table == "review"}
_GROUPS = {*forms.REVIEW_GROUPS, "行政诉讼"}


def mended(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a grid in a picture with such labels as the form prints them."""
    rows = [_worded(row, words) if (words := _head(row)) else row for row in rows]
    if _OUTCOMES in map(_head, rows):
        rows = [_worded(row, _GROUPS) for row in rows]
    texts = {rows[i][_label(rows[i]) or 0].place: _LABELS[name] for i, name in _by_place(rows).items()}
    return [[s._replace(text=texts[s.place]) if s.place in texts else s for s in row] for row in rows]


def _head(row: Row) -> Collection[str]:
    """The words of the head that a row belongs to, if it has most of them."""
    heads = (_APPLICANTS, _OUTCOMES)
    return next((words for words in heads if sum(key(s.text) in words for s in row) >= KNOWN), ())


def _worded(row: Row, words: Collection[str]) -> Row:
    """A row with what looks like one of the words put right."""
    return [s if s.is_value else s._replace(text=_word(s.text, words) or s.text) for s in row]


def _word(text: str, words: Collection[str]) -> str | None:
    label = key(text)
    if label in words:
        return None
    (best, word), (second, _) = sorted(((fuzz.ratio(label, word), word) for word in words), reverse=True)[:2]
    return word if best >= ALIKE and best - second >= AHEAD else None


def _label(row: Row) -> int | None:
    """Where the innermost label of a row with numbers stands, if it begins there."""
    first = next((i for i, s in enumerate(row) if s.is_value), 0)
    values = sum(s.is_value for s in row[first:])
    here = first > 0 and not row[first - 1].above and values >= len(forms.APPLICANT_ORDER)
    return first - 1 if here else None


def _by_place(rows: Sequence[Row]) -> dict[int, str]:
    """Row -> the row of the form that it must be, for rows with a garbled label between others of table three."""
    known = {i: name for i, name in enumerate(names_of(rows)) if name}
    orders = [order for form in forms.FORMS if _follows(known.values(), order := forms.BY_TABLE[form, "requests"].rows)]
    if len(known) < KNOWN or not orders:
        return {}
    first, *others = (dict(_gaps(rows, known, order)) for order in orders)
    return {i: name for i, name in first.items() if all(other.get(i) == name for other in others)}


def _follows(names: Collection[str], order: Sequence[str]) -> bool:
    places = [order.index(name) for name in names if name in order]
    return len(places) == len(names) and places == sorted(set(places))


def _gaps(rows: Sequence[Row], known: Mapping[int, str], order: Sequence[str]) -> Iterator[tuple[int, str]]:
    missing = [name for name in order if name not in known.values()]
    for i, row in enumerate(rows):
        label = _label(row)
        if i in known or label is None:
            continue
        wanted = {order[at] for step in (-1, 1) if 0 <= (at := _place(rows, known, order, i, step)) < len(order)}
        sides = [_place(rows, known, order, i, step) >= 0 for step in (-1, 1)]
        if len(wanted) != 1 or not any(sides):
            continue
        (name,) = wanted
        alike = {other: _likeness(row[label], other) for other in missing}
        if name in alike and alike[name] >= (ALIKE if all(sides) else LIKELY) and alike[name] == max(alike.values()):
            yield i, name


def _place(rows: Sequence[Row], known: Mapping[int, str], order: Sequence[str], i: int, step: int) -> int:
    """Which row of the form stands there, counted from the next known one in a direction; -1 if there is none."""
    j = i
    while j not in known:
        if not 0 <= j < len(rows) or _label(rows[j]) is None:
            return -1
        j += step
    return order.index(known[j]) - (j - i)


def _likeness(square: Square, name: str) -> float:
    return fuzz.ratio(key(square.text), key(_LABELS[name]))
