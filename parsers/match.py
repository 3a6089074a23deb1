"""Rows of squares -> facts: the row by its labels, the column by its header; by order only where the counts agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.document import Paragraph, Table
from parsers.listed_words import is_known
from parsers.remember import LONGEST
from parsers.sections import heading_number
from parsers.tables import extras, proactive, requests, review, statistics, statistics_text
from parsers.tables.squares import Claim, Local, Row, Square, State, in_grid, is_spelled, loose
from parsers.units import of_caption

ABOVE, TITLE = 6, 40  # rows above a table, and characters of one, in which the year of a table is looked for
HEADLESS = 5  # kinds of rows of table two from which they are its rows, though it has no head
RECOGNISED = 4  # rows with labels of a table from which it is that table, even if no number in it can be placed

# Each looks at one row, and at its squares that are no values. 总计 heads a column of table four as well, so table
# three comes behind it; what no form has comes last.
READERS: tuple[Callable[[State, int, Row, Row], bool], ...] = (
    proactive.read,
    review.read,
    requests.read,
    extras.read,
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a run of rows was found to say."""

    claims: tuple[Claim, ...]
    leftovers: tuple[tuple[str, Square], ...]  # (table, number that became no fact)
    lines: frozenset[int]  # indices of the rows that belong to a table
    titles: Mapping[tuple[str, int], Sequence[str]]  # (table, copy) -> what stands in the rows above it
    locals: tuple[Local, ...] = ()  # squares of rows that no form has
    grouped: bool = False  # whether rows of （六）其他处理 are among them

    @property
    def tables(self) -> set[str]:
        return {claim.table for claim in self.claims}


def rows_of(table: Table, index: int) -> list[list[Square]]:
    """The different cells of each row; a cell that spans rows is in each of them, with the place where it begins."""
    return [
        [
            in_grid(text, column, index, top, column, across, above=top < r)
            for text, top, column, _, across, gap in table.cells(r)
            if not gap
        ]
        for r in range(len(table.grid))
    ]


def read_rows(
    rows: Sequence[Row], *, grid: bool, placed: Mapping[int, bool] | None = None, caption: str = ""
) -> Reading:
    """Reads the tables wherever they stand in the rows; `grid` says whether columns line up.

    `placed` says of rows that were made of a list of cells whether their squares are proven. Where they are not, the
    row belongs to a table, and is not read. `caption` are the units that the line above the rows names.
    """
    state = State(method="grid" if grid else "flat", rows=rows, placed=placed or {}, caption=caption)
    if grid:
        statistics.read(state, rows)
    _look_through(rows, state)
    _look_for_headless(rows, state)
    return _reading(rows, state)


def _look_for_headless(rows: Sequence[Row], state: State) -> None:
    """Rows of tables whose heads are lost belong to these tables, so that their numbers are reported."""
    names = set(state.headless.values())
    if len(names) >= HEADLESS and names & {"regulations", "normative_documents"} and not state.has("proactive"):
        state.lines.update({index: "proactive" for index in state.headless if index not in state.lines})
        state.recognised.add("proactive")
    if state.method == "grid" and not state.lines and (found := review.headless(rows)):
        state.lines.update(dict.fromkeys(found, "review"))
        state.recognised.add("review")


def read_again(rows: Sequence[Row]) -> Sequence[Claim]:
    """What the rows of a grid say as text, to be held against what they say as a grid."""
    state = State(method="flat", rows=rows)
    _look_through(rows, state)
    return _claims(state)[0]


def _look_through(rows: Sequence[Row], state: State) -> None:
    for index, row in enumerate(rows):
        if index in state.lines:
            continue
        words = [s for s in row if not s.is_value]
        if words and len(row) == 1:
            _look_above(state, row[0].text)
        for reader in READERS:
            if reader(state, index, row, words):
                break


def _look_above(state: State, text: str) -> None:
    """A line between tables: it names their units, or begins a section, in which the units before it do not hold."""
    said = of_caption(text)
    if said or (state.method == "flat" and state.caption and heading_number(text)):
        state.caption = said


def read_statistics(lines: Sequence[Paragraph]) -> tuple[list[list[Square]], Reading]:
    """The statistics tables of before 2019 in text whose grid was lost, and the rows that they were read from."""
    state = State(method="flat")
    rows = statistics_text.read(state, lines)
    return rows, _reading(rows, state)


def _reading(rows: Sequence[Row], state: State) -> Reading:
    claims, merged = _claims(state)
    known = {claim.table for claim in claims}
    locals_ = tuple(item for item in state.locals if item.square.place not in merged and item.table in known)
    return Reading(
        claims=claims,
        leftovers=tuple(_leftovers(rows, state, [*claims, *locals_], merged)),
        lines=frozenset(state.lines),
        titles={which: list(_above(rows, state, which)) for which in state.begins},
        locals=locals_,
        grouped=requests.is_grouped(state),
    )


