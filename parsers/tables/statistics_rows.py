"""Rows of a statistics table -> claims: the form by the labels of all rows, each row by its label and its group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers import forms
from parsers.labels import squeeze
from parsers.statistics_words import (
    UNITS,
    WORDS,
    exact_in,
    form_with,
    is_strange,
    other_row,
    own_rows,
    stem,
    unit_of,
)
from parsers.tables.squares import Square, State, holds_number
from parsers.units import MONEY, PERCENT

FEW = 3  # rows of a form from which a table without a telling head is taken for a statistics table
AGAIN = 3  # rows that come a second time from which they are a second table, and no slip


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row as it stands: its labels, and its squares where their columns are certain."""

    index: int  # of the row
    labels: tuple[str, ...]  # from the outside in
    unit: str
    squares: Mapping[str, Square]  # column of the form -> square; {} where they cannot be placed

    @property
    def is_empty(self) -> bool:
        return all(s.is_blank for s in self.squares.values())


@dataclass(frozen=True, kw_only=True)
class Named:
    """A row and the indicator row that it was found to be."""

    entry: Entry
    row: str
    exact: bool  # by the form's own words, to the letter


def claim_rows(state: State, entries: Sequence[Entry], *, sure: bool, units: Mapping[str, str]) -> int | None:
    """Claims what the rows of one table say; the index of the last row that is one of a form, None if none is.

    `units` are those that the heads of its columns name, for rows that name none.
    """
    form = _form_of(entries)
    named = list(_named(form, entries))
    if len({n.row for n in named}) < (1 if sure else FEW):
        return None
    for item in _once(state, named):
        own = form_with(form, item.row)
        unit = item.entry.unit or unit_of(item.entry.labels[-1])
        if item.entry.squares and _is_known(unit):
            table = forms.BY_TABLE[own, "statistics"]
            squares = {c: s for c, s in item.entry.squares.items() if c in table.columns[item.row]}
            said = dict.fromkeys(squares, unit) if unit else units
            state.claim(item.entry.index, "statistics", item.row, own, squares, said)
    heads = {i.column: i.column_label for i in forms.BY_TABLE[form, "statistics"].indicators.values()}
    extra = list(_extra(entries, named))
    for entry in extra:
        below = [(heads[column], square) for column, square in entry.squares.items() if column in heads]
        state.keep(entry.index, "statistics", entry.labels, below, entry.unit or unit_of(entry.labels[-1]))
    return max([n.entry.index for n in named] + [entry.index for entry in extra])


def _extra(entries: Sequence[Entry], named: Sequence[Named]) -> Iterator[Entry]:
    """Rows with a number and a label that no form has: between those of the form, or beside them with a unit."""
    own = [n.entry.index for n in named]
    for entry in entries:
        inside = min(own) < entry.index < max(own) or entry.unit in UNITS
        if (
            inside
            and entry.index not in own
            and is_strange(entry.labels[-1])
            and any(map(holds_number, entry.squares.values()))
        ):
            yield entry


def _form_of(entries: Sequence[Entry]) -> str:
    """The form that most of the labels belong to, word for word; the national one where none is ahead."""
    counts = {form: sum(bool(own_rows(form, e.labels[-1])) for e in entries) for form in forms.STATISTICS_FORMS}
    return max(counts, key=lambda form: counts[form])


def _named(form: str, entries: Sequence[Entry]) -> Iterator[Named]:
    """Rows with a name; labels that stand in several groups mean the row of the group that began last."""
    groups, used = WORDS[form].groups, set[str]()
    shared = {group for group, count in Counter(_twice(form)).items() if count}
    group = ""
    for entry in entries:
        for label in entry.labels[:-1]:
            group = _group(shared, label, group)
        rows, exact = _rows(form, entry.labels)
        if len(rows) > 1:
            rows = tuple(row for row in rows if groups[row] == group)
            if len(rows) != 1 or rows[0] in used:
                rows, group = (), ""  # of another group, whose title is lost
        elif rows:
            group = groups.get(rows[0], "")
        else:
            group = _group(shared, entry.labels[-1], group)
        if len(rows) == 1:
            used.add(rows[0])
            yield Named(entry=entry, row=rows[0], exact=exact)


def _twice(form: str) -> Iterator[str]:
    """The groups that have rows of one name."""
    for rows in WORDS[form].rows.values():
        if len({WORDS[form].groups[row] for row in rows}) > 1:
            yield from (WORDS[form].groups[row] for row in rows)


def _group(shared: set[str], label: str, before: str) -> str:
    """The group that a title begins, or the one before it where it is no title of any."""
    words = stem(label)
    begun = [group for group in shared if group in words]
    if len(begun) == 1:
        return begun[0]
    return "" if begun or squeeze(label)[1:2] == "、" else before


def _rows(form: str, labels: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The rows that the innermost label names, or that the parts of a broken label name together."""
    for begin in range(len(labels) - 1, -1, -1):
        label = "".join(labels[begin:])
        if rows := own_rows(form, label):
            return rows, form in exact_in(label)
    row = other_row(form, labels[-1])
    return ((row,) if row else ()), False


def _once(state: State, named: Sequence[Named]) -> Iterator[Named]:
    """Each row once: none where two rows have the same right to the name, but in each table where there are two."""
    counts = Counter(n.row for n in named if not n.entry.is_empty)
    if sum(count > 1 for count in counts.values()) >= AGAIN:
        seen = set[str]()
        for item in named:
            if not item.entry.is_empty or item.row not in seen:
                yield item
            seen.add(item.row)
        return
    by_row: dict[str, list[Named]] = {}
    for item in named:
        by_row.setdefault(item.row, []).append(item)
    for item in named:
        same = by_row[item.row]
        rivals = [n for n in same if n.exact] or same
        best = [n for n in rivals if not n.entry.is_empty] or rivals[:1]
        if len(best) == 1 and best[0] is item:
            yield item


def _is_known(unit: str) -> bool:
    """Whether a row counts in a unit whose scale is known: not in 百元 or per cent."""
    return unit in MONEY or ("元" not in unit and unit != PERCENT)
