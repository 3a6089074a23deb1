"""Table three, 收到和处理政府信息公开申请情况: one header, up to 25 rows of seven squares, labels up to three deep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from parsers import forms, numbers
from parsers.labels import best_match, key
from parsers.remember import remembered
from parsers.tables.counted import kinds_of, squares_of
from parsers.tables.heads import ORGANISATIONS, in_columns, in_text, leaves, word
from parsers.tables.lining import below, end, lined_up, of_rows
from parsers.tables.squares import Claim, Kinds, Lining, Row, Square, State
from parsers.units import of_head


def read(state: State, index: int, row: Row, words: Row) -> bool:
    if not words:
        return False
    if _is_head(row):  # the head first: 总计 names a row as well as a column
        if state.head_ended:
            state.applicant_head, state.head_ended, state.units = [], False, {}
        state.applicant_head.append(row)
        state.applicant_begin = index + 1
        state.units.update({forms.APPLICANTS.get(key(s.text), ""): unit for s in row if (unit := of_head(s.text))})
        if sum(key(s.text) in HEAD_WORDS for s in row) >= len(forms.APPLICANT_ORDER) - 2:
            state.recognised.add("requests")
        state.applicant_columns = state.applicant_order = state.applicant_usual = None
        state.linings.pop("requests", None)
        state.in_other = False
        state.lines[index] = "requests"
        return True
    label, name = _request_label(state, row)
    if label is None:
        return False
    if name in ("", "total") and not state.has("requests"):
        return False  # any table may have a row 合计, or a group of rows of such a name
    state.lines[index] = "requests"
    state.head_ended = True
    if name:
        state.named.add(name)
    if name and state.placed.get(index, True):
        squares = applicant_squares(state, row, label, name, proven=index in state.placed)
        if squares:
            state.claim(index, "requests", name, None, squares, state.units)
    return bool(name)


def names_of(rows: Sequence[Row]) -> list[str]:
    """The row of the form that each row of a grid is, by its label; "" for others."""
    state = State(method="grid")
    return ["" if _is_head(row) else _request_label(state, row)[1] for row in rows]


def settled(state: State) -> list[Claim]:
    """Claims without （六）其他处理, where rows of it are there too: then a label beside it was lost."""
    if not any(name.startswith("other.") for name in state.named):
        return state.claims
    return [c for c in state.claims if c.row != "other" or c.table != "requests"]


def _is_head(row: Row) -> bool:
    words = {key(s.text) for s in row if not s.is_value}
    return bool(words & HEAD_WORDS) and not any(s.is_number for s in row)


# 其他 and 总计 head columns of other tables and rows of this one.
HEAD_WORDS = frozenset({"申请人情况", ORGANISATIONS, *forms.APPLICANTS}) - {"其他", "总计", "合计"}


def _request_label(state: State, row: Row) -> tuple[int | None, str]:
    """Position of the last label of a row, and the row of the form; "" for one that the form does not have.

    A label that began in a row above stands beside several rows and is the name of none of them.
    """
    innermost, name, strange = None, "", False
    for i, square in enumerate(row):
        if square.is_value:
            if square.is_number and innermost is not None:
                break
            continue
        said = request_row(square.text)
        known = said is not None
        if not known and key(square.text) == "其他" and state.in_other:
            said, known = "other.misc", True
        if square.above:
            innermost = i if known else innermost
        elif known or (innermost is not None and _is_label(square.text)):
            innermost, name = i, said or ""
        strange = strange or not known
        if known and not square.above:
            state.in_other = said == "other" or bool(said and said.startswith("other."))
    if strange:
        return _joined_label(row, innermost or 0) or (innermost, name)
    return innermost, name


def _joined_label(row: Row, innermost: int) -> tuple[int, str] | None:
    """A label that was broken over two or three cells side by side, and ends no earlier than the innermost one."""
    words = [(i, s) for i, s in enumerate(row) if not s.is_value and not s.above]
    for size in (2, 3):
        for first in range(len(words) - size + 1):
            cells = words[first : first + size]
            name = forms.REQUEST_ROWS.get(key("".join(s.text for _, s in cells)))
            if name and cells[-1][0] - cells[0][0] == size - 1 and cells[-1][0] >= innermost:
                return cells[-1][0], name
    return None


def _is_label(text: str) -> bool:
    """Whether a square that is no value looks like a label of its own rather than like a value in words, or #REF!."""
    label = key(text)
    return len(label) >= 4 and not label.isascii() and not numbers.holds_digits(label) and numbers.spelled(text) is None


@remembered(16384)
def request_row(text: str) -> str | None:
    """Row of table three that a label names, "" for a group of rows, None for anything else."""
    return best_match(text, forms.REQUEST_ROWS | dict.fromkeys(forms.REQUEST_GROUPS, ""))


