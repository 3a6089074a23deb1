"""Workbooks: numbers as a person sees them, merged squares, hidden sheets, formulas that failed."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from parsers import media
from parsers.document import Builder, Paragraph, Table
from parsers.numbers import STRUCK, UNSEEN, signed
from parsers.readers import READERS, ods, sheet
from tests import sheets
from tests.reports import read


def test_numbers_in_a_workbook_are_those_that_a_person_sees() -> None:
    cells = [(0, 0, "信息内容", 1, 1), (0, 1, "数", 1, 1)]
    for i, text in enumerate(["3", "24252.311082", "-57", "0.1", "123456789012"], start=1):
        cells += [(i, 0, f"第{i}行", 1, 1), (i, 1, text, 1, 1)]
    for body in (sheets.xlsx(cells), sheets.xls(cells)):
        (table,) = sheet.read(body, "").tables
        assert [row[1].text for row in table.grid[1:]] == ["3", "24252.311082", "-57", "0.1", "123456789012"]


def test_merged_squares_of_a_workbook_are_one_cell() -> None:
    cells = [(0, 0, "甲", 1, 1), (0, 1, "乙", 1, 2), (1, 0, "行", 2, 1), (1, 1, "7", 1, 2), (2, 1, "8", 1, 1)]
    cells.append((2, 2, "9", 1, 1))
    for body in (sheets.xlsx(cells), sheets.xls(cells), sheets.ods(cells)):
        (table,) = READERS[media.media_type(body)](body, "").tables
        assert [[(c.text, c.row, c.column) for c in row] for row in table.grid] == [
            [("甲", 0, 0), ("乙", 0, 1), ("乙", 0, 1)],
            [("行", 1, 0), ("7", 1, 1), ("7", 1, 1)],
            [("行", 1, 0), ("8", 2, 1), ("9", 2, 2)],
        ]


def test_hidden_sheets_are_not_seen() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, number in (("seen", 1), ("hidden", 2), ("empty", 0)):
            sheet_ = book.add_worksheet(name)
            if number:
                sheet_.write_row(0, 0, ["数", number])
            if name == "hidden":
                sheet_.hide()
    (table,) = sheet.read(file.getvalue(), "").tables
    assert [cell.text for cell in table.grid[0]] == ["数", "1"]
    seen, hidden = (
        f'<table:table{style}><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>{n}</text:p>'
        "</table:table-cell></table:table-row></table:table>"
        for n, style in ((1, ""), (2, ' table:style-name="hidden"'))
    )
    assert [[c.text for c in t.grid[0]] for t in ods.read(sheets.ods_of(seen + hidden), "").tables] == [["1", "1"]]


def test_a_formula_that_failed_or_was_never_worked_out_is_not_blank() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet_ = book.add_worksheet()
        sheet_.write_row(0, 0, ["数", 1])
        sheet_.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet_.write_formula(0, 3, "=B1+1", None, 2)
    body = repacked(file.getvalue(), "xl/worksheets/sheet1.xml", b"<v>2</v>", b"")
    (table,) = sheet.read(body, "").tables
    assert [cell.text for cell in table.grid[0]] == ["数", "1", "#DIV/0!", "=?"]


def repacked(body: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A zip with some bytes of one member replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as pack, zipfile.ZipFile(file, "w") as out:
        for member in pack.namelist():
            data = pack.read(member)
            out.writestr(member, data.replace(old, new) if member == name else data)
    return file.getvalue()


def test_prose_and_tables_of_one_sheet_are_told_apart() -> None:
    builder = Builder()
    lines = [
        ["某局年报"],
        ["一、总体情况"],
        ["无。"],
        ["第二十条"],
        ["甲", "乙"],
        ["一、新收", ""],
        ["", ""],
        ["五、存在的主要问题"],
        ["无。"],
    ]
    sheet.lay([[(text, 1, 1) for text in [*line, ""][:2]] for line in lines], builder)
    said = [block.text if isinstance(block, Paragraph) else len(block.grid) for block in builder.blocks]
    assert said == ["某局年报", "一、总体情况", "无。", "第二十条", 3, "五、存在的主要问题", "无。"]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.grid]


def test_hidden_rows_and_columns_of_a_workbook_are_not_there() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.merge_range(1, 1, 1, 3, "数")
        page.write_string(1, 4, "量")
        page.merge_range(2, 1, 4, 1, 5)
        page.write_row(2, 2, [91, 6, 7])
        page.write_row(3, 2, [92, 93, 94])
        page.write_row(4, 2, [95, 8, 9])
        page.set_column(2, 2, None, None, {"hidden": True})
        page.set_row(3, None, None, {"hidden": True})
    document = sheet.read(file.getvalue(), "")
    assert texts(document.tables[0]) == [["数", "数", "量"], ["5", "6", "7"], ["5", "8", "9"]]
    assert document.dropped == ("91", "92", "93", "94", "95")
    cell = "<table:table-cell><text:p>%s</text:p></table:table-cell>"
    wide = '<table:table-cell table:number-columns-spanned="3"><text:p>数</text:p></table:table-cell>'
    columns = '<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
    rows = [wide + "<table:covered-table-cell/>" * 2 + cell % "量", cell % 5 + cell % 91 + cell % 92 + cell % 6]
    made = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    made += f'<table:table-row table:visibility="collapse">{cell % 93}</table:table-row>'
    document = ods.read(sheets.ods_of(f"<table:table>{columns}{made}</table:table>"), "")
    assert texts(document.tables[0]) == [["数", "量"], ["5", "6"]]
    assert document.dropped == ("91", "92", "93")


def test_the_numbers_of_hidden_rows_of_a_report_are_told() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["某市某局2020年政府信息公开工作年度报告"])
        page.write_row(1, 0, ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"])
        page.write_row(2, 0, ["行政许可", 208, 37, 80])
        page.write_row(3, 0, ["其他对外管理服务事项", 41, 42, 43])
        page.set_row(3, 0)
    parsed = read(file.getvalue())
    assert parsed.kind == "report"
    (told,) = [f for f in parsed.findings if f.rule == "hidden_rows"]
    assert told.evidence.split() == ["41", "42", "43"]


def test_a_formula_that_was_never_worked_out_is_no_zero() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["数", 5])
        page.write_formula(0, 2, "=1+2")
        page.write_formula(0, 3, "=1+2", value=3)
    (table,) = sheet.read(file.getvalue(), "").tables
    assert texts(table) == [["数", "5", "=?", "3"]]


def test_what_is_struck_out_or_not_seen_in_a_workbook_carries_signs() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        struck, white = book.add_format({"font_strikeout": True}), book.add_format({"font_color": "#FFFFFF"})
        blue = book.add_format({"font_color": "#FFFFFF", "bg_color": "#004488"})
        silent = book.add_format({"num_format": ";;;"})
        page.write_row(0, 0, ["数", 1])
        page.write_row(0, 2, [23, "甲"], struck)
        page.write_row(0, 4, [45], white)
        page.write_row(0, 5, [6], blue)
        page.write_row(0, 6, [7], silent)
        page.write_rich_string(0, 7, "20", struck, "8")
    (table,) = sheet.read(file.getvalue(), "").tables
    expected = ["数", "1", signed("23", STRUCK), "甲", signed("45", UNSEEN), "6", signed("7", UNSEEN)]
    assert texts(table) == [[*expected, signed("208", STRUCK)]]


@pytest.mark.parametrize("code", ["0%", "0.00%", "0,", "0!.0,", '0"万"', '"5"0', "0.0,,"])
def test_a_format_that_shows_another_number_is_told_with_it(code: str) -> None:
    (table,) = sheet.read(one_square(1200, code), "").tables
    assert texts(table) == [["数", f"1200 [{code}]"]]


@pytest.mark.parametrize("code", ["0", "#,##0", "0.00", '0"件"', "[Red]0;-0", "0_ ", "@", "_ * #,##0_ "])
def test_a_format_that_shows_the_number_as_it_is_leaves_it_alone(code: str) -> None:
    (table,) = sheet.read(one_square(1200, code), "").tables
    assert texts(table) == [["数", "1200"]]


def one_square(value: int, code: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write(0, 0, "数")
        page.write(0, 1, value, book.add_format({"num_format": code}))
    return file.getvalue()


def test_what_is_struck_out_or_not_seen_in_an_opendocument_workbook_carries_signs() -> None:
    fo = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    looks = {
        "struck": '<style:text-properties style:text-line-through-style="solid"/>',
        "white": f'<style:text-properties {fo} fo:color="#ffffff"/>',
        "blue": f'<style:table-cell-properties {fo} fo:background-color="#004488"/>'
        f'<style:text-properties {fo} fo:color="#ffffff"/>',
        "gone": '<style:text-properties text:display="none"/>',
    }
    styles = "".join(f'<style:style style:name="{name}">{look}</style:style>' for name, look in looks.items())
    cells = "".join(
        f'<table:table-cell table:style-name="{name}"><text:p>{n}</text:p></table:table-cell>'
        for n, name in enumerate(looks, start=4)
    )
    half = '<table:table-cell><text:p>20<text:span text:style-name="struck">8</text:span></text:p></table:table-cell>'
    body = sheets.ods_of(f"{styles}<table:table><table:table-row>{cells}{half}</table:table-row></table:table>")
    (table,) = ods.read(body, "").tables
    found = [text.split() for text in texts(table)[0]]
    assert found == [[f"4{STRUCK}"], [f"5{UNSEEN}"], ["6"], [f"7{UNSEEN}"], ["20", f"8{STRUCK}"]]
