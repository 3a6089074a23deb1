"""What the prose denies and the tables count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.records import Finding
from parsers.checks.rule import Evidence, Rule
from parsers.labels import squeeze


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Something that both prose and tables speak of."""

    zh: str
    en: str
    words: str  # pattern
    indicators: tuple[str, ...]  # any of them above zero contradicts a denial
    before_2019: str  # the indicator of the statistics table


TOPICS = (
    Topic(
        zh="依申请公开",
        en="requests",
        words=r"(?:信息)?公开(?:的)?申请|依申请公开|申请公开",
        indicators=("requests.new.total",),
        before_2019="statistics.requests.received",
    ),
    Topic(
        zh="行政复议",
        en="reconsiderations",
        words=r"(?:行政)?复议(?!后|或)|复议",
        indicators=("review.reconsideration.total",),
        before_2019="statistics.reconsideration.total",
    ),
    Topic(
        zh="行政诉讼",
        en="lawsuits",
        words=r"行政诉讼|诉讼",
        indicators=("review.litigation_direct.total", "review.litigation_after_reconsideration.total"),
        before_2019="statistics.litigation.total",
    ),
)

_DENIAL = re.compile(
    r"(?:未|没有?|无)(?:收到|接到|接收|受理|发生|产生|出现|涉及|引发|有|提起)(?:过|任何|到)?"
    r"|没有|(?<![有毫并])无|(?:受理|收到|发生)了?(?:0|零)(?:件|条|宗|起|例|项|次)"
)
# Between a denial and what it denies only these may stand; anything else may narrow it down to some kind of it.
_BETWEEN = re.compile(
    r"(?:任何|有关|关于|因|由|对|向|依|政府|政务|信息|公开|工作|引起|引发|导致|产生|而|被|提起|提出|提交|申请|举报|投诉|"
    r"公民|法人|和?其他组织|社会|群众|公众|相关|涉及|行政|复议|诉讼|事项|案件|情况|本?[局镇乡委办县区市厅]|我|机关|单位|的|过|[、和及与或])*"
)
# And between a topic and its zero.
_UP_TO_ZERO = re.compile(
    r"(?:政府|信息|公开|申请|事项|案件|情况|数量?|件数|总数|行政|复议|诉讼|的|和|及|与|、|:|共|合计|均|都|分别)*"
    r"(?:为?(?:0|零)(?:件|条|宗|起|例|项|次)?(?![\d.%])|为?无$)"
)
# A clause that speaks of some kind of the topic, or of some part of the year, denies nothing about the topic.
_QUALIFIED = re.compile(
    r"败诉|纠正|纠错|撤销|变更|违法|超期|逾期|延期|收费|收取|费用|不予|除|以外|之外|不当|上年|上一年|去年|结转|未审结|尚未"
    r"|再次|新增的|不属于|不存在|非本机关|超出|季度|半年|月份|当面|书面|信函|传真|网上|渠道|窗口"
)
_MAY_DENY = re.compile("[未没无零0０]")
_CLAUSE = re.compile(r"[^。；;！？\n]+")


def zero_claim(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for topic in TOPICS:
        sentence = next(_denials(topic, evidence), None)
        if sentence is None:
            continue
        indicators = (topic.before_2019,) if topic.before_2019 in evidence.facts else topic.indicators
        facts = [evidence.facts[i] for i in indicators if i in evidence.facts]
        counted = [fact for fact in facts if fact.value]
        if counted:
            actual = sum(fact.value or 0 for fact in counted)
            yield rule.finding(
                "FAIL",
                [fact.indicator for fact in counted],
                f"正文说没有{topic.zh}，表中却有 {actual} 件。",
                f"The prose denies {topic.en}, the table counts {actual}.",
                expected=0,
                actual=actual,
                evidence=sentence,
            )
        elif len(facts) == len(indicators) and all(fact.state == "number" for fact in facts):
            yield rule.finding("PASS", indicators, f"正文与表均为零：{topic.zh}。", f"Both say zero: {topic.en}.")
        else:
            blank = bool(facts)
            yield rule.finding(
                "UNCERTAIN" if blank else "NOT_ASSESSABLE",
                indicators,
                f"正文说没有{topic.zh}，表中{'为空白' if blank else '没有这一项'}。",
                f"The prose denies {topic.en}; the table {'leaves it blank' if blank else 'lacks the item'}.",
                expected=0,
                holds_if_blank_is_zero=True if blank else None,
                evidence=sentence,
            )


def _denials(topic: Topic, evidence: Evidence) -> Iterator[str]:
    """Sentences that deny the topic, as printed."""
    for section in evidence.sections:
        for sentence in _CLAUSE.findall(section.text):
            if not _MAY_DENY.search(sentence):
                continue
            for clause in _clauses(squeeze(sentence)):
                if _denies(topic, clause):
                    yield sentence.strip()
                    break


def _clauses(sentence: str) -> list[str]:
    """Clauses of a sentence; an enumeration stays one clause: 行政复议、行政诉讼."""
    return re.split(r"[,，]", sentence)


def _denies(topic: Topic, clause: str) -> bool:
    if _QUALIFIED.search(clause):
        return False
    for word in re.finditer(topic.words, clause):
        if _UP_TO_ZERO.match(clause, word.end()):
            return True
        if any(_BETWEEN.fullmatch(clause, denial.end(), word.start()) for denial in _DENIAL.finditer(clause)):
            return True
    return False


RULES = (
    Rule(
        name="zero_claim",
        version=1,
        zh="正文说没有的，表中不应有数",
        en="What the prose denies, the tables do not count",
        source="《政府信息公开条例》第五十条",
        check=zero_claim,
    ),
)
