"""Which squares a picture showed, and which of them are less certain for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from parsers import forms
from parsers.document import Document
from parsers.tables.squares import Claim, Local, Square

Seen = Collection[tuple[int | None, int]]


def seen_in(document: Document) -> Seen:
    """Tables as (table, 0) and lines as (None, line) whose characters were recognised in a picture."""
    tables = enumerate(document.tables, document.tables_before)
    lines = ((None, p.line) for p in document.paragraphs if p.recognised)
    return {*((index, 0) for index, table in tables if table.recognised), *lines}


def is_seen(square: Square, seen: Seen) -> bool:
    """Whether a square stands in one of them."""
    return (square.table, 0 if square.table is not None else square.row) in seen


def surely_another(
    locals_: Sequence[Local], claims: Sequence[Claim], by_table: Mapping[str, tuple[str, ...]], seen: Seen
) -> tuple[list[Local], list[tuple[str, Square]]]:
    """Extra rows, and the numbers of those that a picture shows where a row of the form is missing: they may be its.

    Recognition garbles labels more than any misprint does; only a table that is whole proves a row to be added.
    """
    read = {(claim.table, claim.row) for claim in claims}
    whole = {
        table
        for table, found in by_table.items()
        if any(all((table, row) in read for row in forms.BY_TABLE[form, table].rows) for form in found)
    }
    sure = [x for x in locals_ if x.table in whole or not is_seen(x.square, seen)]
    return sure, [(x.table, x.square) for x in locals_ if x not in sure and x.square.is_number]
