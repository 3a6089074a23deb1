"""Whether a row of a grid lines up with its head, or with the rows around it, or is displaced as a whole.

A cell too many or too few moves all that stand behind it, and a number that moved belongs to another column. So a row
is read only where each of its values begins below its word, or where it ends with the others, or where its label ends
as many columns beside its place as the row does: a label covers too much, or the row begins with an empty cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from parsers.tables.squares import Lining, Row, Square, State, holds_number, is_filled_in

FIXED = 0.85  # of the rows of a table: where the labels of so many end in the same column, the others are displaced
ENOUGH = 4  # rows that end alike, from which they and not the head of the table are believed


def end(row: Row) -> int:
    """The column behind the last cell of a row."""
    return row[-1].slot + row[-1].span


def lined_up(lining: Lining, row: Row, label: int, others: Collection[int] = ()) -> list[Square] | None:
    """The squares of a row in the order of the lining; `label` is the place of its last label in the row.

    `others` are columns that have heads of their own: a number there disturbs nothing.
    """
    values = row[label + 1 :]
    behind, moved = row[label].slot + row[label].span, end(row) - lining.end
    if lining.whole:
        if [v.slot for v in values] == sorted(lining.slots):
            return below(values, lining.slots)
        if len(values) != len(lining.slots):
            return None
    if (behind - lining.label != moved) if lining.fixed else (moved or behind > min(lining.slots)):
        return None
    return below([v for v in values if v.slot - moved not in others], [slot + moved for slot in lining.slots])


def below(values: Row, slots: Sequence[int]) -> list[Square] | None:
    """The square in each column; None if one is missing or covers two, or a number stands beside them."""
    if [v.slot for v in values] == list(slots) and len({v.place for v in values}) == len(values):
        return list(values)  # as nearly all rows are
    found = []
    places = set()
    at = {v.slot: v for v in values}
    if sum([v.span for v in values]) > len(at):  # some cover several columns
        at = {slot: v for v in values for slot in range(v.slot, v.slot + v.span)}
    for slot in slots:
        square = at.get(slot)
        if square is None or (square.place in places and not square.is_blank):
            return None
        places.add(square.place)
        found.append(square)
    beside = [v for v in values if v.place not in places]
    return None if any(holds_number(v) or _is_piece(v.text) for v in beside) else found


def _is_piece(text: str) -> bool:
    """Whether a text is a piece of a number, as the second of `1` and `,697` is."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def is_reached(state: State, values: Row) -> bool:
    """Whether a cell of a row above stands among the values of a row: it covers too much, and has moved the others."""
    reaching = [v for v in values if v.above]
    if not reaching or all(v.is_blank for v in values):
        return False
    state.shared.update(v.place for v in reaching if v.is_number)
    return True


def is_parted(row: Row, label: int) -> bool:
    """Whether the label of several rows stands among the values of a row, behind its own label."""
    if not row[label].above:
        return False
    own = next((i for i in range(label - 1, -1, -1) if not row[i].above and not is_filled_in(row[i])), label)
    return any(s.is_value for s in row[own:label])


def of_rows(rows: Sequence[tuple[Row, int, int]], count: int, head: Sequence[int], head_end: int) -> Lining | None:
    """Where the values of a table stand, as most of its rows have it.

    Each row comes with the place of its last label, and how many labels of the form stand before that.

    `head` are the columns that its head names, or none. Without them `count` columns follow the labels; where more do,
    the rows without an empty square among their values show which.
    """
    ends = Counter(end(row) for row, _, _ in rows)
    if not ends:
        return None
    usual, often = ends.most_common(1)[0]
    if head_end and usual != head_end and often < ENOUGH:
        return None
    regular = [(row, label) for row, label, _ in rows if end(row) == usual and not is_parted(row, label)]
    if 2 * len(regular) <= len(rows):
        return None
    labels = Counter(row[label].slot + row[label].span for row, label in regular)
    last, those = labels.most_common(1)[0]
    if head and head_end == usual:
        slots = tuple(head)
    elif usual - last == count:
        slots = tuple(range(last, usual))
    else:
        full = set(_full(regular, count))
        if len(full) != 1:
            return None
        slots = full.pop()
    places = frozenset(_usual(rows, usual))
    fixed = those > FIXED * len(regular) and all(place == last for depth, place in places if depth >= 0)
    whole = fixed and last == min(slots) and max(slots) + 1 == usual
    return Lining(slots=slots, label=last, end=usual, fixed=fixed, whole=whole, labels=places)


def _usual(rows: Sequence[tuple[Row, int, int]], last: int) -> Iterator[tuple[int, int]]:
    """For each depth where the labels of most of its rows end, of rows that end where most of the table do."""
    depths = Counter(depth for _, _, depth in rows)
    ends = Counter(
        (depth, row[label].slot + row[label].span)
        for row, label, depth in rows
        if end(row) == last and not is_parted(row, label)
    )
    yield from ((depth, place) for (depth, place), count in ends.items() if 2 * count > depths[depth])


def _full(rows: Iterable[tuple[Row, int]], count: int) -> Iterator[tuple[int, ...]]:
    """The columns of the values where a row has them all."""
    for row, label in rows:
        filled = [v for v in row[label + 1 :] if not v.is_blank]
        if len(filled) == count and all(v.is_value for v in filled):
            yield tuple(v.slot for v in filled)
