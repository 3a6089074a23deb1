"""Which square of table three is wrong, where exactly one change would make all its sums hold.

Table three is a code with parity in both directions: every square stands in the sum of its row and in one or two
sums of its column. One wrong square leaves a pattern of differences that no other one leaves. Nothing is ever
corrected: what would fit is said, and only where nothing else would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.records import Finding, Verdict
from parsers.checks.rule import Evidence, Rule, label
from parsers.forms import APPLICANT_ORDER, Form

Grid = Mapping[str, Sequence[int]]  # row -> the six applicants and the total
Sums = dict[tuple[str, str | int], int]  # (sum, row or column) -> difference, of those that do not hold

_OUTER = ("new", "carried_in", "total", "carried_out")
_TOTAL = len(APPLICANT_ORDER) - 1
_SOURCE = "国办公开办函〔2019〕60号、〔2021〕30号 表三"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row as it would have to read."""

    row: str
    columns: tuple[int, ...]  # whose squares would be others
    values: tuple[int, ...]  # of the whole row


def differences(grid: Grid) -> Sums:
    """The sums of a table that do not hold, with by how much."""
    found: Sums = {("row", row): sum(values[:_TOTAL]) - values[_TOTAL] for row, values in grid.items()}
    ends = zip(*(grid[row] for row in _OUTER), strict=True)
    outcomes = list(map(sum, zip(*(values for row, values in grid.items() if row not in _OUTER), strict=True)))
    for column, (new, carried_in, total, carried_out) in enumerate(ends):
        found["outcomes", column] = outcomes[column] - total
        found["flow", column] = new + carried_in - total - carried_out
    return {where: difference for where, difference in found.items() if difference}


def wrong_squares(grid: Grid) -> Iterator[Change]:
    """Each single square that would make all sums hold, if it were another number."""
    broken = differences(grid)
    for row in _suspects(broken, grid):
        difference = broken.get(("row", row), 0)
        if not difference:
            continue
        for column in range(len(APPLICANT_ORDER)):
            value = grid[row][column] + (difference if column == _TOTAL else -difference)
            if value >= 0:
                yield from _if_it_fits(grid, row, {column: value})


def shifted_rows(grid: Grid) -> Iterator[Change]:
    """Each row that would make all sums hold, if its numbers stood one square further on."""
    for row in _suspects(differences(grid), grid):
        values = list(grid[row])
        for turned in (values[1:] + values[:1], values[-1:] + values[:-1]):
            yield from _if_it_fits(grid, row, dict(enumerate(turned)))


def split_numbers(grid: Grid) -> Iterator[Change]:
    """Each pair of squares side by side that would make all sums hold, if their digits were one number in one."""
    for row in _suspects(differences(grid), grid):
        values = grid[row]
        for column in range(_TOTAL):
            left, right = values[column], values[column + 1]
            if left > 0 <= right:
                whole = int(f"{left}{right}")
                yield from _if_it_fits(grid, row, {column: whole, column + 1: 0})
                yield from _if_it_fits(grid, row, {column: 0, column + 1: whole})


def wrong_applicants(grid: Grid) -> Iterator[Change]:
    """Each row that would make all sums hold, if some of what one applicant has were another one's."""
    broken = differences(grid)
    columns = {column for _, column in broken if isinstance(column, int)}
    for row in grid:
        for one in columns:
            for other in columns - {one, _TOTAL}:
                moved = abs(broken.get(("outcomes", one), 0) or broken.get(("flow", one), 0))
                if one != _TOTAL and moved and grid[row][one] >= moved:
                    yield from _if_it_fits(grid, row, {one: grid[row][one] - moved, other: grid[row][other] + moved})


def _suspects(broken: Sums, grid: Grid) -> Sequence[str]:
    """The rows in which one change may explain everything: the one that does not add up, or any if all do."""
    rows = [row for kind, row in broken if kind == "row" and isinstance(row, str)]
    return () if not broken or len(rows) > 1 else rows or list(grid)


def _if_it_fits(grid: Grid, row: str, change: Mapping[int, int]) -> Iterator[Change]:
    values = [change.get(column, value) for column, value in enumerate(grid[row])]
    columns = tuple(column for column, value in enumerate(grid[row]) if values[column] != value)
    if columns and not differences({**grid, row: values}):
        yield Change(row=row, columns=columns, values=tuple(values))


