"""What the prose says and the tables count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from archive.records import Fact, Finding, Statement, Verdict
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import FIRST_YEAR
from parsers.forms import FORMS
from parsers.prose.bindings import COUNTS
from parsers.prose.clauses import folded
from parsers.prose.indicators import BEFORE_2019, named, readings, summands, titled
from parsers.prose.quotes import place, quoted

_CAME = ("requests.new.total", "requests.carried_in.total")
_DOUBT = ("；两处未必说的是同一个数", "; they need not be the same")
_COUNTED = "件条宗起例份项"
# What zero_claim speaks of: indicator -> Chinese, English.
TOPICS = {
    "requests.new.total": ("依申请公开", "requests"),
    "review.reconsideration.total": ("行政复议", "reconsiderations"),
    "review.litigation.total": ("行政诉讼", "lawsuits"),
}


def zero_claim(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for indicator, (zh, en) in TOPICS.items():
        names = {indicator, BEFORE_2019[indicator]}
        denial = next((s for s in evidence.statements if s.indicator in names and s.value == 0), None)
        if denial is None or _no_tables_due(evidence):
            continue
        if any(s.value and s.indicator in names and _meaning(s, evidence) is not None for s in evidence.statements):
            continue  # what is denied is another one's, or some of it
        indicators = _parts(BEFORE_2019[indicator], evidence)
        if indicators[0] not in evidence.facts:
            indicators = _parts(indicator, evidence)
        facts = [evidence.facts[i] for i in indicators if i in evidence.facts]
        counted = [fact for fact in facts if fact.value]
        if counted:
            actual = sum(fact.value or 0 for fact in counted)
            doubt_zh, doubt_en = ("", "") if denial.certain else _DOUBT
            yield rule.finding(
                "FAIL" if denial.certain else "WARN",
                [fact.indicator for fact in counted],
                f"正文说没有{zh}，表中却有 {actual} 件{doubt_zh}。",
                f"The prose denies {en}, the table counts {actual}{doubt_en}.",
                expected=0,
                actual=actual,
                evidence=denial.sentence,
            )
        elif len(facts) == len(indicators) and all(fact.state == "number" for fact in facts):
            yield rule.passed(indicators)
        else:
            blank = bool(facts)
            yield rule.finding(
                "UNCERTAIN" if blank else "NOT_ASSESSABLE",
                indicators,
                f"正文说没有{zh}，表中{'为空白' if blank else '没有这一项'}。",
                f"The prose denies {en}; the table {'leaves it blank' if blank else 'lacks the item'}.",
                expected=0,
                holds_if_blank_is_zero=True if blank else None,
                evidence=denial.sentence,
            )


def prose_against_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    zeros = {name for i in TOPICS for name in (i, BEFORE_2019[i])}
    denied = {(s.section, _table(s.indicator)) for s in evidence.statements if not s.value and s.indicator in zeros}
    said = [s for s in evidence.statements if s.value or (s.section, _table(s.indicator)) not in denied]
    if _no_tables_due(evidence):
        return
    restating = {(s.section, s.sentence) for s in said if s.value and s.value == _sum(s.indicator, evidence)}
    compared: list[Statement] = []
    for indicator, group in groupby(sorted(said, key=lambda s: s.indicator), key=lambda s: s.indicator):
        statements = list({s.value: s for s in reversed(list(group))}.values())
        counted = [_meaning(s, evidence) for s in statements]
        if any(meaning is not None for meaning in counted):
            # A second number for the same thing may be that of another organ or time.
            yield rule.passed([indicator])
            continue
        compared += [s for s in statements if _is_plain(s, said) or (s.section, s.sentence) in restating]
    for table, missing in groupby(
        (s for s in compared if not _is_there(s, evidence)), key=lambda s: _table(s.indicator)
    ):
        if table != "statistics":  # the rows of which nobody owes
            yield _unassessable(rule, evidence, list(missing))
    for statement in compared:
        if _is_there(statement, evidence) and not _is_told(_sum(statement.indicator, evidence), statement.sentence):
            verdict: Verdict = "FAIL" if _is_plain(statement, said) else "WARN"
            yield _compared(rule, evidence, statement, verdict, _with_carried(statement, said))


def _is_plain(statement: Statement, said: Sequence[Statement]) -> bool:
    """Whether a number that is another one than the table's contradicts it.

    办理申请13件 may mean several sums, but one of them it must be, unless the sentence goes on to tell them apart.
    """
    if statement.certain or not statement.indicator.endswith(("requests.total.total", "requests.answered")):
        return statement.certain
    return sum((s.section, s.sentence) == (statement.section, statement.sentence) for s in said) == 1


def _with_carried(statement: Statement, said: Sequence[Statement]) -> bool:
    """Whether a doubtful number of requests is told together with what of it was carried over."""
    return (
        not statement.certain
        and statement.indicator in COUNTS
        and any((s.section, s.sentence, s.indicator) == (statement.section, statement.sentence, _CAME[1]) for s in said)
    )


def _is_told(number: float | None, sentence: str) -> bool:
    """Whether the sentence has the table's number as well, and so tells them apart: 收到57件，撤回39件，受理18件."""
    return bool(number) and re.search(rf"(?<![\d.,]){number:g}\s*[{_COUNTED}]", folded(sentence)[0]) is not None


