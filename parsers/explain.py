"""How a document was read, in lines for a terminal: the grid with an indicator in each square, the findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Extra, Fact, Parsed
from parsers.document import Document, Table
from parsers.pieces import Piece
from parsers.places import Mark, Marks, marks_of


def explain(found: Sequence[tuple[Piece, Parsed]]) -> Iterator[str]:
    """Lines of plain text, for each document in a body; places are counted from 1."""
    for piece, parsed in found:
        if len(found) > 1:
            yield f"=== part {parsed.part}  {parsed.member}".rstrip()
        yield from _explained(piece.document if parsed.kind != "several" else None, parsed)
        if len(found) > 1:
            yield ""


def _explained(document: Document | None, parsed: Parsed) -> Iterator[str]:
    yield f"{parsed.media_type}, charset {parsed.charset or '-'}"
    yield f"kind       {parsed.kind} ({parsed.score:.2f}: {'; '.join(parsed.reasons) or '-'})"
    yield f"forms      {' '.join(parsed.forms) or '-'}"
    yield f"title      {parsed.title or '-'}"
    for field in ("organ", "year", "published"):
        yield f"{field:<10} {getattr(parsed, field) or '-'}"
        for candidate in parsed.candidates:
            if candidate.field == field:
                yield f"           {candidate.value}  ({candidate.source})"
    if document:
        yield from _squares(document, parsed, marks_of(document, parsed))
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


def _squares(document: Document, parsed: Parsed, marks: Marks) -> Iterator[str]:
    for index, table in enumerate(document.tables, document.tables_before):
        yield ""
        yield f"table {index + 1}: {len(table.grid)} rows, {table.width} columns"
        yield from _grid(table, index, parsed, marks)
    if marks.lines:
        yield ""
        yield "read from text whose grid was lost (line, square in it):"
    for line in sorted(marks.lines):
        for mark in marks.lines[line]:
            yield f"  {line + 1},{mark.column + 1}  {_shown(mark.raw, mark, parsed)}"


def _grid(table: Table, index: int, parsed: Parsed, marks: Marks) -> Iterator[str]:
    for row in range(len(table.grid)):
        own = (cell for cell in table.cells(row) if cell.row == row)  # a cell is said in the row where it begins
        squares = (_shown(cell.text, marks.cells.get((index, row, cell.column)), parsed) for cell in own)
        yield f"  {row + 1:>3}  " + "  |  ".join(squares)


def _shown(text: str, mark: Mark | None, parsed: Parsed) -> str:
    said = " ".join(text.split()) or "·"
    if mark is None:
        return said
    if mark.aside is not None:
        return f"{said} NOT READ {mark.aside.name}"
    if mark.leftover is not None:
        return f"{said} LEFT OVER"
    if mark.extra is not None:
        return f"{said} EXTRA {_added(parsed.extras[mark.extra])}"
    return f"{said} = " + ", ".join(_said(parsed.facts[n]) for n in mark.facts)


def _said(fact: Fact) -> str:
    shown = fact.value if fact.state == "number" else fact.state
    return f"{fact.indicator} {shown}" if str(shown) != fact.raw else fact.indicator


def _added(extra: Extra) -> str:
    """A square of a row that the form does not have: by its label and the head of its column."""
    shown = extra.value if extra.state == "number" else extra.state
    place = " · ".join(filter(None, (extra.label, extra.head)))
    return f"{place} {shown}{extra.unit}" if str(shown) + extra.unit != extra.raw else place
