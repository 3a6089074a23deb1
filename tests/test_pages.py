"""Placed characters and ruling lines: every cell as drawn, no number joined, split or taken from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Document, Unreadable
from parsers.readers import pdf as reader
from tests.pdf import HEIGHT, WIDTH, area, frame, grid, line, pdf, stream, text

Cell = tuple[int, int, int, int, str]  # row, column, rows, columns, text


def read(*pages: str, **more: object) -> Document:
    return reader.read(pdf(*pages, **more), "")  # type: ignore[arg-type]


def texts(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.grid] for table in document.tables]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[float], list[Cell]]:
    """Edges of columns and rows, and cells; the first row and column are not merged, so that all edges show."""
    xs = [60.0]
    for width in draw(st.lists(st.floats(30, 70), min_size=2, max_size=7)):
        xs.append(xs[-1] + width)
    ys = [80.0]
    for height in draw(st.lists(st.floats(16, 40), min_size=1, max_size=12)):
        ys.append(ys[-1] + height)
    rows, columns = len(ys) - 1, len(xs) - 1
    free = {(r, c) for r in range(rows) for c in range(columns)}
    cells: list[Cell] = []
    for r in range(rows):
        for c in range(columns):
            if (r, c) not in free:
                continue
            down = draw(st.integers(1, 3)) if r and c else 1
            across = draw(st.integers(1, 3)) if r and c else 1
            own = {(y, x) for y in range(r, r + down) for x in range(c, c + across)}
            if not own <= free:
                down = across = 1
                own = {(r, c)}
            free -= own
            cells.append((r, c, down, across, draw(st.sampled_from(["", "0", "7", "12", "345", "-6", "1.5"]))))
    cells[0] = (*cells[0][:4], "1")
    return xs, ys, cells


def drawn(xs: list[float], ys: list[float], cells: list[Cell], jitter: float, filled: bool) -> Iterator[str]:
    for i, (r, c, down, across, words) in enumerate(cells):
        off = jitter * (i % 3 - 1)
        x0, top, x1, bottom = xs[c] + off, ys[r] - off, xs[c + across] + off, ys[r + down] - off
        if filled:
            yield area(x0, top, x1, top + 0.5) + area(x0, bottom, x1, bottom + 0.5)
            yield area(x0, top, x0 + 0.5, bottom) + area(x1, top, x1 + 0.5, bottom)
        else:
            yield frame(x0, top, x1, bottom)
        if words:
            yield text(words, x0 + 6, (top + bottom) / 2 - 5)


@settings(max_examples=60, deadline=None)
@given(tables(), st.floats(0, 0.4), st.booleans())
def test_every_cell_is_found_as_drawn(
    table: tuple[list[float], list[float], list[Cell]], jitter: float, filled: bool
) -> None:
    xs, ys, cells = table
    (found,) = read("".join(drawn(xs, ys, cells, jitter, filled))).tables
    assert {(c.row, c.column, c.rowspan, c.colspan, c.text) for row in found.grid for c in row} == set(cells)
    assert not any(cell.gap for row in found.grid for cell in row)


def test_a_table_without_outer_lines_keeps_its_outer_columns() -> None:
    lines = "".join(line(60, top, 270, top) for top in (100, 120, 140)) + "".join(
        line(x, 100, x, 140) for x in (130, 200)
    )
    words = "".join(text(f"{r}{c}", 66 + 70 * c, 85 + 20 * r) for r in (1, 2) for c in range(3))
    assert texts(read(lines + words)) == [[["10", "11", "12"], ["20", "21", "22"]]]


def test_a_short_row_is_open_at_its_end() -> None:
    (table,) = read(grid([["101", "102", "103"]]) + grid([["201", "202"]], top=120)).tables
    assert [[(c.text, c.gap) for c in row] for row in table.grid] == [
        [("101", False), ("102", False), ("103", False)],
        [("201", False), ("202", False), ("", True)],
    ]


def test_bold_by_printing_twice_is_read_once() -> None:
    twice = text("11", 66, 105) + text("11", 66.4, 105)
    assert texts(read(grid([["", "22"]]) + twice)) == [[["11", "22"]]]


def test_a_number_that_runs_over_a_line_is_no_number_in_either_cell() -> None:
    assert texts(read(grid([["", ""]]) + text("12345", 120, 105))) == [[["12…", "…345"]]]


def test_a_digit_printed_over_another_is_no_number() -> None:
    assert texts(read(grid([["10", "2"]]) + text("5", 66.5, 105))) == [[["1…50", "2"]]]


@pytest.mark.parametrize(("width", "said"), [(38, "12345678"), (90, "1234\n5678")])
def test_a_number_broken_because_its_cell_is_narrow_is_whole(width: float, said: str) -> None:
    lines = frame(60, 100, 60 + width, 140) + frame(60 + width, 100, 200, 140)
    words = text("1234", 66, 105) + text("5678", 66, 118) + text("9", 150, 110)
    assert texts(read(lines + words)) == [[[said, "9"]]]


@pytest.mark.parametrize("matrix", [f"0 1 -1 0 {HEIGHT} 0", f"0 -1 1 0 {WIDTH - HEIGHT} {HEIGHT}"])
def test_a_page_whose_text_runs_sideways_is_turned(matrix: str) -> None:
    assert texts(read(f"q {matrix} cm {grid([['1', '23'], ['', '4']])} Q")) == [[["1", "23"], ["", "4"]]]


def test_a_watermark_that_leans_is_left_out() -> None:
    page = grid([["1", "23"], ["", "4"]]) + text("8888888", 60, 150, size=30, matrix="0.7 0.7 -0.7 0.7")
    assert texts(read(page)) == [[["1", "23"], ["", "4"]]]


def test_what_lies_outside_of_the_page_is_not_seen() -> None:
    assert [p.text for p in read(text("123", 60, 100) + text("456", 60, -50) + text("789", 700, 100)).paragraphs] == [
        "123"
    ]


def test_page_numbers_and_running_heads_are_no_text() -> None:
    pages = [
        text("年度报告", 250, 30) + text(f"第{n}页 共3页", 270, 810) + text(f"一、正文{n}", 60, 100) for n in (1, 2, 3)
    ]
    document = read(*pages)
    assert [p.text for p in document.paragraphs] == ["一、正文1", "一、正文2", "一、正文3"]
    assert document.context == ("年度报告",)


def test_radicals_of_the_font_are_the_characters_they_print() -> None:
    assert [p.text for p in read(text("⼈⺠政府⻅⻓", 60, 100)).paragraphs] == ["人民政府见长"]


def test_characters_without_a_name_are_damage_not_digits() -> None:
    shapes = b"<< /Type /Encoding /Differences [48 /g1 /g2] >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding " + shapes + b" >>"
    page = grid([["", "7"]]) + text("abcdef", 60, 200) + f"BT /F9 10 Tf 1 0 0 1 66 {HEIGHT - 114} Tm (01) Tj ET"
    document = read(page, more="/F9 100 0 R", objects={100: font})
    assert (texts(document), document.damaged) == ([[["\ufffd\ufffd", "7"]]], 2)


def test_a_code_that_the_map_of_a_font_lacks_is_damage_not_left_out() -> None:
    """UniGB-UCS2 has no U+2212: without it -36 would be 36."""
    assert texts(read(grid([["−36", "７"]]))) == [[["\ufffd36", "７"]]]


def test_a_font_with_a_map_that_nobody_knows_prints_no_blanks() -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 101 0 R /DescendantFonts [<< /Type /Font /Subtype "
        b"/CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>] >>"
    )
    own = stream(b"1 begincidrange <0000> <00ff> 0 endcidrange", "/Type /CMap /CMapName /Own")
    page = grid([["", "7"]]) + text("abcdef", 60, 200) + f"BT /F9 10 Tf 1 0 0 1 66 {HEIGHT - 114} Tm <00120013> Tj ET"
    document = read(page, more="/F9 100 0 R", objects={100: font, 101: own})
    assert (texts(document), document.damaged) == ([[["\ufffd\ufffd", "7"]]], 2)


@pytest.mark.parametrize("kind", ["/Widget /FT /Tx /V (12)", "/FreeText /Contents (12)"])
def test_a_form_whose_fields_were_filled_in_is_not_read_as_blank(kind: str) -> None:
    note = f"<< /Type /Annot /Subtype {kind} /Rect [60 700 90 720] >>".encode()
    with pytest.raises(Unreadable, match="is a form"):
        read(grid([["", "2"]]), about="/Annots [100 0 R]", objects={100: note})


def test_a_number_that_sticks_out_of_its_table_is_no_number() -> None:
    body = grid([["1", "2"]]) + text("52", 193, 105)  # the table ends at 200
    ((row,),) = texts(read(body))
    assert row[0] == "1"
    assert "…" in row[1]


def test_digits_that_are_struck_out_are_no_number() -> None:
    ruled = grid([["37", "8"]])
    assert texts(read(ruled)) == [[["37", "8"]]]
    struck = ruled + text("5", 80, 105) + line(64, 110.2, 79, 110.2)  # through 37, with 5 put in behind it
    ((row,),) = texts(read(struck))
    assert "…" in row[0]
    assert row[1] == "8"