def _is_there(statement: Statement, evidence: Evidence) -> bool:
    facts = [evidence.facts.get(i) for i in _parts(statement.indicator, evidence)]
    return all(fact and fact.state in ("number", "blank", "placeholder") for fact in facts)


def _unassessable(rule: Rule, evidence: Evidence, missing: Sequence[Statement]) -> Finding:
    zh = "、".join(f"“{titled(s.indicator)}” {s.value}" for s in missing)
    return rule.finding(
        "NOT_ASSESSABLE",
        [part for statement in missing for part in _parts(statement.indicator, evidence)],
        f"正文说{zh}，表中没有可以核对的数字。",
        f"The prose says {', '.join(f'{s.value} for {s.indicator}' for s in missing)}; the table has no such number.",
        evidence=missing[0].sentence,
    )


def _compared(rule: Rule, evidence: Evidence, statement: Statement, verdict: Verdict, with_carried: bool) -> Finding:
    indicators = _parts(statement.indicator, evidence)
    zh, en, value = titled(statement.indicator), statement.indicator, statement.value
    if with_carried and all(i in evidence.facts for i in _CAME):
        indicators, zh, en = _CAME, "本年新收与上年结转之和", "new and carried in"
    facts = [evidence.facts[i] for i in indicators]
    said = quoted(statement.sentence, statement.raw, after=place(statement, evidence.sections))
    doubt_zh, doubt_en = ("", "") if verdict == "FAIL" else _DOUBT
    actual = sum(fact.value or 0 for fact in facts)
    if all(fact.state == "number" for fact in facts):
        return rule.finding(
            verdict,
            indicators,
            f"正文写“{said}”，表中“{zh}”却为 {actual}{doubt_zh}。",
            f"The prose says {value} for {en}, the table {actual}{doubt_en}.",
            expected=value,
            actual=actual,
            evidence=statement.sentence,
        )
    holds = any(
        value == sum(evidence.facts[i].value or 0 for i in parts if i in evidence.facts)
        for reading in readings(statement.indicator)
        if (parts := [part for name in reading for part in _parts(name, evidence)])
    )
    return rule.finding(
        "UNCERTAIN",
        indicators,
        f"正文写“{said}”，表中“{zh}”有空白格。若空白为零，则{'相符' if holds else '不符'}。",
        f"The prose says {value} for {en}; squares are blank. As zero: {'it holds' if holds else 'it does not'}.",
        expected=value,
        actual=actual,
        holds_if_blank_is_zero=holds,
        evidence=statement.sentence,
    )


def _meaning(statement: Statement, evidence: Evidence) -> Sequence[str] | None:
    """The indicators whose sum the number is, None if it is that of none that it may mean."""
    for reading in readings(statement.indicator):
        sums = [_sum(name, evidence) for name in reading]
        if None not in sums and sum(number or 0 for number in sums) == statement.value:
            return reading
    return None


def _sum(indicator: str, evidence: Evidence) -> int | float | None:
    """What the table says, None unless all of it is numbers."""
    facts: list[Fact | None] = [evidence.facts.get(i) for i in _parts(indicator, evidence)]
    numbers = [fact.value for fact in facts if fact and fact.value is not None]
    return sum(numbers) if facts and len(numbers) == len(facts) else None


def _parts(indicator: str, evidence: Evidence) -> Sequence[str]:
    form = evidence.forms.get(_table(indicator), FORMS[-1:])[0]
    return summands(named(indicator, {"2019": 2019, "2021": 2021}.get(form)), form)


def _table(indicator: str) -> str:
    return indicator.partition(".")[0]


def _no_tables_due(evidence: Evidence) -> bool:
    """The law of 2007 asked for no tables: where there are none, the prose is all that is said."""
    return not evidence.forms and (evidence.year or FIRST_YEAR) < FIRST_YEAR


RULES = (
    Rule(
        name="zero_claim",
        version=4,
        zh="正文说没有的，表中不应有数",
        en="What the prose denies, the tables do not count",
        source="《政府信息公开条例》第五十条",
        check=zero_claim,
    ),
    Rule(
        name="prose_against_table",
        version=3,
        zh="正文所说的数，应与表中的数一致；说的未必是同一个数的，只作存疑",
        en="A number in the prose is that of the table",
        source="《政府信息公开条例》第五十条",
        check=prose_against_table,
    ),
)
