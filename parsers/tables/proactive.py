"""Table two, 主动公开政府信息情况: blocks with a header row of their own, rows of one to three squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from parsers import forms
from parsers.labels import best_match, key, squeeze
from parsers.tables.squares import Row, Square, State


def read(state: State, index: int, row: Row) -> bool:
    label = next((i for i, s in enumerate(row) if not s.is_value and proactive_row(s.text)), None)
    if label is None:
        words = [s for s in row if _is_proactive_column(s.text)]
        if words:
            state.header = [s for s in row if not s.is_blank and key(s.text) != "信息内容"]
            state.lines[index] = "proactive"
        return bool(words)
    if any(not s.is_value and _is_proactive_column(s.text) for s in row):
        return False
    name = proactive_row(row[label].text) or ""
    values = [s for s in row[label + 1 :] if s.slot > row[label].slot]
    if not values or not state.header or not _begins(row[:label]):
        return False  # any table may have a row 行政许可: only the head of a block makes it one of table two
    assigned = _by_block_header(state.header, name, values)
    if assigned is None and not _speaks_of(state.header, name):
        assigned = _by_count(name, values)
    if assigned is None:
        state.lines[index] = "proactive"
        return True
    form, squares = assigned
    state.claim(index, "proactive", name, form, squares, _unit(state.header))
    return True


@lru_cache(maxsize=16384)
def proactive_row(text: str) -> str | None:
    """Row of table two that a label names."""
    return best_match(text, forms.PROACTIVE_ROWS)


@lru_cache(maxsize=16384)
def _is_proactive_column(text: str) -> bool:
    label = key(text)
    return label == "信息内容" or label in forms.PROACTIVE_COLUMN_WORDS


def _by_block_header(header: Row, name: str, values: Row) -> tuple[str, dict[str, Square]] | None:
    """The form whose columns the block's header names, and the squares below them."""
    for tell in (_exact, _in_order):
        found = []
        for form in forms.FORMS:
            words = forms.column_words(form, name)
            columns = tell([key(h.text) for h in header], words) if words else None
            if columns:
                squares = _below(header, columns, values)
                if squares and _holds_all(squares, values):
                    found.append((form, squares))
        if len(found) == 1:
            return found[0]
    return None


def _exact(labels: Sequence[str], words: Mapping[str, str]) -> dict[str, int] | None:
    """Column -> position in the header, where every column is named to the letter."""
    columns = {words[label]: i for i, label in enumerate(labels) if label in words}
    return columns if len(columns) == len(words) else None


def _in_order(labels: Sequence[str], words: Mapping[str, str]) -> dict[str, int] | None:
    """Column -> position, where the header lost words ("本年新|本年新|对外公开总数量") but not their order."""
    if len(labels) != len(words):
        return None
    fits = all(len(h) >= 3 and (w.startswith(h) or best_match(h, {w: w})) for h, w in zip(labels, words, strict=True))
    return {column: i for i, column in enumerate(words.values())} if fits else None


def _below(header: Row, columns: Mapping[str, int], values: Row) -> dict[str, Square] | None:
    squares = {}
    for column, position in columns.items():
        slot = header[position].slot
        square = next((v for v in values if v.covers(slot)), None)
        if square is None:
            return None
        squares[column] = square
    return squares


def _holds_all(squares: Mapping[str, Square], values: Row) -> bool:
    """Whether no number stands beside the chosen squares, or only behind them where none of them is empty.

    A number beside an empty square means that head and row do not line up.
    """
    chosen = {s.place for s in squares.values()}
    beside = [v for v in values if v.is_number and v.place not in chosen]
    end = max(s.slot for s in squares.values())
    return not beside or (all(v.slot > end for v in beside) and not any(s.is_blank for s in squares.values()))


def _unit(header: Row) -> str:
    """元 where the head of an amount names yuan and not the form's 万元."""
    heads = [squeeze(s.text) for s in header if "金额" in s.text]
    return "元" if any("元" in head and "万元" not in head for head in heads) else ""


def _begins(before: Row) -> bool:
    """Whether a label is the first of its row, block titles and running numbers left out."""
    return all(s.is_value or squeeze(s.text).startswith("第二十条") for s in before)


def _speaks_of(header: Row, name: str) -> bool:
    """Whether a header names a column of the row: then squares that do not fit below it are not to be counted off."""
    words = set().union(*(forms.column_words(form, name) for form in forms.FORMS))
    return any(key(square.text) in words for square in header)


def _by_count(name: str, values: Row) -> tuple[str, dict[str, Square]] | None:
    """Without a usable header: the one form that has as many columns in this row as there are values."""
    filled = [v for v in values if not v.is_blank]
    fits = [f for f in forms.FORMS if len(forms.column_words(f, name)) == len(filled)]
    if len(fits) != 1 or not filled or not all(v.is_value for v in filled):
        return None
    return fits[0], dict(zip(forms.column_words(fits[0], name).values(), filled, strict=True))
