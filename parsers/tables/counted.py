"""Rows of text with their cells between tabs or bars: which of them are the squares, by what the rows have in common.

A row that lost or gained a cell has the values of other columns in its squares. So a row is read where it has as many
cells, before, in and behind its squares, as full rows of its kind; of another one, only a run of values that adds up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from parsers import forms, numbers
from parsers.labels import key
from parsers.tables.squares import Kinds, Row, Square

TRACES = 2  # full rows of a kind from which others are measured by them
TIGHT = 0.85  # of the rows of a table: where so many have nothing but squares behind their label, all have

Shape = tuple[int, int]  # empty cells before the squares, and behind them


def adds_up(values: Sequence[Square], size: int) -> bool:
    """Whether every `size` values end with the sum of the others."""
    said = [numbers.read(v.text).value for v in values]
    counts = [n for n in said if n is not None]
    parts = [counts[i : i + size] for i in range(0, len(counts), size)]
    return len(counts) == len(said) and all(sum(part[:-1]) == part[-1] for part in parts)


def run_of(values: Row, count: int) -> Shape | None:
    """The empty cells around the values of a row that has `count` of them in one run."""
    full = [i for i, v in enumerate(values) if not v.is_blank]
    if len(full) != count or full[-1] - full[0] + 1 != count:
        return None
    return full[0], len(values) - 1 - full[-1]


def kinds_of(rows: Iterable[tuple[int, int, Row]], count: int) -> Kinds:
    """What the rows of a table with `count` squares show, from (kind, place of the label, cells behind it) of all."""
    known: dict[int, list[Row]] = {}
    labels: dict[int, Counter[int]] = {}
    for kind, label, values in rows:
        if values:
            labels.setdefault(kind, Counter())[label] += 1
            known.setdefault(kind, []).append(values)
    found = _by_ends(known, count)
    for kind, own in known.items():
        shapes = Counter(shape for values in own if (shape := run_of(values, count)))
        shape, seen = shapes.most_common(1)[0] if shapes else ((0, 0), 0)
        if seen >= TRACES and 2 * seen > shapes.total():
            found[kind] = shape
    usual = {kind: places.most_common(1)[0] for kind, places in labels.items()}
    sure = {kind: place for kind, (place, seen) in usual.items() if seen > TIGHT * labels[kind].total()}
    return Kinds(shapes=found, labels=sure)


def _by_ends(known: Mapping[int, Sequence[Row]], count: int) -> dict[int, Shape]:
    """The shapes, where rows of a kind have as many cells, and one number of empty cells behind fits all kinds."""
    sizes = {kind: Counter(map(len, own)).most_common(1)[0] for kind, own in known.items()}
    if sum(seen for _, seen in sizes.values()) <= TIGHT * sum(map(len, known.values())):
        return {}
    ways = []
    for end in range(min((size for size, _ in sizes.values()), default=0) - count + 1):
        shapes = {kind: (size - count - end, end) for kind, (size, _) in sizes.items()}
        if all(_fits(values, shapes[kind], count) for kind, own in known.items() for values in own):
            ways.append(shapes)
    return ways[0] if len(ways) == 1 else {}


def _fits(values: Row, shape: Shape, count: int) -> bool:
    """Whether the cells outside of the squares are empty; a row with more or fewer cells says nothing."""
    outside = (*values[: shape[0]], *values[shape[0] + count :])
    return len(values) != sum(shape) + count or all(v.is_blank for v in outside)


def squares_of(values: Row, shape: Shape | None, count: int, size: int) -> list[Square] | None:
    """The squares among the cells behind a label; `size` is how many of them end with a sum."""
    if not all(v.is_value for v in values):
        return None
    if shape and len(values) == sum(shape) + count:
        inside = values[shape[0] : shape[0] + count]
        if all(v.is_blank for v in (*values[: shape[0]], *values[shape[0] + count :])):
            return list(inside)
    filled = [v for v in values if not v.is_blank]
    if run_of(values, count) and adds_up(filled, size):
        return filled
    return list(values[-count:]) if not filled and len(values) >= count else None


def below_head(head: Sequence[Row], row: Row, count: int) -> list[Square] | None:
    """The row of table four, by how many cells the last row of its head has besides the outcomes."""
    lowest = head[-1]
    heads = [i for i, s in enumerate(lowest) if key(s.text) in forms.OUTCOMES]
    values = [v for v in row if v.is_value]
    if heads and len(values) == len(row):
        covered = count - len(heads)  # outcomes that stand in a row above: their cells may stand empty in this one
        first = heads[0] if heads[0] < covered or not covered else heads[0] - covered
        length = len(lowest) + (0 if first < heads[0] or not covered else covered)
        inside = values[first : first + count]
        if len(values) == length and all(v.is_blank for v in (*values[:first], *values[first + count :])):
            return inside
    filled = [v for v in values if not v.is_blank]
    return filled if run_of(values, count) and adds_up(filled, 5) else None
