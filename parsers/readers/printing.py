"""What a PDF prints, collected page by page: characters, strokes and filled areas with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import Matrix, PathSegment, apply_matrix_pt, apply_matrix_rect

from parsers.document import Unreadable
from parsers.layout import Glyph, as_meant
from parsers.numbers import UNSEEN
from parsers.pages import Page
from parsers.ruled import rules_of

LOST = "\ufffd"  # stands for a character that the font does not name
INVISIBLE = (3, 7)  # render modes that print nothing: text behind scanned pages
LETTERS = 60  # characters over a picture from which it is a backdrop; a stamp or a page number has fewer
CURVES = 200  # that a page without text draws: more are characters drawn as outlines
SCAN = 0.2  # of a page: pictures that cover as much may hold its text
PIXELS = 1_000_000_000  # that all pictures of a file may have, each time that they are drawn
DRAWN = 1000  # pages that may be covered with pictures
WHITE = 0.98  # of full brightness: white letters are seen only on something else
AREAS = 300  # painted areas of a page among which white letters are looked for
SLANT = 0.2  # points up for each to the right: text that leans more is a watermark or runs sideways

Box = tuple[float, float, float, float]  # left, top, right, bottom, downwards from the top of the page


class Budget:
    """How much one file may ask for, in all its pages."""

    def __init__(self, instructions: int = 12 * 1024 * 1024, marks: int = 600_000, pixels: int = PIXELS) -> None:
        self._instructions, self._marks, self._pixels = instructions, marks, pixels

    def spend(self, *, instructions: int = 0, marks: int = 0, pixels: int = 0) -> None:
        self._instructions -= instructions
        self._marks -= marks
        self._pixels -= pixels
        if self._instructions < 0 or self._marks < 0 or self._pixels < 0:
            raise Unreadable("the PDF draws more than any report holds")


class Printer(PDFTextDevice):
    """A device of pdfminer that keeps places instead of printing."""

    def __init__(self, rsrcmgr: PDFResourceManager, budget: Budget) -> None:
        super().__init__(rsrcmgr)
        self.budget = budget
        self._start(0, 0)

    def _start(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._glyphs: list[tuple[str, Box, int | None]] = []  # text, place, direction: see _turn
        self._strokes: list[Box] = []
        self._fills: list[Box] = []
        self._coloured: list[Box] = []  # areas of another colour than white
        self._pictures: list[Box] = []
        self._curves = 0
        self._hidden = False  # text that is not seen, as programs lay it behind scans

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        self._start(abs(x1 - x0), abs(y1 - y0))

    @property
    def is_picture(self) -> bool:
        """Whether the page just printed shows what it says in pictures: a scan, pasted tables, outlined text."""
        if not self._glyphs and (self._pictures or self._hidden or self._curves > CURVES):
            return True
        bare = (box for box in self._pictures if self._letters(box) < LETTERS)
        return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in bare) > SCAN * self._width * self._height

    def _letters(self, box: Box) -> int:
        places = ((place[0], place[1]) for text, place, _ in self._glyphs if text.strip())
        return sum(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in places)

    def page(self) -> Page:
        """The page just printed, turned so that most of its text runs to the right; other text is left out."""
        turns = Counter(turn for text, _, turn in self._glyphs if text.strip() and turn is not None)
        turn = turns.most_common(1)[0][0] if turns else 0
        glyphs = []
        for text, box, own in self._glyphs:
            if own == turn:
                x0, top, x1, bottom = self._turned(box, turn)
                glyphs.append(Glyph(text=text, x0=x0, x1=x1, top=top, bottom=bottom))
        return Page(
            turns=(3 if turn > 0 else 1) if turn else 0,
            width=self._height if turn else self._width,
            height=self._width if turn else self._height,
            glyphs=glyphs,
            rules=[rule for box in self._strokes for rule in rules_of(*self._turned(box, turn))],
            shades=[rule for box in self._fills for rule in rules_of(*self._turned(box, turn))],
        )

    def _turned(self, box: Box, turn: int) -> Box:
        x0, top, x1, bottom = box
        if turn > 0:  # the text runs upwards
            return self._height - bottom, x0, self._height - top, x1
        if turn < 0:
            return top, self._width - x1, bottom, self._width - x0
        return box

    def _downwards(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        return min(x0, x1), self._height - max(y0, y1), max(x0, x1), self._height - min(y0, y1)

    def render_image(self, name: str, stream: PDFStream) -> None:
        self.budget.spend(marks=1, pixels=_pixels(stream))
        if self.ctm is not None:
            x0, top, x1, bottom = self._downwards(*apply_matrix_rect(self.ctm, (0, 0, 1, 1)))
            box = (max(x0, 0.0), max(top, 0.0), min(x1, self._width), min(bottom, self._height))
            if box[0] < box[2] and box[1] < box[3]:
                self._pictures.append(box)
                share = (box[2] - box[0]) * (box[3] - box[1]) / (self._width * self._height)
                self.budget.spend(pixels=round(PIXELS / DRAWN * share))

    def render_string(
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        if textstate.render in INVISIBLE:
            self._hidden = True
        else:
            super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        self.budget.spend(marks=1)
        advance = font.char_width(cid) * fontsize * scaling
        foot = font.get_descent() * fontsize + rise
        box = (0.0, foot, advance, foot + fontsize)
        if font.is_vertical():
            box = (-fontsize / 2, advance, fontsize / 2, 0.0)
        turn = _turn(matrix[0] * fontsize * scaling, matrix[1] * fontsize)
        text, place = _text(font, cid), self._downwards(*apply_matrix_rect(matrix, box))
        if text.isdigit() and _is_white(graphicstate.ncolor) and not self._is_painted(place):
            text += UNSEEN
        self._glyphs.append((text, place, turn))
        return advance

    def _is_painted(self, place: Box) -> bool:
        """Whether something was painted where a character stands; of very many areas that is taken for granted."""
        x, y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
        if len(self._coloured) + len(self._pictures) > AREAS:
            return True
        painted = (*self._coloured, *self._pictures)
        return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in painted)

    def paint_path(
        self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Straight strokes along an axis, and areas that have straight sides only."""
        self.budget.spend(marks=len(path))
        if self.ctm is None:
            return
        ends = [i for i, segment in enumerate(path) if segment[0] == "m"] + [len(path)]
        for begin, end in pairwise(ends):
            part = path[begin:end]
            if fill and part and not _is_white(gstate.ncolor):
                xs, ys = zip(*(apply_matrix_pt(self.ctm, _end(s)) for s in part if s[0] != "h"), strict=True)
                self._coloured.append(self._downwards(min(xs), min(ys), max(xs), max(ys)))
            if curves := sum(segment[0] in "cvy" for segment in part):
                self._curves += curves
                continue
            points = [apply_matrix_pt(self.ctm, _end(s if s[0] != "h" else part[0])) for s in part]
            if stroke:
                for (x0, y0), (x1, y1) in pairwise(points):
                    if min(abs(x1 - x0), abs(y1 - y0)) < 1:
                        self._strokes.append(self._downwards(x0, y0, x1, y1))
            elif fill:
                xs, ys = zip(*points, strict=True)
                box = self._downwards(min(xs), min(ys), max(xs), max(ys))
                thin = min(box[2] - box[0], box[3] - box[1]) <= 2
                (self._strokes if thin else self._fills).append(box)


