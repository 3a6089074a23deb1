"""One row of a list of cells: its labels, its values, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from parsers import numbers
from parsers.listed_cells import Piece


@dataclass(kw_only=True)
class Group:
    """The cells of one row: labels, then values; or a head, or prose."""

    kind: str  # header, block, label, local, values or prose
    mode: str  # as listed_words.word
    labels: list[Piece]
    values: list[Piece] = field(default_factory=list)
    expected: int = 0  # squares that the form has behind its labels; 0 if unknown
    depth: int = 0  # labels of the form from the outside in
    end: int = 0  # line of what follows
    after: str = ""  # kind of what follows, if that is no prose
    below: int = 0  # labels of the form before the first label of what follows
    follows: bool = True  # whether what follows is what the form has behind this row, or the table ends
    lost: bool = False  # something of its table is not where it should be
    torn: bool = False  # values without a label stand near below
    cut: bool = False  # the text breaks off in it

    @property
    def begin(self) -> int:
        return self.labels[-1].line

    @property
    def is_known(self) -> bool:
        return any(p.known for p in self.values)

    @property
    def filled(self) -> list[Piece]:
        return [p for p in self.values if p.text.strip()]

    def gaps(self) -> list[int]:
        """Line breaks after the last label and after every value."""
        return [b - a for a, b in pairwise([self.begin, *(p.line for p in self.values), self.end])]

    def adds_up(self) -> bool:
        """Whether the values, one for each square, are sums as the form has them."""
        said = [numbers.read(p.text).value for p in self.filled]
        size = {"requests": 7, "review": 5}.get(self.mode, 0)
        if not size or len(said) != self.expected:
            return False
        counts = [n for n in said if n is not None]
        parts = [counts[i : i + size] for i in range(0, len(counts), size)]
        return len(counts) == len(said) and all(sum(part[:-1]) == part[-1] for part in parts)

    def may_add_up(self) -> bool:
        """Whether nothing speaks against the sums, empty squares left out; rows with some have no telling sum."""
        if len(self.filled) == self.expected and self.mode in ("requests", "review"):
            return self.adds_up()
        return True
