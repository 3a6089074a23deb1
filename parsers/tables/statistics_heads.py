"""Heads of statistics tables: which column holds labels, units, row numbers, and which the numbers of the year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from parsers.labels import squeeze
from parsers.remember import LONGEST, remembered
from parsers.tables.heads import leaves
from parsers.tables.squares import Row, Square
from parsers.units import of_head

BEYOND = 10**6  # slot behind the last of any grid
NAMES = re.compile(r"^(?:统计|主要)?指标(?:名称|内容)?$")
_LOOSE_NAMES = re.compile(r"^(?:统计|公开)?(?:项目|内容|事项|类别)(?:名称)?$|^名称$")
_COUNT = "(?:统计)?(?:数|数量|数据|数值|数字|情况)?"
_KINDS = {
    "unit": re.compile("^(?:计量|计算|统计)?单位$"),
    "code": re.compile("^(?:指标)?(?:代码|编码|编号|序号|行次|行号|栏次)$"),
    "yearly": re.compile(
        rf"^(?:全年|本年度?|年度|当年|年末|(?:19|20)\d\d年?度?)(?:累计|合计|总计)?{_COUNT}$|^(?:合计|总计|汇总){_COUNT}$"
    ),
    "plain": re.compile("^(?:统计|填报|指标)?(?:数|数量|数据|数值|数字|值|结果)$"),
    "ever": re.compile("^历年(?:累计|合计|总计)?数?$|^累计数?$"),
}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of one table; two tables may stand side by side."""

    begin: int  # first slot
    end: int  # slot behind the last that may belong to it
    width: int  # slot behind the last that its head covers
    name: int
    unit: int | None
    values: Mapping[str, int]  # column of the form -> slot
    others: tuple[int, ...]  # slots of columns that no form has
    codes: tuple[int, ...]  # slots of numbers that count nothing
    sure: bool  # whether the head is one of a statistics table, whatever its rows say
    units: Mapping[str, str]  # column of the form -> unit that its head names

    @property
    def first(self) -> int:
        """The first slot of numbers."""
        return min((*self.values.values(), *self.others))


def may_have_head(rows: Sequence[Row]) -> bool:
    """Whether any row has a word that heads a column of labels: asked first, for most grids have none."""
    return any(is_name(s.text) for row in rows for s in row if not s.is_value)


def head_at(rows: Sequence[Row], index: int) -> list[Row]:
    """The rows of the head that begins in a row: as many as the cell with the word 指标 covers."""
    names = [s for s in rows[index] if is_name(s.text)]
    if not names or names[0].row != index:
        return []
    below = takewhile(lambda row: any(s.place == names[0].place for s in row), rows[index + 1 :])
    return [rows[index], *below]


@remembered(16384)
def is_name(text: str) -> bool:
    """Whether a word heads a column of labels."""
    if len(text) > LONGEST:
        return False
    word = squeeze(text)
    return bool(NAMES.match(word) or _LOOSE_NAMES.match(word))


@remembered(16384)
def kind_of(text: str) -> str:
    """What a column holds by the word of its head: unit, code, yearly, plain, ever or other."""
    if len(text) > LONGEST:
        return "other"
    word = re.sub(r"[(\[/].*$", "", squeeze(text))
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(word)), "other")


def year_and_all(kinds: Sequence[str]) -> tuple[str, ...] | None:
    """The form's name of each column: value for the one that is the year's, cumulative for all years, "" for others.

    Where more than one may be the year's, none is; None where none looks like it.
    """
    likely = "yearly" if "yearly" in kinds else "plain"
    if likely not in kinds:
        return None
    if kinds.count(likely) > 1:
        return ("",) * len(kinds)
    ever = "cumulative" if kinds.count("ever") == 1 else ""
    return tuple({likely: "value", "ever": ever}.get(kind, "") for kind in kinds)


def units_of(heads: Mapping[str, str]) -> dict[str, str]:
    """Column -> unit, of the columns whose heads name one."""
    return {column: unit for column, text in heads.items() if (unit := of_head(text))}


def columns_of(head: Sequence[Row]) -> list[Columns]:
    """The tables that a head heads, left to right; [] where it heads none."""
    if not head:
        return []
    cells = leaves(head)
    width = max((s.slot + s.span for row in head for s in row), default=0)
    found: list[Columns] = []
    begin, name = 0, -1
    for place, cell in enumerate(cells):
        if is_name(cell.text):
            name = place
        if name < 0 or name == place or not _ends(cells[place + 1 :]):
            continue
        last = place + 1 == len(cells)
        end = BEYOND if last else cells[place + 1].slot
        columns = _columns(cells[name : place + 1], begin, end, width if last else end)
        if columns:
            found.append(columns)
            begin, name = end, -1
    return found


def _ends(following: Sequence[Square]) -> bool:
    """Whether a table ends where these cells of the head follow: none, or the first ones of another table."""
    begins = next((s for s in following if kind_of(s.text) != "code"), None)
    return not following or (begins is not None and is_name(begins.text))


def _columns(cells: Sequence[Square], begin: int, end: int, width: int) -> Columns | None:
    kinds = [kind_of(cell.text) for cell in cells[1:]]
    names = year_and_all(kinds)
    if names is None or kinds.count("unit") > 1:
        return None
    units, codes = ([c.slot for c, k in zip(cells[1:], kinds, strict=True) if k == kind] for kind in ("unit", "code"))
    counted = [(c.slot, name) for c, name in zip(cells[1:], names, strict=True) if c.slot not in (*units, *codes)]
    return Columns(
        begin=begin,
        end=end,
        width=width,
        name=cells[0].slot,
        unit=next(iter(units), None),
        values={name: slot for slot, name in counted if name},
        others=tuple(slot for slot, name in counted if not name),
        codes=tuple(codes),
        sure=bool(NAMES.match(squeeze(cells[0].text))),
        units=units_of({name: c.text for c in cells for slot, name in counted if name and slot == c.slot}),
    )
