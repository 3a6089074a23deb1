"""Statistics tables of before 2019: one row an indicator, one column of numbers, in Fujian one more of all years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from parsers import forms
from parsers.labels import best_match, key, squeeze, without_whereof
from parsers.tables.squares import Row, Square, State, nothing_else

_NAMES = frozenset({"统计指标", "指标名称", "指标", "项目", "统计项目", "指标内容"})
_UNITS = frozenset({"单位", "计量单位"})
_VALUE = re.compile(r"^(?:统计数据?|数量|数值|年末统计|本年度?(?:累计|统计数)?|(?:19|20)\d{2}年度?(?:统计数)?|年度)$")
_CUMULATIVE = re.compile(r"^历年累计|^累计(?:数)?$")


def read(state: State, index: int, row: Row) -> bool:
    labels = [s for s in row if not s.is_value]
    columns = _columns(labels)
    if columns:
        state.statistics, state.group = columns, ""
        state.lines[index] = "statistics"
        return True
    if not state.statistics or not labels:
        return False
    values = {name: next((s for s in row if s.covers(slot)), None) for name, slot in state.statistics.items()}
    squares = {name: square for name, square in values.items() if square is not None}
    named = [s for s in labels if s not in squares.values() and key(s.text) not in UNIT_WORDS]
    form, name = _row(state, [s.text for s in named])
    state.lines[index] = "statistics"
    if name and len(squares) == len(state.statistics) and nothing_else(row, squares):
        wanted = forms.BY_TABLE[form, "statistics"].columns[name]
        state.claim(index, "statistics", name, form, {c: s for c, s in squares.items() if c in wanted})
    return True


UNIT_WORDS = frozenset({"条", "件", "次", "个", "人", "元", "万元", "篇", "期", "场", "人次", "条次", "份", "宗", "起"})


def _columns(labels: Sequence[Square]) -> dict[str, int]:
    """Column -> slot, where a row heads a statistics table; {} where it does not, or heads two columns of one kind."""
    if not any(key(s.text) in _NAMES for s in labels):
        return {}
    values = [s for s in labels if _VALUE.match(squeeze(s.text))]
    cumulative = [s for s in labels if _CUMULATIVE.match(squeeze(s.text))]
    if len(values) != 1 or len(cumulative) > 1:
        return {}
    columns = {"value": values[0].slot}
    return columns | {"cumulative": cumulative[0].slot} if cumulative else columns


def _row(state: State, labels: Sequence[str]) -> tuple[str, str]:
    """Form and row that the labels of a row name, the innermost last; rows of one name are told apart by group."""
    form = "fujian" if "cumulative" in state.statistics else "2014"
    for text in labels:
        state.group = _group(form, text) or state.group
    return form, next((name for text in reversed(labels) if (name := _named(form, state.group, text))), "")


@lru_cache(maxsize=4096)
def _group(form: str, text: str) -> str:
    words = {word: word for word in forms.STATISTICS[form]}
    numbered = re.match(r"^[一二三四五六七八九十]{1,2}[、.]", squeeze(text))
    found = best_match(without_whereof(text), words)
    return found or "" if numbered or key(text) in words else ""


@lru_cache(maxsize=4096)
def _named(form: str, group: str, text: str) -> str:
    words: Mapping[str, str] = forms.STATISTICS[form].get(group, {})
    return best_match(without_whereof(text), dict(words)) or ""
