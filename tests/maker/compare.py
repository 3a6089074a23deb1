"""What a reading got right, lost, said it had lost, and invented."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from archive.records import Fact, Parsed
from parsers import numbers
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
    evidence = (f.evidence for f in parsed.findings if f.rule in ("unclaimed_number", "not_a_number"))
    reported = Counter(map(_plain, evidence))
    reported.update(_plain(extra.raw) for extra in parsed.extras if extra.raw)
    named = {i for f in parsed.findings for i in f.indicators}
    silent = {i: str(n) for i, n in lost.items() if n is not None and i not in named}
    unreported = [i for i in silent if i not in _glued(silent, reported) and not _is_reported(reported, silent[i])]
    return Result(right=right, wrong=wrong, lost=lost, unreported=unreported)


def _plain(evidence: str) -> str:
    """-4 for 减４; digits as they are."""
    said = numbers.read(evidence)
    bare = unicodedata.normalize("NFKC", evidence)
    return bare if said.value is None or bare[:1].isdigit() else str(said.value)


def _glued(silent: Mapping[str, str], reported: Collection[str]) -> set[str]:
    """The indicators whose row or table was reported as one run of digits."""
    runs: dict[str, list[str]] = {}
    for indicator in silent:
        for group in {indicator.partition(".")[0], indicator.rpartition(".")[0]}:
            runs.setdefault(group, []).append(indicator)
    return {i for own in runs.values() if "".join(silent[i] for i in own) in reported for i in own}


def _is_reported(reported: Counter[str], number: str) -> bool:
    """Takes one number out of what was reported."""
    reported[number] -= 1
    return reported[number] >= 0


def _is_right(facts: Mapping[str, Fact], indicator: str, number: Number) -> bool:
    fact = facts.get(indicator)
    if fact is None:
        return False
    return fact.value == number if fact.state == "number" else number is None and fact.state in ("blank", "placeholder")
