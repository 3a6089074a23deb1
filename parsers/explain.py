"""How a document was read, for people: the grid with an indicator in each square, the leftovers, the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Fact, Parsed
from parsers.document import Document, Table
from parsers.pieces import Piece
from parsers.reading import read_tables

Place = tuple[int | None, int, int]


def explain(found: Sequence[tuple[Piece, Parsed]]) -> Iterator[str]:
    """Lines of plain text, for each document in a body."""
    for piece, parsed in found:
        if len(found) > 1:
            yield f"=== part {parsed.part}  {parsed.member}".rstrip()
        yield from _explained(piece, parsed)
        if len(found) > 1:
            yield ""


def _explained(piece: Piece, parsed: Parsed) -> Iterator[str]:
    yield f"{parsed.media_type}, charset {parsed.charset or '-'}"
    yield f"kind       {parsed.kind} ({parsed.score:.2f}: {'; '.join(parsed.reasons) or '-'})"
    yield f"forms      {' '.join(parsed.forms) or '-'}"
    yield f"title      {parsed.title or '-'}"
    for field in ("organ", "year", "published"):
        yield f"{field:<10} {getattr(parsed, field) or '-'}"
        for candidate in parsed.candidates:
            if candidate.field == field:
                yield f"           {candidate.value}  ({candidate.source})"
    if piece.document and parsed.kind != "several":
        yield from _tables(piece.document, parsed)
    yield ""
    for section in parsed.sections:
        heading = section.heading or "(before the first heading)"
        yield f"section {section.number}  {heading}  {len(section.text)} characters"
    yield ""
    for rule, count in parsed.passed:
        yield f"PASS  {rule}  x {count}"
    for finding in parsed.findings:
        yield f"{finding.verdict}  {finding.rule}  {finding.message_zh}"
        yield f"      {finding.message_en}"
        if finding.evidence:
            yield f"      “{finding.evidence}”"


def _tables(document: Document, parsed: Parsed) -> Iterator[str]:
    places: dict[Place, Fact] = {(f.table, f.row, f.column): f for f in parsed.facts}
    left: set[Place] = {(s.table, s.row, s.column) for _, s in read_tables(document).leftovers}
    for index, table in enumerate(document.tables, document.tables_before):
        yield ""
        yield f"table {index}: {len(table.grid)} rows, {table.width} columns"
        yield from _grid(table, index, places, left)
    flat = sorted({(f.row, f.column): f for f in parsed.facts if f.table is None}.items())
    if flat:
        yield ""
        yield "read from text whose grid was lost (line, square in it):"
        for (row, column), fact in flat:
            yield f"  {row + 1},{column + 1}  {fact.raw or '(blank)'}  = {_said(fact)}"
        yield from (f"  {row + 1},{column + 1}  LEFT OVER" for t, row, column in sorted(left, key=str) if t is None)


def _grid(table: Table, index: int, places: dict[Place, Fact], left: set[Place]) -> Iterator[str]:
    for row in range(len(table.grid)):
        squares = []
        for cell in table.cells(row):
            if cell.row < row:
                continue  # said in the row where it begins
            place = (index, cell.row, cell.column)
            text = " ".join(cell.text.split()) or "·"
            if place in places:
                text += f" = {_said(places[place])}"
            elif place in left:
                text += " LEFT OVER"
            squares.append(text)
        yield f"  {row:>3}  " + "  |  ".join(squares)


def _said(fact: Fact) -> str:
    shown = fact.value if fact.state == "number" else fact.state
    return f"{fact.indicator} {shown}" if str(shown) != fact.raw else fact.indicator
