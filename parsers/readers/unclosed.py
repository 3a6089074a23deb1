"""Tables that were never closed: what stands in them, but belongs behind them, is put there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_CELLS = frozenset({"td", "th"})
_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr"})
_OWN = _PARTS - {"table"} | _CELLS  # what stays in a table
DEEPEST = 40  # elements between a table and the cell that it stands in
NUMBERS = 4  # in cells of a table, from which it holds data and is no frame for what stands in its last cell


def close(tables: Iterable[Any]) -> None:
    """Moves tables of a page behind the one that they stand in, where that one holds data and cannot hold tables.

    A browser puts a table that stands between the cells of another one before it. If it stands in the last cell of
    another one, in which there are numbers, then the cell and the table were left open: they hold the rest of the page.
    """
    holders: dict[Any, Any] = {}  # table -> its last cell, if others of it hold numbers
    for table in tables:
        place, parent = table, table.getparent()
        for _ in range(DEEPEST):
            if parent is None or parent.tag in _CELLS or parent.tag in _PARTS:
                break
            place, parent = parent, parent.getparent()
        if parent is None:
            continue
        outer = _table_of(parent.getparent() if parent.tag in _CELLS else parent)
        if outer is not None and parent.tag in _CELLS:
            if outer not in holders:
                holders[outer] = _open_cell(outer)
            outer = outer if holders[outer] is parent else None
        if outer is not None:
            for element in reversed([place, *(e for e in place.itersiblings() if e.tag not in _OWN)]):
                outer.addnext(element)


def _table_of(part: Any) -> Any:
    while part is not None and part.tag != "table":
        part = part.getparent() if part.tag in _PARTS else None
    return part


def _open_cell(table: Any) -> Any:
    cells = list(_cells(table))
    numbers = sum(1 for own in cells[:-1] if "".join(own.itertext()).strip().isdigit())
    return cells[-1] if numbers >= NUMBERS else None


def _cells(table: Any) -> Iterator[Any]:
    for part in table:
        for row in part if part.tag != "tr" else (part,):
            yield from (cell for cell in row if cell.tag in _CELLS)
