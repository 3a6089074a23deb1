"""The words of the statistics forms of before 2019: which row of which form a label names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from parsers import forms
from parsers.labels import best_match, is_another, key, squeeze
from parsers.remember import LONGEST, remembered, remembered_together
from parsers.units import MANY, MONEY, PERCENT

_THINGS = "条 件 次 个 人 篇 期 场 人次 条次 件次 份 宗 起 名 项 处 家".split()
UNITS = frozenset({*_THINGS, *(f"{many}{thing}" for many in MANY for thing in _THINGS), *MONEY, PERCENT})
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_LABEL_UNIT = re.compile(rf"(?:[(\[](?:单位:?)?|单位:|/)(?P<unit>{_UNIT})[)\]]?$")
_CIRCLED = re.compile("^(?P<whereof>其中[:：]?)?[\u2460-\u2473\u2474-\u249b\u2776-\u277f]")
_WHEREOF = re.compile(r"^(?:[-—*·]+|其中[:、,]?)+")
_FULL_MARKS = re.compile(r"[^\w]+")
_FILLERS = re.compile("政府信息|信息|总|的|(?:数量|次数|条数|数|情况)$")

# Other words for a row, seen on real pages or in the prose of reports. The rows are those of forms/*.csv.
_ALIASES = {
    "公开政府信息总数": "proactive.information",
    "主动公开政府信息条数": "proactive.information",
    "制定规范性文件总数": "proactive.normative_documents_issued",
    "政府公报公开": "channel.gazette",
    "政府网站公开": "channel.website",
    "门户网站公开政府信息数": "channel.website",
    "微博公开政府信息数": "channel.weibo",
    "微信公开政府信息数": "channel.wechat",
    "其他渠道公开政府信息数": "channel.other",
    "新闻媒体等其他方式回应事件数": "response.other",
    "举办新闻发布会次数": "response.press_conferences",
    "新闻发布会次数": "response.press_conferences",
    "在线访谈次数": "response.online_interviews",
    "政策解读稿件数": "response.interpretations",
    "收到政府信息公开申请数": "requests.received",
    "收到依申请公开数": "requests.received",
    "受理申请数": "requests.received",
    "受理依申请公开信息总数": "requests.received",
    "申请总次数": "requests.received",
    "现场申请数": "requests.received.in_person",
    "网上申请数": "requests.received.online",
    "网络申请数": "requests.received.online",
    "互联网申请数": "requests.received.online",
    "信件申请数": "requests.received.letter",
    "办结申请数": "requests.closed",
    "按期办结数": "requests.closed.on_time",
    "答复申请数": "requests.answered",
    "对申请的答复数": "requests.answered",
    "已主动公开范围数": "requests.answered.already_public",
    "属于主动公开范围数": "requests.answered.already_public",
    "同意公开": "requests.answered.disclosed",
    "同意部分公开": "requests.answered.partly_disclosed",
    "部分公开答复数": "requests.answered.partly_disclosed",
    "不同意公开": "requests.answered.denied",
    "不予公开": "requests.answered.denied",
    "不予公开答复数": "requests.answered.denied",
    "属于国家秘密": "requests.denied.state_secret",
    "国家秘密": "requests.denied.state_secret",
    "属于商业秘密": "requests.denied.trade_secret",
    "商业秘密": "requests.denied.trade_secret",
    "属于个人隐私": "requests.denied.privacy",
    "个人隐私": "requests.denied.privacy",
    "危及安全和稳定": "requests.denied.security_stability",
    "非条例所指政府信息": "requests.denied.not_government_information",
    "不是规定所指政府信息": "requests.denied.not_government_information",
    "非本机关职权范围数": "requests.answered.not_this_organ",
    "非本机关职责权限范围数": "requests.answered.not_this_organ",
    "不属于本机关公开数": "requests.answered.not_this_organ",
    "不属于本行政机关公开范围数": "requests.answered.not_this_organ",
    "政府信息不存在数": "requests.answered.does_not_exist",
    "信息不存在数": "requests.answered.does_not_exist",
    "告知更改补充数": "requests.answered.asked_to_correct",
    "否决公开": "requests.answered.refused",
    "其他原因": "requests.refused.other",
    "其它形式申请数": "requests.received.other",
    "收到举报投诉数": "complaints",
    "投诉举报数": "complaints",
    "收取费用": "fees",
    "依申请公开收取费用": "fees",
    "政府信息公开查阅点数": "resources.reading_points",
    "全职人员数": "resources.staff_full_time",
    "政府信息公开专项费": "resources.budget",
    "专项经费": "resources.budget",
    "培训班数": "training.courses",
    "接受培训人次": "training.attendees",
}

# Short labels that stand below 行政复议 and 行政诉讼 alike.
_TWICE = {
    "upheld": ("维持具体行政行为数", "维持行政行为数", "维持"),
    "corrected": ("依法纠错数", "被纠错数", "纠错"),
    "other": ("其他情形数", "其他"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The labels of one form, each in the ways that it may be compared."""

    form: str
    rows: Mapping[str, tuple[str, ...]]  # label as a key, a full key or a stem -> the rows that it may name
    groups: Mapping[str, str]  # row -> stem of the outermost label above it
    near: Mapping[str, str]  # key -> row, of labels that name one row only


