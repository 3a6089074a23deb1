"""How surely one wrong square of table three is found, and two are not taken for one; and what all rules cost a report.

python bench/faults.py [--tables 10000]

Tables of both forms by the report maker; one square, or two, are made another number. Blanks are taken as zero, which
they may not be: so each share of them is tried twice, with squares that were zero left blank, and with any.
"""

from __future__ import annotations

import platform
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping

import click

from archive.records import Fact, Finding
from parsers import checks
from parsers.checks import located
from parsers.checks.rule import Evidence
from parsers.forms import APPLICANT_ORDER, BY_TABLE, FORMS
from tests.maker.report import Made, Number, make

SHARES = (0.1, 0.3, 0.6)
COSTED = 200  # reports whose checks are timed
ROUNDS = 5

Values = Mapping[str, Number]


def evidence(form: str, values: Values) -> Evidence:
    """What the rules would see of a report in which every square was read."""
    facts = {
        name: Fact(
            indicator=name,
            value=value,
            raw="" if value is None else str(value),
            state="blank" if value is None else "number",
            method="grid",
            table=0,
            row=0,
            column=0,
        )
        for name, value in values.items()
    }
    forms = dict.fromkeys(("proactive", "requests", "review"), (form,))
    return Evidence(facts=facts, forms=forms, leftovers=(), sections=(), year={"2019": 2020}.get(form, 2022))


def squares(form: str) -> list[str]:
    """The indicators of table three."""
    return [f"requests.{row}.{column}" for row in BY_TABLE[form, "requests"].rows for column in APPLICANT_ORDER]


def another(value: Number, rng: random.Random) -> int:
    """Another number, as slips of the hand make them: one off, a digit more, or anything."""
    true = int(value or 0)
    return rng.choice([n for n in (true + 1, true - 1, true * 10 + 3, true + rng.randrange(2, 400)) if n >= 0])


def damaged(made: Made, count: int, share: float, zeros_only: bool, rng: random.Random) -> tuple[Values, list[str]]:
    """The numbers with some squares blank, and so many others made another number; which these are."""
    names = squares(made.form)
    may_be_blank = [name for name in names if not zeros_only or made.values[name] == 0]
    blank = set(rng.sample(may_be_blank, min(int(share * len(names)), len(may_be_blank))))
    wrong = rng.sample([name for name in names if name not in blank], count)
    values = {name: None if name in blank else value for name, value in made.values.items()}
    return {**values, **{name: another(made.values[name], rng) for name in wrong}}, wrong


def named(form: str, values: Values) -> list[Finding]:
    """What the rules that locate an error say of a table."""
    seen = evidence(form, values)
    return [finding for rule in located.RULES for finding in rule.check(rule, seen)]


def told(made: Made, values: Values, wrong: list[str]) -> str:
    """Whether the one wrong square is named with the number that was there."""
    found = named(made.form, values)
    sure = [finding for finding in found if finding.indicators]
    if not sure:
        return "several explanations" if found else "nothing"
    right = len(sure) == 1 and sure[0].indicators == (wrong[0],) and sure[0].expected == made.values[wrong[0]]
    return "located" if right else "wrong"


def reports(count: int) -> Iterator[tuple[Made, random.Random]]:
    for seed in range(count):
        yield make(FORMS[seed % len(FORMS)], seed), random.Random(seed)


def bench_one(count: int, share: float, zeros_only: bool) -> None:
    answers: Counter[str] = Counter()
    with click.progressbar(reports(count), length=count, label="one wrong square", file=sys.stderr) as tables:
        for made, rng in tables:
            values, wrong = damaged(made, 1, share, zeros_only, rng)
            answers[told(made, values, wrong)] += 1
    which = "" if not share else " of the zeros left blank" if zeros_only else " of all squares left blank"
    shares = ", ".join(f"{answer} {answers[answer] / count:.2%}" for answer in sorted(answers))
    click.echo(f"one wrong square, {share:.0%}{which or ' blank'}: {shares}")


def bench_two(count: int) -> None:
    taken = 0
    for made, rng in reports(count):
        values, _ = damaged(made, 2, 0, False, rng)
        taken += any(f.rule == "located_error" and f.indicators for f in named(made.form, values))
    click.echo(f"two wrong squares: taken for one in {taken} of {count}")


def bench_cost() -> None:
    """CPU time of every rule together, the best of some rounds, over made reports with all numbers."""
    costs = []
    for made, _ in reports(COSTED):
        rounds = []
        for _ in range(ROUNDS):
            seen = evidence(made.form, made.values)
            begin = time.process_time()
            checks.check(seen)
            rounds.append(time.process_time() - begin)
        costs.append(min(rounds) * 1000)
    click.echo(
        f"all {len(checks.RULES)} rules, without prose: {statistics.median(costs):.2f} ms a report at the median, "
        f"{max(costs):.2f} ms at most; Python {platform.python_version()}"
    )


@click.command()
@click.option("--tables", default=10_000, show_default=True, type=click.IntRange(10))
def main(tables: int) -> None:
    bench_one(tables, 0, zeros_only=False)
    for share in SHARES:
        for zeros_only in (True, False):
            bench_one(tables, share, zeros_only)
    bench_two(tables)
    bench_cost()


if __name__ == "__main__":
    main()
