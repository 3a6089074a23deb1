"""Statistics tables in text whose grid was lost: labels, a unit and numbers, one after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from parsers.document import Paragraph
from parsers.labels import squeeze
from parsers.numbers import glance
from parsers.remember import LONGEST, remembered
from parsers.statistics_words import UNITS
from parsers.tables.squares import Square, State, loose
from parsers.tables.statistics import headless
from parsers.tables.statistics_heads import NAMES, is_name, kind_of, units_of, year_and_all
from parsers.tables.statistics_placing import Placing, TextHead, TextRow, is_known
from parsers.tables.statistics_rows import Entry, claim_rows
from parsers.units import of_caption

PROSE = 80  # characters; no label is longer
STRANGERS = 12  # rows in a row without a label of a form, after which the table is over
DEEP = 3  # labels that a row may have, its groups among them


_NAME_BEGINS = frozenset("统主指公项内事类名")  # of every word that is_name knows
_ASIDE_HEAD = re.compile("本期|本月|季度|半年|上年|去年|同期|增减|统计数$")
_NOTE_HEAD = re.compile("备注|说明")


def read(state: State, lines: Sequence[Paragraph]) -> list[list[Square]]:
    """Every statistics table in the lines; returns the rows that the claims point into."""
    of_lines = [list(_cells(line)) for line in lines]
    cells = [cell for line in of_lines for cell in line]
    heads: list[TextHead] = []
    for i in range(len(cells)):
        if (not heads or i >= heads[-1].end) and (head := _head(cells, i)):
            heads.append(replace(head, numbered=head.numbered or any(h.numbered for h in heads)))
    if not heads:
        known = headless(of_lines)  # so that its numbers are reported, those below the last label too
        after = range(known[-1] + 1, len(lines)) if known else range(0)
        if known and known[0] and any(s.is_number for s in of_lines[known[0] - 1][1:]):
            known.insert(0, known[0] - 1)  # a row that was joined with the head
        behind = takewhile(lambda i: all(_is_count(s.text) for s in of_lines[i]), after)
        state.lines.update(dict.fromkeys([*known, *behind], "statistics"))
        state.recognised.update({"statistics"} if known else ())
        return of_lines
    of_a_line = _lines_of_one_row(cells)
    rows: list[list[Square]] = []
    for head, end in zip(heads, [*(h.begin for h in heads[1:]), len(cells)], strict=True):
        first = len(rows)
        found = list(_rows(cells[head.end : end], of_a_line))
        rows += [cells[head.begin : head.end], *(row.squares for row in found)]
        if head.numbered:
            state.numbering.update(r.before[0].place for r in found if r.is_line and len(r.before) == 1)
        entries = [
            Entry(
                index=first + 1 + i,
                labels=tuple(s.text for s in row.labels),
                unit=squeeze(row.unit.text) if row.unit else "",
                squares=squares,
            )
            for i, (row, squares) in enumerate(zip(found, Placing(found, head).squares(), strict=True))
            if row.labels
        ]
        state.caption = next(filter(None, (of_caption(c.text) for c in cells[max(head.begin - 2, 0) : head.begin])), "")
        last = claim_rows(state, entries, sure=head.sure, units=head.units)
        if last is not None:
            state.lines.update(dict.fromkeys(range(first, last + 1), "statistics"))
    return rows


def _cells(line: Paragraph) -> Iterator[Square]:
    """The cells of a line."""
    return (loose(cell, column, line.line, column) for column, cell in _parted(line.text))


@remembered(16384)
def _parted(line: str) -> Sequence[tuple[int, str]]:
    """Place and text of what stands between tabs or bars, or between blanks where one is a number or a unit."""
    text = line.strip(" \u3000")
    separator = next((s for s in "\t|" if s in text), "")
    if separator:
        cells = text.removeprefix(separator).removesuffix("|" if separator == "|" else "").split(separator)
    else:
        cells = [text] if is_name(text) or kind_of(text) != "other" else text.split()  # 指 标 is one word
        if len(cells) > 1 and not _is_head(cells) and not any(map(_is_count, cells[1:])):
            cells = [text]
    kept = separator == "\t" or (separator and len(cells) > 1)
    return [(column, cell.strip()) for column, cell in enumerate(cells) if kept or cell.strip()]


def _is_head(cells: Sequence[str]) -> bool:
    return any(map(is_name, cells)) and any(kind_of(cell) != "other" for cell in cells)


def _is_count(text: str) -> bool:
    """Whether a text is a value, or the unit of one."""
    return glance(text).is_value or squeeze(text) in UNITS


def _head(cells: Sequence[Square], begin: int) -> TextHead | None:
    """The head that begins at a cell: the word 指标, then the words of its columns."""
    if squeeze(cells[begin].text[:LONGEST])[:1] not in _NAME_BEGINS:
        return None
    end = next((i for i in range(begin + 4, begin, -1) if is_name("".join(s.text for s in cells[begin:i]))), None)
    if end is None or cells[begin].is_blank:
        return None
    kinds: list[tuple[str, str]] = []
    for cell in cells[end:]:
        kind = kind_of(cell.text)
        if kind == "other" and not _ASIDE_HEAD.search(cell.text) and not _NOTE_HEAD.search(cell.text):
            break
        kinds.append((kind, cell.text))
    counted = [(kind, text) for kind, text in kinds if kind != "unit" and not _NOTE_HEAD.search(text)]
    columns = year_and_all([kind for kind, _ in counted])
    if columns is None:
        return None
    name = "".join(s.text for s in cells[begin:end])
    return TextHead(
        begin=begin,
        end=end + len(kinds),
        order=columns,
        has_unit=any(kind == "unit" for kind, _ in kinds),
        numbered=begin > 0 and kind_of(cells[begin - 1].text) == "code",
        sure=bool(NAMES.match(squeeze(name))),
        units=units_of({c: text for c, (_, text) in zip(columns, counted, strict=True) if c}),
    )


def _rows(cells: Sequence[Square], of_a_line: Collection[int]) -> Iterator[TextRow]:
    """Rows of labels, a unit and values; a line with cells of several kinds is a row."""
    row, strangers = TextRow(), 0
    for place, cell in enumerate(cells):
        if len(cell.text) > PROSE and "。" in cell.text:
            break
        begins = not cell.is_value and squeeze(cell.text) not in UNITS
        left = place > 0 and cells[place - 1].row in of_a_line and cells[place - 1].row != cell.row
        if row.squares and ((begins and (row.unit or row.values)) or (left and (row.unit or row.values))):
            strangers = 0 if is_known(row) else strangers + 1
            yield row
            row = TextRow()
            if strangers > STRANGERS:
                break
        _add(row, cell, begins)
        row.is_line = cell.row in of_a_line
    if row.squares:
        yield row


def _add(row: TextRow, cell: Square, begins: bool) -> None:
    if begins:
        row.labels.append(cell)
    elif not cell.is_value and row.labels and not row.unit and not row.values:
        row.unit = cell
    elif not row.labels:
        if not cell.is_blank:
            row.before.append(cell)
    else:
        row.values.append(cell)


def _lines_of_one_row(cells: Sequence[Square]) -> set[int]:
    """The lines that hold several cells, and no more labels than one row has."""
    filled = Counter(s.row for s in cells if not s.is_blank)
    labels = Counter(s.row for s in cells if not s.is_value and squeeze(s.text) not in UNITS)
    return {line for line, count in filled.items() if count > 1 and labels[line] <= DEEP}