def unit_of(text: str) -> str:
    """The unit that a label carries: `收取的费用（元）`; "" if none."""
    found = _LABEL_UNIT.search(squeeze(text))
    return found["unit"] if found else ""


@remembered(16384)
def bare(text: str) -> str:
    """A label without 其中, numbers before it, and the unit after it."""
    text = _CIRCLED.sub("", text.strip())
    squeezed = _WHEREOF.sub("", squeeze(text))
    # The numbering may stand before or behind 其中.
    return _LABEL_UNIT.sub("", _WHEREOF.sub("", _CIRCLED.sub("", _without_number(squeezed)))) or squeezed


def stem(text: str) -> str:
    """What is left of a label without the words that come and go: 政府信息, 数, 情况."""
    return _FILLERS.sub("", key(bare(text)))


def _without_number(text: str) -> str:
    return re.sub(r"^(?:\(?[一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十\d]{1,3}[、.,:])+(?=.)", "", text)


def _full(text: str) -> str:
    return _FULL_MARKS.sub("", bare(text))


def _ways(text: str) -> tuple[str, ...]:
    """From the strictest to the loosest; a stem of one or two characters says nothing; prose is no label."""
    if len(text) > LONGEST:
        return ()
    short = stem(text)
    return (_full(text), key(bare(text)), *([f"~{short}"] if len(short) > 2 else []))


def _words(form: str) -> Words:
    rows: dict[str, dict[str, None]] = {}
    table = forms.BY_TABLE[form, "statistics"].indicators
    groups = {row: stem(item.row_label.split("/")[0]) for (row, _), item in table.items()}
    titles = {f"~{groups[row]}" for (row, _), item in table.items() if "/" in item.row_label}
    for (row, _), item in table.items():
        inner = item.row_label.split("/")[-1]
        group, _, last = row.rpartition(".")
        for label in (inner, *(_TWICE.get(last, ()) if group in ("reconsideration", "litigation") else ())):
            for way in _ways(label):
                if way in titles and inner != item.row_label:
                    continue  # 主动公开政府信息数 must not be found in the title 主动公开情况
                rows.setdefault(way, {})[row] = None
    near = {word: next(iter(named)) for word, named in rows.items() if len(named) == 1 and not word.startswith("~")}
    return Words(form=form, rows={w: tuple(named) for w, named in rows.items()}, groups=groups, near=near)


WORDS: Mapping[str, Words] = {form: _words(form) for form in forms.STATISTICS_FORMS}


def _shared() -> dict[str, str]:
    """Labels of all forms and their other words -> row, where they name the same row everywhere."""
    found: dict[str, set[str]] = {}
    for words in WORDS.values():
        for word, rows in words.rows.items():
            found.setdefault(word, set()).update(rows)
    for alias, row in _ALIASES.items():
        for word in _ways(alias):
            found.setdefault(word, set()).add(row)
    for words in WORDS.values():
        for group in words.groups.values():
            if f"~{group}" not in words.rows:
                found.pop(f"~{group}", None)  # the title of a group in one form, though a row in another
    return {word: next(iter(rows)) for word, rows in found.items() if len(rows) == 1}


def _every() -> set[str]:
    return set().union(*(words.rows for words in WORDS.values()))


SHARED = _shared()
STEMS = frozenset(stem(word.lstrip("~")) for word in SHARED.keys() | _every()) - {""}
GROUPS = frozenset(group for words in WORDS.values() for group in words.groups.values())


@remembered_together(16384)
def own_rows(form: str, text: str) -> tuple[str, ...]:
    """The rows of a form that a label names by the form's own words: several of them only where a group tells."""
    words = WORDS[form].rows
    return next((words[way] for way in _ways(text) if way in words), ())


@remembered(16384)
def exact_in(text: str) -> frozenset[str]:
    """The forms of which a text is a label to the letter, numbering and asides left out."""
    ways = [way for way in _ways(text) if not way.startswith("~") and len(way) > 2]
    if not ways:
        return frozenset()
    return frozenset(form for form, words in WORDS.items() if any(way in words.rows for way in ways))


@remembered_together(16384)
def other_row(form: str, text: str) -> str:
    """The row that a label names in other words; "" if none."""
    if len(text) > LONGEST:
        return ""
    shared = next((SHARED[way] for way in _ways(text) if way in SHARED), "")
    return shared or best_match(bare(text), WORDS[form].near) or ""


@remembered(16384)
def is_strange(text: str) -> bool:
    """Whether a label is certain to name no row and no group of any form."""
    return len(squeeze(text)) <= LONGEST and stem(text) not in GROUPS and is_another(stem(text), STEMS)


def form_with(form: str, row: str) -> str:
    """The form itself if it has the row, else the first one that has."""
    return next((f for f in (form, *forms.STATISTICS_FORMS) if row in WORDS[f].groups), "")
