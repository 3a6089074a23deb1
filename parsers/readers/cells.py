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
from itertools import pairwise
from typing import Any, NamedTuple
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
_STALE = re.compile(r"\bfullCalcOnLoad=\"(?:1|true)\"")  # programs that work nothing out store a 0 with each formula
_HIDDEN = re.compile(r"<(?:\w+:)?(row|col)\s([^>]*(?:\bhidden=\"(?:1|true)\"|\b(?:ht|width)=\"0(?:\.0+)?\")[^>]*)>")
_STRIKE = re.compile(r"<(?:\w+:)?strike\s*(?:/>|val=\"(?:1|true)\")")
_NUMBER = re.compile(r"\b(r|min|max|s|fontId|fillId|numFmtId)=\"(\d{1,7})\"")
_WHITE = re.compile(r"<(?:\w+:)?color\s[^>]*(?:rgb=\"FFFFFFFF\"|theme=\"0\"\s*/>)")
_FORMAT = re.compile(r"<(?:\w+:)?numFmt\s[^>]*>")
_CODE = re.compile(r"formatCode=\"([^\"]*)\"")
_CONDITION = re.compile(r"\[[^\]]*\]")
_LITERAL = re.compile(r"\"([^\"]*)\"|[\\!](.)|[_*].")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a comma behind the digits divides by a thousand
ROWS, COLUMNS = 1_048_576, 16_384


class Sheet(NamedTuple):
    """What the library does not tell of a sheet of an .xlsx; places are rows and columns, from 0."""

    failed: dict[tuple[int, int], str]  # an error, as #REF!, or a formula never worked out: the library says blank
    rows: list[int]  # that are hidden
    columns: list[int]
    struck: list[tuple[int, int]]
    unseen: list[tuple[int, int]]  # white on nothing, or with a format that shows nothing
    altered: list[tuple[int, int, str]]  # with a format that shows another number than is stored, and which


class Looks(NamedTuple):
    """Which styles of cells, and which texts that several cells share, are struck out or not seen."""

    struck: set[int]
    unseen: set[int]
    altered: dict[int, str]  # style -> format
    texts: set[int]


