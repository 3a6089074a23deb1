"""Which of the cells between bars are the squares of a row: told by the empty cells that the rows have in common.

Merged cells leave empty ones: before the squares those that the row's own label covers, behind them those that the
labels beside the next row cover, and any column that the table has besides. So rows with as many labels have as many
before, and rows with the same kind of row below them have as many behind. Where one number of each fits the rows, and
nothing stands in those cells, the others are the squares.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from parsers.listed_cells import Piece
from parsers.listed_groups import Group
from parsers.tables.squares import Square, loose

FEW = 2  # rows of a kind from which they show anything
TIGHT = 0.85  # of the rows of a table: so many must fit

Kind = tuple[str, int, int, int]  # table, squares, labels before the last, labels before the first of the row below
Pair = tuple[int, int]  # empty cells before the squares, and behind them
Part = tuple[str, int, int]  # of a kind: what the cells before the squares follow from, or those behind them


class Bars:
    """The empty cells of the rows of one text."""

    def __init__(self, rows: Sequence[Group]) -> None:
        self.known = [g for g in rows if g.is_known and g.kind != "local"]
        self.tables = {g.mode for g in self.known}
        self._before: dict[Part, set[int]] = {}
        self._behind: dict[Part, set[int]] = {}
        by_kind: dict[Kind, list[Group]] = defaultdict(list)
        for group in self.known:
            by_kind[_kind(group)].append(group)
        pairs = {kind: found for kind, own in by_kind.items() if (found := _pairs(own))}
        self._torn = {kind for kind, own in by_kind.items() if len(own) >= FEW and kind not in pairs}
        self._agree(pairs)
        self._step(pairs)
        every = Counter(g.mode for g in self.known)
        fitting = Counter(g.mode for g in self.known if self._inside(g))
        self._sure = {mode for mode, count in every.items() if fitting[mode] > TIGHT * count}

    def squares(self, group: Group) -> list[Square] | None:
        """As many squares as the form has, None where their places are not proven."""
        found = self._inside(group) if group.mode in self._sure else None
        if found is None and group.adds_up():
            found = _run(group)
        return None if found is None else [loose(p.text, 0, p.line, p.column) for p in found]

    def _agree(self, pairs: Mapping[Kind, set[Pair]]) -> None:
        """Leaves of the numbers before and behind those that fit the rows of all kinds."""
        for kind, found in pairs.items():
            self._before.setdefault(_front(kind), {b for b, _ in found})
            self._behind.setdefault(_back(kind), {e for _, e in found})
        changed = True
        while changed:
            changed = False
            for kind, found in pairs.items():
                before, behind = self._before[_front(kind)], self._behind[_back(kind)]
                left = {(b, e) for b, e in found if b in before and e in behind}
                changed = changed or {b for b, _ in left} != before or {e for _, e in left} != behind
                self._before[_front(kind)], self._behind[_back(kind)] = {b for b, _ in left}, {e for _, e in left}

    def _step(self, pairs: Mapping[Kind, set[Pair]]) -> None:
        """Below rows of the first column as many are empty as the steps from one label column to the next leave."""
        first, second, third = (self._behind.get(("requests", 0, level), set()) for level in range(3))
        if len(second) == len(third) == 1 < len(first):
            self._behind["requests", 0, 0] = first & {2 * min(second) - min(third)}
            self._agree(pairs)

    def _inside(self, group: Group) -> Sequence[Piece] | None:
        """The cells of a row between those that have to be empty, if they are, and it has no more and no fewer."""
        where = self._where(group)
        if where is None:
            return None
        lacking = sum(where) + group.expected - len(group.values)
        # The end of a table may have lost its empty cells; a row with a number in each square lost no square.
        at_the_end = not group.after and len(group.filled) == group.expected
        if lacking and not (at_the_end and 0 < lacking <= where[1]):
            return None
        inside = group.values[where[0] : where[0] + group.expected]
        outside = (*group.values[: where[0]], *group.values[where[0] + group.expected :])
        return None if any(p.text.strip() for p in outside) else inside

    def _where(self, group: Group) -> Pair | None:
        """How many cells before and behind the squares of a row have to be empty; None where nothing tells."""
        if group.mode == "review":  # its only row; its head ends as rows do
            ends = self._behind.get(("requests", 0, 0), {0})
            return (min(ends), min(ends)) if len(ends) == 1 else None
        plain = all(
            ways == {0} for part, ways in (*self._before.items(), *self._behind.items()) if part[0] == group.mode
        )
        unknown = {0} if plain else set[int]()
        kind = _kind(group)
        if kind in self._torn:
            return None
        before, behind = self._before.get(_front(kind), unknown), self._behind.get(_back(kind), unknown)
        if group.kind == "local":  # which column its label stands in is not known
            before = set().union(*(ways for part, ways in self._before.items() if part[0] == group.mode))
        return (min(before), min(behind)) if len(before) == len(behind) == 1 else None


def _kind(group: Group) -> Kind:
    return group.mode, group.expected, group.depth, group.below


def _front(kind: Kind) -> Part:
    return kind[0], 0, kind[2]


def _back(kind: Kind) -> Part:
    """Rows of table two have another row of its first column below them, and as many squares as their block."""
    return (kind[0], 0, kind[3]) if kind[0] == "requests" else (kind[0], kind[1], 0)


def _pairs(rows: Sequence[Group]) -> set[Pair]:
    """The numbers of empty cells before and behind the squares that fit rows of one kind."""
    size, seen = Counter(len(g.values) for g in rows).most_common(1)[0]
    wanted = rows[0].expected
    if len(rows) < FEW or 2 * seen <= len(rows):
        return set()
    whole = [[p.text.strip() for p in g.values] for g in rows if len(g.values) == size]
    pairs = ((before, size - wanted - before) for before in range(size - wanted + 1))
    return {(b, e) for b, e in pairs if not any(any(row[:b]) or any(row[b + wanted :]) for row in whole)}


def _run(group: Group) -> Sequence[Piece] | None:
    """The filled cells, where each square has one and no empty cell stands between them."""
    full = [i for i, p in enumerate(group.values) if p.text.strip()]
    whole = len(full) == group.expected and full[-1] - full[0] + 1 == len(full)
    return group.values[full[0] : full[-1] + 1] if whole else None
