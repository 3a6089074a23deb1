"""OpenDocument spreadsheets -> document: what the cells show, with their spans."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from parsers.document import Builder, Document, Unreadable
from parsers.packed import DAMAGE, part_of, tree_of
from parsers.readers.sheet import Cell, Row, lay

COLUMNS = 500
ROWS = 5000

_MANIFEST = "META-INF/manifest.xml"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _STYLE = f"{{{_OFFICE}table:1.0}}", f"{{{_OFFICE}text:1.0}}", f"{{{_OFFICE}style:1.0}}"
_ANNOTATION = f"{{{_OFFICE}office:1.0}}annotation"


def read(body: bytes, mime: str) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            if _MANIFEST in pack.namelist() and b"encryption-data" in part_of(pack, _MANIFEST):
                raise Unreadable("the workbook is locked by a password")
            content = tree_of(pack, "content.xml")
    except DAMAGE as error:
        raise Unreadable(f"the .ods is damaged or cut off ({error})") from error
    hidden = {
        style.get(_STYLE + "name")
        for style in content.iter(_STYLE + "style")
        if any(p.get(_TABLE + "display") == "false" for p in style.iter(_STYLE + "table-properties"))
    }
    builder = Builder()
    for table in content.iter(_TABLE + "table"):
        if table.get(_TABLE + "style-name") not in hidden:
            lay(_rows(table), builder)
    return Document(blocks=tuple(builder.blocks))


def _rows(table: Any) -> list[Row]:
    """Rows up to the last one that holds something, all of one length."""
    rows: list[list[Cell | None]] = []
    filled = 0
    for element in table.iter(_TABLE + "table-row"):
        if element.get(_TABLE + "visibility") in ("collapse", "filter"):
            continue
        row = list(_cells(element))
        holds = any(cell and cell[0] for cell in row)
        times = _number(element, "number-rows-repeated")
        if holds and len(rows) + times > ROWS:
            raise Unreadable(f"a sheet has more than {ROWS} rows")
        rows += [row] * min(times, ROWS - len(rows))
        filled = len(rows) if holds else filled
    width = max(map(len, rows[:filled]), default=0)
    return [[*row, *[("", 1, 1)] * (width - len(row))] for row in rows[:filled]]


def _cells(row: Any) -> Iterator[Cell | None]:
    """Cells up to the last one that holds something."""
    empty: list[Cell | None] = []
    count = 0
    for element in row.iter(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
        covered = element.tag != _TABLE + "table-cell"
        down, across = _number(element, "number-rows-spanned"), _number(element, "number-columns-spanned")
        cell = None if covered else ("\n".join(_paragraphs(element)), down, across)
        times = _number(element, "number-columns-repeated")
        holds = covered or bool(cell and (cell[0] or down * across > 1))
        count += times
        if holds and count > COLUMNS:
            raise Unreadable(f"a sheet has more than {COLUMNS} columns")
        empty += [cell] * min(times, COLUMNS)
        if holds:
            yield from empty
            empty = []


def _paragraphs(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(_TEXT + "p"):
        if next(paragraph.iterancestors(_ANNOTATION), None) is None:
            yield "".join(_pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag in (_TEXT + "s", _TEXT + "tab"):
            yield " "
        elif element.tag == _TEXT + "line-break":
            yield "\n"
        yield element.text or ""
        if element is not paragraph:
            yield element.tail or ""


def _number(element: Any, name: str) -> int:
    value = element.get(_TABLE + name, "1")
    return min(max(int(value), 1), 2_000_000) if value.isdigit() else 1
