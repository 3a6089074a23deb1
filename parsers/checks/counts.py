"""Whether the numbers can be what the form asks for: counts are whole, and nothing but a change is below zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Fact, Finding
from parsers import forms, numbers
from parsers.checks.rule import Evidence, Rule
from parsers.units import YUAN


def not_negative(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact in evidence.once(_numbers):
        if fact.value < 0 and not fact.indicator.endswith(".change"):  # type: ignore[operator]
            yield rule.finding(
                "FAIL",
                [fact.indicator],
                f"“{fact.raw}”小于零：这一项不可能是负数。照原文保留。",
                f"{fact.raw!r} is below zero, which this item cannot be; kept as printed.",
                actual=fact.value,
                evidence=fact.raw,
            )


def whole_number(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact in evidence.once(_numbers):
        if fact.value != int(fact.value) and _unit(evidence, fact.indicator) not in YUAN:  # type: ignore[arg-type]
            yield rule.finding(
                "FAIL",
                [fact.indicator],
                f"“{fact.raw}”不是整数：件数、人数应是整数。照原文保留。",
                f"{fact.raw!r} is no whole number, which a count has to be; kept as printed.",
                actual=fact.value,
                evidence=fact.raw,
            )


def several_numbers(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact in evidence.once(_numbers):
        if not fact.raw.isdecimal() and numbers.parts(fact.raw) > 1:
            yield rule.finding(
                "WARN",
                [fact.indicator],
                f"“{fact.raw}”一格里有几个数：只有 {fact.value} 的单位合于这一项，其余没有计入任何一项。",
                f"{fact.raw!r} holds several numbers: only {fact.value} has the unit of this item.",
                actual=fact.value,
                evidence=fact.raw,
            )


def _numbers(evidence: Evidence) -> Sequence[Fact]:
    return [fact for fact in evidence.facts.values() if fact.state == "number"]


def _unit(evidence: Evidence, indicator: str) -> str:
    """The unit of an indicator in the form of its table; a row that only another form has is in that form's."""
    own = evidence.forms.get(indicator.partition(".")[0], ())
    return next(
        (forms.UNITS[form, indicator] for form in (*own, *forms.STATISTICS_FORMS) if (form, indicator) in forms.UNITS),
        "count",
    )


RULES = (
    Rule(
        name="several_numbers",
        version=1,
        zh="一格只应有一个数字",
        en="A square holds one number",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=several_numbers,
        needs="tables",
    ),
    Rule(
        name="not_negative",
        version=1,
        zh="除“本年增／减”外，各项都不小于零",
        en="Nothing is below zero but the change against last year",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=not_negative,
        needs="tables",
    ),
    Rule(
        name="whole_number",
        version=1,
        zh="件数、人数是整数",
        en="Counts are whole numbers",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=whole_number,
        needs="tables",
    ),
)
