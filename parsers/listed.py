"""One cell after the other, without rows: cut into rows again by the words of the forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from parsers import forms
from parsers.labels import key, squeeze
from parsers.tables.proactive import proactive_row
from parsers.tables.requests import request_row
from parsers.tables.squares import Square, loose

SHORT = 60  # characters; no label of the forms is longer, bracketed asides left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One cell of a list of cells."""

    text: str
    line: int
    column: int = 0
    known: bool = False  # marked off by bars: a cell even if it is empty


@dataclass(kw_only=True)
class _Group:
    """The lines of one row: labels, then values; and how many squares the values should be."""

    kind: str  # header, label, values or prose
    mode: str  # table: proactive, applicants (its header), requests, review, or ""
    lines: list[Piece]
    labels: int  # how many of the lines are labels
    expected: int = 0  # squares that the row should have after its labels; 0 if unknown
    end: int = 0  # line of what follows
    closed: bool = True  # what follows is of the same table, so that the blank lines up to it are squares

    def gaps(self) -> list[int]:
        """Line breaks after the last label and after every value."""
        places = [p.line for p in self.lines[self.labels - 1 if self.labels else 0 :]] + [self.end]
        return [b - a for a, b in pairwise(places)]

    @property
    def values(self) -> int:
        return len(self.lines) - self.labels


def rows_of_list(pieces: Sequence[Piece]) -> Iterator[list[Square]]:
    """Rows of labels and values; empty squares are put back where the gaps between the cells tell where they were."""
    groups = _groups([p for p in pieces if p.known or p.text.strip()])
    for group, following in pairwise(groups):
        group.end = following.lines[0].line
        group.closed = following.kind != "prose" or squeeze(following.lines[0].text).startswith("第二十条")
    if groups:
        groups[-1].end, groups[-1].closed = groups[-1].lines[-1].line + 1, False
    blanks = _way_of_counting(groups)
    for place, group in enumerate(groups):
        if group.expected and not group.values and not _is_among_rows(groups, place):
            group.expected = 0  # a line of prose that has the words of a label
        yield list(_squares(group, blanks))
        follows = groups[place + 1].kind if place + 1 < len(groups) else ""
        if group.kind == "header" and group.mode == "review" and _is_whole_header(group) and follows != "values":
            yield [loose("", i, group.lines[-1].line, i + 1) for i in range(len(forms.REVIEW_ORDER))]


def _is_among_rows(groups: Sequence[_Group], place: int) -> bool:
    beside = [groups[i] for i in (place - 1, place + 1) if 0 <= i < len(groups)]
    return any(g.kind in ("label", "header") and g.mode in (groups[place].mode, "applicants") for g in beside)


def _groups(pieces: Sequence[Piece]) -> list[_Group]:
    """Cuts the lines into rows where the words of the forms begin one."""
    groups: list[_Group] = []
    mode, columns = "", 0
    for p in pieces:
        last = groups[-1] if groups else None
        if p.known and not p.text and last and last.kind == "header" and not _is_whole_header(last):
            continue  # what a merged head leaves behind
        kind, mode = _word(p.text, mode)
        if last and _goes_on(last, kind, mode, p):
            last.lines.append(p)
            last.labels += 1
        elif kind == "value" and last and last.kind in ("label", "values"):
            last.lines.append(p)
        elif kind == "value" and last and last.kind == "header" and last.mode == "review":
            groups.append(_Group(kind="values", mode=mode, lines=[p], labels=0, expected=len(forms.REVIEW_ORDER)))
        else:
            expected = {"proactive": columns, "requests": len(forms.APPLICANT_ORDER)}.get(mode, 0)
            kind = "prose" if kind == "value" else kind
            expected = expected if kind == "label" else 0
            groups.append(_Group(kind=kind, mode=mode, lines=[p], labels=1, expected=expected))
        if groups[-1].kind == "header" and mode == "proactive":
            columns = groups[-1].labels - 1
    return groups