def _above(rows: Sequence[Row], state: State, which: tuple[str, int]) -> Iterator[str]:
    """The words in the first row of a table and in those above it, up to a row that was read."""
    for index in range(state.begins[which], max(state.begins[which] - ABOVE, 0) - 1, -1):
        if index in state.claimed and index != state.begins[which]:
            return
        yield from (s.text for s in rows[index] if not s.is_value and len(s.text) <= TITLE)


def _claims(state: State) -> tuple[tuple[Claim, ...], set[tuple[int, int, int]]]:
    """The claims that stand, and the places of numbers that several would share."""
    settled = [c for c in requests.settled(state) if (c.table, c.row, c.copy) not in state.doubtful]
    merged = _merged([*settled, *state.locals]) | state.shared
    return tuple([claim for claim in settled if claim.square.place not in merged]), merged


def _merged(claims: Sequence[Claim | Local]) -> set[tuple[int, int, int]]:
    """The places of numbers that one merged cell would give to several squares."""
    places = [claim.square.place for claim in claims if claim.square.is_number]
    if len(set(places)) == len(places):
        return set()
    return {place for place, count in Counter(places).items() if count > 1}


def _leftovers(
    rows: Sequence[Row], state: State, claims: Sequence[Claim | Local], merged: set[tuple[int, int, int]]
) -> Iterator[tuple[str, Square]]:
    """Every number, once, between the first and the last row of a table that became no fact."""
    done = {claim.square.place for claim in claims if not claim.square.is_blank} | state.numbering
    labelled = Counter(state.lines.values())
    for table in dict.fromkeys(state.lines.values()):
        there = labelled[table] >= RECOGNISED or table in state.recognised
        if not there and not any(claim.table == table for claim in state.claims):
            continue
        own = [index for index, name in state.lines.items() if name == table]
        # In a grid of its own every row is a row of the table; in text, what stands between two of its rows.
        ends = (0, len(rows) - 1) if state.method == "grid" else (min(own), _last(rows, state, max(own)) + 1)
        read = any(claim.table == table for claim in claims)
        torn: list[Square] = []
        for index in range(ends[0], min(ends[1] + 1, len(rows))):
            if state.lines.get(index, table) != table:
                continue
            in_words = _in_words(rows[index]) if index in state.lines or state.method == "grid" else []
            if index not in state.lines and len(in_words) < 2:
                in_words = []  # 三 alone may number something
            for square in rows[index]:
                is_lost = square.is_number or square.place in merged or square in in_words
                if is_lost and square.place not in done:
                    done.add(square.place)
                    read = True
                    yield table, square
                elif state.method == "flat" and not square.is_value:
                    torn += _at_edges(square)
        # Where no number stands alone all are glued to their labels.
        yield from ((table, square) for square in torn if read)


def _in_words(row: Row) -> list[Square]:
    """The numbers in words behind the labels of a row; before a label 三 is its number."""
    if not [s for s in row if not s.is_value and is_spelled(s)]:
        return []
    last = max((i for i, s in enumerate(row) if not s.is_value and not is_spelled(s)), default=-1)
    return [s for s in row[last + 1 :] if is_spelled(s)]


def _last(rows: Sequence[Row], state: State, last: int) -> int:
    """The last row of a table in text: values without a label behind it are its own, beyond a torn label as well."""
    while True:
        ahead = range(last + 1, min(last + 3, len(rows)))
        found = next((i for i in ahead if all(s.is_value for s in rows[i]) and i not in state.lines), None)
        if found is None:
            torn = (
                last + 1 < len(rows)
                and last + 1 not in state.lines
                and is_known("".join(s.text for s in rows[last + 1]))
            )
            return last + 1 if torn else last
        last = found


# What was matched is not given back: thousands of digits can be cut in too many ways.
_FIRST = re.compile(r"^\s*+((?:[+−-]?\d++(?:\.\d++)?+[\s|]*+)++)(?=[^\d\s|.、．:：)）年月日])")
_LAST = re.compile(r"(?<=[^\d\s|第〔（(年月.+−-])[\s|]*+((?:[+−-]?\d++(?:\.\d++)?+[\s|]*+)++)$")


_BEHIND = re.compile(r"\s((?:[+−-]?\d++(?:\.\d++)?+[\s|]*+)++)(?=[^\d\s|.、．:：)）年月日])")


def _behind_label(text: str) -> re.Match[str] | None:
    """Numbers between a label and the words of the next line, which was joined to it."""
    found = _BEHIND.search(text[:LONGEST])
    return found if found and is_known(text[: found.start()]) else None


def _at_edges(square: Square) -> Iterator[Square]:
    """Numbers that touch the words of a line before or behind them: what parted them was lost."""
    if is_known(square.text):
        return
    for found in (_FIRST.search(square.text), _LAST.search(square.text), _behind_label(square.text)):
        for number in re.split(r"[\s|]+", found[1].strip(" |")) if found else ():
            yield loose(number, square.slot, square.row, square.column)
