"""Values of a text row -> columns: by their number, and by the lines that they stand in; none where both fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parsers.forms import STATISTICS_FORMS
from parsers.statistics_words import own_rows
from parsers.tables.squares import Square, loose
from parsers.tables.statistics import HEADLESS

SURPLUS = 4  # one row in so many may have more values than its head has columns; else the head lost a word


@dataclass(kw_only=True)
class TextRow:
    """One row being gathered."""

    labels: list[Square] = field(default_factory=list)
    unit: Square | None = None
    values: list[Square] = field(default_factory=list)
    before: list[Square] = field(default_factory=list)  # a number before the labels
    is_line: bool = False  # its unit and values stand in one line, and no other row's

    @property
    def squares(self) -> list[Square]:
        return [*self.before, *self.labels, *([self.unit] if self.unit else []), *self.values]


@dataclass(frozen=True, kw_only=True)
class TextHead:
    """The head of a table in a list of cells."""

    begin: int
    end: int  # first cell behind it
    order: tuple[str, ...]  # of the columns of numbers: their names in the form, "" for others
    has_unit: bool
    numbered: bool  # a column of row numbers stands before the labels
    sure: bool
    units: Mapping[str, str]  # column of the form -> unit that its head names


def _names(row: TextRow) -> int:
    """How many of its labels are ones of a form: more than one where the first had an empty square."""
    return sum(any(own_rows(form, s.text) for form in STATISTICS_FORMS) for s in row.labels)


def is_known(row: TextRow) -> bool:
    """Whether one of its labels is one of a form."""
    return _names(row) > 0


class Placing:
    """Which value of a row stands in which column: told by what the rows of a table have in common."""

    def __init__(self, rows: Sequence[TextRow], head: TextHead) -> None:
        self.rows, self.head, self.wanted = rows, head, len(head.order)
        known = [(row, after) for row, after in zip(rows, [*rows[1:], None], strict=False) if is_known(row)]
        wider = sum(sum(not v.is_blank for v in row.values) > self.wanted for row, _ in known)
        self.is_torn = not head.numbered and SURPLUS * wider > len(known)
        listed = Counter(len(row.values) for row, _ in known if not row.is_line and row.values)
        self.is_counted = head.numbered and self._is_counted([row for row, _ in known if not row.is_line])
        self.is_usual = not listed or listed.most_common(1)[0][0] == self.wanted
        self.is_full = len(known) >= HEADLESS and all(
            len(row.values) == self.wanted and _names(row) == 1 for row, _ in known
        )
        ways = Counter(tuple(_below(row, after)) for row, after in known if after and len(row.values) == self.wanted)
        way, count = ways.most_common(1)[0] if ways else ((), 0)
        # The lines in which values and next row stand; () where they do not tell cells apart.
        self.way = way if 2 * count > ways.total() and len({0, *way}) == len(way) + 1 else ()

    def _is_counted(self, rows: Sequence[TextRow]) -> bool:
        """Whether behind the values of every row but the last the running number of the next one stands."""
        behind = [row.values[-1].text for row in rows[:-1] if len(row.values) == self.wanted + 1]
        numbers = [int(text) for text in behind if text.isdecimal()]
        if len(numbers) < max(len(rows) - 1, 2) or len(rows[-1].values) != self.wanted:
            return False
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def squares(self) -> Iterator[dict[str, Square]]:
        """The squares of each row by column of the form, {} where they cannot be placed."""
        for row, after in zip(self.rows, [*self.rows[1:], None], strict=False):
            doubtful = self.is_torn or self._is_joined(row, after)
            values = [] if doubtful else self._in_order(row) or self._by_lines(row, after) or []
            yield {column: s for column, s in zip(self.head.order, values, strict=False) if column}

    def _is_joined(self, row: TextRow, after: TextRow | None) -> bool:
        """Whether a running number is missing: that of a row, or that of the next one, which its last value took in."""
        rows = (row, *([after] if after and after.values else []))
        return self.head.numbered and row.is_line and not all(r.before for r in rows)

    def _in_order(self, row: TextRow) -> list[Square] | None:
        """The values of a row that has as many as the head has columns, and no sign that one is another row's."""
        values = list(row.values)
        if row.unit is None and self.head.has_unit and len(values) == self.wanted + 1 and values[0].is_blank:
            values = values[1:]  # the cell of the unit is empty
        if all(v.is_blank for v in values[self.wanted :]) and not any(v.is_blank for v in values[: self.wanted]):
            values = values[: self.wanted]  # empty cells behind a whole row
        if self.is_counted and not row.is_line:
            return values[: self.wanted] if len(values) >= self.wanted else None
        if not row.is_line and (self.head.numbered or not self.is_usual):
            return None
        if row.unit and not values and self.wanted == 1:
            return [loose("", row.unit.slot, row.unit.row, row.unit.column)]  # nothing between unit and next label
        if len(values) != self.wanted:
            return None
        if row.is_line or (row.unit and self.wanted == 1):
            return values
        return values if (_below(row, None) == list(self.way[:-1]) if self.way else self.is_full) else None

    def _by_lines(self, row: TextRow, after: TextRow | None) -> list[Square] | None:
        """The values by the lines that they stand in, where empty cells left their lines behind."""
        if not self.way or not row.labels or (self.head.has_unit and not row.unit) or after is None or row.is_line:
            return None
        *places, end = _below(row, after)
        if self.head.numbered or end != self.way[-1] or not set(places) <= set(self.way[:-1]):
            return None
        found = dict(zip(places, row.values, strict=True))
        return [found.get(step) or loose("", 0, _begin(row) + step) for step in self.way[:-1]]


def _begin(row: TextRow) -> int:
    return row.unit.row if row.unit else row.labels[-1].row if row.labels else 0


def _below(row: TextRow, after: TextRow | None) -> list[int]:
    """How many lines below its label or unit the values of a row stand, and the row after it."""
    return [s.row - _begin(row) for s in (*row.values, *(after.squares[:1] if after else []))]
