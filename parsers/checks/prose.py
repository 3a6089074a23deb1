"""What the prose denies and the tables count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.records import Finding
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import FIRST_YEAR
from parsers.labels import squeeze


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Something that both prose and tables speak of."""

    zh: str
    en: str
    words: re.Pattern[str]
    indicators: tuple[str, ...]  # any of them above zero contradicts a denial
    before_2019: str  # the indicator of the statistics table


_COUNTED = "(?:件|条|宗|起|例|项|次)"
_REQUEST = (
    "(?:(?:政府|政务)?信息的?公开的?申请|依申请(?:政府|政务)?(?:信息)?公开(?:(?:政府|政务)?信息)?的?(?:申请)?"
    "|申请公开(?:(?:政府|政务)?信息)?|公开(?:(?:政府|政务)?信息)?的?申请)"
)

TOPICS = (
    Topic(
        zh="依申请公开",
        en="requests",
        words=re.compile(_REQUEST),
        indicators=("requests.new.total",),
        before_2019="statistics.requests.received",
    ),
    Topic(
        zh="行政复议",
        en="reconsiderations",
        words=re.compile("复议"),
        indicators=("review.reconsideration.total",),
        before_2019="statistics.reconsideration.total",
    ),
    Topic(
        zh="行政诉讼",
        en="lawsuits",
        words=re.compile("诉讼"),
        indicators=("review.litigation_direct.total", "review.litigation_after_reconsideration.total"),
        before_2019="statistics.litigation.total",
    ),
)

# What brought it about; a request named here is not itself denied.
_CAUSE = (
    "(?:(?:因|由|由于|对|就|涉及|与|有关|关于)*(?:本|我)?[局镇乡委办县区市厅院]?(?:依申请公开|(?:政府|政务)?信息公开|政务公开)"
    "(?:工作|申请|答复|问题|事项|有关|相关)*的?(?:而|所)?(?:被|引起|引发|导致|产生|提起|提出|发生)*的?)"
)
_DISPUTE = "(?:举报|投诉|信访|上访|申诉|行政复议|复议|行政应诉|应诉|行政诉讼|诉讼)"
_ITEM = f"(?:{_REQUEST}|{_CAUSE}?(?:被|提起|提出|申请)*{_DISPUTE})(?:的?(?:案件|事项|申请|事件)|案)?"
_LIST = f"(?P<list>{_ITEM}(?:(?:、|和|及|与|或|以及|或者){_ITEM})*)"
_BEFORE = (
    f"(?:任何|有关|关于|相关|(?:一|1){_COUNTED}|向?(?:本|我)(?:机关|单位|[局镇乡委办县区市厅院])|公民|法人|[和或及]?其他组织|社会|群众|公众"
    "|申请人|当事人|人|提出|提交|递交|提起|要求|的|、)*"
)
# The topic ends what is denied: 没有申请 denies requests, 没有申请积压 does not.
_AFTER = "的?(?:事项|案件|情况|情形|现象|问题|件)?的?(?:发生|产生|出现)?[)]?$"
_DENIAL = re.compile(
    r"(?:(?:未|没有?|无)曾?(?:收到|接到|接收|收|受理|发生|产生|出现|涉及|引发|引起|有|提起|提出|存在|被)(?:过|到)?"
    rf"|没有|(?<![有毫并])无|(?:未|没有?)(?=因|由)|(?:受理|收到|接到|接收|发生)[了过]?(?:0|零){_COUNTED})"
    rf"{_BEFORE}{_LIST}{_AFTER}"
)
_ZERO = re.compile(
    r"(?:^|收到|受理|接到|接收|发生|新收|新增|共|年度?|[局镇乡委办县区市厅院]|机关|单位|、|:)"
    rf"{_BEFORE}{_LIST}的?(?:事项|案件|情况|数量?|件数|总数|:|共|合计|均|都|分别)*"
    rf"(?:为?(?:0|零){_COUNTED}?(?=$|[、(])|为?无$)"
)
# A clause that speaks of some kind of the topic, or of some part of the year, denies nothing about the topic.
_QUALIFIED = re.compile(
    r"败诉|纠正|纠错|撤销|变更|违法|超期|逾期|延期|收费|收取|费用|不予|除|以外|之外|不当|上年|上一年|去年|结转|未审结|尚未"
    r"|再次|新增的|不属于|不存在|非本机关|超出|季度|半年|月份|当面|书面|信函|传真|网上|渠道|窗口|是否|如果|凡"
)
# So does one that speaks for some of the organs only.
_SOME = re.compile(
    r"部分|多数|少数|个别|一些|下属|所属|下辖|直属|基层|其他(?!组织)|其它|其余|有的|各(?!项|类|级人民政府)|乡镇(?!人民政府|政府)|村"
)
# These reach over the commas of a sentence.
_NARROWED = re.compile(
    r"不服|除[^,，]*外|(?<!\d)(?!0?1月(?:0?1日)?[至到-]+(?:20\d\d年)?12月)\d{1,2}月(?:\d{1,2}日)?[至到-]+(?:20\d\d年)?\d{1,2}月"
    r"|截[至止到](?:20\d\d年)?(?!12月)\d{1,2}月|半年|季度"
)
_POSITIVE = re.compile(
    rf"(?:收到|接到|接收|受理|答复|办结|办理|申请|公开|发生|复议|诉讼)[^,，]{{0,15}}?(?<![\d.])[1-9]\d*{_COUNTED}"
)
_ELSEWHERE = re.compile(r"主动公开|发布|提案|建议|信件|来信|咨询|投诉|举报|信访|热线|文件|许可|处罚")
_MAY_DENY = re.compile("[未没无零0０]")
_CLAUSE = re.compile(r"[^。；;！？\n]+")


