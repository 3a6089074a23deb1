"""Characters with places -> lines of text and paragraphs, for formats that keep a page instead of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# In heights of a character:
TIGHT = 0.15  # a smaller gap is inside a word
BLANK = 0.25  # a larger gap is a blank where letters or digits stand beside it
WIDE_BLANK = 0.8  # a larger gap is a blank between Chinese characters; justified lines have smaller ones
TAB = 1.5  # a larger gap parts what stands side by side
SAME_LINE = 0.5  # centres nearer than this are on one line
FULL = 2.2  # less room than this at the end of a line: the next word or bracket may not have fitted
SLACK = 1.2  # room over what stands first in the next line, from which the line ended of itself; marks may hang out
INDENT = 0.6  # a line that begins further from the left edge begins a paragraph
OVER = 0.6  # of the narrower one: glyphs that share more are printed one over the other
TWICE = 0.3  # of its width: a character this near to the same one was printed twice, which makes it look bold

TORN = "…"  # stands in what cannot be read as one number
MARGIN = 6.0  # points between a cell's border and its text; Word's own is 5.4

_BLANKS = re.compile(r"[ \u00a0\u3000]+")
_BEGINS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[、．.](?!\d)|第[一二三四五六七八九十]{1,3}[章节条]"
    r"|[(（][一二三四五六七八九十\d]{1,3}[)）])"
)
_OPEN, _CLOSE = frozenset("（《〈“‘「『【("), frozenset("，。、；：？！）》〉”’」』】,.;:?!)%％")
_IN_NUMBER = frozenset("0123456789.,０１２３４５６７８９．，")


# Fonts often name a radical where the character that looks like it is meant: NFKC knows the first block of them only.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | str.maketrans(
    "⼾⺝⺟⺠⺮⺼⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "户月母民竹月虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)


def as_meant(text: str) -> str:
    """Characters of a font with radicals as the characters that they print."""
    return text.translate(_RADICALS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Glyph:
    """One printed character and its rectangle, in points, downwards from the top of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Glyphs side by side, left to right, each once."""

    glyphs: tuple[Glyph, ...]

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def height(self) -> float:
        return max(glyph.height for glyph in self.glyphs)

    def text(self, tab: str = " ") -> str:
        """What the line says, with blanks where they can be seen and `tab` where a gap is wide."""
        parts = [self.glyphs[0].text]
        for before, glyph in pairwise(self.glyphs):
            gap, em = glyph.x0 - before.x1, max(before.height, glyph.height)
            if gap > TAB * em:
                parts.append(tab)
            elif gap > (WIDE_BLANK if _is_wide(before) and _is_wide(glyph) else BLANK) * em:
                parts.append(" ")
            parts.append(glyph.text)
        text = _BLANKS.sub(" ", "".join(parts))
        return text.replace(" \t", "\t").replace("\t ", "\t").strip()


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Lines from top to bottom; blanks at their ends are left out."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.middle):
        last = rows[-1] if rows else None
        if last and glyph.middle - last[0].middle <= SAME_LINE * max(min(last[0].height, glyph.height), 1.0):
            last.append(glyph)
        else:
            rows.append([glyph])
    return [Line(glyphs=tuple(kept)) for row in rows if (kept := _without_outer_blanks(_once(row)))]


def words_of(line: Line) -> Iterator[tuple[Glyph, ...]]:
    """Runs of glyphs that touch; a blank is a run of its own."""
    word = [line.glyphs[0]]
    for before, glyph in pairwise(line.glyphs):
        apart = glyph.x0 - before.x1 > TIGHT * max(before.height, glyph.height)
        if apart or not (before.text.strip() and glyph.text.strip()):
            yield tuple(word)
            word = []
        word.append(glyph)
    yield tuple(word)


def cell_text(lines: Sequence[Line], width: float) -> str:
    """Lines of a cell; a number that had to be broken, because the cell is too narrow for it, is whole again."""
    text = ""
    for i, line in enumerate(lines):
        if i and not _is_broken_number(lines[i - 1], line, width - 2 * MARGIN):
            text += "\n"
        text += line.text()
    return text


def is_full(line: Line, width: float) -> bool:
    """Whether the line may have been broken because the cell ended."""
    return line.x1 - line.x0 + FULL * line.height > width - 2 * MARGIN


def _is_broken_number(before: Line, line: Line, room: float) -> bool:
    """Whether a number went on in the next line because not one digit more had room in the one before."""
    if not all(g.text in _IN_NUMBER for g in (*before.glyphs, line.glyphs[0])):
        return False
    return before.x1 - before.x0 + line.glyphs[0].x1 - line.glyphs[0].x0 > room


def paragraphs_of(lines: Sequence[Line], left: float, right: float) -> Iterator[str]:
    """Lines joined where one runs to the right edge and the next goes on at the left edge, across pages too."""
    if not lines:
        return
    text = lines[0].text("\t")
    for before, line in pairwise(lines):
        own = line.text("\t")
        if "\t" not in own and "\t" not in text and _goes_on(before, line, left, right):
            text += own if _is_wide(before.glyphs[-1]) or _is_wide(line.glyphs[0]) else f" {own}"
        else:
            yield text
            text = own
    yield text


def _goes_on(before: Line, line: Line, left: float, right: float) -> bool:
    em = line.height
    if abs(before.height - em) > 0.2 * em or line.x0 - left > INDENT * em or _BEGINS.match(line.text()):
        return False
    apart = line.top - before.bottom  # negative where the page turned
    return right - before.x1 < _first_word(line) + SLACK * em and apart < 1.5 * em


def _first_word(line: Line) -> float:
    """Width of what stands first in a line and could not have been parted: brackets, a word or character, marks."""
    before = None
    for glyph in line.glyphs:
        if before and before.text not in _OPEN and glyph.text not in _CLOSE and (_is_wide(before) or _is_wide(glyph)):
            break
        before = glyph
    return (before or line.glyphs[0]).x1 - line.x0


def _once(row: Iterable[Glyph]) -> list[Glyph]:
    """Each glyph once; between a digit and another glyph printed over it stands a mark: one of them is not seen."""
    kept: list[Glyph] = []
    for glyph in sorted(row, key=lambda g: g.x0):
        width = glyph.x1 - glyph.x0
        if any(glyph.text == k.text and glyph.x0 - k.x0 < TWICE * width for k in kept[-2:]):
            continue
        if kept and _is_over(kept[-1], glyph):
            kept.append(Glyph(text=TORN, x0=glyph.x0, x1=glyph.x0, top=glyph.top, bottom=glyph.bottom))
        kept.append(glyph)
    return kept


def _is_over(below: Glyph, glyph: Glyph) -> bool:
    shared = min(below.x1, glyph.x1) - glyph.x0
    narrower = min(below.x1 - below.x0, glyph.x1 - glyph.x0)
    return shared > OVER * narrower > 0 and (below.text.isdigit() or glyph.text.isdigit()) and glyph.text != TORN


def _without_outer_blanks(glyphs: list[Glyph]) -> list[Glyph]:
    filled = [i for i, glyph in enumerate(glyphs) if glyph.text.strip()]
    return glyphs[filled[0] : filled[-1] + 1] if filled else []


def _is_wide(glyph: Glyph) -> bool:
    return unicodedata.east_asian_width(glyph.text[-1]) in "WFA"
