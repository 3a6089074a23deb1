"""Reports as OFD files, written by hand as word processors write them: placed text, ruled tables over several pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from parsers.document import Cell, Document, Paragraph, Table

NAMESPACE = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0  # millimetres
SIZE, LEADING, PADDING = 3.7, 4.8, 1.5

ROOT = f"""<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody>
<ofd:DocInfo><ofd:Title>{{title}}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""
DOCUMENT = f"""<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:PageArea>
<ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>
<ofd:Pages>{{pages}}</ofd:Pages></ofd:Document>"""
PAGE = f"""<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Content>
<ofd:Layer ID="1">{{objects}}</ofd:Layer></ofd:Content></ofd:Page>"""


def packed(pages: Sequence[str], title: str = "") -> bytes:
    """An OFD of these page objects."""
    places = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i, _ in enumerate(pages))
    parts = {"OFD.xml": ROOT.format(title=escape(title)), "Doc_0/Document.xml": DOCUMENT.format(pages=places)}
    parts |= {f"Doc_0/Pages/Page_{i}/Content.xml": PAGE.format(objects=page) for i, page in enumerate(pages)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in parts.items():
            pack.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def report(document: Document, *, filled: bool = False) -> bytes:
    """A report laid out on A4; `filled` draws the ruling lines as thin areas, as some programs do."""
    press = _Press(filled)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            press.paragraph(block.text)
        else:
            press.table(block)
    return packed(press.finished(), document.title)


def text_object(text: str, x: float, y: float) -> str:
    """One line; `g` repeats a step, and a half-width character takes half a step."""
    steps = [SIZE / 2 if ord(c) < 128 else SIZE for c in text[:-1]]
    runs: list[list[float]] = []
    for step in steps:
        if runs and runs[-1][1] == step:
            runs[-1][0] += 1
        else:
            runs.append([1, step])
    delta = " ".join(f"g {int(n)} {step:g}" if n > 1 else f"{step:g}" for n, step in runs)
    return (
        f'<ofd:TextObject Boundary="{x:.3f} {y:.3f} {WIDTH} {LEADING}" Font="1" Size="{SIZE}">'
        f'<ofd:TextCode X="0" Y="{0.88 * SIZE:.3f}" DeltaX="{delta}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


class _Press:
    def __init__(self, filled: bool) -> None:
        self._filled = filled
        self._pages: list[list[str]] = [[]]
        self._y = MARGIN
        self._left: dict[Cell, list[str]] = {}

    def finished(self) -> list[str]:
        for i, page in enumerate(self._pages):
            page.append(text_object(f"— {i + 1} —", WIDTH / 2 - 5, HEIGHT - 12))
        return ["".join(page) for page in self._pages]

    def paragraph(self, text: str) -> None:
        for line in _broken(text, WIDTH - 2 * MARGIN):
            self._need(LEADING)
            self._pages[-1].append(text_object(line, MARGIN, self._y))
            self._y += LEADING
        self._y += LEADING / 2

    def table(self, table: Table) -> None:
        xs = _columns(table)
        heights = [_height(table, row, xs) for row in range(len(table.grid))]
        row = 0
        while row < len(heights):
            self._need(heights[row])
            ys = [self._y]
            while row + len(ys) - 1 < len(heights) and ys[-1] + heights[row + len(ys) - 1] <= HEIGHT - MARGIN:
                ys.append(ys[-1] + heights[row + len(ys) - 1])
            self._part(table, row, xs, ys)
            row += len(ys) - 1
            self._y = ys[-1]
        self._y += LEADING

    def _part(self, table: Table, first: int, xs: Sequence[float], ys: Sequence[float]) -> None:
        """The rows that fit on this page; a cell that goes on takes along the lines that had no room."""
        last = first + len(ys) - 2
        for cell in dict.fromkeys(c for row in table.grid[first : last + 1] for c in row if not c.gap):
            top, bottom = ys[max(cell.row, first) - first], ys[min(cell.row + cell.rowspan, last + 1) - first]
            left, right = xs[cell.column], xs[cell.column + cell.colspan]
            self._pages[-1] += self._rules(left, top, right, bottom)
            lines = _broken(cell.text, right - left - 2 * PADDING) if cell.row >= first else self._left.pop(cell, [])
            room = int((bottom - top) / LEADING) if cell.row + cell.rowspan > last + 1 else len(lines)
            self._left[cell] = lines[room:]
            for i, line in enumerate(lines[:room]):
                self._pages[-1].append(text_object(line, left + PADDING, top + 1 + i * LEADING))

    def _rules(self, left: float, top: float, right: float, bottom: float) -> Iterator[str]:
        thin = 0.2
        for x0, y0, x1, y1 in (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ):
            wide, high = max(x1 - x0, thin), max(y1 - y0, thin)
            data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
            how = 'Fill="true" Stroke="false"'
            if not self._filled:
                data, how = f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}", 'LineWidth="0.2"'
            yield (
                f'<ofd:PathObject Boundary="{x0:.3f} {y0:.3f} {wide:.3f} {high:.3f}" {how}>'
                f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
            )

    def _need(self, height: float) -> None:
        if self._y + height > HEIGHT - MARGIN:
            self._pages.append([])
            self._y = MARGIN


def _wide(text: str) -> float:
    return sum(SIZE / 2 if ord(c) < 128 else SIZE for c in text)


def _broken(text: str, width: float) -> list[str]:
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for character in part:
            if line and _wide(line + character) > width:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return [line for line in lines if line.strip()]


def _columns(table: Table) -> list[float]:
    cells = {cell for row in table.grid for cell in row if cell.colspan == 1}
    widest = [max((min(_wide(c.text), 30.0) for c in cells if c.column == x), default=10.0) for x in range(table.width)]
    weights = [max(width, 8.0) for width in widest]
    edges = [MARGIN]
    for weight in weights:
        edges.append(edges[-1] + weight / sum(weights) * (WIDTH - 2 * MARGIN))
    return edges


def _height(table: Table, row: int, xs: Sequence[float]) -> float:
    def lines(cell: Cell) -> float:
        return len(_broken(cell.text, xs[cell.column + cell.colspan] - xs[cell.column] - 2 * PADDING)) / cell.rowspan

    return max(lines(cell) for cell in table.grid[row]) * LEADING + 2
