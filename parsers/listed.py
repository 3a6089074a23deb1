"""One cell after the other, without rows: cut into rows again by the words of the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers import forms
from parsers.labels import key
from parsers.listed_cells import Piece
from parsers.listed_groups import Group
from parsers.listed_numbering import without_numbering
from parsers.listed_places import Places
from parsers.listed_words import word
from parsers.tables.extras import KNOWN, is_local
from parsers.tables.request_labels import request_row
from parsers.tables.squares import Square, loose

NEAR = 3  # cells below a row without values in which values that are torn from it are looked for
_DEPTHS = {i.row: i.row_label.count("/") for i in forms.INDICATORS if i.table == "requests"}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A row made of a list of cells."""

    squares: list[Square]
    placed: bool  # whether its values stand in their squares


def groups_of(pieces: Sequence[Piece]) -> list[Group]:
    """Cuts a list of cells into rows where the words of the forms begin one."""
    groups: list[Group] = []
    mode, columns = "", 0
    for p in pieces:
        last = groups[-1] if groups else None
        kind, mode = word(p.text, mode, last.kind if last else "")
        if last and _goes_on(last, kind, mode, p):
            last.labels.append(p)
        elif kind == "value" and last and last.kind in ("label", "local", "values"):
            last.values.append(p)
        elif kind == "value" and len(groups) > 1 and _may_be_local(groups[-2], groups[-1]):
            groups[-1].kind, groups[-1].expected = "local", groups[-2].expected
            groups[-1].values.append(p)
        elif kind == "value" and last and _is_whole_head(last):
            groups.append(_values_of_review(last, p))
        elif kind == "value" and not p.text.strip():
            continue  # what a merged cell leaves behind
        else:
            kind = "prose" if kind == "value" else kind
            expected = {"proactive": columns, "requests": len(forms.APPLICANT_ORDER)}.get(mode, 0)
            groups.append(Group(kind=kind, mode=mode, labels=[p], expected=expected if kind == "label" else 0))
            columns = 0 if kind == "block" else columns
        if groups[-1].kind == "header" and mode == "proactive":
            columns = sum(key(piece.text) != "信息内容" for piece in groups[-1].labels)
    groups = without_numbering(groups)
    _look_on(groups)
    return groups


def _may_be_local(before: Group, group: Group) -> bool:
    """Whether a line with values behind it, below a row of the form that has values, is a row that an organ added."""
    is_row = before.kind in ("label", "local") and before.values and before.mode in KNOWN
    return (
        bool(is_row)
        and (group.kind, group.mode) == ("prose", before.mode)
        and is_local(group.mode, group.labels[0].text)
    )


def _values_of_review(head: Group, first: Piece) -> Group:
    """The row of table four has no label; it begins behind its head."""
    begin = Piece(text="", line=head.begin)
    return Group(kind="values", mode="review", labels=[begin], values=[first], expected=len(forms.REVIEW_ORDER))


def rows_of_groups(groups: Sequence[Group], places: Places) -> Iterator[Listed]:
    """Rows of labels and values; empty squares are put back where their places are proven."""
    for place, group in enumerate(groups):
        if group.kind == "label" and not group.values and not _is_among_rows(groups, place):
            yield Listed(squares=_row([loose(p.text, 0, p.line, p.column) for p in group.labels]), placed=True)
            continue  # a line of prose that has the words of a label
        found = places.squares(group)
        labels = [loose(p.text, 0, p.line, p.column) for p in group.labels if p.text]
        values = [loose(p.text, 0, p.line, p.column) for p in group.values] if found is None else found
        headless = group.mode == "proactive" and group.kind == "label"  # the head of its block is lost
        yield Listed(squares=_row([*labels, *values]), placed=found is not None or not (group.expected or headless))
        if (
            _is_whole_head(group)
            and not group.torn
            and (place + 1 == len(groups) or groups[place + 1].kind != "values")
        ):
            empty = [loose("", 0, group.begin, i + 1) for i in range(len(forms.REVIEW_ORDER))]
            yield Listed(squares=_row(empty), placed=True)


def _row(squares: Sequence[Square]) -> list[Square]:
    return [loose(s.text, slot, s.row, s.column) for slot, s in enumerate(squares)]


def _look_on(groups: Sequence[Group]) -> None:
    """Says of every row where it ends, and what follows."""
    for place, group in enumerate(groups):
        following = groups[place + 1 : place + 1 + NEAR]
        group.follows = group.mode != "requests" or _follows(group, following)
        group.depth = max((_level(p.text) for p in group.labels), default=0)
        group.end = group.end or (following[0].labels[0].first if following else group.begin + 1)
        if following and following[0].kind in ("label", "local", "header", "block"):
            row = following[0]
            group.after, group.below = row.kind, _level(row.labels[0].text)
        for other in following:
            if other.kind not in ("prose", "block"):
                break
            group.torn = group.torn or any(p.is_value for p in other.labels)


def _follows(group: Group, following: Sequence[Group]) -> bool:
    """Whether below a row of table three stands the one that a form has there; below its last row none may stand."""
    row = _row_of(group)
    below = _row_of(following[0]) if following and following[0].mode == "requests" else ""
    return (row, below) in _NEIGHBOURS


def _row_of(group: Group) -> str:
    label = group.labels[-1].text
    return request_row(label) or ("other.misc" if key(label) == "其他" else "")


_ROWS = [forms.BY_TABLE[form, "requests"].rows for form in forms.FORMS]
_NEIGHBOURS = {pair for rows in _ROWS for pair in pairwise((*rows, ""))}


def _level(label: str) -> int:
    """How many labels of table three stand before a label of it, or of another table, which has none before it."""
    row = request_row(label)
    if row:
        return _DEPTHS[row]
    return {"其他": 2}.get(key(label), 0) if row is None else int(key(label) in forms.REQUEST_GROUPS[1:])


def _is_among_rows(groups: Sequence[Group], place: int) -> bool:
    beside = [groups[i] for i in (place - 1, place + 1) if 0 <= i < len(groups)]
    return any(g.kind in ("label", "header", "block") and g.mode in (groups[place].mode, "applicants") for g in beside)


def _goes_on(last: Group, kind: str, mode: str, p: Piece) -> bool:
    """Whether a cell is the next word of the same head, or the next label of the same row, as 1. below （三）."""
    if kind == last.kind == "header":
        return last.mode == mode and key(p.text) != "信息内容"
    if not (kind == last.kind == "label" and last.mode == mode) or last.values:
        return False
    if key(p.text) == key(last.labels[-1].text):
        return True  # printed twice
    if mode != "requests":
        return False
    before = request_row(last.labels[-1].text)
    if before == "other":
        return key(p.text) == "其他" or (request_row(p.text) or "").startswith("other.")
    return before == ""


def _is_whole_head(group: Group) -> bool:
    """Whether a group is the head of table four with all its columns."""
    if (group.kind, group.mode) != ("header", "review"):
        return False
    outcomes = [forms.OUTCOMES[key(p.text)] for p in group.labels if key(p.text) in forms.OUTCOMES]
    return outcomes[-len(forms.REVIEW_ORDER) :] == [outcome for _, outcome in forms.REVIEW_ORDER]
