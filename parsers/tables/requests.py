"""Table three, 收到和处理政府信息公开申请情况: one header, up to 25 rows of seven squares, labels up to three deep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from parsers import forms
from parsers.labels import key
from parsers.tables.counted import kinds_of, squares_of
from parsers.tables.heads import in_columns, in_text, leaves, word
from parsers.tables.lining import below, end, is_parted, is_reached, lined_up, of_rows
from parsers.tables.request_labels import HEAD_WORDS, is_head, request_label
from parsers.tables.squares import Claim, Kinds, Lining, Row, Square, State, is_filled_in
from parsers.units import of_head


def read(state: State, index: int, row: Row, words: Row) -> bool:
    if not words:
        return False
    if is_head(row):  # the head first: 总计 names a row as well as a column
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
    label, name = request_label(state, row)
    if label is None:
        return False
    if name in ("", "total") and not state.has("requests"):
        return False  # any table may have a row 合计, or a group of rows of such a name
    state.lines[index] = "requests"
    state.head_ended = True
    if name:
        state.named.add(name)
    if name and state.placed.get(index, True) and not _heads_group(state, index, row[label]):
        squares = applicant_squares(state, row, label, name, proven=index in state.placed)
        if squares:
            state.claim(index, "requests", name, None, squares, state.units)
    return bool(name)


def _heads_group(state: State, index: int, label: Square) -> bool:
    """Whether a label stands beside the next row too: （六）其他处理 of several rows, whose first lost its own."""
    below = state.rows[index + 1] if state.method == "grid" and index + 1 < len(state.rows) else ()
    return label.place in [s.place for s in below if s.above]


def is_grouped(state: State) -> bool:
    """Whether rows of （六）其他处理 are there: then its row is that of a label which was lost beside it."""
    return any(name.startswith("other.") for name in state.named)


def settled(state: State) -> list[Claim]:
    """Claims without （六）其他处理, where rows of it are there too."""
    if not is_grouped(state):
        return state.claims
    return [c for c in state.claims if c.row != "other" or c.table != "requests"]


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
        labelled = ((row, request_label(other, row)) for row in state.rows if not is_head(row))
        rows = [(_DEPTHS[n], at, row[at + 1 :]) for row, (at, n) in labelled if at is not None and n]
        state.kinds = kinds_of(rows, len(forms.APPLICANT_ORDER))
    return state.kinds


# Row -> how many labels stand before its own.
_DEPTHS = {i.row: i.row_label.count("/") for i in forms.INDICATORS if i.table == "requests"}


def _in_grid(state: State, row: Row, label: int, name: str) -> list[Square] | None:
    """The seven squares of a row that lines up with the head, with most rows of the table, or has nothing else."""
    values = row[label + 1 :]
    if is_reached(state, values) or is_parted(row, label):
        return None
    head = _head_slots(state)
    count = len(forms.APPLICANT_ORDER)
    follows = head and row[label].slot + row[label].span == head[0] == head[-1] + 1 - count
    ends = head and end(row) == state.applicant_end == head[-1] + 1
    # An empty square before the label may have moved the others; where most rows end elsewhere, the head has moved.
    if follows and ends and not any(s.is_blank for s in row[:label]) and _is_usual_place(state):
        return below(values, head)
    if "requests" not in state.linings:
        state.linings["requests"] = _lining(state, head)
    lining = state.linings["requests"]
    if lining and _is_at_its_depth(lining, row[label], name) and (squares := lined_up(lining, row, label)):
        return squares
    if _is_ordered(state) and len(values) == count and all(v.is_value and not v.is_blank for v in values):
        return list(values)
    return None


def _is_usual_place(state: State) -> bool:
    """Whether no more rows end, or have the end of their labels, anywhere else than where the head says."""
    if state.applicant_usual is None:
        rows = [row for row in state.rows if row]
        ends, labels = Counter(map(end, rows)), Counter(map(_end_of_words, rows))
        usual = ends[state.applicant_end] == max(ends.values())
        state.applicant_usual = usual and labels[_head_slots(state)[0]] == max(labels.values())
    return state.applicant_usual


def _end_of_words(row: Row) -> int:
    """The column behind the last label of a row."""
    return next((s.slot + s.span for s in reversed(row) if not s.is_value and not is_filled_in(s)), 0)


def _is_at_its_depth(lining: Lining, label: Square, name: str) -> bool:
    """Whether a label stands where those of its depth do: one too far in or out may have moved the row's squares.

    Labels of two groups before it need two columns at least.
    """
    depth = _DEPTHS.get(name, -1)
    return lining.fixed or (label.slot >= depth and (depth, label.slot + label.span) in lining.labels)


def _head_slots(state: State) -> tuple[int, ...]:
    if state.applicant_columns is None:
        state.applicant_columns = _columns(state.applicant_head)
        state.applicant_end = max((end(row) for row in state.applicant_head), default=0)
    return state.applicant_columns


def _lining(state: State, head: tuple[int, ...]) -> Lining | None:
    """Where most rows have their values, if the head or the lack of one proves their order."""
    other = State(method="grid")
    own = takewhile(
        lambda row: not is_head(row), state.rows[state.applicant_begin :]
    )  # up to the head of the next page
    labelled = ((row, *request_label(other, row)) for row in own)
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
    if any(s.above and s.is_value and s.slot > named[0][1] for row in head for s in row):
        return ()  # a square of the rows above covers too many rows, and has moved the words
    return tuple(slots[name] for name in forms.APPLICANT_ORDER)


def _is_ordered(state: State) -> bool:
    """Whether squares may be counted off: the head shows the form's order, or there is no head at all."""
    if state.applicant_order is None:
        proves = in_columns if state.method == "grid" else in_text
        head = state.applicant_head
        state.applicant_order = not head or proves(head, forms.APPLICANTS, forms.APPLICANT_ORDER)
    return state.applicant_order
