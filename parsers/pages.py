"""Pages of placed characters and ruling lines -> document: tables where lines rule them, the rest as paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.document import Builder, Document, Unreadable
from parsers.layout import TORN, Glyph, Line, cell_text, is_full, lines_of, paragraphs_of, words_of
from parsers.parts import Part, Piece, joined
from parsers.ruled import Box, Lattice, Rule, lattices

FAR = 20_000.0  # points: no page is larger
STRUCK = (0.3, 0.7)  # of a character's height, downwards: where a line through it strikes it out
EPSILON = 0.01  # points
EDGE = 0.08  # share of a page's height at its top and bottom where running heads and page numbers stand

_PAGE_NUMBER = re.compile(r"^(?:第|[-—–_·.~])?\s*\d{1,3}\s*(?:页|[-—–_·.~])?\s*(?:[/,，]?\s*共?\s*\d{1,3}\s*页?)?$")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is printed on a page, in points, downwards from its top."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    rules: Sequence[Rule]
    shades: Sequence[Rule] = ()  # sides of filled areas: they rule where nothing else does
    recognised: bool = False  # its characters were recognised in a picture
    turns: int = 0  # as in archive.records.Outline, and so is what follows
    lean: float = 0.0
    picture: int | None = None
    number: int | None = None  # of the page in its file, from 0; None: they are all there, in order


@dataclass(frozen=True, kw_only=True)
class _Laid:
    """One page cut up: its tables, and the lines outside of them."""

    width: float
    height: float
    parts: Sequence[Part]
    lines: Sequence[Line]
    recognised: bool


def document_of(pages: Iterable[Page], title: str = "", damaged: int = 0) -> Document:
    """Tables and paragraphs in reading order; a table that goes on on the next page is one table."""
    laid = [_laid(page, number) for number, page in enumerate(pages)]
    heads = _running_heads(laid)
    laid = [_without(page, heads) for page in laid]
    left, right = _edges(laid)
    builder = Builder()
    for run, recognised in _runs(laid):
        parts = [item for item in run if isinstance(item, Part)]
        if any(piece.text for part in parts for piece in part.pieces):
            builder.table(replace(joined(parts), recognised=recognised))
        else:
            for text in paragraphs_of([item for item in run if isinstance(item, Line)], left, right):
                builder.paragraph(text, recognised=recognised)
    context = tuple(head for head in heads if not _PAGE_NUMBER.match(head))
    return Document(blocks=tuple(builder.blocks), title=title, context=context, damaged=damaged)


def _edges(pages: Sequence[_Laid]) -> tuple[float, float]:
    """Between which the text runs: its long lines say so; where all are short, the margins are taken for equal."""
    lines = [line for page in pages for line in page.lines]
    width = max((page.width for page in pages), default=0.0)
    right = max((line.x1 for line in lines), default=0.0)
    begins = Counter(round(line.x0) for line in lines if line.x1 - line.x0 > width / 2)
    if begins:
        return begins.most_common(1)[0][0], right
    left = min((line.x0 for line in lines), default=0.0)
    return left, max(right, width - left)


def _runs(pages: Iterable[_Laid]) -> Iterator[tuple[list[Line | Part], bool]]:
    """Lines that follow each other, and the parts of one table; and whether any of it was recognised in a picture."""
    run: list[Line | Part] = []
    recognised = False
    for page in pages:
        items: list[Line | Part] = [*page.parts, *page.lines]
        for item in sorted(items, key=lambda item: item.top):
            if run and not _belongs(run[-1], item):
                yield run, recognised
                run, recognised = [], False
            run.append(item)
            recognised |= page.recognised
    if run:
        yield run, recognised


def _belongs(before: Line | Part, item: Line | Part) -> bool:
    if isinstance(before, Part) and isinstance(item, Part):
        return before.goes_on_in(item)
    return isinstance(before, Line) and isinstance(item, Line)


# One page


def _laid(page: Page, number: int) -> _Laid:
    if not (1 < page.width < FAR and 1 < page.height < FAR):
        raise Unreadable(f"page {number + 1} has no size")
    rules = [rule for rule in page.rules if _is_near(rule)]
    shades = [rule for rule in page.shades if _is_near(rule)]
    found = lattices(rules) or lattices([*rules, *shades])
    inside: dict[int, list[Glyph]] = defaultdict(list)
    outside = []
    lines = sorted((rule for rule in rules if rule.level), key=lambda rule: rule.at)
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.middle
        if not (0 <= x <= page.width and 0 <= y <= page.height and glyph.height < page.height):
            continue  # outside of the page nobody sees it
        holding = [i for i, lattice in enumerate(found) if lattice.square_at(x, y)]
        if holding:
            own = inside[min(holding, key=lambda i: _area(found[i]))]
            own.append(glyph)
            if not page.recognised and _is_struck(glyph, lines):
                own.append(_torn(glyph, at=x))
        else:
            outside.append(glyph)
            for i, lattice in enumerate(found):
                if (edge := _edge_beside(lattice, glyph)) is not None:
                    inside[i].append(_torn(glyph, at=edge))
    parts = [_part(lattice, inside[i], page, number) for i, lattice in enumerate(found)]
    return _Laid(width=page.width, height=page.height, parts=parts, lines=lines_of(outside), recognised=page.recognised)


def _is_struck(glyph: Glyph, lines: Sequence[Rule]) -> bool:
    """Whether a rule runs through the middle of a character: what is struck out is no number."""
    top, bottom = glyph.top + STRUCK[0] * glyph.height, glyph.top + STRUCK[1] * glyph.height
    first = bisect_left(lines, top, key=lambda rule: rule.at)
    x = (glyph.x0 + glyph.x1) / 2
    for rule in lines[first:]:
        if rule.at > bottom:
            return False
        if rule.begin <= x <= rule.end:
            return True
    return False


def _edge_beside(lattice: Lattice, glyph: Glyph) -> float | None:
    """Just inside the outer line that a character sticks out beyond: what stands at it there is not all of a number."""
    if not glyph.text.strip() or not lattice.ys[0] <= glyph.middle <= lattice.ys[-1]:
        return None
    near = (glyph.x1 - glyph.x0) / 2
    if 0 <= glyph.x0 - lattice.xs[-1] + near <= 2 * near:
        return lattice.xs[-1] - EPSILON
    return lattice.xs[0] + EPSILON if 0 <= lattice.xs[0] - glyph.x1 + near <= 2 * near else None


def _is_near(rule: Rule) -> bool:
    return all(abs(place) < FAR for place in (rule.at, rule.begin, rule.end))


def _area(lattice: Lattice) -> float:
    return (lattice.xs[-1] - lattice.xs[0]) * (lattice.ys[-1] - lattice.ys[0])


def _part(lattice: Lattice, glyphs: Iterable[Glyph], page: Page, number: int) -> Part:
    own = {(r, c): box for box in lattice.boxes for r in _rows(box) for c in _columns(box)}
    held: dict[Box, list[Glyph]] = defaultdict(list)
    for line in lines_of(glyphs):
        for word in words_of(line):
            boxes = [own[lattice.square_at((g.x0 + g.x1) / 2, g.middle) or (0, 0)] for g in word]
            for i, (glyph, box) in enumerate(zip(word, boxes, strict=True)):
                if i and box != boxes[i - 1]:
                    held[boxes[i - 1]].append(_torn(word[i - 1], at=word[i - 1].x1))
                    held[box].append(_torn(glyph, at=glyph.x0))
                held[box].append(glyph)
    return Part(
        page=number,
        sheet=page,
        xs=lattice.xs,
        ys=lattice.ys,
        rows=len(lattice.ys) - 1,
        pieces=tuple(_piece(lattice, box, lines_of(held[box])) for box in lattice.boxes),
    )


def _rows(box: Box) -> range:
    return range(box.row, box.row + box.rowspan)


def _columns(box: Box) -> range:
    return range(box.column, box.column + box.colspan)


def _torn(glyph: Glyph, at: float) -> Glyph:
    """A mark where a word runs over a line: neither half of a number is a number, nor is its cell blank."""
    return Glyph(text=TORN, x0=at, x1=at, top=glyph.top, bottom=glyph.bottom)


def _piece(lattice: Lattice, box: Box, lines: Sequence[Line]) -> Piece:
    width = lattice.xs[box.column + box.colspan] - lattice.xs[box.column]
    return Piece(
        text=cell_text(lines, width),
        row=box.row,
        column=box.column,
        rowspan=box.rowspan,
        colspan=box.colspan,
        gap=not lines and not box.closed,
        full=bool(lines) and is_full(lines[-1], width),
    )


# What is printed on every page


def _running_heads(pages: Sequence[_Laid]) -> list[str]:
    """Lines at the edges of pages that are page numbers, or stand on most pages at the same place."""
    places: Counter[tuple[str, int]] = Counter()
    found = [[(line, _at(line, page)) for line in page.lines if _is_at_edge(line, page)] for page in pages]
    for page_lines in found:
        places.update({place for _, place in page_lines})
    often = max(2, len(pages) / 2)
    texts = (
        line.text() for page_lines in found for line, place in page_lines if _is_number(line) or places[place] >= often
    )
    return list(dict.fromkeys(texts))


def _is_at_edge(line: Line, page: _Laid) -> bool:
    return line.bottom < EDGE * page.height or line.top > (1 - EDGE) * page.height


def _is_number(line: Line) -> bool:
    return bool(_PAGE_NUMBER.match(line.text()))


def _at(line: Line, page: _Laid) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text()), round(line.top / page.height * 100)


def _without(page: _Laid, heads: Sequence[str]) -> _Laid:
    lines = [line for line in page.lines if not (_is_at_edge(line, page) and line.text() in heads)]
    return replace(page, lines=lines)
