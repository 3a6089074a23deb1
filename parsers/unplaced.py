"""Numbers of tables whose words stand in a document, though nothing in them could be placed.

They are told one by one, so that nobody takes them for lost: in grids that are no table of the form (all rows typed
into one, or rows and columns changed about), and in tables that are printed as their own mark-up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from parsers.document import Document, Table
from parsers.labels import squeeze
from parsers.tables.squares import Square, holds_number, in_grid, loose

# Words of each table that stand together nowhere else.
_WORDS: Mapping[str, Sequence[Sequence[str]]] = {
    "proactive": (("制发件数", "规范性文件"), ("对外公开总数量", "规范性文件"), ("行政许可", "处理决定数量")),
    "requests": (("商业企业", "结转下年度"), ("科研机构", "不予公开")),
    "review": (("结果纠正", "尚未审结"),),
}
# In a page each of these stands in one of the tables.
_NAMES = {"proactive": ("对外公开总数量", "制发件数"), "requests": ("结转下年度",), "review": ("尚未审结",)}
_TABLE = re.compile(r"<table\b[^<>]{0,2000}>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,500}>(.{0,500}?)</t[dh]>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^<>]{0,500}>")
LONGEST = 2_000_000  # characters of a table that stands in no text


def spoken_of(document: Document) -> list[str]:
    """The tables whose words stand in a document, in whatever order: it may hold what nobody could read."""
    cells = (cell.text for table in document.tables for row in table.grid for cell in row)
    return list(_spoken("".join([*cells, *(p.text for p in document.paragraphs)]), _WORDS))


def unplaced(document: Document, tables: Collection[str]) -> Iterator[tuple[str, Square]]:
    """Every number of these tables, with the table."""
    for index, table in enumerate(document.tables if tables else (), document.tables_before):
        text = "".join(cell.text for row in table.grid for cell in row)
        for name in _spoken(text, tables):
            yield from ((name, square) for square in _in_table(table, index) if holds_number(square))
    lines = document.paragraphs
    text = "\n".join(p.text for p in lines) if tables else ""
    begins = [found.end() for found in _TABLE.finditer(text)]
    for begin, end in pairwise([*begins, len(text)]):
        for name in _spoken(text[begin:end], tables):
            line = lines[text.count("\n", 0, begin)].line
            numbers = (loose(said, 0, line, n) for n, said in enumerate(_cells(text[begin:end])))
            yield from ((name, square) for square in numbers if holds_number(square))


def asleep(source: bytes, table: str) -> int:
    """How many numbers of a table a page holds in what is no text of it: scripts, fields of forms, remarks."""
    at = next((at for word in _NAMES.get(table, ()) if (at := source.find(word.encode())) >= 0), -1)
    if at < 0:
        return 0
    begin = max(source.rfind(sign, 0, at) for sign in (b"<table", b"<TABLE", b"&lt;table"))
    ends = [end for sign in (b"</table", b"</TABLE", b"&lt;/table") if (end := source.find(sign, at)) >= 0]
    if begin < 0 or not ends or min(ends) - begin > LONGEST:
        return 0
    piece = html.unescape(source[begin : min(ends)].decode(errors="replace"))
    return sum(holds_number(loose(text, 0, 0)) for text in _cells(piece))


def _spoken(text: str, tables: Collection[str]) -> Iterator[str]:
    squeezed = squeeze(text)
    for table in tables:
        if any(all(word in squeezed for word in words) for words in _WORDS.get(table, ())):
            yield table


def _in_table(table: Table, index: int) -> Iterator[Square]:
    """Every line of every cell."""
    for r in range(len(table.grid)):
        for cell in table.cells(r):
            if cell.row == r:
                yield from (in_grid(line, cell.column, index, r, cell.column) for line in cell.text.split("\n"))


def _cells(piece: str) -> Iterator[str]:
    for found in _CELL.finditer(piece):
        yield html.unescape(_TAGS.sub(" ", found[1])).strip()
