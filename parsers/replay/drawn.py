"""A rendering of what was read of a body, in order, with marks: where the body itself cannot be shown."""

from __future__ import annotations

from collections.abc import Iterator

from parsers import pipeline
from parsers.document import Cell, Document, Paragraph, Table
from parsers.drawn import plain
from parsers.places import Mark, spans
from parsers.replay.asked import Asked, Marked, Quote, Square
from parsers.replay.look import style
from parsers.replay.words import bare

LOOK = (
    'body{font:15px/1.7 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;margin:1.2rem;color:#1f2429}'
    "table{border-collapse:collapse;margin:1rem 0}td{border:1px solid #aca798;padding:.2rem .5rem;white-space:pre-line;"
    "text-align:center;min-width:1.5em}p{margin:.2rem 0}"
)


def drawn(asked: Asked) -> Marked:
    """The document that the squares were read from."""
    read = pipeline.readings(asked.snapshot, asked.body, asked.pictures)
    document = next((piece.document for piece, parsed in read if parsed.part == asked.part), None)
    page = _Page(asked)
    lines = list(page.lines(document)) if document else []
    head = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{asked.sign}</title>'
    html = "".join([head, f"<style>{LOOK}{style(asked.sign)}</style></head><body>", *lines, "</body></html>"])
    return Marked(way="drawn", html=html.encode(), placed=frozenset(page.placed))


class _Page:
    """Draws one document, and knows what it has marked."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.placed: set[Square | Quote] = set()

    def lines(self, document: Document) -> Iterator[str]:
        index = document.tables_before
        for block in document.blocks:
            if isinstance(block, Table):
                yield from self._table(block, index)
                index += 1
            elif block.text.strip():
                yield self._line(block)

    def _opening(self, one: Square | Quote) -> str:
        name = "" if self.placed else f' id="{self._asked.sign}"'
        self.placed.add(one)
        return f'{name} data-{self._asked.sign}="{plain(one.label)}"'

    def _table(self, table: Table, index: int) -> Iterator[str]:
        own = [square for square in self._asked.squares if square.table == index]
        yield "<table>"
        for r in range(len(table.grid)):
            cells = (cell for cell in table.cells(r) if cell.row == r)
            yield f"<tr>{''.join(self._cell(cell, own) for cell in cells)}</tr>"
        yield "</table>"

    def _cell(self, cell: Cell, own: list[Square]) -> str:
        inside = [one for one in own if _covers(cell, one) and bare(one.raw) in bare(cell.text)]
        mark = self._opening(inside[0]) if inside else ""
        self.placed.update(inside)
        span = f' rowspan="{cell.rowspan}" colspan="{cell.colspan}"'
        return f"<td{span}{mark}>{plain(cell.text)}</td>"

    def _line(self, line: Paragraph) -> str:
        here = [one for one in self._asked.squares if one.table is None and one.row == line.line]
        found = spans(line.text, [Mark(raw=one.raw, column=one.column) for one in here])
        pieces: list[tuple[tuple[int, int], Square | Quote]] = [
            (span, one) for (span, mark) in found for one in here if (one.raw, one.column) == (mark.raw, mark.column)
        ]
        said = ((quote, quote.text.strip()) for quote in self._asked.quotes)
        pieces += [((at, at + len(text)), quote) for quote, text in said if text and (at := line.text.find(text)) >= 0]
        return f"<p>{self._marked(line.text, pieces)}</p>"

    def _marked(self, text: str, pieces: list[tuple[tuple[int, int], Square | Quote]]) -> str:
        said, end = [], 0
        for (start, stop), one in sorted(pieces, key=lambda piece: piece[0]):
            if start >= end:
                said += [plain(text[end:start]), f"<mark{self._opening(one)}>{plain(text[start:stop])}</mark>"]
                end = stop
        return "".join([*said, plain(text[end:])])


def _covers(cell: Cell, one: Square) -> bool:
    return cell.row <= one.row < cell.row + cell.rowspan and cell.column <= one.column < cell.column + cell.colspan