def _pixels(stream: PDFStream) -> int:
    """Of a picture and of its masks."""
    parts = [stream.attrs, *(resolve1(stream.get(name)) for name in ("SMask", "Mask"))]
    found = (part.attrs if isinstance(part, PDFStream) else part for part in parts)
    sizes = (
        [resolve1(part.get(long) or part.get(short)) for long, short in (("Width", "W"), ("Height", "H"))]
        for part in found
        if isinstance(part, dict)
    )
    return sum(abs(w * h) for w, h in sizes if isinstance(w, int) and isinstance(h, int))


def _is_white(colour: object) -> bool:
    """Grey, red, green and blue, or four inks; a pattern is another colour."""
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    if not all(isinstance(part, int | float) for part in parts):
        return False
    return max(parts) <= 1 - WHITE if len(parts) == 4 else min(parts, default=0) >= WHITE


def _end(segment: PathSegment) -> tuple[float, float]:
    x, y = [float(value) for value in segment[1:]][-2:]
    return x, y


def _turn(right: float, up: float) -> int | None:
    """0 for text that runs to the right, 1 for upwards, -1 for downwards, None for a watermark that leans."""
    if abs(up) <= SLANT * abs(right):
        return 0 if right >= 0 else None
    return (1 if up > 0 else -1) if abs(right) < SLANT * abs(up) else None


def _text(font: PDFFont, cid: int) -> str:
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        return LOST
    if text.isspace():
        return " "
    return as_meant(text) if text and text.isprintable() else LOST
