"""Whether the numbers of one sentence fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from archive.records import Finding, Statement
from parsers.checks.rule import Evidence, Rule
from parsers.prose.clauses import folded, segments, sentences
from parsers.prose.indicators import LEGAL_PERSONS, OUTCOMES, titled
from parsers.prose.listed import enumerations
from parsers.prose.quotes import place, quoted
from parsers.prose.shares import shares_of

RULINGS = ("upheld", "corrected", "other", "pending")
DISPUTES = ("reconsideration", "litigation", "litigation_direct", "litigation_after_reconsideration")
_CHANNEL = "网|信函|信件|来信|邮|快递|当面|现场|窗口|传真|电话|书面|口头"
_BY_CHANNEL = re.compile(
    rf"(?P<channel>{_CHANNEL})[^,，、;；:：。()（）\d]{{0,12}}(?P<number>\d+)(?:[件条宗起份项]|人?次)(?![\d%])"
)
_FLOW = tuple(f"requests.{row}.total" for row in ("new", "carried_in", "total", "carried_out"))
_BREATH = 200  # characters from the first to the last of its numbers

Said = Mapping[str, Statement]  # indicator -> what one sentence says of it


def prose_sums(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for _, group in groupby(evidence.statements, key=lambda s: (s.section, s.sentence)):
        statements = list(group)
        said = {s.indicator: s for s in statements}
        if len(said) == len(statements):
            yield from _of_one_sentence(rule, said, evidence)
    for _, group in groupby(evidence.statements, key=lambda s: s.section):
        yield from _flow(rule, list(group))
    for section in evidence.sections:
        if "占" in section.text:
            yield from _shares(rule, section.text)
        if _lists(section.text):
            yield from _kinds(rule, section.text)


def _of_one_sentence(rule: Rule, said: Said, evidence: Evidence) -> Iterator[Finding]:
    for row in ("new", "total"):
        person, legal = f"requests.{row}.natural_person", f"requests.{row}.legal_person"
        yield from _parts(rule, said, evidence, f"requests.{row}.total", [person, legal], complete=True)
        kinds = [f"requests.{row}.{column}" for column in LEGAL_PERSONS]
        yield from _parts(rule, said, evidence, f"requests.{row}.total", [person, *kinds])
    for dispute in DISPUTES:
        parts = [f"review.{dispute}.{ruling}" for ruling in RULINGS]
        yield from _parts(rule, said, evidence, f"review.{dispute}.total", parts)
    whole = "requests.total.total"
    if whole not in said and all(
        _is_zero(f"requests.{row}.total", said, evidence) for row in ("carried_in", "carried_out")
    ):
        whole = "requests.new.total"
    yield from _parts(rule, said, evidence, whole, [f"requests.{row}.total" for row in OUTCOMES])
    yield from _channels(rule, said, evidence)


def _is_zero(indicator: str, said: Said, evidence: Evidence) -> bool:
    fact = evidence.facts.get(indicator)
    return said[indicator].value == 0 if indicator in said else fact is not None and fact.value == 0


def _parts(
    rule: Rule, said: Said, evidence: Evidence, whole: str, parts: Sequence[str], complete: bool = False
) -> Iterator[Finding]:
    """Whether the parts that a sentence names make its whole; `complete` if there are no others."""
    named = [said[part] for part in parts if part in said]
    within = titled(whole)
    if whole not in said or len(named) < 2:
        return
    less = sum(s.value for s in named) < said[whole].value
    if less and (not (complete or len(named) > 2) or _has_others(said, whole, evidence)):
        return  # nothing says that these are all
    listed = [(_name(titled(s.indicator), within), s.value) for s in named]
    yield from _judged(rule, said[whole], evidence, listed, [whole, *(s.indicator for s in named)], complete)


def _has_others(said: Said, whole: str, evidence: Evidence) -> bool:
    """Whether the sentence goes on with numbers of which nobody knows what they count."""
    rest = _behind(said[whole], evidence)
    known = [s for s in said.values() if s.offset > said[whole].offset]
    return sum(bool(segment.number) for segment in segments(folded(rest)[0])) > len(known)


def _behind(statement: Statement, evidence: Evidence) -> str:
    """The rest of the sentence behind a number."""
    return statement.sentence[place(statement, evidence.sections) + len(statement.raw) :]


def _name(title: str, whole: str) -> str:
    """What a part is called beside its whole: 自然人 for 新收申请 · 自然人."""
    outer, _, inner = title.rpartition(" · ")
    return inner if outer and outer == whole.removesuffix(" · 总计") else outer or title


def _channels(rule: Rule, said: Said, evidence: Evidence) -> Iterator[Finding]:
    """申请15件，其中网上10件、信函5件; what was carried over came by some channel as well."""
    whole = said.get("requests.new.total") or said.get("statistics.requests.received")
    if whole is None or not _lists(whole.sentence):
        return
    text, _ = folded(_behind(whole, evidence))
    clause = re.split("[;；]|办结|答复|予以公开", text, maxsplit=1)[0]
    listed = [(found["channel"], int(found["number"])) for found in _BY_CHANNEL.finditer(clause)]
    before = said.get(_FLOW[1]) or evidence.facts.get(_FLOW[1])
    if before and sum(number for _, number in listed) == whole.value + (before.value or 0):
        yield rule.passed([whole.indicator, _FLOW[1]])
    elif len(listed) > 1:
        yield from _judged(rule, whole, evidence, listed, [whole.indicator], False)


def _judged(
    rule: Rule,
    whole: Statement,
    evidence: Evidence,
    parts: Sequence[tuple[str, float]],
    indicators: Sequence[str],
    complete: bool,
) -> Iterator[Finding]:
    actual = sum(value for _, value in parts)
    if actual == whole.value:
        yield rule.passed(indicators)
        return
    listed = "、".join(f"“{name}” {value:g}" for name, value in parts)
    added = " + ".join(f"{value:g}" for _, value in parts)
    said = quoted(whole.sentence, whole.raw, after=place(whole, evidence.sections))
    yield rule.finding(
        "FAIL" if complete or actual > whole.value else "WARN",
        indicators,
        f"正文写“{said}”，其下所列{listed}，合计却为 {actual:g}。",
        f"The prose says {whole.value:g} in all; the parts that it lists make {added} = {actual:g}.",
        expected=whole.value,
        actual=actual,
        evidence=whole.sentence,
    )


def _flow(rule: Rule, statements: Sequence[Statement]) -> Iterator[Finding]:
    """What came in and what had been carried over is what was closed and what is carried on, said in one breath."""
    said = {name: [s for s in statements if s.indicator == name] for name in _FLOW}
    if any(len(every) != 1 for every in said.values()):
        return
    new, carried_in, closed, carried_out = (every[0] for every in said.values())
    offsets = [every[0].offset for every in said.values()]
    if max(offsets) - min(offsets) > _BREATH:
        return
    came, went = new.value + carried_in.value, closed.value + carried_out.value
    listed = [f"{one.value:g} + {other.value:g}" for one, other in ((new, carried_in), (closed, carried_out))]
    if went in (came, new.value):  # 收到 may be with what was carried over
        yield rule.passed(_FLOW)
        return
    yield rule.finding(
        "FAIL" if closed.certain else "WARN",
        _FLOW,
        f"正文说新收与上年结转 {listed[0]} = {came:g}，而办结与结转下年 {listed[1]} = {went:g}。",
        f"The prose: {listed[0]} = {came:g} came in, {listed[1]} = {went:g} were closed or are carried on.",
        expected=came,
        actual=went,
        evidence=new.sentence,
    )


def _shares(rule: Rule, text: str) -> Iterator[Finding]:
    for sentence, _ in sentences(text):
        for share in shares_of(folded(sentence)[0]) if "占" in sentence else ():
            if share.is_right:
                yield rule.passed(())
                continue
            yield rule.finding(
                "FAIL",
                (),
                f"正文写“{share.said}”，而 {share.part:g} ÷ {share.whole:g} 应为 {share.exact:.2f}%。",
                f"The prose says {share.part:g} is {share.printed}%; of {share.whole:g} it is {share.exact:.2f}%.",
                expected=round(share.exact, max(2, len(share.printed.partition(".")[2]))),
                actual=float(share.printed),
                evidence=sentence.strip(),
            )


def _lists(text: str) -> bool:
    return "其中" in text or "包括" in text or "包含" in text


def _kinds(rule: Rule, text: str) -> Iterator[Finding]:
    for sentence, _ in sentences(text):
        for one in enumerations(folded(sentence)[0]) if _lists(sentence) else ():
            actual = sum(number for _, number in one.parts)
            if actual <= one.whole:  # there may be kinds that are not told
                yield rule.passed(())
                continue
            names = "、".join(f"“{name}” {number}" for name, number in one.parts)
            yield rule.finding(
                "WARN",
                (),
                f"正文写“{quoted(sentence.strip(), one.raw)}”，其中所列{names}，合计却为 {actual}，多于总数。",
                f"The prose says {one.whole} in all, but the kinds that it lists make {actual}.",
                expected=one.whole,
                actual=actual,
                evidence=sentence.strip(),
            )


RULES = (
    Rule(
        name="prose_sums",
        version=4,
        zh="正文一句话里的总数、分项与百分比应相符",
        en="Whole, parts and percentages in one sentence of the prose agree",
        source="《政府信息公开条例》第五十条",
        check=prose_sums,
    ),
)
