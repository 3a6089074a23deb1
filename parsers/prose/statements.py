"""Sections -> statements: every number of the prose that is known to count an indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from archive.records import Section, Statement
from parsers.prose.bindings import COUNTS, Bound, bound
from parsers.prose.clauses import Number, folded, segments, sentences
from parsers.prose.denials import denials
from parsers.prose.indicators import named
from parsers.prose.meanings import REVIEWS, TOPICS
from parsers.remember import remembered

# Each begins with one set of characters, or with characters: so they are looked for, and not tried everywhere.
_MAY_COUNT = (
    re.compile(r"[0-9０-９]\s*(?:人次|亿元|万元|[件条宗起例份项次部个元條項個])"),
    re.compile(r"[零〇一二两三四五六七八九十百千]\s*[件条宗起例份项條項]"),
    re.compile(r"[为為是:：共计達达]\s*[0-9０-９]"),
)
_MAY_NAME = re.compile(
    "申[请請]|复议|復[议議]|複[议議]|诉[讼訟]|訴[讼訟]|行政[许許处處强強事]|规范性|規範性|规章|規章|管理服[务務]"
)
_NUMBERED = re.compile(r"[(（]?\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s?[)）、.．]")
_SUBJECTS = ("情况", "方面", "工作", "公开", "申请", "诉讼", "复议", "信息")
_WHOLE = "全[省市州县区旗镇乡]"
_OWN = "本"  # stands for the organ's name, character by character
_YUAN = {"元": Decimal("0.0001"), "亿元": Decimal(10_000)}  # in 10,000 yuan
_SUFFIX = re.compile("(?:人民政府)?(?:办公室|办公厅|办事处|委员会)?$")
_PREFIX = re.compile("^.*[市县区州旗盟](?=.{3})")
_CAUSE = re.compile("信息公开|政务公开|依申请")
_CAUSED = re.compile("(?:因|由|涉及|涉|有关|关于)(?:政府|政务)?信息公开")
_UNRELATED = re.compile(
    "(?:均|都|皆|全部)?(?:与(?:政府|政务)?信息公开(?:工作)?(?:无关|没有关系)|不涉及(?:政府|政务)?信息公开)"
)
_WITHDRAWN, _BEHIND = re.compile("撤(?:回|诉|件)|撤销(?:了?申请|复议|诉讼)"), 20  # characters behind a number
_DISPUTES = frozenset({"review", *REVIEWS})
_LONGEST_HEADING = 30
_NEAR = 150  # characters before a sentence in which it may be said what it is about
_MOST = 500  # sentences of a section; more are no report
_LONGEST = 1500  # characters of one sentence; more is a table or a list


def statements(sections: Sequence[Section], year: int | None, organ: str) -> tuple[Statement, ...]:
    """What the prose counts and denies, in its order; `year` is the report's, `organ` whose report it is."""
    found: list[Statement] = []
    names = _names(organ)
    for position, section in enumerate(sections):
        counted = [*_in_section(position, section, year, organ, names)]
        for indicator, sentence, offset in denials(section.text, names, year):
            name = named(indicator, year)
            end = offset + len(sentence)
            zeros = [s for s in counted if s.value == 0 and s.indicator == name and offset <= s.offset < end]
            if not any(zero.certain for zero in zeros):
                counted = [s for s in counted if s not in zeros]  # 依申请公开数量为0 leaves no doubt as a sentence
                counted.append(
                    Statement(indicator=name, value=0, raw=sentence, section=position, offset=offset, sentence=sentence)
                )
        found += sorted(counted, key=lambda s: s.offset)
    return tuple(found)