def _word(text: str, mode: str) -> tuple[str, str]:
    """What a line is to the forms (header, label, value or prose), and the table it belongs to."""
    if loose(text, 0, 0).is_value:
        return "value", mode
    label = key(text)
    if len(label) > SHORT:
        return "prose", mode
    if label in ("其他", "总计", "合计") and label == squeeze(text) and mode in ("applicants", "review"):
        return "header", mode
    if label == "信息内容" or label in forms.PROACTIVE_COLUMN_WORDS:
        return "header", "proactive"
    if label in _APPLICANT_HEADER:
        return "header", "applicants"
    if label in _REVIEW_HEADER:
        return "header", "review"
    if request_row(text) is not None or (label == "其他" and mode == "requests"):
        return "label", "requests"
    if proactive_row(text) and mode == "proactive":
        return "label", "proactive"
    return "prose", mode


_APPLICANT_HEADER = frozenset({"申请人情况", "法人或其他组织", *forms.APPLICANTS}) - {"其他", "总计", "合计"}
_REVIEW_HEADER = frozenset({"行政诉讼", *forms.REVIEW_GROUPS, *forms.OUTCOMES}) - {"总计", "合计"}


def _goes_on(last: _Group, kind: str, mode: str, p: Piece) -> bool:
    """Whether a line is the next word of the same header, or the next label of the same row, as 1. below （三）."""
    if kind == last.kind == "header":
        return last.mode == mode and key(p.text) != "信息内容"
    if not (kind == last.kind == "label" and last.mode == mode == "requests") or last.values:
        return False
    before = request_row(last.lines[-1].text)
    if before == "other":
        return key(p.text) == "其他" or (request_row(p.text) or "").startswith("other.")
    return before == ""


def _is_whole_header(group: _Group) -> bool:
    return sum(key(p.text) in forms.OUTCOMES for p in group.lines) == len(forms.REVIEW_ORDER)


Counting = Callable[[int], int]


def _way_of_counting(groups: Sequence[_Group]) -> Counting | None:
    """How many empty squares a gap of so many line breaks holds, if one way fits every row; None if none does."""
    rows = [g for g in groups if g.expected and g.closed]
    full = Counter(gap for g in rows if g.values == g.expected for gap in g.gaps())
    usual = full.most_common(1)[0][0] if full else 0
    ways: list[Counting] = []
    for base in [usual] if full else [1, 2]:
        if not base:
            continue  # everything in one line: no gap says anything
        ways.append(partial(_one_break_each, base))
        ways.append(partial(_full_step_each, base))
    return next((way for way in ways if all(_fits(way, g) for g in rows)), None)


def _fits(way: Counting, group: _Group) -> bool:
    empty = [way(gap) for gap in group.gaps()]
    return min(empty) >= 0 and group.values + sum(empty) == group.expected


def _one_break_each(base: int, gap: int) -> int:
    """A filled square takes `base` line breaks, an empty one takes one."""
    return gap - base


def _full_step_each(base: int, gap: int) -> int:
    """Filled and empty squares take `base` line breaks each."""
    return gap // base - 1 if gap % base == 0 else -1


def _squares(group: _Group, blanks: Counting | None) -> Iterator[Square]:
    """The row with its empty squares put back, where their places are known."""
    labels, values = group.lines[: group.labels], group.lines[group.labels :]
    texts = [(p.text, p.line, p.column) for p in labels]
    after = [0] * (len(values) + 1)
    if any(p.known for p in values):
        pass  # bars say which squares are empty
    elif group.expected and values and len(values) < group.expected and blanks:
        gaps = group.gaps() if group.labels else [0, *group.gaps()]
        after = [max(blanks(gap), 0) for gap in gaps]
        if not group.closed:  # the blank lines up to the next heading are not all squares
            after[-1] = max(group.expected - len(values) - sum(after[:-1]), 0)
    elif group.expected and not values:
        after = [group.expected]
    begin = group.lines[group.labels - 1].line if group.labels else group.lines[0].line
    texts += [("", begin, i + 1) for i in range(after[0])]
    for p, empty in zip(values, after[1:], strict=True):
        texts.append((p.text, p.line, p.column))
        texts += [("", p.line, i + 1) for i in range(empty)]
    return (loose(text, slot, line, column) for slot, (text, line, column) in enumerate(texts))
