"""Ruling lines -> grids: which rectangles they close, and which rows and columns each covers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

SNAP = 2.0  # points: lines nearer than this are one line drawn twice
GAP = 3.0  # points: a smaller hole in a line is none
NARROW = 5.0  # points: no column is narrower, because no character is
FLAT = 2.5  # points: no row is lower; an empty one may be lower than a character
SHORTEST = 4.0  # points: a shorter stroke rules nothing
RULES_LIMIT = 20_000  # on a page; a drawing may have more, a form has some hundred
SQUARES_LIMIT = 50_000  # of one grid


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A straight line along one axis, in points, downwards from the top of the page."""

    level: bool  # horizontal
    at: float  # its distance from the top, or from the left if it is upright
    begin: float
    end: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle of a grid."""

    row: int
    column: int
    rowspan: int
    colspan: int
    closed: bool = True  # ruled on all sides; else the row may simply be shorter than others


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """A ruled grid on a page."""

    xs: tuple[float, ...]  # edges of the columns, left to right
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]

    def square_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a place on the page."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return min(row, len(self.ys) - 2), min(column, len(self.xs) - 2)


def rules_of(x0: float, top: float, x1: float, bottom: float) -> Iterator[Rule]:
    """The rule that a drawn rectangle is if it is thin, else the four of its sides."""
    if bottom - top <= SNAP and x1 - x0 <= SNAP:
        return
    if bottom - top <= SNAP:
        yield Rule(level=True, at=(top + bottom) / 2, begin=x0, end=x1)
    elif x1 - x0 <= SNAP:
        yield Rule(level=False, at=(x0 + x1) / 2, begin=top, end=bottom)
    else:
        yield from (Rule(level=True, at=y, begin=x0, end=x1) for y in (top, bottom))
        yield from (Rule(level=False, at=x, begin=top, end=bottom) for x in (x0, x1))


def lattices(rules: Sequence[Rule]) -> list[Lattice]:
    """The grids of at least two columns on a page, top to bottom; none where a page is full of strokes."""
    if len(rules) > RULES_LIMIT:
        return []
    level = _whole(rule for rule in rules if rule.level)
    upright = _whole(rule for rule in rules if not rule.level)
    found = (_lattice(*group) for group in _touching(level, upright))
    return sorted((lattice for lattice in found if lattice), key=lambda lattice: lattice.ys[0])


def _whole(rules: Iterable[Rule]) -> list[Rule]:
    """Strokes along one line made one rule, however often and in however many pieces it was drawn."""
    whole: list[Rule] = []
    rules = sorted(rules, key=lambda r: r.at)
    for begin, end in _clusters([r.at for r in rules], SNAP):
        at = sum(r.at for r in rules[begin:end]) / (end - begin)
        pieces = sorted(rules[begin:end], key=lambda r: r.begin)
        start, stop = pieces[0].begin, pieces[0].end
        for piece in pieces[1:]:
            if piece.begin > stop + GAP:
                whole.append(Rule(level=piece.level, at=at, begin=start, end=stop))
                start, stop = piece.begin, piece.end
            stop = max(stop, piece.end)
        whole.append(Rule(level=pieces[0].level, at=at, begin=start, end=stop))
    return [rule for rule in whole if rule.end - rule.begin >= SHORTEST]


def _clusters(values: Sequence[float], within: float) -> Iterator[tuple[int, int]]:
    """Slices of ascending values that lie no further apart than `within`, first to last."""
    begin = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] - values[begin] > within:
            yield begin, i
            begin = i


def _touching(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that hang together."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    upright = sorted(upright, key=lambda r: r.at)
    places = [rule.at for rule in upright]
    for i, rule in enumerate(level):
        for j in range(bisect_left(places, rule.begin - GAP), bisect_right(places, rule.end + GAP)):
            if upright[j].begin - GAP <= rule.at <= upright[j].end + GAP:
                parent[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, rule in enumerate([*level, *upright]):
        groups[root(i)][i >= len(level)].append(rule)
    return (group for group in groups.values() if all(group))


def _lattice(level: Sequence[Rule], upright: Sequence[Rule]) -> Lattice | None:
    xs, open_sides = _edges(upright, level, NARROW)
    ys, open_ends = _edges(level, upright, FLAT)
    rows, columns = len(ys) - 1, len(xs) - 1
    if columns < 2 or rows < 1 or rows * columns > SQUARES_LIMIT:
        return None
    over = _walls(level, ys, xs)  # [edge][column]: the square below is shut off from the one above
    beside = _walls(upright, xs, ys)  # [edge][row]
    for edge, is_open in zip((0, -1), open_ends, strict=True):
        over[edge] = [True] * columns if is_open else over[edge]
    for edge, is_open in zip((0, -1), open_sides, strict=True):
        beside[edge] = [True] * rows if is_open else beside[edge]
    boxes = _boxes(rows, columns, over, beside)
    return Lattice(xs=tuple(xs), ys=tuple(ys), boxes=tuple(boxes))


def _edges(rules: Sequence[Rule], across: Sequence[Rule], least: float) -> tuple[list[float], tuple[bool, bool]]:
    """Where rows or columns meet, and whether the table has no line of its own at its first and at its last edge."""
    places = sorted(rule.at for rule in rules)
    edges = [sum(places[b:e]) / (e - b) for b, e in _clusters(places, least)]
    begin, end = min(rule.begin for rule in across), max(rule.end for rule in across)
    missing = (begin < edges[0] - NARROW, end > edges[-1] + NARROW)
    return [begin] * missing[0] + edges + [end] * missing[1], missing


def _walls(rules: Sequence[Rule], edges: Sequence[float], across: Sequence[float]) -> list[list[bool]]:
    walls = [[False] * (len(across) - 1) for _ in edges]
    middles = [(a + b) / 2 for a, b in pairwise(across)]
    for rule in rules:
        edge = min(range(len(edges)), key=lambda i: abs(edges[i] - rule.at))
        for i in range(bisect_left(middles, rule.begin), bisect_right(middles, rule.end)):
            walls[edge][i] = True
    return walls


def _boxes(rows: int, columns: int, over: list[list[bool]], beside: list[list[bool]]) -> Iterator[Box]:
    """Squares without a wall between them made one; what is no rectangle then falls into its rows."""
    seen: set[tuple[int, int]] = set()
    for row in range(rows):
        for column in range(columns):
            if (row, column) in seen:
                continue
            squares, closed = _flood(row, column, rows, columns, over, beside)
            seen |= squares
            yield from _rectangles(squares, closed)


def _flood(
    row: int, column: int, rows: int, columns: int, over: list[list[bool]], beside: list[list[bool]]
) -> tuple[set[tuple[int, int]], bool]:
    squares, todo, closed = {(row, column)}, [(row, column)], True
    while todo:
        r, c = todo.pop()
        for free, square in (
            (not over[r][c], (r - 1, c)),
            (not over[r + 1][c], (r + 1, c)),
            (not beside[c][r], (r, c - 1)),
            (not beside[c + 1][r], (r, c + 1)),
        ):
            if not free or square in squares:
                continue
            if 0 <= square[0] < rows and 0 <= square[1] < columns:
                squares.add(square)
                todo.append(square)
            else:
                closed = False
    return squares, closed


def _rectangles(squares: set[tuple[int, int]], closed: bool) -> Iterator[Box]:
    tall = sorted({r for r, _ in squares})
    wide = sorted({c for _, c in squares})
    if len(squares) == len(tall) * len(wide):
        yield Box(row=tall[0], column=wide[0], rowspan=len(tall), colspan=len(wide), closed=closed)
        return
    for row in tall:
        own = [c for c in wide if (row, c) in squares]
        for begin, end in _clusters([c - i for i, c in enumerate(own)], 0):
            yield Box(row=row, column=own[begin], rowspan=1, colspan=end - begin, closed=closed)
