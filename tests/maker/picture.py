"""A report as pictures of its pages, as a scanner or a screenshot leaves it."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from PIL import Image, ImageDraw, ImageFont

from tests.maker.grids import Grid, Shape, Td, as_printed, covered, grids_of, parted
from tests.maker.report import HEADINGS, Made

WIDTH, HEIGHT, MARGIN = 595, 842, 45  # points, as A4 has them
INSIDE = 3.0  # points between a cell's border and its text
LABELS = {"proactive": 2.0, "requests": 1.3, "review": 1.0}  # width of the first columns, in widths of the others


@dataclass(frozen=True, kw_only=True)
class Printer:
    """How a report is printed."""

    dpi: int = 150
    family: str = "Noto Serif CJK SC"
    size: float = 10.5  # points
    line: int = 1  # pixels
    grey: int = 0  # of the lines; 0 is black
    shaded: bool = False  # head cells
    shape: Shape = as_printed
    height: float = HEIGHT  # of a page, in points

    def pages(self, made: Made) -> list[Image.Image]:
        """The report on as many pages as it needs; a table that does not fit begins on the next one."""
        sheets = [_Sheet(self, self.height)]
        for block in _blocks(made, self.shape):
            if not sheets[-1].holds(block):
                sheets.append(_Sheet(self, self.height))
            rest = block
            while isinstance(rest, Grid) and not sheets[-1].holds(rest):
                first, rest = sheets[-1].cut(rest)
                sheets[-1].put(first)
                sheets.append(_Sheet(self, self.height))
            sheets[-1].put(rest)
        return [sheet.image for sheet in sheets]

    def strip(self, made: Made) -> Image.Image:
        """The report as one long picture."""
        blocks = list(_blocks(made, self.shape))
        sheet = _Sheet(self, height=2 * MARGIN + sum(_Sheet(self).height_of(block) for block in blocks))
        for block in blocks:
            sheet.put(block)
        return sheet.image


def as_bytes(image: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    """The picture as a file."""
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


Block = str | Grid


def as_pdf(pages: Sequence[Image.Image], dpi: int, quality: int = 75) -> bytes:
    """The pages as scanners put them into a PDF: a JPEG each, and no text."""
    body = io.BytesIO()
    pages[0].save(body, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=quality)
    return body.getvalue()


def _blocks(made: Made, shape: Shape) -> Iterator[Block]:
    yield made.title
    for section, heading in enumerate(HEADINGS, start=1):
        yield heading
        yield "　　" + made.prose(section)
        yield from (grid for grid in shape(grids_of(made), random.Random(1)) if grid.section == section)
    yield f"{made.organ}　{made.year + 1}年1月20日"


class _Sheet:
    """One picture while it is drawn."""

    def __init__(self, printer: Printer, height: float = HEIGHT) -> None:
        self._printer = printer
        self._scale = printer.dpi / 72
        self._font = font(printer.family, round(printer.size * self._scale))
        self._step = 1.4 * printer.size * self._scale  # from line to line
        self._y, self._end = MARGIN * self._scale, (height - MARGIN) * self._scale
        self.image = Image.new("L", (round(WIDTH * self._scale), round(height * self._scale)), 255)
        self._draw = ImageDraw.Draw(self.image)

    def holds(self, block: Block) -> bool:
        return self._y + self.height_of(block) * self._scale <= self._end + 1

    def cut(self, grid: Grid) -> tuple[Grid, Grid]:
        """As many rows as fit, and the others; a label beside rows of both stands in the first, as Word prints it."""
        halves = (parted(grid.body, at, again=False) for at in range(len(grid.body) - 1, 0, -1))
        parts = [(replace(grid, body=first), replace(grid, head=(), body=second)) for first, second in halves]
        return next((part for part in parts if self.holds(part[0])), parts[-1])

    def height_of(self, block: Block) -> float:
        """In points."""
        if isinstance(block, Grid):
            return sum(self._heights(block)) / self._scale + self._printer.size
        return self._step * (len(self._wrapped(block, self._room)) + 0.5) / self._scale

    def put(self, block: Block) -> None:
        if isinstance(block, Grid):
            self._table(block)
            self._y += self._printer.size * self._scale
            return
        for line in self._wrapped(block, self._room):
            self._text(line, MARGIN * self._scale, self._y)
            self._y += self._step
        self._y += 0.5 * self._step

    @property
    def _room(self) -> float:
        return (WIDTH - 2 * MARGIN) * self._scale

    def _table(self, grid: Grid) -> None:
        xs = [MARGIN * self._scale + x for x in accumulate(self._widths(grid), initial=0.0)]
        ys = [self._y + y for y in accumulate(self._heights(grid), initial=0.0)]
        for y, row in enumerate(covered(grid.rows)):
            for x, (td, begins) in enumerate(row):
                if begins:
                    box = (xs[x], ys[y], xs[min(x + td.cols, len(xs) - 1)], ys[min(y + td.rows, len(ys) - 1)])
                    self._cell(td, box)
        self._y = ys[-1]

    def _cell(self, td: Td, box: tuple[float, float, float, float]) -> None:
        x0, top, x1, bottom = map(round, box)
        fill = 224 if self._printer.shaded and td.kind not in ("square", "label") else None
        grey = self._printer.grey
        self._draw.rectangle((x0, top, x1, bottom), fill=fill, outline=grey, width=self._printer.line)
        lines = self._wrapped(td.text, x1 - x0 - 2 * INSIDE * self._scale)
        y = (top + bottom) / 2 - self._step * len(lines) / 2
        for line in lines:
            self._text(line, (x0 + x1) / 2 - self._font.getlength(line) / 2, y)
            y += self._step

    def _text(self, line: str, x: float, y: float) -> None:
        # The font's own line is higher than its characters.
        self._draw.text((round(x), round(y - 0.1 * self._step)), line, fill=0, font=self._font)

    def _widths(self, grid: Grid) -> list[float]:
        rows = covered(grid.rows)
        labels = max(sum(td.kind == "label" for td, _ in row) for row in rows) if grid.table != "review" else 0
        shares = [LABELS.get(grid.table, 1.0) if x < labels else 1.0 for x in range(len(rows[0]))]
        return [self._room * share / sum(shares) for share in shares]

    def _heights(self, grid: Grid) -> list[float]:
        """Rows as high as their text needs; a cell over several rows stretches the last of them."""
        widths, rows = self._widths(grid), covered(grid.rows)
        heights = [self._step + 2 * INSIDE * self._scale] * len(rows)
        for tall in (False, True):
            for y, row in enumerate(rows):
                for x, (td, begins) in enumerate(row):
                    if begins and (td.rows > 1) == tall:
                        lines = self._wrapped(td.text, sum(widths[x : x + td.cols]) - 2 * INSIDE * self._scale)
                        last = min(y + td.rows, len(rows)) - 1
                        needed = self._step * len(lines) + 2 * INSIDE * self._scale
                        heights[last] += max(needed - sum(heights[y : last + 1]), 0.0)
        return heights

    def _wrapped(self, text: str, room: float) -> list[str]:
        """Lines broken where they are full, as Chinese is; digits stay together."""
        lines = [""]
        for word in _words(text):
            if lines[-1] and self._font.getlength(lines[-1] + word) > room:
                lines.append("")
            lines[-1] += word
        return [line for line in lines if line]


def _words(text: str) -> Iterator[str]:
    word = ""
    for c in text:
        if word and not (c.isascii() and word[-1].isascii()):
            yield word
            word = ""
        word += c
    if word:
        yield word


@lru_cache
def font(family: str, size: int) -> ImageFont.FreeTypeFont:
    """The font of a family in that many pixels."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}\n%{index}", family], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    return ImageFont.truetype(found[0], size, index=int(found[1]) & 0xFFFF)
