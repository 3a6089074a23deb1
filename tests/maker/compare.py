"""What a reading got right, lost, said it had lost, and invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archive.records import Fact, Parsed
from tests.maker.report import Made, Number


@dataclass(frozen=True, kw_only=True)
class Result:
    """A reading held against the report that was made."""

    right: int
    wrong: dict[str, tuple[Number, Number]]  # indicator -> (made, read) where a number was read that was not made
    lost: dict[str, Number]  # indicator -> made, where the square has no fact, or another state
    unreported: list[str]  # numbers printed that are in no fact and in no finding


def compare(made: Made, parsed: Parsed, indicators: Collection[str] | None = None) -> Result:
    """Square by square, for `indicators` or all of the form; numbers are matched by value."""
    wanted = {i: made.values[i] for i in (made.values if indicators is None else indicators)}
    facts = {fact.indicator: fact for fact in parsed.facts}
    wrong = {i: (wanted.get(i), f.value) for i, f in facts.items() if f.state == "number" and f.value != wanted.get(i)}
    right = sum(_is_right(facts, i, n) for i, n in wanted.items())
    lost = {i: n for i, n in wanted.items() if i not in wrong and not _is_right(facts, i, n)}
    reported = Counter(f.evidence for f in parsed.findings if f.rule in ("unclaimed_number", "not_a_number"))
    reported.update(extra.raw for extra in parsed.extras)
    named = {i for f in parsed.findings for i in f.indicators}
    unreported = []
    for i, n in lost.items():
        if n is None or i in named:
            continue
        if reported[str(n)]:
            reported[str(n)] -= 1
        else:
            unreported.append(i)
    return Result(right=right, wrong=wrong, lost=lost, unreported=unreported)


def _is_right(facts: Mapping[str, Fact], indicator: str, number: Number) -> bool:
    fact = facts.get(indicator)
    if fact is None:
        return False
    return fact.value == number if fact.state == "number" else number is None and fact.state in ("blank", "placeholder")
