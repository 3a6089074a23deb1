"""Prints the workbook on its standard input as JSON; a program of its own, so that it can fail without harm.

A workbook may claim a million rows in a hundred bytes; the library then asks for all the memory there is, and dies.
"""

import datetime
import io
import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import unescape

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024  # bytes
SECONDS = 20  # of computing
PART = 64 * 1024 * 1024  # bytes of one part of an .xlsx

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"[^>]*?\b\w+:id=\"([^\"]*)\"")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"\b(Id|Target)=\"([^\"]*)\"")
_CELL = re.compile(r"<(?:\w+:)?c\s([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(r"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_VALUE = re.compile(r"<(?:\w+:)?v>([^<]*)<")
_FORMULA = re.compile(r"<(?:\w+:)?f[ >/]")


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body = sys.stdin.buffer.read()
    try:
        errors = _errors(body) if body.startswith(b"PK") else {}
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            sheets = list(_sheets(book, errors))
    except (CalamineError, zipfile.BadZipFile, LookupError, ValueError, OSError, RuntimeError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return 1
    sys.stdout.write(json.dumps(sheets))
    return 0


def _sheets(book: CalamineWorkbook, errors: dict[str, dict[tuple[int, int], str]]) -> Iterator[dict[str, Any]]:
    """Visible sheets that hold something: where their first cell is, their rows of texts, and their merged ranges."""
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        failed = errors.get(about.name, {})
        rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=not failed)]
        top, left = (0, 0) if failed else sheet.start or (0, 0)
        for (row, column), text in failed.items():
            rows += [[] for _ in range(row - len(rows) + 1)]
            rows[row] += [""] * (column - len(rows[row]) + 1)
            rows[row][column] = text
        width = max(map(len, rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in rows]
        if any(map(any, rows)):
            yield {"start": [top, left], "rows": rows, "merged": sheet.merged_cell_ranges or []}


def _text(value: Any) -> str:
    """A value as a person sees it in its square, in as many digits as Excel keeps."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return str(value)


def _errors(body: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> squares with an error, as #REF!, or a formula never worked out: the library takes them for blank."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        relations = (dict(_ATTRIBUTE.findall(r)) for r in _RELATION.findall(_part(pack, "xl/_rels/workbook.xml.rels")))
        targets = {r.get("Id", ""): posixpath.join("/xl", r.get("Target", "")).lstrip("/") for r in relations}
        for name, relation in _SHEET.findall(_part(pack, "xl/workbook.xml")):
            part = targets.get(relation, "")
            squares = _failed(_part(pack, part)) if part in pack.namelist() else ()
            found[unescape(name, {"&quot;": '"', "&apos;": "'"})] = dict(squares)
    return found


def _failed(sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    for attributes, content in _CELL.findall(sheet):
        place, value = _PLACE.search(attributes), _VALUE.search(content)
        if not place:
            continue
        if 't="e"' in attributes:
            yield (int(place[2]) - 1, _column(place[1])), value[1] if value else "#?"
        elif _FORMULA.search(content) and "<v" not in content and ":v" not in content:
            yield (int(place[2]) - 1, _column(place[1])), "=?"


def _part(pack: zipfile.ZipFile, name: str) -> str:
    with pack.open(name) as part:
        data = part.read(PART + 1)
    if len(data) > PART:
        raise ValueError(f"{name} unpacks to more than {PART} bytes")
    return data.decode("utf-8", "replace")


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


if __name__ == "__main__":
    sys.exit(main())
