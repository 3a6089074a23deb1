"""The second reading: what a grid says as text, without its columns, held against what it says as a grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from archive.records import Fact
from parsers import match
from parsers.match import Reading
from parsers.tables.squares import Claim, Row, Square

Name = tuple[str, str, str]  # table, row, column of an indicator


def as_text(rows: Sequence[Row], reading: Reading) -> dict[Name, Square]:
    """The squares of a grid read once more: labels and squares in the order of the text.

    {} where text could say nothing else: every row that was read has its labels, then its squares, and no other cell.
    """
    if _is_plain(rows, reading.claims):
        return {}
    flat_rows = [
        [
            s if s.slot == i and s.span == 1 else Square(s.text, i, 1, *s[3:])
            for i, s in enumerate(s for s in row if not s.above)
        ]
        for row in rows
    ]
    return {(c.table, c.row, c.column): c.square for c in match.read_again(flat_rows)}


def _is_plain(rows: Sequence[Row], claims: Sequence[Claim]) -> bool:
    at = {s.row: row for row in rows for s in row if not s.above}  # of two rows that were put together both numbers
    for index, those in groupby(claims, key=lambda claim: claim.square.row):
        places = [claim.square.place for claim in those]
        own = [s for s in at.get(index, ()) if not s.above]
        before, behind = own[: -len(places)], own[-len(places) :]
        if [s.place for s in behind] != places or any(s.is_value for s in before):
            return False
    return True


def disagreements(
    facts: Sequence[Fact], claims: Sequence[Claim], others: Mapping[int, Mapping[Name, Square]]
) -> Iterator[tuple[Fact, str]]:
    """Facts of a grid, and what its row says when read as text, where that is something else."""
    for fact, claim in zip(facts, claims, strict=True):
        if fact.table is None or not others[fact.table]:
            continue
        other = others[fact.table].get((claim.table, claim.row, claim.column))
        if other and other.place != claim.square.place and other.text.strip() != fact.raw:
            yield fact, other.text.strip()