def _in_section(
    position: int, section: Section, year: int | None, organ: str, names: re.Pattern[str]
) -> Iterator[Statement]:
    if not any(may.search(section.text) for may in _MAY_COUNT):
        return
    own = {3: "request", 4: "review"}.get(section.number)
    if section.number == 0 and section.heading:
        own = _subject(section.heading, None)
    heading = subject = own
    line_end, read = -1, 0
    for sentence, begin in sentences(section.text):
        new_line = begin > line_end
        if new_line:
            line_end = section.text.find("\n", begin)
            line_end = len(section.text) if line_end < 0 else line_end
        if len(sentence) > _LONGEST:
            continue
        if new_line:
            subject = heading = _heading(sentence, heading, own)
        if not (subject or _MAY_NAME.search(sentence)) or not any(may.search(sentence) for may in _MAY_COUNT):
            continue
        read += 1
        if read > _MOST:
            return
        text, positions = folded(sentence)
        text = names.sub(lambda own: _OWN * len(own[0]), text)
        caused = subject in _DISPUTES or section.number == 4 or bool(_CAUSE.search(text))
        cleared = "失效" in text or "清理" in section.text[max(begin - _NEAR, 0) : begin + len(sentence)]
        withdrawn = "撤" in text  # some tables count what was withdrawn, some do not
        numbers = list(bound(list(segments(text)), subject, year, organ, caused=caused, cleared=cleared))
        for one in numbers:
            if one.indicator.startswith("review.") and _of_other_disputes(one, numbers, text):
                continue
            if one.indicator in COUNTS:
                subject = "request"  # 予以公开3件 in the next sentence is of these
            start, end = one.number.start, one.number.end - 1
            if positions is not None:
                start, end = positions[start], positions[end]
            yield Statement(
                indicator=named(one.indicator, year),
                value=_in_form(one.number),
                raw=sentence[start : end + 1],
                certain=one.certain and not (withdrawn and (one.indicator in COUNTS or _is_withdrawn(one, text))),
                section=position,
                offset=begin + start,
                sentence=sentence.strip(),
            )


def _of_other_disputes(one: Bound, numbers: Sequence[Bound], text: str) -> bool:
    """Whether disputes are counted that have nothing to do with it: 行政复议12件，因政府信息公开引发的0件."""
    if _UNRELATED.search(text, one.number.end):
        return True
    cause = _CAUSED.search(text, one.number.end)
    later = [n for n in numbers if cause and n.number.start > cause.start() and n.indicator.startswith("review.")]
    return bool(cause) and bool(later) and not _CAUSE.search(text, 0, one.number.start)


def _in_form(number: Number) -> int | float:
    """Money in 10,000 yuan, as the form has it; all else as it is."""
    if number.unit not in _YUAN:
        return number.value
    value = Decimal(str(number.value)) * _YUAN[number.unit]
    return int(value) if value == int(value) else float(value)


def _is_withdrawn(one: Bound, text: str) -> bool:
    """Whether the disputes counted are said to be withdrawn, all or some: 行政复议1件（已撤销申请）."""
    behind = text[one.number.end : one.number.end + _BEHIND]
    return one.indicator.startswith("review.") and bool(_WITHDRAWN.search(behind))


def _names(organ: str) -> re.Pattern[str]:
    """What the organ calls itself: 和平街道办事处, 和平街道."""
    short = _SUFFIX.sub("", organ)
    found = {name for whole in (organ, short) for name in (whole, _PREFIX.sub("", whole)) if len(name) > 2}
    escaped = sorted(map(re.escape, found), key=len, reverse=True)
    whole = [_WHOLE] if organ.endswith("政府") else []  # whose report is that of its departments as well
    return re.compile("|".join([*escaped, *whole]) or "(?!)")


def _heading(sentence: str, before: str | None, own: str | None) -> str | None:
    """What the text is about from a line on: `（二）依申请公开情况`; as `before` if the line does not say."""
    head = sentence[: _LONGEST_HEADING + 2].split("：")[0].split(":")[0].strip()
    if len(head) > _LONGEST_HEADING:
        return own if _NUMBERED.match(head) else before
    return _subject(head, own) if _NUMBERED.match(head) or head.endswith(_SUBJECTS) else before


def _subject(heading: str, own: str | None) -> str | None:
    topics = _topics(heading)
    if topics and topics <= REVIEWS.keys():
        return next(iter(topics)) if len(topics) == 1 else "review"
    return next(iter(topics)) if len(topics) == 1 else own if not topics and own else None


@remembered(4096)
def _topics(heading: str) -> frozenset[str]:
    text, _ = folded(heading)
    return frozenset(name for segment in segments(text) for name, _ in segment.cues if name in TOPICS)