NOTHING = Sheet({}, [], [], [], [], [])


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body = sys.stdin.buffer.read()
    try:
        besides = _besides(body) if body.startswith(b"PK") else {}
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            sheets = list(_sheets(book, besides))
    except (CalamineError, zipfile.BadZipFile, LookupError, ValueError, OSError, RuntimeError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return 1
    sys.stdout.write(json.dumps(sheets))
    return 0


def _sheets(book: CalamineWorkbook, besides: dict[str, Sheet]) -> Iterator[dict[str, Any]]:
    """Visible sheets that hold something: where their first cell is, their rows of texts, and their merged ranges."""
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        told = besides.get(about.name, NOTHING)
        failed = told.failed
        rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=not failed)]
        top, left = (0, 0) if failed else sheet.start or (0, 0)
        for (row, column), text in failed.items():
            rows += [[] for _ in range(row - len(rows) + 1)]
            rows[row] += [""] * (column - len(rows[row]) + 1)
            rows[row][column] = text
        width = max(map(len, rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in rows]
        if any(map(any, rows)):
            merged = sheet.merged_cell_ranges or []
            yield {"start": [top, left], "rows": rows, "merged": merged, "hidden": [told.rows, told.columns]} | {
                "struck": told.struck,
                "unseen": told.unseen,
                "altered": told.altered,
            }


def _text(value: Any) -> str:
    """A value as a person sees it in its square, in as many digits as Excel keeps."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    return str(value)


def _besides(body: bytes) -> dict[str, Sheet]:
    """What the library does not tell, by the names of the sheets."""
    found: dict[str, Sheet] = {}
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        relations = (dict(_ATTRIBUTE.findall(r)) for r in _RELATION.findall(_part(pack, "xl/_rels/workbook.xml.rels")))
        targets = {r.get("Id", ""): posixpath.join("/xl", r.get("Target", "")).lstrip("/") for r in relations}
        names = pack.namelist()
        styles, texts = (
            _part(pack, part) if part in names else "" for part in ("xl/styles.xml", "xl/sharedStrings.xml")
        )
        looks = _looks(styles, texts)
        book = _part(pack, "xl/workbook.xml")
        stale = bool(_STALE.search(book))
        for name, relation in _SHEET.findall(book):
            part = targets.get(relation, "")
            if part in names:
                found[unescape(name, {"&quot;": '"', "&apos;": "'"})] = _sheet(_part(pack, part), looks, stale)
    return found


def _sheet(text: str, looks: Looks, stale: bool) -> Sheet:
    sheet = Sheet({}, [], [], [], [], [])
    for kind, attributes in _HIDDEN.findall(text):
        said = {name: int(number) for name, number in _NUMBER.findall(attributes)}
        if kind == "row" and "r" in said:
            sheet.rows.append(said["r"] - 1)
        elif kind == "col" and "min" in said:
            sheet.columns.extend(range(said["min"] - 1, min(said.get("max", said["min"]), COLUMNS)))
    for attributes, content in _CELL.findall(text):
        place, value = _PLACE.search(attributes), _VALUE.search(content)
        if not place:
            continue
        square = (int(place[2]) - 1, _column(place[1]))
        style = dict(_NUMBER.findall(attributes)).get("s", "0")
        shared = 't="s"' in attributes and value is not None and value[1].isdigit() and int(value[1]) in looks.texts
        if shared or int(style) in looks.struck or _STRIKE.search(content):
            sheet.struck.append(square)
        elif int(style) in looks.unseen:
            sheet.unseen.append(square)
        elif int(style) in looks.altered and 't="s"' not in attributes and value is not None:
            sheet.altered.append((*square, looks.altered[int(style)]))
        if 't="e"' in attributes:
            sheet.failed[square] = value[1] if value else "#?"
        elif _FORMULA.search(content) and (value is None or (stale and value[1] == "0")):
            sheet.failed[square] = "=?"
    return sheet


def _looks(styles: str, texts: str) -> Looks:
    fonts = list(_pieces(styles, "fonts", "font"))
    struck = {i for i, font in enumerate(fonts) if _STRIKE.search(font)}
    white = {i for i, font in enumerate(fonts) if _WHITE.search(font)}
    filled = {i for i, fill in enumerate(_pieces(styles, "fills", "fill")) if 'patternType="none"' not in fill}
    codes: dict[str | None, str] = {"9": "0%", "10": "0.00%"}
    for one in _FORMAT.findall(styles):
        code, number = _CODE.search(one), dict(_NUMBER.findall(one)).get("numFmtId")
        codes[number] = unescape(code[1], {"&quot;": '"', "&apos;": "'"}) if code else ""
    silent = {number for number, code in codes.items() if code.strip() in (";;;", ";;")}
    found = Looks(set(), set(), {}, {i for i, one in enumerate(_pieces(texts, "sst", "si")) if _STRIKE.search(one)})
    for i, cell in enumerate(_pieces(styles, "cellXfs", "xf")):
        said = dict(_NUMBER.findall(cell.partition(">")[0]))
        font, fill = int(said.get("fontId", "0")), int(said.get("fillId", "0"))
        if font in struck:
            found.struck.add(i)
        if (font in white and fill not in filled) or said.get("numFmtId") in silent:
            found.unseen.add(i)
        elif alters(shown := codes.get(said.get("numFmtId"), "")):
            found.altered[i] = shown
    return found


def alters(code: str) -> bool:
    """Whether a format shows another number than is stored: a share, a part of it, or digits and units of its own."""
    first = _CONDITION.sub("", code.partition(";")[0])
    said = "".join("".join(found) for found in _LITERAL.findall(first))
    bare = _LITERAL.sub("", first)
    return "%" in bare or bool(_SCALED.search(bare)) or bool(re.search(r"[\d.万千百亿]", said))


def _pieces(text: str, whole: str, name: str) -> Iterator[str]:
    """The elements of one name in another one, each from its beginning to that of the next."""
    inside = re.search(rf"<(?:\w+:)?{whole}[\s>].*?</(?:\w+:)?{whole}>", text, re.DOTALL)
    if inside:
        begins = [found.start() for found in re.finditer(rf"<(?:\w+:)?{name}[\s/>]", inside[0])]
        yield from (inside[0][begin:end] for begin, end in pairwise([*begins, len(inside[0])]))


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
