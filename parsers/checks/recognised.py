"""Numbers that were recognised in a picture, held against the sums of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.records import Fact, Finding
from parsers.checks import tables
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import STATISTICS, TABLES

_BROKEN = ("FAIL", "WARN")


def recognised_in_broken_sum(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    seen = evidence.once(_recognised)
    for found in _sums(evidence) if seen else ():
        own = [i for i in found.indicators if i in seen]
        if own and found.verdict in _BROKEN:
            yield rule.finding(
                "WARN",
                own,
                f"这一处合计不符，而其中 {len(own)} 个数字由机器从图片识别：也可能是识别有误，请对照原件。",
                f"{len(own)} numbers of this sum were recognised in a picture, and it does not hold: see the original.",
                expected=found.expected,
                actual=found.actual,
            )


def recognised_unconfirmed(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    seen = evidence.once(_recognised)
    sums = list(_sums(evidence)) if seen else []
    confirmed = {i for found in sums if _holds(found) for i in found.indicators}
    broken = {i for found in sums if found.verdict in _BROKEN for i in found.indicators}
    for table, (zh, en) in (TABLES | STATISTICS).items():
        own = [i for i in seen if i.startswith(f"{table}.") and i not in confirmed | broken]
        if own:
            yield rule.finding(
                "INFO",
                own,
                f"{zh}有 {len(own)} 个数字由机器从图片识别，没有合计可以印证，请对照原件。",
                f"{en}: {len(own)} numbers were recognised in a picture, and no sum confirms them: see the original.",
                evidence=table,
            )


def _recognised(evidence: Evidence) -> Mapping[str, Fact]:
    return {i: fact for i, fact in evidence.facts.items() if fact.method == "ocr" and fact.state == "number"}


def _sums(evidence: Evidence) -> Iterator[Finding]:
    return (found for rule in tables.RULES for found in rule.check(rule, evidence))


def _holds(found: Finding) -> bool:
    """Blank squares of a picture have no ink in them: a sum that holds without them confirms the others."""
    return found.verdict == "PASS" or found.holds_if_blank_is_zero is True


RULES: Sequence[Rule] = (
    Rule(
        name="recognised_in_broken_sum",
        version=1,
        zh="从图片识别的数字，合计不符时先疑识别有误",
        en="A number recognised in a picture takes part in no sum that fails",
        source="nianbao",
        check=recognised_in_broken_sum,
        needs="recognised",
    ),
    Rule(
        name="recognised_unconfirmed",
        version=1,
        zh="从图片识别的数字，应有合计可以印证",
        en="A number recognised in a picture is confirmed by a sum",
        source="nianbao",
        check=recognised_unconfirmed,
        needs="recognised",
    ),
)
