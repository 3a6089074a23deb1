"""The statutory tables of one document read into facts, grids first, flattened text for what no grid holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archive.records import Extra, Fact
from parsers import flat, forms, glued, match
from parsers.breaks import TORN, doubted
from parsers.copies import Aside, one_of_each
from parsers.document import Document, Table
from parsers.facts import extra_of, fact_of, other_units
from parsers.match import Reading
from parsers.second_reading import as_text, disagreements
from parsers.seen import seen_in, surely_another
from parsers.tables import misread, statistics
from parsers.tables.halves import put_together
from parsers.tables.squares import Claim, Row, Square, holds_number
from parsers.units import of_caption
from parsers.unplaced import unplaced


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What the tables of one document say."""

    facts: tuple[Fact, ...]
    extras: tuple[Extra, ...]
    forms: Mapping[str, tuple[str, ...]]  # table -> forms found in it
    leftovers: tuple[tuple[str, Square], ...]  # (table, number that became no fact)
    untold: frozenset[str]  # tables of which nothing tells the form
    several: Mapping[str, str]  # tables of which the document holds several, and what chose: as in copies.Choice
    lines: frozenset[int]  # lines of the text that are squares of a table
    aside: tuple[Aside, ...] = ()  # squares of those that were not read
    units: Mapping[str, str] = field(default_factory=dict)  # indicator -> unit as printed, where it is not the form's
    disagreements: tuple[tuple[Fact, str], ...] = ()  # fact of the grid, and what its row says when read as text
    hidden: Mapping[str, bool] = field(default_factory=dict)  # tables in parts that are not shown -> whether read there


def read_tables(document: Document, year: int | None = None) -> Tables:
    """Every statutory square of a document, once; `year` is that of the report, where it is known."""
    grids = [_rows_of(table, index) for index, table in enumerate(document.tables, document.tables_before)]
    above = _above(document)
    readings = [
        match.read_rows(rows, grid=True, caption=of_caption(lines[0]) if lines else "")
        for rows, lines in zip(_going_on(grids), above, strict=True)
    ]
    others = dict(enumerate(map(as_text, grids, readings), document.tables_before))
    found = set[str]().union(*(r.tables for r in readings)) if readings else set()
    lines: frozenset[int] = frozenset()
    left = document.paragraphs
    in_text = flat.may_hold_tables(left)
    if in_text and "statistics" not in found:
        rows, text = match.read_statistics(left)
        readings.append(text)
        lines = _lines(rows, text)
        left = [p for p in left if p.line not in lines]
    if in_text and len(found & set(forms.TABLES)) < len(forms.TABLES):
        flattened = flat.rows_of_text(left, cut=document.cut)
        rows = flattened.rows
        text = match.read_rows(rows, grid=False, placed=flattened.placed)
        readings.append(_only(text, set(forms.TABLES) - found))
        if readings[-1].claims:
            lines |= _lines(rows, readings[-1])
    found |= set().union(*(r.tables for r in readings)) if readings else set()
    reported = {table for reading in readings for table, _ in reading.leftovers}
    runs: Sequence[tuple[str, Square]] = ()
    if lost := set(forms.TABLES) - found - reported:
        if document.cut and left:
            left = [*left[:-1], replace(left[-1], text=left[-1].text + TORN)]
        split, runs = glued.read(left, lost)
        found |= {claim.table for claim in split}
        readings.append(Reading(claims=tuple(split), leftovers=tuple(runs), lines=frozenset(), titles={}))
    choice = one_of_each(readings, above, year)
    claims, locals_ = choice.claims, choice.locals
    grouped = [c for c in claims if c.row == "other" and c.table == "requests"] if _are_grouped(readings) else []
    claims = doubted([c for c in claims if c not in grouped] if grouped else claims, document)
    by_table, untold = _forms_of(claims, year)
    seen = seen_in(document)
    locals_, misread = surely_another(locals_, claims, by_table, seen)
    facts = tuple([fact_of(claim, by_table, seen) for claim in claims])
    return Tables(
        facts=facts,
        extras=tuple(extra_of(item, seen) for item in locals_),
        forms=by_table,
        leftovers=(
            *unplaced(document, set(forms.TABLES) - found - reported - {table for table, _ in runs}),
            *(x for reading in readings for x in reading.leftovers),
            *misread,
            *((c.table, c.square) for c in grouped if holds_number(c.square)),
        ),
        untold=untold,
        several=choice.several,
        lines=lines,
        aside=tuple(choice.aside),
        units=dict(other_units(facts, claims)),
        disagreements=tuple(disagreements(facts, claims, others)),
    )


def _are_grouped(readings: Sequence[Reading]) -> bool:
    """Whether rows of （六）其他处理 stand in any grid; its label may stand in the one before, at a page's end."""
    return any(reading.grouped for reading in readings)


def _above(document: Document) -> list[list[str]]:
    """The short lines above each table, the nearest first, up to the table before it."""
    found: list[list[str]] = []
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            found.append(lines[: -match.ABOVE - 1 : -1])
            lines = []
        elif block.text.strip():
            lines.append(block.text if len(block.text) <= match.TITLE else "")
    return found


def _rows_of(table: Table, index: int) -> Sequence[Row]:
    rows = match.rows_of(table, index)
    return misread.mended(rows) if table.recognised else put_together(rows)


def _going_on(grids: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """The rows of every grid; where a statistics table goes on in the next grid, below its head."""
    before: Sequence[Row] = ()
    for rows in grids:
        before = statistics.going_on(before, rows)
        yield before


def _lines(rows: Sequence[Sequence[Square]], reading: Reading) -> frozenset[int]:
    """The lines of the text that hold nothing but squares of a table."""
    inside = {square.row for i in reading.lines for square in rows[i]}
    return frozenset(inside - {square.row for i, row in enumerate(rows) if i not in reading.lines for square in row})


def _only(reading: Reading, tables: set[str]) -> Reading:
    """A reading of the text, for the tables that no grid holds."""
    return Reading(
        claims=tuple(c for c in reading.claims if c.table in tables),
        leftovers=tuple(x for x in reading.leftovers if x[0] in tables),
        lines=reading.lines,
        titles=reading.titles,
        locals=tuple(x for x in reading.locals if x.table in tables),
    )


def _forms_of(claims: Sequence[Claim], year: int | None) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Table -> forms, and the tables of which nothing tells the form: they get that of the year.

    Table three is told by its rows 其他处理; table four is the same in both, and follows.
    """
    found: dict[str, tuple[str, ...]] = {}
    rows = {claim.row for claim in claims if claim.table == "requests"}
    for table in ("statistics", "proactive"):
        said = tuple(dict.fromkeys(c.form for c in claims if c.table == table and c.form))
        if said:
            found[table] = said
    proactive = found.get("proactive")
    told = "2021" if any(row.startswith("other.") for row in rows) else "2019" if "other" in rows else ""
    usual = told or (proactive[-1] if proactive else "")
    present = {claim.table for claim in claims}
    others = [table for table in ("requests", "review") if table in present]
    own = usual or (forms.FORMS[-1] if (year or 0) >= int(forms.FORMS[-1]) else forms.FORMS[0])
    return found | dict.fromkeys(others, (own,)), frozenset(() if usual else others)