def zero_claim(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    # The law of 2007 asked for no tables: where there are none, the prose is all that is said.
    no_tables_due = not evidence.forms and (evidence.year or FIRST_YEAR) < FIRST_YEAR
    sentences = list(_deniable(evidence))
    for topic in TOPICS:
        sentence = next(_denials(topic, sentences), None)
        if sentence is None or no_tables_due:
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


def _deniable(evidence: Evidence) -> Iterator[tuple[str, list[str]]]:
    """Sentences that may deny something, as printed, and their clauses."""
    for section in evidence.sections:
        for sentence in _CLAUSE.findall(section.text):
            if not _MAY_DENY.search(sentence):
                continue
            clauses = _clauses(squeeze(sentence))
            if not _NARROWED.search(",".join(clauses)):
                yield sentence.strip(), clauses


def _denials(topic: Topic, sentences: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    """Sentences that deny the topic, as printed."""
    for sentence, clauses in sentences:
        if any(_denies(topic, clause) for clause in clauses) and not any(_counts(topic, clause) for clause in clauses):
            yield sentence


def _clauses(sentence: str) -> list[str]:
    """Clauses of a sentence; an enumeration stays one clause: 行政复议、行政诉讼."""
    return re.split(r"[,，]", sentence)


def _counts(topic: Topic, clause: str) -> bool:
    """Whether a clause counts some of the topic, by name or after another clause that named it."""
    if not _POSITIVE.search(clause):
        return False
    if topic.words.search(clause):
        return True
    return not _ELSEWHERE.search(clause) and not any(other.words.search(clause) for other in TOPICS)


def _denies(topic: Topic, clause: str) -> bool:
    if not _MAY_DENY.search(clause) or not topic.words.search(clause) or _QUALIFIED.search(clause):
        return False
    return any(
        _names(topic, found["list"]) and not _SOME.search(clause, 0, found.start())
        for pattern in (_DENIAL, _ZERO)
        for found in pattern.finditer(clause)
    )


def _names(topic: Topic, listed: str) -> bool:
    """Whether an enumeration holds the topic itself, not only as the cause of something else."""
    items = re.split("、|和|及|与|或", re.sub(rf"{_CAUSE}(?=(?:被|提起|提出|申请)*{_DISPUTE})", "", listed))
    return any(topic.words.search(item) for item in items)


RULES = (
    Rule(
        name="zero_claim",
        version=2,
        zh="正文说没有的，表中不应有数",
        en="What the prose denies, the tables do not count",
        source="《政府信息公开条例》第五十条",
        check=zero_claim,
    ),
)
