"""OpenDocument spreadsheets -> document: what the cells show, with their spans."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from parsers.document import Builder, Document, Unreadable
from parsers.numbers import STRUCK, UNSEEN, may_be_number, signed
from parsers.packed import DAMAGE, part_of, tree_of
from parsers.readers.sheet import Cell, Row, dropped_of, lay, without

COLUMNS = 500
ROWS = 5000

_MANIFEST = "META-INF/manifest.xml"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _STYLE = f"{{{_OFFICE}table:1.0}}", f"{{{_OFFICE}text:1.0}}", f"{{{_OFFICE}style:1.0}}"
_FO = f"{{{_OFFICE}xsl-fo-compatible:1.0}}"
Signs = Mapping[str, str]  # style -> sign of what is struck out or not seen
_HIDDEN = ("collapse", "filter")
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
    signs = {style.get(_STYLE + "name"): sign for style in content.iter(_STYLE + "style") if (sign := _sign(style))}
    builder = Builder()
    dropped: list[str] = []
    for table in content.iter(_TABLE + "table"):
        if table.get(_TABLE + "style-name") not in hidden:
            rows, down = _rows(table, signs)
            across = _hidden_columns(table)
            dropped += dropped_of(rows, down, across)
            lay(without(rows, down, across), builder)
    return Document(blocks=tuple(builder.blocks), dropped=tuple(dropped))


def _sign(style: Any) -> str:
    """The sign of letters that are struck out or not seen, "" of others."""
    for letters in style.iter(_STYLE + "text-properties"):
        if any(letters.get(f"{_STYLE}text-line-through-{name}", "none") != "none" for name in ("style", "type")):
            return STRUCK
        white = letters.get(_FO + "color", "").lower() == "#ffffff"
        behind = {part.get(_FO + "background-color", "transparent") for part in style.iter()}
        if letters.get(_TEXT + "display") == "none" or (white and behind == {"transparent"}):
            return UNSEEN
    return ""


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for element in table.iter(_TABLE + "table-column"):
        times = min(_number(element, "number-columns-repeated"), COLUMNS)
        if element.get(_TABLE + "visibility") in _HIDDEN:
            hidden.update(range(column, column + times))
        column += times
    return hidden


def _rows(table: Any, signs: Signs) -> tuple[list[Row], set[int]]:
    """Rows up to the last one that holds something, all of one length; and which of them are hidden."""
    rows: list[list[Cell | None]] = []
    hidden = set[int]()
    filled = 0
    for element in table.iter(_TABLE + "table-row"):
        row = list(_cells(element, signs))
        holds = any(cell and cell[0] for cell in row)
        times = _number(element, "number-rows-repeated")
        if holds and len(rows) + times > ROWS:
            raise Unreadable(f"a sheet has more than {ROWS} rows")
        begin = len(rows)
        rows += [row] * min(times, ROWS - begin)
        if element.get(_TABLE + "visibility") in _HIDDEN:
            hidden.update(range(begin, len(rows)))
        filled = len(rows) if holds else filled
    width = max(map(len, rows[:filled]), default=0)
    return [[*row, *[("", 1, 1)] * (width - len(row))] for row in rows[:filled]], hidden


def _cells(row: Any, signs: Signs) -> Iterator[Cell | None]:
    """Cells up to the last one that holds something."""
    empty: list[Cell | None] = []
    count = 0
    for element in row.iter(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
        covered = element.tag != _TABLE + "table-cell"
        down, across = _number(element, "number-rows-spanned"), _number(element, "number-columns-spanned")
        cell = None if covered else ("\n".join(_paragraphs(element, signs)), down, across)
        times = _number(element, "number-columns-repeated")
        holds = covered or bool(cell and (cell[0] or down * across > 1))
        count += times
        if holds and count > COLUMNS:
            raise Unreadable(f"a sheet has more than {COLUMNS} columns")
        empty += [cell] * min(times, COLUMNS)
        if holds:
            yield from empty
            empty = []


def _paragraphs(cell: Any, signs: Signs) -> Iterator[str]:
    for paragraph in cell.iter(_TEXT + "p"):
        if next(paragraph.iterancestors(_ANNOTATION), None) is None:
            yield "".join(_pieces(paragraph, signs))


def _pieces(paragraph: Any, signs: Signs) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag in (_TEXT + "s", _TEXT + "tab"):
            yield " "
        elif element.tag == _TEXT + "line-break":
            yield "\n"
        yield _signed(element.text, element, signs)
        if element is not paragraph:
            yield _signed(element.tail, element.getparent(), signs)


def _signed(text: str | None, element: Any, signs: Signs) -> str:
    """A text with the sign of the innermost style that has one; words that could be no number are left alone."""
    if not text or not signs:
        return text or ""
    styles = (e.get(f"{space}style-name") for e in (element, *element.iterancestors()) for space in (_TEXT, _TABLE))
    sign = next((signs[style] for style in styles if style in signs), "")
    return f" {signed(text, sign)} " if sign and may_be_number(text) else text


def _number(element: Any, name: str) -> int:
    value = element.get(_TABLE + name, "1")
    return min(max(int(value), 1), 2_000_000) if value.isdigit() else 1