def applicant_squares(
    state: State, row: Row, label: int, name: str = "", *, proven: bool = False
) -> dict[str, Square] | None:
    """Applicant -> square of one row, by the place of its last label; `name` is the form's row, "" for another."""
    order = forms.APPLICANT_ORDER
    if state.method == "grid":
        found = _in_grid(state, row, label, name)
        return dict(zip(order, found, strict=True)) if found else None
    if not _is_ordered(state):
        return None
    values = row[label + 1 :]
    if proven:
        return dict(zip(order, values, strict=True)) if len(values) == len(order) else None
    kinds, depth = _kinds(state), _DEPTHS.get(name, -1)
    alike = set(kinds.shapes.values())
    shape = kinds.shapes.get(depth) or (next(iter(alike)) if len(alike) == 1 else None)
    head = _head_slots(state) if kinds.labels.get(depth) == label else ()
    if head and end(row) == state.applicant_end and (aligned := below(values, head)):
        return dict(zip(order, aligned, strict=True))
    found = squares_of(values, shape, len(order), len(order))
    return dict(zip(order, found, strict=True)) if found else None


def _kinds(state: State) -> Kinds:
    """How the rows of text have their labels and squares, by how many labels stand before the last."""
    if state.kinds is None:
        other = State(method="flat")
        labelled = ((row, _request_label(other, row)) for row in state.rows if not _is_head(row))
        rows = [(_DEPTHS[n], at, row[at + 1 :]) for row, (at, n) in labelled if at is not None and n]
        state.kinds = kinds_of(rows, len(forms.APPLICANT_ORDER))
    return state.kinds


# Row -> how many labels stand before its own.
_DEPTHS = {i.row: i.row_label.count("/") for i in forms.INDICATORS if i.table == "requests"}


def _in_grid(state: State, row: Row, label: int, name: str) -> list[Square] | None:
    """The seven squares of a row that lines up with the head, with most rows of the table, or has nothing else."""
    values = row[label + 1 :]
    reaching = [v for v in values if v.above]
    if reaching and not all(v.is_blank for v in values):  # a cell that covers too many rows has moved those beside it
        state.shared.update(v.place for v in reaching if v.is_number)
        return None
    head = _head_slots(state)
    count = len(forms.APPLICANT_ORDER)
    follows = head and row[label].slot + row[label].span == head[0] == head[-1] + 1 - count
    ends = head and end(row) == state.applicant_end == head[-1] + 1
    # An empty square before the label may have moved the others; where most rows end elsewhere, the head has moved.
    if follows and ends and not any(s.is_blank for s in row[:label]) and _is_usual_end(state):
        return below(values, head)
    if "requests" not in state.linings:
        state.linings["requests"] = _lining(state, head)
    lining = state.linings["requests"]
    if lining and _is_at_its_depth(lining, row[label], name) and (squares := lined_up(lining, row, label)):
        return squares
    if _is_ordered(state) and len(values) == count and all(v.is_value and not v.is_blank for v in values):
        return list(values)
    return None


def _is_usual_end(state: State) -> bool:
    """Whether no more rows of the grid end anywhere else than end where the head does."""
    if state.applicant_usual is None:
        ends = Counter(map(end, filter(None, state.rows)))
        state.applicant_usual = ends[state.applicant_end] == max(ends.values())
    return state.applicant_usual


def _is_at_its_depth(lining: Lining, label: Square, name: str) -> bool:
    """Whether a label stands where those of its depth do: one too far in or out may have moved the row's squares."""
    return lining.fixed or (_DEPTHS.get(name, -1), label.slot + label.span) in lining.labels


def _head_slots(state: State) -> tuple[int, ...]:
    if state.applicant_columns is None:
        state.applicant_columns = _columns(state.applicant_head)
        state.applicant_end = max((end(row) for row in state.applicant_head), default=0)
    return state.applicant_columns


def _lining(state: State, head: tuple[int, ...]) -> Lining | None:
    """Where most rows have their values, if the head or the lack of one proves their order."""
    other = State(method="grid")
    own = takewhile(
        lambda row: not _is_head(row), state.rows[state.applicant_begin :]
    )  # up to the head of the next page
    labelled = ((row, *_request_label(other, row)) for row in own)
    rows = [(row, label, _DEPTHS.get(name, -1)) for row, label, name in labelled if label is not None]
    found = of_rows(rows, len(forms.APPLICANT_ORDER), head, state.applicant_end)
    return found if found and (found.slots == head or _is_ordered(state)) else None


def _columns(head: Sequence[Row]) -> tuple[int, ...]:
    """Slots of the applicants, in order; () where not each of the seven stands there once, or a row is short."""
    if len(set(map(end, head))) > 1:
        return ()
    known = forms.APPLICANTS
    named = [(known[word(s.text)], s.slot) for s in leaves(head) if word(s.text) in known]
    slots = dict(named)
    if len(named) != len(forms.APPLICANT_ORDER) or len(slots) != len(named):
        return ()
    return tuple(slots[name] for name in forms.APPLICANT_ORDER)


def _is_ordered(state: State) -> bool:
    """Whether squares may be counted off: the head shows the form's order, or there is no head at all."""
    if state.applicant_order is None:
        proves = in_columns if state.method == "grid" else in_text
        head = state.applicant_head
        state.applicant_order = not head or proves(head, forms.APPLICANTS, forms.APPLICANT_ORDER)
    return state.applicant_order
