"""What a report says, without what its page says of itself: counters, buttons, the time of day."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.records import Extra, Fact, Section

Sentence = tuple[int, str]  # number of its section, and its words

_ENDS = ("。", "！", "？", "；", "!", "?", ";")
_END = re.compile(rf"(?<=[{''.join(_ENDS)}])|[\r\n]+")
# What a page says of its visitors, of the moment at which it was made, and to whoever wants to print it.
_FURNITURE = re.compile(
    r"(?:浏览|点击|阅读|访问|查看|下载|点赞|转发)(?:次数|人数|总?量|数|率)?[:：]|^(?:浏览|点击|阅读|访问)(?:次数|量|数)?[\[(（]?\d+[\])）]?次?$"
    r"|^(?:今天是|现在是|当前(?:时间|日期|位置)|您是第|您(?:现在|当前)?的?(?:所在)?位置)|(?:更新|生成|打印|访问|下载)(?:时间|日期)[:：]"
    r"|字[体号][:：]|^(?:【|\[)?(?:分享到|打印|关闭|返回顶部|上一[篇条页]|下一[篇条页]|扫一扫|责任编辑|版权所有)|ICP备|^(?:附件|文件)?下载$"
    r"|^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)?(?:星期.)?(?:\d{1,2}:\d\d(?::\d\d)?)?$"
    r"|人气[:：]?\d|已有\d+人|(?:浏览|点击|阅读|访问)(?:次数|人数|总?量|数)\d|有用[(（]\d|\d℃|网站标识码|公网安备"
    r"|^(?:主办|承办|网站管理)(?:单位)?[:：]|^(?:【|\[)?上一条|^(?:【|\[)?下一条"
)
# What follows such a line is the page's: links to other pages of the day.
_ELSEWHERE = re.compile(
    r"[【\[]?(?:相关(?:信息|链接|文章|阅读|新闻|文档)|(?:热门|推荐|最新)(?:信息|文章|阅读|新闻)|猜你喜欢)[】\]]?[:：]?"
)
_SHORT = 60  # characters; furniture is no part of a sentence of prose
_CLOSE = 40_000  # pairs of sentences that are compared with each other


@dataclass(frozen=True, kw_only=True)
class Change:
    """A sentence that became another one; "" where it is new or gone."""

    section: int
    before: str
    after: str


def said(fact: Fact | Extra) -> tuple[str, object]:
    """What a square says, however its number is written."""
    return fact.state, fact.value if fact.state == "number" else fact.raw


def sentences(sections: Iterable[Section]) -> list[Sentence]:
    """The sentences of the prose in order, white space and the furniture of the page left out."""
    found = []
    for place, section in enumerate(sections):
        head = place == 0 and not section.number and not section.heading
        for piece in (section.heading, *_END.split(section.text)):
            words = "".join(piece.split())
            if _ELSEWHERE.fullmatch(words):
                break
            if words and not _is_furniture(words, head=head):
                found.append((section.number, words))
    return found


def _is_furniture(words: str, *, head: bool) -> bool:
    """Before the first heading stand the title, which is compared by itself, and what another design says otherwise."""
    if len(words) > _SHORT or words.endswith(_ENDS):
        return False
    return head or bool(_FURNITURE.search(words))


def digest(facts: Iterable[Fact], extras: Iterable[Extra], sections: Iterable[Section]) -> str:
    """16 hex digits that stay the same as long as the report says the same."""
    squares = sorted((fact.indicator, *said(fact)) for fact in facts)
    rows = [(extra.within, extra.label, extra.head, *said(extra)) for extra in extras]
    text = json.dumps([squares, rows, sentences(sections)], ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changes(before: Sequence[Sentence], after: Sequence[Sentence]) -> list[Change]:
    """The sentences that differ, in order; where very many do, those that only one side has."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) * len(new) > _CLOSE:
        return _unpaired(old, new)
    found = []
    for kind, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _paired(old[i:j], new[m:n])
    return found


def _paired(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Change]:
    """Sentences that stand in each other's place; what is left over on one side is new or gone."""
    pairs = [Change(section=a[0], before=a[1], after=b[1]) for a, b in zip(old, new, strict=False)]
    shared = len(pairs)
    pairs += [Change(section=number, before=words, after="") for number, words in old[shared:]]
    pairs += [Change(section=number, before="", after=words) for number, words in new[shared:]]
    return [pair for pair in pairs if pair.before != pair.after]


def _unpaired(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Change]:
    gone, fresh = Counter(old) - Counter(new), Counter(new) - Counter(old)
    found = [Change(section=number, before=words, after="") for number, words in gone.elements()]
    return found + [Change(section=number, before="", after=words) for number, words in fresh.elements()]
