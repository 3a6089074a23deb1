"""Which squares the values of a row stand in, in a list of cells: told by bars, by blank lines, or by the sums.

A row with as many values as the form has columns is full, unless empty squares are seen to vanish in this text: then a
number from elsewhere (of a page, or of the next row, whose label was lost) may stand among them, and only rows that add
up, and have the form's next row below them, are read. No other row is placed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from parsers.listed_bars import Bars
from parsers.listed_groups import Group
from parsers.tables.squares import Square, loose

TRACES = 2  # rows whose gaps tell of empty squares from which gaps are believed
MISFITS = 10  # one row in so many may not fit: something was lost or put in

Counting = Callable[[int], int]  # line breaks -> empty squares


class Places:
    """How the rows of one text show where their squares are."""

    def __init__(self, groups: Sequence[Group]) -> None:
        rows = [g for g in groups if g.expected]
        listed = [g for g in rows if not g.is_known and g.kind != "local"]
        self.way = _way_of_counting(listed, [g for g in groups if g.kind == "header"])
        self.vanish = any(len(g.values) < g.expected for g in listed) and self.way is None
        self.spare = _spare(self.way, listed) if self.way else 0
        self.disturbed = any(g.after and not _fits(self.way, g) for g in listed) if self.way else False
        self.surplus = {g.mode for g in listed if len(g.values) > g.expected}
        self.bars = Bars(rows)
        self.doubtful = _doubtful(groups)

    def squares(self, group: Group) -> list[Square] | None:
        """As many squares as the form has, None where their places are not proven."""
        if not group.expected or group.lost or (group.cut and not group.adds_up()):
            return None
        if group.is_known or group.mode in self.bars.tables:
            return self.bars.squares(group)
        if self.way:
            if group.values and not group.after and not group.adds_up() and _left_over(self.way, group) != self.spare:
                return None
            return _counted(self.way, group) if not self.disturbed or group.may_add_up() else None
        if not group.values and group.after and not group.torn and group.mode not in self.surplus | self.doubtful:
            return _empty(group.begin, group.expected)
        if len(group.values) != group.expected or (self.vanish and not (group.follows and group.adds_up())):
            return None
        return [loose(p.text, 0, p.line, p.column) for p in group.values]


def _doubtful(groups: Sequence[Group]) -> set[str]:
    """The tables in which no row is blank for certain: numbers stand in them without a label.

    All tables of a text in which no cell says what another one says: it lost the lines that were equal to others.
    """
    cells = Counter(p.text.strip() for g in groups for p in (*g.labels, *g.filled) if g.mode)
    if cells and max(cells.values()) == 1 and any(g.filled for g in groups):
        return {"proactive", "requests"}
    found = set()
    later: set[str] = set()
    for group in reversed(groups):
        mode = "requests" if group.mode == "applicants" else group.mode
        if group.kind == "label":
            later.add(mode)
        elif group.kind == "prose" and mode in later and any(p.is_value and p.text.strip() for p in group.labels):
            found.add(mode)
    return found


def _way_of_counting(rows: Sequence[Group], heads: Sequence[Group]) -> Counting | None:
    """How many empty squares a gap of so many line breaks holds, where one way fits the rows."""
    full = Counter(gap for g in rows if g.after and len(g.values) == g.expected for gap in g.gaps())
    full.update(b.first - a.line for g in heads for a, b in pairwise(g.labels))
    base = full.most_common(1)[0][0] if full else 0
    if not base:
        return None  # everything in one line: no gap says anything
    ways: list[Counting] = [partial(_one_break_each, base), partial(_full_step_each, base)]
    fitting = [way for way in ways if _fits_most(way, rows)]
    if len(fitting) == 2 and any(_inside(fitting[0], g) != _inside(fitting[1], g) for g in rows if g.values):
        return None
    return fitting[0] if fitting else None


def _fits_most(way: Counting, rows: Sequence[Group]) -> bool:
    closed = [g for g in rows if g.after]
    fitting = [g for g in closed if _fits(way, g)]
    traces = sum(len(g.values) < g.expected for g in fitting)
    lost = len(closed) - len(fitting)
    return traces >= TRACES and traces >= lost and lost * MISFITS <= len(closed)


def _left_over(way: Counting, group: Group) -> int:
    """Blank lines below the last row of a table that are no squares."""
    return way(group.gaps()[-1]) - (group.expected - len(group.values) - sum(_inside(way, group)))


def _spare(way: Counting, rows: Sequence[Group]) -> int:
    """How many the tables of a text have, where two of them agree: another one lost or gained a line."""
    found = Counter(_left_over(way, g) for g in rows if g.values and not g.after).most_common(1)
    return found[0][0] if found and found[0][1] >= TRACES else 0


def _inside(way: Counting, group: Group) -> list[int]:
    """Empty squares before the values and between them."""
    return [way(gap) for gap in group.gaps()[:-1]]


def _fits(way: Counting, group: Group) -> bool:
    """Whether values and empty squares are as many as the form has squares."""
    inside, end = _inside(way, group), way(group.gaps()[-1])
    if min([*inside, end]) < 0:
        return False
    left = group.expected - len(group.values) - sum(inside)
    return end == left if group.after else end >= left >= 0


def _counted(way: Counting, group: Group) -> list[Square] | None:
    """The row with its empty squares put back."""
    if not _fits(way, group):
        return None
    found: list[Square] = []
    before = group.begin
    for piece, empty in zip(group.values, _inside(way, group), strict=False):
        found += _empty(before, empty)
        found.append(loose(piece.text, 0, piece.line, piece.column))
        before = piece.line
    return found + _empty(before, group.expected - len(found))


def _empty(line: int, count: int) -> list[Square]:
    return [loose("", 0, line, i + 1) for i in range(count)]


def _one_break_each(base: int, gap: int) -> int:
    """A filled square takes `base` line breaks, an empty one takes one."""
    return gap - base


def _full_step_each(base: int, gap: int) -> int:
    """Filled and empty squares take `base` line breaks each."""
    return gap // base - 1 if gap % base == 0 else -1
