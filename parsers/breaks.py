"""Where a document breaks off: the last square of a text that nothing ends may be the beginning of another number."""

from __future__ import annotations

from collections.abc import Sequence

from parsers import numbers
from parsers.document import Block, Document, Paragraph, Table
from parsers.tables.squares import Claim, loose

TORN = "…"  # behind what may go on
PROSE = 40  # characters of a line in which no square of a table stands
NEAR = 1000  # blocks before a limit in which a place is looked for where no table is


def doubted(claims: Sequence[Claim], document: Document) -> list[Claim]:
    """The claims; the square with which a text breaks off is no number, unless it is the sum of its row."""
    lines = document.paragraphs
    own = [c for c in claims if c.square.table is None and c.square.row == lines[-1].line] if document.cut else []
    last = max(own, key=lambda claim: claim.square.column, default=None)
    # An empty square is the last one only where something parts it from the one before.
    if last is None or not lines[-1].text.endswith(last.square.text or "\t") or _adds_up(last, claims):
        return list(claims)
    square = last.square
    torn = last._replace(square=loose(f"{square.text}{TORN}", square.slot, square.row, square.column))
    return [torn if claim is last else claim for claim in claims]


def _adds_up(last: Claim, claims: Sequence[Claim]) -> bool:
    row = {c.column: numbers.read(c.square.text).value for c in claims if (c.table, c.row) == (last.table, last.row)}
    total = row.pop("total", None) if last.column == "total" else None
    parts = [part for part in row.values() if part is not None]
    return total is not None and len(parts) == len(row) and sum(parts) == total


def first_blocks(blocks: Sequence[Block], most: int) -> int | None:
    """How many blocks may be read of a document that has more than `most`: up to a grid or a line of prose."""
    for end in range(most, max(most - NEAR, 0), -1):
        block = blocks[end - 1]
        if isinstance(block, Table) or (isinstance(block, Paragraph) and len(block.text.strip("|\t \u3000")) >= PROSE):
            return end
    return None
