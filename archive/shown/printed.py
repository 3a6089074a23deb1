"""The statutory tables as the form prints them: head, labels and squares with their spans."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from archive.records import Indicator

Kind = Literal["corner", "title", "head", "label", "square"]
Path = tuple[str, ...]  # labels from the outside in

# What the forms print and no indicator is named after.
CONTENT = "信息内容"
STATISTIC = "统计指标"
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICANTS = "申请人情况"
ORGANISATIONS = "法人或其他组织"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of the printed form."""

    kind: Kind
    text: str = ""  # as the form prints it; "" in a square
    rowspan: int = 1
    colspan: int = 1
    indicator: str = ""  # of a square


Row = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One statutory table."""

    table: str  # statistics, proactive, requests, review
    forms: tuple[str, ...]  # more than one where a report mixed two forms
    found: bool  # whether the report has any of its squares
    head: tuple[Row, ...]
    blocks: tuple[tuple[Row, ...], ...]


def labels_of(indicators: Iterable[Indicator], forms: Sequence[str]) -> dict[str, str]:
    """Indicator -> innermost labels of its row and column, in the words of the first of these forms that has it."""
    first = sorted(indicators, key=lambda item: -forms.index(item.form) if item.form in forms else -len(forms))
    return {item.indicator: f"{item.row_label.rsplit('/', 1)[-1]} · {item.column_label}" for item in first}


def printed(indicators: Sequence[Indicator], present: Collection[str], forms: Sequence[str]) -> list[Printed]:
    """The tables of a report that has the squares `present` and follows these forms, the first one first."""
    older = _statistics([indicator for indicator in indicators if indicator.table == "statistics"], present, forms)
    if older and not any(member.indicator in present for member in indicators if member.table != "statistics"):
        return older  # nobody was asked for tables two to four then
    tables = {
        table: [indicator for indicator in indicators if indicator.table == table] for table in ("requests", "review")
    }
    proactive = [indicator for indicator in indicators if indicator.table == "proactive"]
    result = [_proactive(proactive, present, forms)] if proactive else []
    for table, members in tables.items():
        if members:
            form = _ranked(members, present, forms)[0]
            own = [indicator for indicator in members if indicator.form == form]
            result.append((_requests if table == "requests" else _review)(own, present))
    return [*older, *result]


def _statistics(members: Sequence[Indicator], present: Collection[str], forms: Sequence[str]) -> list[Printed]:
    """The table of before 2019, group by group, where a report has it."""
    if not _count(members, present):
        return []
    form = _ranked(members, present, forms)[0]
    rows = _rows([member for member in members if member.form == form])
    columns = [item.column_label for item in rows[0]]
    head = (tuple(Cell(kind="head", text=text) for text in (STATISTIC, *columns)),)
    blocks = []
    for title, group in groupby(rows, key=lambda row: row[0].row_label.split("/")[0]):
        block: list[Row] = []
        for row in group:
            inner = row[0].row_label.rsplit("/", 1)[-1]
            if not block and inner != title:
                block.append((Cell(kind="title", text=title, colspan=1 + len(columns)),))
            block.append((Cell(kind="label", text=inner), *_squares(row)))
        blocks.append(tuple(block))
    return [Printed(table="statistics", forms=(form,), found=True, head=head, blocks=tuple(blocks))]


def _ranked(members: Sequence[Indicator], present: Collection[str], forms: Sequence[str]) -> list[str]:
    """The forms that have this table: the one that is filled best first, then in the order of `forms`."""
    names = dict.fromkeys([*forms, *(member.form for member in members)])
    known = {name: [member for member in members if member.form == name] for name in names}
    return sorted(filter(known.get, known), key=lambda name: -_count(known[name], present) / len(known[name]))


def _proactive(members: Sequence[Indicator], present: Collection[str], forms: Sequence[str]) -> Printed:
    """Block by block, since reports were seen that take one block from another form."""
    main, *rest = _ranked(members, present, forms)
    blocks = _blocks(members, main)
    for form in rest:
        for title, block in _blocks(members, form).items():
            if _count(block, present) and _fit(block, present) > _fit(blocks.get(title, []), present):
                blocks[title] = block
    used = tuple(dict.fromkeys(block[0].form for block in blocks.values()))
    width = 1 + max(len({member.column for member in block}) for block in blocks.values())
    return Printed(
        table="proactive",
        forms=used,
        found=_count(members, present) > 0,
        head=(),
        blocks=tuple(tuple(_block(title, block, width)) for title, block in blocks.items()),
    )


def _blocks(members: Sequence[Indicator], form: str) -> dict[str, list[Indicator]]:
    own = [member for member in members if member.form == form]
    return {title: list(group) for title, group in groupby(own, key=lambda member: member.row_label.split("/")[0])}


def _fit(block: Sequence[Indicator], present: Collection[str]) -> tuple[int, int]:
    """Better with more squares that are there, then with fewer that are not."""
    there = _count(block, present)
    return there, there - len(block)


def _block(title: str, block: Sequence[Indicator], width: int) -> Iterator[Row]:
    yield (Cell(kind="title", text=title, colspan=width),)
    rows = _rows(block)
    # The last column takes what is left of the width, as in the forms.
    spans = [1] * (len(rows[0]) - 1) + [width - len(rows[0])]
    heads = zip(rows[0], spans, strict=True)
    yield (
        Cell(kind="head", text=CONTENT),
        *(Cell(kind="head", text=item.column_label, colspan=span) for item, span in heads),
    )
    for row in rows:
        squares = zip(row, spans, strict=True)
        yield (
            Cell(kind="label", text=row[0].row_label.rsplit("/", 1)[-1]),
            *(Cell(kind="square", indicator=item.indicator, colspan=span) for item, span in squares),
        )


def _requests(members: Sequence[Indicator], present: Collection[str]) -> Printed:
    rows = _rows(members)
    paths = [tuple(row[0].row_label.split("/")) for row in rows]
    depth = max(map(len, paths))
    labels = [
        tuple(Cell(kind="label", text=text, rowspan=run, colspan=fill) for text, run, fill in cells)
        for cells in _starts(paths, depth)
    ]
    columns = [item.column_label for item in rows[0]]
    organisations = columns[1:-1]
    head: tuple[Row, ...] = (
        (
            Cell(kind="corner", text=CORNER, rowspan=3, colspan=depth),
            Cell(kind="head", text=APPLICANTS, colspan=len(columns)),
        ),
        (
            Cell(kind="head", text=columns[0], rowspan=2),
            Cell(kind="head", text=ORGANISATIONS, colspan=len(organisations)),
            Cell(kind="head", text=columns[-1], rowspan=2),
        ),
        tuple(Cell(kind="head", text=text) for text in organisations),
    )
    body = tuple((*label, *_squares(row)) for label, row in zip(labels, rows, strict=True))
    return _printed(members, present, head, body)


def _review(members: Sequence[Indicator], present: Collection[str]) -> Printed:
    """Its labels stand above the squares, in one row of squares."""
    paths = [(*item.row_label.split("/"), item.column_label) for item in members]
    depth = max(map(len, paths))
    head: list[list[Cell]] = [[] for _ in range(depth)]
    for cells, path in zip(_starts(paths, depth), paths, strict=True):
        first = len(path) - len(cells)
        for level, (text, run, fill) in enumerate(cells, first):
            head[level].append(Cell(kind="head", text=text, rowspan=fill, colspan=run))
    return _printed(members, present, tuple(map(tuple, head)), (_squares(members),))


def _printed(
    members: Sequence[Indicator], present: Collection[str], head: tuple[Row, ...], body: tuple[Row, ...]
) -> Printed:
    return Printed(
        table=members[0].table,
        forms=(members[0].form,),
        found=_count(members, present) > 0,
        head=head,
        blocks=(body,),
    )


def _starts(paths: Sequence[Path], depth: int) -> Iterator[list[tuple[str, int, int]]]:
    """For each path the labels that begin there: text, how many paths it covers, how many levels it fills."""
    before: Path = ()
    for place, path in enumerate(paths):
        cells = []
        for level, text in enumerate(path):
            prefix = path[: level + 1]
            if before[: level + 1] == prefix:
                continue
            run = next((i for i, other in enumerate(paths[place:]) if other[: level + 1] != prefix), len(paths) - place)
            cells.append((text, run, depth - level if prefix == path else 1))
        before = path
        yield cells


def _rows(members: Sequence[Indicator]) -> list[list[Indicator]]:
    return [list(row) for _, row in groupby(members, key=lambda member: member.row)]


def _squares(row: Sequence[Indicator]) -> Row:
    return tuple(Cell(kind="square", indicator=item.indicator) for item in row)


def _count(members: Sequence[Indicator], present: Collection[str]) -> int:
    return sum(member.indicator in present for member in members)
