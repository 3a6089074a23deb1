"""What the prose denies: `未收到政府信息公开申请`, `行政复议、行政诉讼均为零`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from parsers.labels import squeeze
from parsers.prose.clauses import between

_COUNTED = "(?:件|条|宗|起|例|项|次)"
_REQUEST = (
    "(?:(?:政府|政务)?(?:信息的?公开|公开信息)的?(?:办理)?申请|(?:(?:政府|政务)信息)?依法?申请(?:政府"
    "|政务)?(?:信息)?公开(?:(?:政府|政务)?信息)?的?"
    "(?:办理|书面|有关|相关)*(?:申请|请求|要求|件)?|申请公开(?:相关)?(?:(?:政府|政务)?信息)?(?:要求)?|公开(?:(?:政府"
    "|政务)?信息)?的?申请)"
)

TOPICS: Mapping[str, re.Pattern[str]] = {
    "requests.new.total": re.compile(_REQUEST),
    "review.reconsideration.total": re.compile("复议"),
    "review.litigation.total": re.compile("诉讼"),
}

# What brought it about; a request named here is not itself denied.
_CAUSE = (
    "(?:(?:因|由|由于|对|就|涉及|针对|违反|与|有关|关于|本部门|本单位|本机关){0,5}(?:本|我)?[局镇乡委办县区市厅院]?"
    "(?:依申请公开|(?:政府|政务)?信息(?:依申请)?公开|政务公开|公开|(?:政府)?信息申请)"
    "(?:工作|申请|答复|问题|事项|事务|规定|有关|相关|方面|情况|类|政府信息){0,6}的?(?:而|所)?(?:被|引起|引发"
    "|导致|产生"
    "|提起|提出|提请|发生|出现){0,4}的?)"
)
_DISPUTE = "(?:举报|投诉|信访|上访|申诉|行政复议|复议|行政应诉|应诉|行政诉讼|诉讼)"
_ITEM = f"(?:{_REQUEST}|{_CAUSE}?(?:被|提起|提出|申请)*{_DISPUTE})(?:的?(?:案件|事项|申请|事件)|案)?"
_LIST = f"(?P<list>{_ITEM}(?:(?:、|和|及|与|或|以及|或者){_ITEM})*)"
# All applicants that there are: one kind of them denies only its own requests.
_ANYONE = "(?:自然人|公民|个人)(?:个人)?(?:、|和|或|及|与|或者)*法人(?:(?:、|和|或|及|与|或者)*其[他它](?:社会)?组织)?"
_ALL = re.compile(_ANYONE)
_US = "(?:本|我)(?:机关|单位|[局镇乡委办县区市厅院])"
_BEFORE = (
    f"(?:任何|有关|关于|相关|(?:一|1){_COUNTED}|向?{_US}|{_ANYONE}|社会|群众|公众"
    "|申请人|当事人|人(?!民)|提出|提交|递交|提起|要求|主动|任何形式|书面形式|的|、|或)*"
)
# The topic ends what is denied: 没有申请 denies requests, 没有申请积压 does not.
_AFTER = "的?(?:事项|案件|情况|情形|现象|问题|件)?的?(?:发生|产生|出现)?[)]?$"
_DENIAL = re.compile(
    rf"(?:(?:未|没有?|无)曾?(?:向{_US})?(?:收到(?:和处理|和办理)?|接到|接收|收|受理|发生|产生|出现|涉及|引发|引起|有|提起"
    r"|提出|存在|被)(?:过|到)?"
    rf"|没有|(?<![有毫并])无|(?:未|没有?)(?=因|由)|(?:受理|收到|接到|接收|发生)[了过]?(?:0|零){_COUNTED})"
    rf"{_BEFORE}{_LIST}{_AFTER}"
)
_ZERO = re.compile(
    r"(?:^|收到|受理|接到|接收|发生|新收|新增|共|年度?|[局镇乡委办县区市厅院]|机关|单位|、|:)"
    rf"{_BEFORE}{_LIST}的?(?:事项|案件|情况|数量?|件数|总数|:|共|合计|均|都|分别)*"
    rf"(?:为?(?:0|零){_COUNTED}?(?=$|[、(])|为?无$)"
)
# Table two: what was not done, and none of what there was.
_NOT_DONE = {
    "proactive.normative_documents.made": ("(?:新?制发|新?制定|新?制作|出台|印发)", "(?:行政)?规范性文件"),
    "proactive.licensing.decisions": ("(?:作出|做出|实施|办理)", "行政许可(?:决定)?"),
    "proactive.penalties.decisions": ("(?:作出|做出|实施|进行)", "行政处罚(?:决定)?"),
    "proactive.coercion.decisions": ("(?:作出|做出|实施|采取|进行)", "行政强制(?:措施|执行|决定)?"),
    "proactive.fees.amount": ("(?:收取|征收)", "(?:任何)?行政事业性收费"),
}
_FIRST = "(?:^|年度?|今年|机关)"
_TABLE_TWO = {
    indicator: re.compile(
        rf"{_FIRST}(?:(?:未|没有?)曾?{done}过?(?:新的|任何|相关|(?:一|1){_COUNTED})*|无|没有){what}{_AFTER}"
    )
    for indicator, (done, what) in _NOT_DONE.items()
}
_NONE_OF_TABLE_TWO = {
    indicator: re.compile(rf"{_FIRST}{what}(?:数量?|件数|情况)*(?:为|:)?(?:0|零)[件个项份]?$")
    for indicator, (_, what) in _NOT_DONE.items()
}
_PUBLISHED = re.compile("公开|发布|公示|信息")  # of what is counted then, nobody knows
_OF_TABLE_TWO = re.compile("行政[处强许事]")
# A clause that speaks of some kind of the topic, or of some part of the year, denies nothing about the topic.
_QUALIFIED = re.compile(
    r"败诉|纠正|纠错|撤销|变更|违法|超期|逾期|延期|收费|收取|费用|不予|除|以外|之外|不当|上年|上一年|去年"
    r"|结转|未审结|尚未"
    r"|再次|新增的|不属于|不存在|非本机关|超出|季度|半年|月份|当面|书面|信函|传真|网上|渠道|窗口|是否|如果|凡"
    r"|邮箱|邮件|邮寄|网站|线[上下]|二审|信息(?:数|量|数量)?[0零]条|不到位|不规范|不及时|不满|不够"
)
_NEW_DISPUTE = re.compile("新增.*(?:复议|诉讼)")  # the table counts those that ended, whenever they came
# So does one that speaks for some of the organs only.
_SOME = re.compile(
    r"[大中支总]队|二级|中心|分局|科室|股室|本级|部分|多数|少数|个别|一些|下属|所属|下辖|直属|基层|其他(?!组织)|其它|其余|有的|自然人|公民|法人|企业|组织|机构|各(?!项|类|级人民政府)"
    r"|乡镇(?!人民政府|政府)|村"
)
# These reach over the commas of a sentence. Each begins with a character: so they are looked for, not tried everywhere.
_NARROWED = re.compile(
    r"不服|除[^,，]*外"
    r"|截[至止到](?:20\d\d年)?(?!12月)\d{1,2}月|半年|季度"
    r"|近[一二三四五几两2-5]+年|年来|历年|期间(?!内)|属性|认定|不满|上述|复议机关"
    # what is to be, or would be
    r"|下一步|今后|确保|力争|争取|努力|目标|避免|杜绝|防止|实现|做到|如[未无没]|若[未无没]"
)
_SOME_MONTHS = re.compile(
    r"(?<!\d)(?!0?1月(?:0?1日)?[至到-]+(?:20\d\d年)?12月)\d{1,2}月(?:\d{1,2}日)?[至到-]+(?:20\d\d年)?\d{1,2}月"
)
_POSITIVE = re.compile(
    rf"(?:收到|接到|接收|受理|答复|办结|办理|申请|公开|发生|复议|诉讼)[^,，]{{0,15}}?(?<![\d.])[1-9]\d*{_COUNTED}"
)
_ELSEWHERE = re.compile(r"主动公开|发布|提案|建议|信件|来信|咨询|投诉|举报|信访|热线|文件|许可|处罚")
# 发文96件，其中主动公开96件、依申请公开0件: how the documents may be disclosed.
_OF_DOCUMENTS = re.compile(
    "(?:主动公开|不予?公开)[^,，;；。、]{0,12}?[0-9零]{1,9}[件条][^;；。]{0,20}?(?<!收到)(?<!受理)"
    "依申请公开[^,，;；。、]{0,6}?[0-9零]{1,9}[件条]"
)
_MAY_DENY = re.compile("[未没沒无無零0０]")
_YEARS = re.compile(r"(20(?<!\d20)\d\d)年")


def denials(text: str, own: re.Pattern[str], year: int | None) -> Iterator[tuple[str, str, int]]:
    """What the sentences of a section deny: indicator, sentence as printed, where it begins.

    `own` finds the names of the organ whose section it is; a sentence that names other years only is not of `year`.
    """
    every = _may_name(text)
    if not every and not _may_name_table_two(text):
        return
    for sentence, begin in between("。；;！？\n", text):
        named = every and _may_name(sentence), _may_name_table_two(sentence)
        if not any(named) or not _MAY_DENY.search(sentence):
            continue
        squeezed = squeeze(sentence)
        years = {int(found) for found in _YEARS.findall(squeezed)}
        if year is not None and years and year not in years:
            continue
        clauses = _clauses(own.sub("本机关", squeezed))
        whole = ",".join(clauses)
        if _NARROWED.search(whole) or ("月" in whole and _SOME_MONTHS.search(whole)):
            continue
        place = begin + len(sentence) - len(sentence.lstrip())
        if named[1]:
            for indicator in _not_done(clauses):
                yield indicator, sentence.strip(), place
        for indicator, topic in TOPICS.items() if named[0] else ():
            if indicator == "requests.new.total" and _OF_DOCUMENTS.search(sentence):
                continue
            if any(_denies(topic, clause) for clause in clauses) and not any(_counts(topic, c) for c in clauses):
                yield indicator, sentence.strip(), place


def _not_done(clauses: Sequence[str]) -> Iterator[str]:
    """What of table two some clause says was not done at all."""
    published = any(map(_PUBLISHED.search, clauses))
    clauses = list(filter(_may_name_table_two, clauses))
    for indicator, pattern in [*_TABLE_TWO.items(), *(() if published else _NONE_OF_TABLE_TWO.items())]:
        for found in filter(None, map(pattern.search, clauses)):
            if not any(no.search(found.string[: found.start()]) for no in (_QUALIFIED, _SOME)):
                yield indicator


def _may_name(text: str) -> bool:
    return "申" in text or "复" in text or "诉" in text or "復" in text or "複" in text or "訴" in text


def _may_name_table_two(text: str) -> bool:
    return "规范性" in text or ("行政" in text and bool(_OF_TABLE_TWO.search(text)))


def _clauses(sentence: str) -> list[str]:
    """Clauses of a sentence; an enumeration stays one clause: 行政复议、行政诉讼."""
    return re.split(r"[,，]", sentence)


def _counts(topic: re.Pattern[str], clause: str) -> bool:
    """Whether a clause counts some of the topic, by name or after another clause that named it."""
    if not _POSITIVE.search(clause):
        return False
    if topic.search(clause):
        return True
    return not _ELSEWHERE.search(clause) and not any(other.search(clause) for other in TOPICS.values())


def _denies(topic: re.Pattern[str], clause: str) -> bool:
    if not _MAY_DENY.search(clause) or not topic.search(clause):
        return False
    if _QUALIFIED.search(clause) or _NEW_DISPUTE.search(clause):
        return False
    return any(
        _names(topic, found["list"]) and not _SOME.search(_ALL.sub("", clause[: found.start()]))
        for pattern in (_DENIAL, _ZERO)
        for found in pattern.finditer(clause)
    )


def _names(topic: re.Pattern[str], listed: str) -> bool:
    """Whether an enumeration holds the topic itself, not only as the cause of something else."""
    items = re.split("、|和|及|与|或", re.sub(rf"{_CAUSE}(?=(?:被|提起|提出|申请)*{_DISPUTE})", "", listed))
    return any(topic.search(item) for item in items)
