"""Squares, claims, and what the rows so far have said about the rows to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.records import Method
from parsers import numbers


class Square(NamedTuple):
    """One square of a row: what it says, where it lines up, and where a fact points to; made by `in_grid` or `loose`.

    It and Claim are tuples because a page has hundreds of them, and a dataclass takes three times as long to make;
    naming the fields once more takes half of the time that is left.
    """

    text: str
    slot: int  # column that it begins in, for lining up with a header
    span: int  # columns that it covers
    table: int | None  # place as in archive.records.Fact
    row: int
    column: int
    above: bool  # it began in a row above

    # Worked out once, because every row is looked at by every table's reader.
    place: tuple[int, int, int]
    is_blank: bool
    is_number: bool
    is_value: bool  # a number, or what stands for none

    def covers(self, slot: int) -> bool:
        return self.slot <= slot < self.slot + self.span


Row = Sequence[Square]
_NUMERALS = frozenset("零〇一二两三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟兩貳參陸")


def in_grid(text: str, slot: int, table: int, row: int, column: int, span: int = 1, *, above: bool = False) -> Square:
    """A square of a grid."""
    place = (table, row, column)
    return tuple.__new__(Square, (text, slot, span, table, row, column, above, place, *numbers.glance(text)))


def loose(text: str, slot: int, line: int, column: int = 0) -> Square:
    """A square of text whose grid was lost: its place is a line, and its number in it."""
    place = (-1, line, column)
    return tuple.__new__(Square, (text, slot, 1, None, line, column, False, place, *numbers.glance(text)))


class Claim(NamedTuple):
    """One square read as one indicator; `form` is None where the forms do not differ in it."""

    table: str
    row: str
    column: str
    form: str | None
    square: Square
    method: Method
    unit: str = ""  # as the head of the column, the row or the caption names it, several with bars between
    copy: int = 0  # of the tables of its kind among the rows read together, which it stands in


@dataclass(frozen=True, kw_only=True, slots=True)
class Lining:
    """Where the values of a table stand in a grid."""

    slots: tuple[int, ...]  # columns of the values, in the form's order
    label: int  # column behind the innermost labels
    end: int  # column behind the last cells
    fixed: bool  # whether all labels end there
    whole: bool  # whether the values follow their labels, and nothing else does
    labels: frozenset[tuple[int, int]] = frozenset()  # (depth, column behind it) of labels, as most of a depth have it


@dataclass(frozen=True, kw_only=True, slots=True)
class Local:
    """One square of a row that a table has and no form."""

    table: str
    index: int  # of the row
    label: str  # as in archive.records.Extra
    head: str
    square: Square
    method: Method
    unit: str = ""  # that stands beside it or above it
    copy: int = 0  # as in Claim


@dataclass(frozen=True, kw_only=True, slots=True)
class Kinds:
    """What rows of text with as many labels have in common."""

    shapes: Mapping[int, tuple[int, int]]  # labels -> empty cells before and behind the squares
    labels: Mapping[int, int]  # labels -> place of the last


@dataclass(kw_only=True)
class State:
    """What the rows so far have said about the rows to come."""

    method: Method
    rows: Sequence[Row] = ()
    claims: list[Claim] = field(default_factory=list)
    locals: list[Local] = field(default_factory=list)
    copy: Counter[str] = field(default_factory=Counter)  # table -> how often it began anew
    claimed: set[int] = field(default_factory=set)  # indices of the rows that were read
    begins: dict[tuple[str, int], int] = field(default_factory=dict)  # (table, copy) -> index of its first row
    told: dict[str, dict[str, int]] = field(default_factory=dict)  # table -> row of this copy -> index
    doubtful: set[tuple[str, str, int]] = field(default_factory=set)  # (table, row, copy) printed twice, not the same
    lines: dict[int, str] = field(default_factory=dict)  # row index -> table
    header: list[Square] = field(default_factory=list)  # table two: column labels of the block
    headless: dict[int, str] = field(default_factory=dict)  # table two: rows with its labels outside any block
    header_label: int = 0  # column behind 信息内容
    header_row: Row = ()  # the whole row, with its empty squares
    header_moved: bool = False  # whether a cell of a row above has moved its words
    header_left: bool = False  # whether the title of another block came behind it
    applicant_head: list[Row] = field(default_factory=list)  # table three: the rows of its head
    applicant_columns: tuple[int, ...] | None = None  # where that head has the form's columns, once it was asked
    applicant_order: bool | None = None  # whether that head shows the form's order, once it was asked
    units: dict[str, str] = field(default_factory=dict)  # table three: column -> unit that its head names
    applicant_begin: int = 0  # index of the first row below that head
    applicant_usual: bool | None = None  # whether most rows end where that head does, once it was asked
    head_ended: bool = False
    applicant_end: int = 0  # column behind that head
    linings: dict[str, Lining | None] = field(default_factory=dict)  # table -> where its values stand, once asked
    named: set[str] = field(default_factory=set)  # table three: rows whose labels were seen
    in_other: bool = False  # table three: below （六）其他处理
    kinds: Kinds | None = None  # table three in text, once asked
    review_head: list[Row] = field(default_factory=list)  # table four: the rows of its head
    reviewing: bool = False
    reviewed: bool = False  # whether a row of numbers was read below that head
    recognised: set[str] = field(default_factory=set)  # tables that are there, however few of their rows
    placed: Mapping[int, bool] = field(default_factory=dict)  # rows made of a list: whether their squares are proven
    shared: set[tuple[int, int, int]] = field(default_factory=set)  # places of numbers that cover several rows
    numbering: set[tuple[int, int, int]] = field(default_factory=set)  # places of row numbers, which count nothing
    caption: str = ""  # units that the line above the table names

    def has(self, table: str) -> bool:
        """Whether a row of a table was seen."""
        return table in self.lines.values()

    def claim(
        self,
        index: int,
        table: str,
        row: str,
        form: str | None,
        squares: Mapping[str, Square],
        units: Mapping[str, str] | None = None,
    ) -> None:
        """The squares of a row, by column, with the units that its head or the row itself names."""
        self.lines[index] = table
        told = self.told.setdefault(table, {})
        if row in told and all(at <= told[row] or at == index for at in told.values()):
            self._say_again(index, table, row, squares)
            return
        if row in told:  # another table of the kind: none of its rows may fill a gap of the first
            self.begin_anew(table)
        told[row] = index
        self.claimed.add(index)
        copy = self.copy[table]
        self.begins.setdefault((table, copy), index)
        said, method, caption = units or {}, self.method, self.caption
        self.claims += [
            tuple.__new__(Claim, (table, row, c, form, square, method, said.get(c) or caption, copy))
            for c, square in squares.items()
        ]

    def begin_anew(self, table: str) -> None:
        """What follows is another table of the kind."""
        self.copy[table] += 1
        self.told.setdefault(table, {}).clear()

    def _say_again(self, index: int, table: str, row: str, squares: Mapping[str, Square]) -> None:
        """A row printed twice in a row: it counts once, and not at all if the two do not say the same."""
        copy, self.told[table][row] = self.copy[table], index
        before = {
            c.column: c.square.text.strip() for c in self.claims if (c.table, c.row, c.copy) == (table, row, copy)
        }
        if before == {column: square.text.strip() for column, square in squares.items()}:
            self.numbering.update(square.place for square in squares.values())
        else:
            self.doubtful.add((table, row, copy))

    def keep(
        self, index: int, table: str, labels: Sequence[str], squares: Iterable[tuple[str, Square]], unit: str = ""
    ) -> None:
        """A row that no form has: its labels from the outside in, and its squares, each with what heads its column."""
        self.lines[index] = table
        label = "/".join(dict.fromkeys(" ".join(text.split()) for text in labels))
        for head, square in squares:
            self.locals.append(
                Local(
                    table=table,
                    index=index,
                    label=label,
                    head=head,
                    square=square,
                    method=self.method,
                    unit=unit,
                    copy=self.copy[table],
                )
            )


def holds_number(square: Square) -> bool:
    """Whether a square says a number, in digits or in words."""
    return square.is_number or is_spelled(square)


def is_spelled(square: Square) -> bool:
    """Whether a square says a number in words, as 十二 does."""
    return not square.is_value and square.text.lstrip()[:1] in _NUMERALS and numbers.spelled(square.text) is not None


def is_filled_in(square: Square) -> bool:
    """Whether a square may be one of the values of a table: a number in digits or words, or what stands for none."""
    return square.is_value or is_spelled(square)
