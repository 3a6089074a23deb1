"""Workbooks .xls, .xlsx and .et -> document: each visible sheet as paragraphs and tables, by way of python-calamine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from parsers.document import SQUARE_LIMIT, Builder, Document, Unreadable, grid_of
from parsers.labels import squeeze
from parsers.numbers import STRUCK, UNSEEN, glance, may_be_number, signed
from parsers.sections import heading_number

Cell = tuple[str, int, int]  # text, rows, columns
Row = Sequence[Cell | None]  # None: covered by a cell above or to the left

LONG = 60  # characters; more in a row's only cell is prose
LARGEST = 64 * 1024 * 1024  # bytes of the file

_PROGRAM = Path(__file__).with_name("cells.py")
_SECONDS = 60


def read(body: bytes, mime: str) -> Document:
    if len(body) > LARGEST:
        raise Unreadable(f"the workbook has {len(body)} bytes, more than {LARGEST}")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM)], input=body, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"the workbook could not be read within {_SECONDS} s") from error
    if done.returncode < 0:
        raise Unreadable("the workbook is damaged, or claims more cells than any report has")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").splitlines()[-1:]
        locked = bool(said) and "password" in said[0].lower()
        raise Unreadable("the workbook is locked by a password" if locked else f"the workbook is damaged ({said})")
    builder = Builder()
    dropped: list[str] = []
    for sheet in json.loads(done.stdout):
        rows, start = sheet["rows"], sheet["start"]
        for sign, squares in ((STRUCK, sheet["struck"]), (UNSEEN, sheet["unseen"])):
            _sign(rows, start, sign, squares)
        for row, column, code in sheet["altered"]:
            y, x = row - start[0], column - start[1]
            if 0 <= y < len(rows) and 0 <= x < len(rows[y]):
                rows[y][x] += f" [{code}]"  # what is stored, and the format that shows something else
        down, across = ({place - start[i] for place in sheet["hidden"][i]} for i in (0, 1))
        whole = _with_spans(rows, start, sheet["merged"])
        dropped += dropped_of(whole, down, across)
        lay(without(whole, down, across), builder)
    return Document(blocks=tuple(builder.blocks), dropped=tuple(dropped))


def _with_spans(rows: list[list[str]], start: Sequence[int], merged: Sequence[Sequence[Sequence[int]]]) -> list[Row]:
    """Rows whose merged cells span; what a merged cell covers shows nothing, whatever is stored there."""
    cells: list[list[Cell | None]] = [[(text, 1, 1) for text in row] for row in rows]
    height, width = len(rows), max(map(len, rows))
    for (top, left), (bottom, right) in merged:
        ys = range(max(top - start[0], 0), min(bottom - start[0] + 1, height))
        xs = range(max(left - start[1], 0), min(right - start[1] + 1, width))
        if not ys or not xs:
            continue
        text = rows[ys[0]][xs[0]]
        for y in ys:
            cells[y][xs[0] : xs[-1] + 1] = [None] * len(xs)
        cells[ys[0]][xs[0]] = (text, len(ys), len(xs))
    return list(cells)


def _sign(rows: list[list[str]], start: Sequence[int], sign: str, squares: Sequence[Sequence[int]]) -> None:
    """Signs what is struck out or not seen; words that could be no number are left alone."""
    for y, x in ((row - start[0], column - start[1]) for row, column in squares):
        if 0 <= y < len(rows) and 0 <= x < len(rows[y]) and may_be_number(rows[y][x]):
            rows[y][x] = signed(rows[y][x], sign)


def without(rows: Sequence[Row], hidden_rows: Set[int], hidden_columns: Set[int]) -> Sequence[Row]:
    """A sheet without what is not shown of it; a merged cell covers less then, and begins in what is left."""
    if not hidden_rows and not hidden_columns:
        return rows
    kept: list[list[Cell | None]] = [list(row) for row in rows]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell and cell[1] * cell[2] > 1:
                ys = [r for r in range(y, y + cell[1]) if r not in hidden_rows]
                xs = [c for c in range(x, x + cell[2]) if c not in hidden_columns]
                kept[y][x] = None
                if ys and xs and ys[0] < len(kept) and xs[0] < len(kept[ys[0]]):
                    kept[ys[0]][xs[0]] = (cell[0], len(ys), len(xs))
    shown = (row for y, row in enumerate(kept) if y not in hidden_rows)
    return [[cell for x, cell in enumerate(row) if x not in hidden_columns] for row in shown]


def dropped_of(rows: Sequence[Row], hidden_rows: Set[int], hidden_columns: Set[int]) -> Iterator[str]:
    """The numbers of a sheet that are not shown of it."""
    if not hidden_rows and not hidden_columns:
        return
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell and glance(cell[0]).is_number:
                gone = all(r in hidden_rows for r in range(y, y + cell[1]))
                if gone or all(c in hidden_columns for c in range(x, x + cell[2])):
                    yield cell[0]


def lay(rows: Sequence[Row], builder: Builder) -> None:
    """Puts a sheet into a document: rows that hold only a line of text as paragraphs, the others as tables."""
    if sum(map(len, rows)) > SQUARE_LIMIT:
        raise Unreadable(f"a sheet has more than {SQUARE_LIMIT} cells")
    table: list[Row] = []
    for row in rows:
        texts = [cell[0] for cell in row if cell and cell[0].strip()]
        if len(texts) > 1 or (table and not (len(texts) == 1 and _is_prose(texts[0]))):
            table.append(row)
            continue
        _end(table, builder)
        for text in texts:
            for line in text.splitlines():
                builder.paragraph(line)
    _end(table, builder)


def _is_prose(text: str) -> bool:
    return bool(heading_number(text)) or len(squeeze(text)) > LONG


def _end(table: list[Row], builder: Builder) -> None:
    if table:
        width = max(x + cell[2] for row in table for x, cell in enumerate(row) if cell and cell[0].strip())
        builder.table(grid_of([cell for cell in row[:width] if cell] for row in table))
        table.clear()
