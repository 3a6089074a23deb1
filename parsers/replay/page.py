"""A page as it was served, with marks put into its source and its pictures from the archive; all else is as it was."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import chain
from typing import Any
from urllib.parse import urljoin

from parsers import media
from parsers.captured import captured
from parsers.document import Document, Paragraph, grid_of
from parsers.readers.article import SKIPPED
from parsers.readers.html import Opened, opened
from parsers.readers.served import shown
from parsers.replay.asked import Asked, Marked, Quote, Square
from parsers.replay.look import style
from parsers.replay.words import Span, Words, bare

_TAG = re.compile(rb"<([A-Za-z][^\s/>\x00]{0,60})(?=[\s/>])")
_DOCTYPE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?>\s+|<\?[^>]*>|<!--.*?-->)*+<!doctype[^>]*>", re.DOTALL | re.IGNORECASE)
NUMBER = "nianbao-tag"
NEAR = 3000  # characters between two lines of a text that may be no part of it
_SPAN = re.compile(r"\s*(\d{1,6})")


def marked_page(asked: Asked) -> Marked | None:
    """The page with its marks; None where what was read is not what was served."""
    text, _, _ = media.as_utf8(media.bare(asked.body), asked.snapshot.mime)
    if shown(text) is not text:
        return None  # a script shows it
    tags = list(_TAG.finditer(text))
    page = opened(_numbered(text, tags))
    edits: list[tuple[int, bytes]] = []
    placed: set[Square | Quote] = set()
    tables = _tables(page.content)
    pictured = sorted({outline.table for outline in asked.outlines})
    for square in asked.squares:
        if square.table is None or square.table in pictured:
            continue
        cell = _cell(tables, square, square.table - bisect_left(pictured, square.table))
        number = _number(cell)
        if number is not None and number < len(tags):
            edits.append((tags[number].end(), _attributes(asked.sign, square.label, first=not placed)))
            placed.add(square)
    edits += _in_text(asked, text, tags, page, placed)
    edits += _pictures(asked, tags, page)
    return Marked(way="page", html=_edited(_styled(text, asked.sign), text, edits), placed=frozenset(placed))


def _numbered(text: bytes, tags: Sequence[re.Match[bytes]]) -> bytes:
    """Each tag with its number in the source, for the tree that is made of it."""
    pieces, end = [], 0
    for number, tag in enumerate(tags):
        pieces += [text[end : tag.end()], b' %s="%d"' % (NUMBER.encode(), number)]
        end = tag.end()
    return b"".join([*pieces, text[end:]])


def _number(element: Any) -> int | None:
    said = element.get(NUMBER) if element is not None else None
    return int(said) if said and said.isdecimal() else None


# Squares of a table


def _tables(content: Any) -> list[Any]:
    """The tables of data as `readers.flow` finds them: with none inside, and more than one cell."""
    return [
        table
        for table in content.iter("table")
        if table.find(".//table") is None
        and sum(1 for _ in table.iter("td", "th")) > 1
        and not any(above.tag in SKIPPED for above in table.iterancestors())
    ]


def _cell(tables: Sequence[Any], square: Square, table: int) -> Any:
    """The cell that covers a square; None where there is none, or where it says something else."""
    if not 0 <= table < len(tables):
        return None
    rows = [list(row.iterchildren("td", "th")) for row in tables[table].iter("tr")]
    named = [
        [(f"{r},{c}", _span(cell, "rowspan"), _span(cell, "colspan")) for c, cell in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    grid = grid_of(named).grid
    if not (square.row < len(grid) and square.column < len(grid[square.row])):
        return None
    found = grid[square.row][square.column]
    if found.gap:
        return None
    r, c = map(int, found.text.split(","))
    says = bare("".join(rows[r][c].itertext()))
    return rows[r][c] if _digits(square.raw) in _digits(says) else None


def _span(cell: Any, name: str) -> int:
    found = _SPAN.match(cell.get(name) or "")
    return int(found[1]) if found else 1


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


# Pictures


def _pictures(asked: Asked, tags: Sequence[re.Match[bytes]], page: Opened) -> Iterator[tuple[int, bytes]]:
    """Addresses in the archive, before those on the page: of two equal attributes the first counts."""
    if not asked.addresses:
        return
    base = urljoin(asked.snapshot.url, page.base)
    for image in chain(page.content.iter("img"), page.around.iter("img")):
        names = (image.get(name) for name in ("data-original", "data-src", "src"))
        found = (captured(asked.addresses, base, name) for name in names if name)
        address, number = next(filter(None, found), None), _number(image)
        if address and number is not None and number < len(tags):
            yield tags[number].end(), f' src="{escape(address)}" srcset=""'.encode()


# Lines and sentences


def _in_text(
    asked: Asked, text: bytes, tags: Sequence[re.Match[bytes]], page: Opened, placed: set[Square | Quote]
) -> Iterator[tuple[int, bytes]]:
    lines = [square for square in asked.squares if square.table is None]
    if not lines and not asked.quotes:
        return
    source = text.decode("utf-8", "surrogatepass")
    words = Words(source)
    begin = _number(page.content)
    start = words.behind(len(text[: tags[begin].start()].decode("utf-8", "surrogatepass"))) if begin is not None else 0
    found: list[tuple[Square | Quote, Span | None]] = [
        (quote, words.find(quote.text, start) or words.find(quote.text)) for quote in asked.quotes
    ]
    if lines:
        document = _document(asked)
        spans_of = _lines(document, words, start) if document else {}
        found += [(line, _square(line, document, spans_of)) for line in lines]
    for one, span in found:
        if span is None:
            continue
        for begin_at, end_at in words.pieces(span):
            opening = b"<mark" + _attributes(asked.sign, one.label, first=not placed) + b">"
            yield _bytes(source, begin_at), opening
            yield _bytes(source, end_at), b"</mark>"
            placed.add(one)


def _bytes(source: str, place: int) -> int:
    return len(source[:place].encode("utf-8", "surrogatepass"))


def _document(asked: Asked) -> Document | None:
    from parsers import pipeline  # takes longer to load than most pages take to mark

    read = pipeline.readings(asked.snapshot, asked.body)
    found = [piece for piece, parsed in read if parsed.part == asked.part]
    return found[0].document if found else None


def _lines(document: Document, words: Words, start: int) -> Mapping[int, Span]:
    """Where each line of a document stands among the words, one behind the other."""
    found: dict[int, Span] = {}
    at = start
    for block in document.blocks:
        texts = [block.text] if isinstance(block, Paragraph) else [c.text for row in block.grid for c in row]
        for line in texts:
            span = words.find(line, at, NEAR)
            if span is None:
                continue
            at = span[1]
            if isinstance(block, Paragraph):
                found[block.line] = span
    return found


def _square(square: Square, document: Document | None, lines: Mapping[int, Span]) -> Span | None:
    """The characters of a square in its line; the whole line where they are not certain."""
    from parsers.places import Mark, spans

    line = lines.get(square.row)
    if line is None or document is None:
        return None
    text = next(p.text for p in document.paragraphs if p.line == square.row)
    ((begin, end), _) = spans(text, [Mark(raw=square.raw, column=square.column)])[0]
    if begin == end or not square.raw:
        return line
    before = len(bare(text[:begin]))
    return line[0] + before, line[0] + before + len(bare(text[begin:end]))


# The source


def _attributes(sign: str, label: str, *, first: bool) -> bytes:
    name = f' id="{sign}"' if first else ""
    return f'{name} data-{sign}="{label}"'.encode()


def _styled(text: bytes, sign: str) -> tuple[int, bytes]:
    """Before all else but the document type, without which browsers lay the page out in another way."""
    found = _DOCTYPE.match(text)
    return found.end() if found else 0, f"<style>{style(sign)}</style>".encode()


def _edited(head: tuple[int, bytes], text: bytes, edits: Sequence[tuple[int, bytes]]) -> bytes:
    pieces, end = [], 0
    for place, said in sorted([head, *edits], key=lambda edit: edit[0]):
        pieces += [text[end:place], said]
        end = place
    return b"".join([*pieces, text[end:]])
