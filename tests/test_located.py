"""One wrong square of table three is named, two are never taken for one, and nothing is changed."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from archive.records import Fact, Finding, Parsed
from parsers.checks import check
from parsers.checks.located import wrong_squares
from parsers.checks.rule import Evidence
from parsers.forms import APPLICANT_ORDER, BY_TABLE, FORMS
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import read

TOTAL = len(APPLICANT_ORDER) - 1
RULES = ("located_error", "shifted_row", "split_digits", "filed_under_wrong_applicant")


def table(form: str, seed: int) -> dict[str, list[int]]:
    """A table three that adds up."""
    rng = random.Random(seed)
    rows = BY_TABLE[form, "requests"].rows
    outcomes = [row for row in rows if row not in ("new", "carried_in", "total", "carried_out")]
    grid = {row: [rng.choice((0, 0, 1, 2, rng.randrange(400))) for _ in range(TOTAL)] for row in outcomes}
    grid["total"] = [sum(grid[row][c] for row in outcomes) for c in range(TOTAL)]
    grid["carried_in"] = [rng.randrange(5) for _ in range(TOTAL)]
    grid["carried_out"] = [rng.randrange(5, 9) for _ in range(TOTAL)]
    pairs = zip(grid["total"], grid["carried_out"], grid["carried_in"], strict=True)
    grid["new"] = [total + after - before for total, after, before in pairs]
    return {row: [*grid[row], sum(grid[row])] for row in rows}


def findings(form: str, grid: dict[str, list[int]], blank: tuple[str, int] | None = None) -> dict[str, Finding]:
    facts = {}
    for row, values in grid.items():
        for c, (column, value) in enumerate(zip(APPLICANT_ORDER, values, strict=True)):
            empty = blank == (row, c)
            facts[f"requests.{row}.{column}"] = Fact(
                indicator=f"requests.{row}.{column}",
                value=None if empty else value,
                raw="" if empty else str(value),
                state="blank" if empty else "number",
                method="grid",
                table=0,
                row=0,
                column=c,
            )
    found, _ = check(Evidence(facts=facts, forms={"requests": (form,)}, leftovers=(), sections=()))
    return {finding.rule: finding for finding in found if finding.rule in RULES}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_adds_up_has_no_wrong_square(form: str) -> None:
    for seed in range(40):
        assert findings(form, table(form, seed)) == {}


@pytest.mark.parametrize("form", FORMS)
def test_any_single_square_that_was_changed_is_named(form: str) -> None:
    for seed in range(150):
        grid, rng = table(form, seed), random.Random(seed)
        row, column = rng.choice(list(grid)), rng.randrange(TOTAL + 1)
        true = grid[row][column]
        grid[row][column] = rng.choice([n for n in (true + 1, true + 9, true * 10 + 3, true - 1) if n >= 0])
        (finding,) = findings(form, grid).values()
        assert finding.indicators == (f"requests.{row}.{APPLICANT_ORDER[column]}",)
        assert (finding.expected, finding.actual, finding.verdict) == (true, grid[row][column], "WARN")


@pytest.mark.parametrize("form", FORMS)
def test_two_wrong_squares_are_not_taken_for_one(form: str) -> None:
    for seed in range(150):
        grid, rng = table(form, seed), random.Random(seed)
        places = rng.sample([(row, column) for row in grid for column in range(TOTAL + 1)], 2)
        for row, column in places:
            grid[row][column] += rng.randrange(1, 50)
        assert list(wrong_squares(grid)) == []


def test_where_a_square_is_blank_it_is_said_that_nothing_is_certain() -> None:
    grid = table("2021", 5)
    blank = next((row, c) for row, values in grid.items() for c in range(TOTAL) if values[c] == 0)
    row = next(name for name in grid if name != blank[0])
    grid[row][1] += 3
    (finding,) = findings("2021", grid, blank).values()
    assert (finding.verdict, finding.indicators) == ("UNCERTAIN", (f"requests.{row}.business",))
    assert "若空白为零" in finding.message_zh


def test_a_row_that_moved_by_one_square_is_named() -> None:
    grid = table("2021", 8)
    row = max(grid, key=lambda name: len(set(grid[name])))
    grid[row] = [*grid[row][1:], grid[row][0]]
    assert findings("2021", grid)["shifted_row"].indicators[0].startswith(f"requests.{row}.")


def test_a_number_split_over_two_squares_is_named() -> None:
    grid = table("2021", 11)
    grid["partly_disclosed"] = [0, 13, 0, 0, 0, 0, 13]
    outcomes = [row for row in grid if row not in ("new", "carried_in", "total", "carried_out")]
    grid["total"] = [sum(grid[row][c] for row in outcomes) for c in range(TOTAL + 1)]
    grid["new"] = [
        total + after - before
        for total, after, before in zip(grid["total"], grid["carried_out"], grid["carried_in"], strict=True)
    ]
    assert findings("2021", grid) == {}
    grid["partly_disclosed"][1:3] = [1, 3]
    finding = findings("2021", grid)["split_digits"]
    assert finding.indicators == ("requests.partly_disclosed.business", "requests.partly_disclosed.research")


def test_negative_numbers_are_no_digits_of_others() -> None:
    grid = table("2021", 17)
    grid["disclosed"][:2] = [5, -3]
    assert "split_digits" not in findings("2021", grid)


def test_requests_filed_under_another_applicant_are_named() -> None:
    nothing = [0] * (TOTAL + 1)
    grid = {row: list(nothing) for row in BY_TABLE["2021", "requests"].rows}
    grid["disclosed"] = [7, 0, 0, 0, 0, 0, 7]
    grid["new"] = [5, 0, 0, 2, 0, 0, 7]
    grid["total"] = list(grid["disclosed"])
    finding = findings("2021", grid)["filed_under_wrong_applicant"]
    assert finding.indicators == ("requests.new.natural_person", "requests.new.social_welfare")
    assert "现为 5、2，应为 7、0" in finding.message_zh


@pytest.mark.parametrize("form", FORMS)
def test_totals_of_applicants_that_were_mixed_up_are_named_in_any_table(form: str) -> None:
    """They stand in the sum of outcomes and in the balance of both columns: no other row explains both."""
    for seed in range(40):
        grid, rng = table(form, seed), random.Random(seed)
        one, other = rng.sample(range(TOTAL), 2)
        moved = rng.randrange(1, max(2, grid["total"][one]))
        grid["total"][one] -= moved
        grid["total"][other] += moved
        (finding,) = findings(form, grid).values()
        named = tuple(f"requests.total.{APPLICANT_ORDER[column]}" for column in sorted((one, other)))
        assert (finding.rule, finding.indicators) == ("filed_under_wrong_applicant", named)


def test_where_several_rows_may_be_filed_wrongly_none_is_named() -> None:
    grid = table("2021", 13)
    row = next(name for name in grid if grid[name][0] > 4 and name not in ("new", "carried_in", "total", "carried_out"))
    grid[row][0] -= 2
    grid[row][3] += 2
    finding = findings("2021", grid)["filed_under_wrong_applicant"]
    assert (finding.indicators, finding.expected) == ((), None)
    assert "种可能" in finding.message_zh


def test_the_wrong_square_of_a_page_is_named_and_the_number_stays_as_printed() -> None:
    page = dict(STYLES)["semantic"](make("2021", 3), 3).decode()
    right: Parsed = read(page.encode())
    square = next(f for f in right.facts if f.indicator == "requests.new.business")
    wrong = read(page.replace(f"<td>{square.raw}</td>", f"<td>{int(square.raw) + 5}</td>", 1).encode())
    (finding,) = (f for f in wrong.findings if f.rule == "located_error")
    assert (finding.indicators, finding.expected) == (("requests.new.business",), square.value)
    assert next(f.value for f in wrong.facts if f.indicator == "requests.new.business") == int(square.raw) + 5


def explanations(grid: dict[str, list[int]]) -> dict[str, set[tuple[str, tuple[int, ...]]]]:
    """Everything that one change of each kind could be, tried out one by one: rule -> rows as they would read."""
    found: dict[str, set[tuple[str, tuple[int, ...]]]] = {rule: set() for rule in RULES}
    for row, values in grid.items():
        tried = [("shifted_row", turned) for turned in (values[1:] + values[:1], values[-1:] + values[:-1])]
        for c in range(TOTAL + 1):
            rest = sum(values[:TOTAL]) - values[c] if c < TOTAL else 0
            alone = values[TOTAL] - rest if c < TOTAL else sum(values[:TOTAL])  # its row allows no other number
            if alone >= 0:
                tried.append(("located_error", [*values[:c], alone, *values[c + 1 :]]))
        for c in range(TOTAL):
            if values[c] > 0:
                whole = int(f"{values[c]}{values[c + 1]}")
                pairs = ([whole, 0], [0, whole])
                tried += [("split_digits", [*values[:c], *pair, *values[c + 2 :]]) for pair in pairs]
        for one, other in permutations(range(TOTAL), 2):
            for n in range(1, values[one] + 1):
                moved = list(values)
                moved[one], moved[other] = moved[one] - n, moved[other] + n
                tried.append(("filed_under_wrong_applicant", moved))
        for rule, would in tried:
            whole_row = sum(would[:TOTAL]) == would[TOTAL]  # asked first: it is seldom so
            if whole_row and would != values and adds_up({**grid, row: would}):
                found[rule].add((row, tuple(would)))
    return found


def adds_up(grid: dict[str, list[int]]) -> bool:
    outcomes = [values for row, values in grid.items() if row not in ("new", "carried_in", "total", "carried_out")]
    return all(
        sum(values[c] for values in outcomes)
        == grid["total"][c]
        == grid["new"][c] + grid["carried_in"][c] - grid["carried_out"][c]
        for c in range(TOTAL + 1)
    ) and all(sum(values[:TOTAL]) == values[TOTAL] for values in grid.values())


def few(seed: int) -> dict[str, list[int]]:
    """A table three with so few requests that much may explain what is wrong with it, and one row of it changed."""
    rng = random.Random(seed)
    grid = {row: [0] * (TOTAL + 1) for row in BY_TABLE["2019", "requests"].rows}
    for row in rng.sample([row for row in grid if row not in ("new", "carried_in", "total", "carried_out")], 2):
        grid[row][:TOTAL] = [rng.choice((0, 0, 0, 1, 10, 12)) for _ in range(TOTAL)]
    grid["total"] = [sum(values[c] for values in grid.values()) for c in range(TOTAL + 1)]
    grid["new"] = list(grid["total"])
    grid = {row: [*values[:TOTAL], sum(values[:TOTAL])] for row, values in grid.items()}
    values = grid[rng.choice([row for row, values in grid.items() if values[TOTAL]])]
    c, other = rng.sample(range(TOTAL), 2)
    harm = rng.choice(("turn", "split", "move", "change"))
    if harm == "turn":
        values[:] = values[-1:] + values[:-1]
    elif harm == "split" and values[c] > 9 and c + 1 < TOTAL:
        values[c : c + 2] = [values[c] // 10, values[c] % 10]
    elif harm == "move":
        values[c], values[other] = values[other], values[c]
    else:
        values[c] += rng.randrange(1, 3)
    return grid


@pytest.mark.parametrize("part", range(4))
def test_what_is_named_is_the_only_explanation_of_any_kind(part: int) -> None:
    named = 0
    for seed in range(part * 40, part * 40 + 40):
        grid = few(seed)
        if adds_up(grid):
            continue
        possible = explanations(grid)
        results = set[tuple[str, tuple[int, ...]]]().union(*possible.values())
        kinds = [rule for rule, found in possible.items() if found]
        said = findings("2019", grid)
        if possible["located_error"]:
            assert list(said) == ["located_error"]
        else:
            assert sorted(said) == sorted(kinds)
        told = {rule for rule, finding in said.items() if finding.indicators}
        assert bool(told) == (len(results) == 1 and (len(kinds) == 1 or "located_error" in kinds)), (grid, possible)
        named += len(told)
    assert named >= 5


def test_a_row_that_may_be_shifted_or_misfiled_is_said_to_be_either() -> None:
    grid = {row: [0] * (TOTAL + 1) for row in BY_TABLE["2021", "requests"].rows}
    for row in ("new", "disclosed", "total"):
        grid[row] = [0, 0, 0, 0, 0, 5, 5]
    grid["disclosed"] = [5, 0, 0, 0, 0, 0, 5]
    said = findings("2021", grid)
    assert sorted(said) == ["filed_under_wrong_applicant", "shifted_row"]
    assert {finding.indicators for finding in said.values()} == {()}
    assert all("2 种可能" in finding.message_zh for finding in said.values())
