"""A column of running numbers in a list of cells: before every label of a table stands one that counts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from parsers.listed_cells import Piece
from parsers.listed_groups import Group

ROWS = 3  # of a table, from which numbers that follow each other are a column


def without_numbering(groups: Sequence[Group]) -> list[Group]:
    """The rows without their running numbers; where some of these were lost, no row of the table is placed."""
    taken: set[int] = set()  # pieces, by identity
    for mode in ("proactive", "requests"):
        before = list(_before_labels(groups, mode))
        numbers = [int(p.text) if p and p.text.strip().isdecimal() else None for p in before]
        follows = sum(a is not None and b == a + 1 for a, b in pairwise(numbers))
        if len(numbers) < ROWS or 2 * follows < len(numbers):
            continue
        if numbers == list(range(1, len(numbers) + 1)):
            taken.update(map(id, before))
            taken.update(map(id, _before_titles(groups, mode)))
        else:
            for group in groups:
                group.lost = group.lost or group.mode == mode
    for group in groups:
        if group.values and id(group.values[-1]) in taken:
            group.end = group.values[-1].line
        group.values = [p for p in group.values if id(p) not in taken]
    return [group for group in groups if id(group.labels[0]) not in taken]


def _before_titles(groups: Sequence[Group], mode: str) -> Iterator[Piece]:
    """The empty cells that the column of numbers has between bars before titles and heads."""
    for last, group in pairwise(groups):
        if group.kind in ("block", "header") and last.kind == "label" and last.mode == mode:
            yield from (p for p in last.values[-1:] if p.known and not p.text.strip())


def _before_labels(groups: Sequence[Group], mode: str) -> Iterator[Piece | None]:
    """The number before the labels of each row of a table."""
    for last, group in pairwise(groups):
        if group.kind == "label" and group.mode == mode:
            cells = last.values if last.kind in ("label", "values") else last.labels
            yield cells[-1] if cells and cells[-1].is_value else None