def _broken(evidence: Evidence) -> tuple[Form, Grid, bool] | None:
    """Table three in whole numbers, blanks as zero, and whether there are any; None unless it is whole and wrong."""
    form = evidence.form("requests")
    if form is None or evidence.is_blank("requests"):
        return None
    if any(extra.within == "requests" for extra in evidence.extras):
        return None  # rows that the form does not have may be the difference
    every = [i for row in form.rows for i in form.squares[row]]
    values = [evidence.numbers.get(i) for i in every]
    if any(isinstance(value, float) for value in values):
        return None
    blank = [i for i, value in zip(every, values, strict=True) if value is None]
    facts = map(evidence.facts.get, blank)
    if any(fact is None or fact.state not in ("blank", "placeholder") for fact in facts):
        return None
    squares = iter(values)
    grid = {row: [int(value or 0) for value in islice(squares, len(form.squares[row]))] for row in form.rows}
    return (form, grid, bool(blank)) if differences(grid) else None


def _located(rule: Rule, evidence: Evidence, zh: str, en: str) -> Iterator[Finding]:
    table = evidence.once(_broken)
    if table is None:
        return
    form, grid, blanks = table
    changes = list(dict.fromkeys(_WAYS[rule.name](grid)))
    rivals = len(changes)
    if rule.name != "located_error" and changes:
        if any(wrong_squares(grid)):
            return  # one wrong square explains it all
        rivals = sum(len(set(way(grid))) for way in _WAYS.values())
    if not changes:
        return
    verdict: Verdict = "UNCERTAIN" if blanks else "WARN"
    if_zh, if_en = ("若空白为零，", "with blanks as zero, ") if blanks else ("", "")
    if rivals > 1:
        yield rule.finding(
            verdict,
            [],
            f"{if_zh}{zh}可以解释表三的不符，但有 {rivals} 种可能，不能确定是哪一处。",
            f"{if_en}{en} would explain table three, but there are {rivals} ways: which one cannot be told.",
        )
        return
    change = changes[0]
    names = [f"requests.{change.row}.{APPLICANT_ORDER[column]}" for column in change.columns]
    squares = "、".join(label(form, change.row, APPLICANT_ORDER[column]) for column in change.columns)
    read = "、".join(str(grid[change.row][column]) for column in change.columns)
    fitting = "、".join(str(change.values[column]) for column in change.columns)
    one = len(change.columns) == 1
    yield rule.finding(
        verdict,
        names,
        f"{if_zh}只有一种{zh}能让表三全部合计相符：{squares}现为 {read}，应为 {fitting}。原数不作改动。",
        f"{if_en}only one change of {en} makes all sums of table three hold: {', '.join(names)} now {read}, "
        f"would be {fitting}. Nothing was changed.",
        expected=change.values[change.columns[0]] if one else None,
        actual=grid[change.row][change.columns[0]] if one else None,
    )


def located_error(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    yield from _located(rule, evidence, "一格有误", "one square")


def shifted_row(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    yield from _located(rule, evidence, "一行错位一格", "one row moved by one square")


def split_digits(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    yield from _located(rule, evidence, "一个数字分在两格", "one number split over two squares")


def filed_under_wrong_applicant(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    yield from _located(rule, evidence, "同一行申请人归错", "one row's applicants")


_WAYS = {
    "located_error": wrong_squares,
    "shifted_row": shifted_rows,
    "split_digits": split_numbers,
    "filed_under_wrong_applicant": wrong_applicants,
}

RULES = (
    Rule(
        name="located_error",
        version=1,
        zh="表三不符时，若只有改一格能让全部合计相符，指出这一格",
        en="Where table three does not add up and one square alone explains it, that square is named",
        source=_SOURCE,
        check=located_error,
        needs="requests",
    ),
    Rule(
        name="shifted_row",
        version=1,
        zh="表三不符时，若把一行移动一格能让全部合计相符，指出这一行",
        en="Where a row of table three that is moved by one square explains all differences, it is named",
        source=_SOURCE,
        check=shifted_row,
        needs="requests",
    ),
    Rule(
        name="split_digits",
        version=1,
        zh="表三不符时，若相邻两格本是一个数字能让全部合计相符，指出这两格",
        en="Where two squares of table three with the digits of one number explain all differences, they are named",
        source=_SOURCE,
        check=split_digits,
        needs="requests",
    ),
    Rule(
        name="filed_under_wrong_applicant",
        version=1,
        zh="表三不符时，若把同一行的若干件从一类申请人改归另一类能让全部合计相符，指出这两格",
        en="Where requests of one row filed under another applicant explain all differences, both squares are named",
        source=_SOURCE,
        check=filed_under_wrong_applicant,
        needs="requests",
    ),
)
