"""Statistics tables of before 2019 in grids: one row an indicator, its squares where head and row line up."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.forms import STATISTICS_FORMS
from parsers.labels import squeeze
from parsers.statistics_words import UNITS, exact_in, own_rows
from parsers.tables.squares import Row, Square, State
from parsers.tables.statistics_heads import BEYOND, Columns, columns_of, head_at, may_have_head
from parsers.tables.statistics_rows import Entry, claim_rows

HEADLESS = 4  # rows with words of one form from which rows without a head are of its table


def read(state: State, rows: Sequence[Row]) -> None:
    """Every statistics table in the rows of one grid."""
    begins = range(len(rows)) if may_have_head(rows) else ()
    heads = [(i, panels) for i in begins if (panels := columns_of(head_at(rows, i)))]
    if not heads and (known := headless(rows)):
        state.lines.update(dict.fromkeys(known, "statistics"))  # so that its numbers are reported
        heads = [(-1, [columns])] if (columns := _without_head(rows)) else []
    ends = [begin for begin, _ in heads[1:]] + [len(rows)] * bool(heads)
    for (begin, panels), end in zip(heads, ends, strict=True):
        first = begin + len(head_at(rows, begin)) if begin >= 0 else 0
        found = _entries(state, rows, range(first, end), panels)
        for columns, entries in zip(panels, found, strict=True):
            last = claim_rows(state, entries, sure=columns.sure, units=columns.units)
            if last is not None:
                state.lines.update(dict.fromkeys(range(max(begin, 0), last + 1), "statistics"))


def headless(rows: Sequence[Row]) -> list[int]:
    """The rows with labels of a statistics form, word for word; [] where the labels are few."""
    labels = [(i, exact_in(s.text)) for i, row in enumerate(rows) for s in row if not s.is_value]
    said = [(i, known) for i, known in labels if known]
    by_form = [[i for i, known in said if form in known] for form in STATISTICS_FORMS]
    most = max(by_form, key=len)
    return list(dict.fromkeys(most)) if len(most) >= HEADLESS else []


def going_on(before: Sequence[Row], rows: Sequence[Row]) -> Sequence[Row]:
    """The rows below the head of the grid before them, where they have as many columns and no head of their own."""
    if not rows or not may_have_head(before):
        return rows
    heads = [head for i in range(len(before)) if columns_of(head := head_at(before, i))]
    own = may_have_head(rows) and any(columns_of(head_at(rows, i)) for i in range(len(rows)))
    if not heads or own or _width(before) != _width(rows):
        return rows
    known = sum(any(_is_known(s) for s in row) for row in rows)
    return [*heads[-1], *rows] if 2 * known >= len(rows) else rows


def _is_known(square: Square) -> bool:
    return not square.is_value and any(own_rows(form, square.text) for form in STATISTICS_FORMS)


def _width(rows: Sequence[Row]) -> int:
    return max((s.slot + s.span for row in rows for s in row), default=0)


def _entries(state: State, rows: Sequence[Row], below: range, panels: Sequence[Columns]) -> list[list[Entry]]:
    """The rows of each table; where one of two side by side does not line up, neither counts.

    Where most rows do not, those that do only seem to.
    """
    found: list[list[Entry]] = [[] for _ in panels]
    coded = [any(s.is_number and s.slot in c.codes for i in below for s in rows[i]) for c in panels]
    marked = list(zip(panels, coded, strict=True))
    straight = {i for i in below if all(_is_aligned(rows[i], c, coded=flag) for c, flag in marked)}
    for index in below:
        row, aligned = rows[index], index in straight and 2 * len(straight) >= len(below)
        for columns, entries in zip(panels, found, strict=True):
            own = [s for s in row if columns.begin <= s.slot < columns.end]
            entry = _entry(index, own, columns, aligned=aligned)
            if entry and aligned:
                state.numbering.update(s.place for s in own if s.is_number and _is_numbering(s, columns))
            if entry:
                entries.append(entry)
    return found


def _is_numbering(square: Square, columns: Columns) -> bool:
    return square.slot < columns.name or square.slot in columns.codes


def _is_aligned(row: Row, columns: Columns, *, coded: bool) -> bool:
    """Whether every square of a row is what the head says, and none stands outside the columns."""
    counts = {*columns.values.values(), *columns.others}
    for square in row:
        if not columns.begin <= square.slot < columns.end:
            continue
        is_unit = squeeze(square.text) in UNITS
        if square.slot >= columns.width or (is_unit and square.slot != columns.unit and columns.unit is not None):
            return False
        if square.is_number and square.slot not in counts and not _is_numbering(square, columns):
            return False
        if square.slot in columns.codes and not (
            square.is_number or (square.is_blank and not coded) or square.span > 1
        ):
            return False
        if columns.name < square.slot < columns.first and not (
            is_unit or square.is_value or square.slot == columns.unit
        ):
            return False
    return True


def _entry(index: int, own: Row, columns: Columns, *, aligned: bool) -> Entry | None:
    """One row of one table: its labels from the outside in, its unit, its squares by column."""
    unit = next((s for s in own if s.slot == columns.unit or squeeze(s.text) in UNITS), None)
    limit = columns.first if aligned else BEYOND
    words = [s for s in own if s.slot < limit and s is not unit and s.slot not in columns.codes and not s.is_value]
    words = [s for s in words if squeeze(s.text) not in UNITS]
    if not words or words[-1].row < max(s.row for s in own) or (aligned and not words[-1].covers(columns.name)):
        return None  # a group that began above, and no label of its own
    squares = {c: s for c, slot in columns.values.items() if (s := _at(own, slot)) and s not in words}
    if not aligned or len(squares) < len(columns.values):
        squares = _behind(own, unit, columns)
    return Entry(
        index=index,
        labels=tuple(s.text for s in words),
        unit="" if unit is None or unit.is_value else squeeze(unit.text),
        squares=squares,
    )


def _at(row: Row, slot: int) -> Square | None:
    return next((s for s in row if s.covers(slot)), None)


def _behind(row: Row, unit: Square | None, columns: Columns) -> dict[str, Square]:
    """The one number behind the unit, in a row that lost a merged cell or has one too many."""
    simple = columns.values.keys() == {"value"} and not columns.others and not columns.codes
    if unit is None or squeeze(unit.text) not in UNITS or not simple or columns.name > columns.begin:
        return {}
    behind = [s for s in row if s.slot > unit.slot and not s.is_blank]
    return {"value": behind[0]} if len(behind) == 1 and behind[0].is_number else {}


def _without_head(rows: Sequence[Row]) -> Columns | None:
    """The columns of a grid that goes on with a table: labels in one, units in another, numbers in a third."""
    names = [s for i in headless(rows) for s in rows[i] if _is_known(s)]
    if len({s.slot for s in names}) != 1:
        return None
    slots = sorted({s.slot for row in rows for s in row if s.slot > names[0].slot})
    units = [slot for slot in slots if any(s.slot == slot and squeeze(s.text) in UNITS for row in rows for s in row)]
    values = [slot for slot in slots if slot not in units]
    if len(units) > 1 or len(values) != 1:
        return None
    return Columns(
        begin=0,
        end=BEYOND,
        width=values[0] + 1,
        name=names[0].slot,
        unit=units[0] if units else None,
        values={"value": values[0]},
        others=(),
        codes=(),
        sure=False,
        units={},
    )
