"""Reports laid out on pages as word processors do: prose broken where it is full, ruled tables over several pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from parsers.document import Cell, Document, Paragraph, Table

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0  # millimetres
SIZE, LEADING, PADDING = 3.7, 4.8, 1.5

Text = Callable[[str, float, float], str]  # one line and its upper left corner -> how the format writes it
Rule = Callable[[float, float, float, float], str]  # two corners of a line -> how the format draws it


def pages(document: Document, text: Text, rule: Rule) -> list[str]:
    """The contents of each page."""
    press = _Press(text, rule)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            press.paragraph(block.text)
        else:
            press.table(block)
    return press.finished()


class _Press:
    def __init__(self, text: Text, rule: Rule) -> None:
        self._text, self._rule = text, rule
        self._pages: list[list[str]] = [[]]
        self._y = MARGIN
        self._left: dict[Cell, list[str]] = {}

    def finished(self) -> list[str]:
        for i, page in enumerate(self._pages):
            page.append(self._text(f"— {i + 1} —", WIDTH / 2 - 5, HEIGHT - 12))
        return ["".join(page) for page in self._pages]

    def paragraph(self, text: str) -> None:
        for line in _broken(text, WIDTH - 2 * MARGIN):
            self._need(LEADING)
            self._pages[-1].append(self._text(line, MARGIN, self._y))
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
                self._pages[-1].append(self._text(line, left + PADDING, top + 1 + i * LEADING))

    def _rules(self, left: float, top: float, right: float, bottom: float) -> Iterator[str]:
        yield self._rule(left, top, right, top)
        yield self._rule(left, bottom, right, bottom)
        yield self._rule(left, top, left, bottom)
        yield self._rule(right, top, right, bottom)

    def _need(self, height: float) -> None:
        if self._y + height > HEIGHT - MARGIN:
            self._pages.append([])
            self._y = MARGIN


def wide(text: str) -> float:
    return sum(SIZE / 2 if ord(c) < 128 else SIZE for c in text)


def _broken(text: str, width: float) -> list[str]:
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for character in part:
            if line and wide(line + character) > width:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return [line for line in lines if line.strip()]


def _columns(table: Table) -> list[float]:
    cells = {cell for row in table.grid for cell in row if cell.colspan == 1}
    widest = [max((min(wide(c.text), 30.0) for c in cells if c.column == x), default=10.0) for x in range(table.width)]
    weights = [max(width, 8.0) for width in widest]
    edges = [MARGIN]
    for weight in weights:
        edges.append(edges[-1] + weight / sum(weights) * (WIDTH - 2 * MARGIN))
    return edges


def _height(table: Table, row: int, xs: Sequence[float]) -> float:
    def lines(cell: Cell) -> float:
        return len(_broken(cell.text, xs[cell.column + cell.colspan] - xs[cell.column] - 2 * PADDING)) / cell.rowspan

    return max(lines(cell) for cell in table.grid[row]) * LEADING + 2
