"""Reports as workbooks: .xlsx by XlsxWriter; .ods and .xls byte by byte, because no LibreOffice Calc is asked for."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

import xlsxwriter

from parsers.document import Document, Paragraph

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Placed = tuple[int, int, str, int, int]  # row, column, text, rows, columns


def cells(document: Document) -> list[Placed]:
    """One sheet: prose in the first column, tables below it with their merged cells."""
    placed: list[Placed] = []
    row = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            placed.append((row, 0, block.text, 1, 1))
            row += 1
            continue
        own = dict.fromkeys(c for line in block.grid for c in line if not c.gap)
        placed += [(row + cell.row, cell.column, cell.text, cell.rowspan, cell.colspan) for cell in own]
        row += len(block.grid)
    return placed


def xlsx(placed: list[Placed], **options: object) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("年度报告")
        for row, column, text, down, across in placed:
            if down > 1 or across > 1:
                sheet.merge_range(row, column, row + down - 1, column + across - 1, "")
            if NUMBER.fullmatch(text):
                sheet.write_number(row, column, float(text))
            elif text:
                sheet.write_string(row, column, text)
    return file.getvalue()


def xls(placed: list[Placed]) -> bytes:
    """BIFF8: one sheet of labels, numbers and merged cells."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, column, text, _, _ in placed:
        if NUMBER.fullmatch(text):
            sheet += _record(0x0203, struct.pack("<HHHd", row, column, 0, float(text)))
        elif text:
            data = text.encode("utf-16-le")
            sheet += _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(data) // 2, 1) + data)
    merged = [(r, r + down - 1, c, c + across - 1) for r, c, _, down, across in placed if down > 1 or across > 1]
    sheet += _record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<4H", *m) for m in merged))
    sheet += _record(0x000A, b"")
    name = "年度报告".encode("utf-16-le")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    about = struct.pack("<BBBB", 0, 0, len(name) // 2, 1) + name
    end = _record(0x000A, b"")
    place = len(start) + 4 + 4 + len(about) + len(end)
    return compound({"Workbook": start + _record(0x0085, struct.pack("<I", place) + about) + end + sheet})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE2 file with these streams at its top."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    data, starts = b"", {}
    chains: list[int] = []
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")  # shorter ones would live in the mini stream
        content += b"\0" * (-len(content) % sector)
        count = len(content) // sector
        starts[name] = (len(chains), len(content))
        chains += [*range(len(chains) + 1, len(chains) + count), end]
        data += content
    entries = [_entry("Root Entry", 5, free, free, 1, end, 0)]
    for i, (name, (start, size)) in enumerate(starts.items(), start=1):
        entries.append(_entry(name, 2, free, i + 1 if i < len(starts) else free, free, start, size))
    entries += [_entry("", 0, free, free, free, 0, 0)] * (-len(entries) % 4)
    directory = b"".join(entries)
    first = len(chains)
    chains += [*range(first + 1, first + len(directory) // sector), end]
    tables = 1
    while (len(chains) + tables) * 4 > tables * sector:
        tables += 1
    table_at = len(chains)
    chains += [0xFFFFFFFD] * tables
    chains += [free] * (-len(chains) % (sector // 4))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, tables, first, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", *[*range(table_at, table_at + tables), *[free] * (109 - tables)])
    return head + data + directory + struct.pack(f"<{len(chains)}I", *chains)


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    length = len(raw) + 2 if name else 0
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", length, kind, 1, left, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="hidden"
 style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>%s</office:spreadsheet></office:body></office:document-content>"""


def ods(placed: list[Placed]) -> bytes:
    rows = max(r + down for r, _, _, down, _ in placed)
    columns = max(c + across for _, c, _, _, across in placed)
    covered = {
        (y, x)
        for r, c, _, down, across in placed
        for y in range(r, r + down)
        for x in range(c, c + across)
        if (y, x) != (r, c)
    }
    at = {(r, c): (text, down, across) for r, c, text, down, across in placed}
    lines = ("".join(_ods_cells(y, columns, at, covered)) for y in range(rows))
    table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    empty = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
    )
    return ods_of(f"<table:table>{table}{empty}</table:table-row></table:table>")


def _ods_cells(
    y: int, columns: int, at: Mapping[tuple[int, int], tuple[str, int, int]], covered: set[tuple[int, int]]
) -> Iterator[str]:
    for x in range(columns):
        if (y, x) in covered:
            yield "<table:covered-table-cell/>"
            continue
        text, down, across = at.get((y, x), ("", 1, 1))
        spans = (
            f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"' if down * across > 1 else ""
        )
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n") if text)
        yield f"<table:table-cell{spans}>{lines}</table:table-cell>"


def ods_of(tables: str, **parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr("content.xml", ODS % tables)
        for name, data in parts.items():
            pack.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()
