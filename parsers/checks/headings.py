"""Whether a report has its six sections, in order, once each, under the headings of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from archive.records import Finding, Section, Verdict
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import FIRST_YEAR, goes_no_further
from parsers.labels import squeeze
from parsers.remember import remembered

OFFICIAL = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
_NUMERAL = re.compile(r"^[(（]?([一二三四五六七八九十]|\d{1,2})[)）]?[、.．,，:：]?")
_SIGNS = re.compile(r"[^\u4e00-\u9fff]")
_FEWEST = 3  # sections that must be told apart before the others can be called missing


def structure(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    if (evidence.year or FIRST_YEAR) < FIRST_YEAR:
        return  # the law of 2007 gave no outline
    sections = [s for s in _body(evidence.sections) if s.heading]
    numbers = [s.number for s in sections if s.number]
    if len(set(numbers)) < _FEWEST:
        zh, en = "没有认出各部分的标题，不能核对六个部分。", "The headings of the six sections were not found."
        yield rule.finding("NOT_ASSESSABLE", [], zh, en)
        return
    other = {_numeral(s.heading): s for s in sections if not s.number}
    renamed = [other[n] for n in range(1, 7) if n not in numbers and n in other]
    missing = [n for n in range(1, 7) if n not in numbers and n not in other]
    twice = [n for n in range(1, 7) if numbers.count(n) > 1]
    moved = [s for s in sections if s.number and _numeral(s.heading) not in (0, s.number)]
    said = renamed + [s for s in sections if s.number and _words(s.heading) != _words(OFFICIAL[s.number - 1])]
    behind = [n for n in missing if n > max(numbers) and goes_no_further(evidence, max(numbers))]
    missing = [n for n in missing if n not in behind]
    before = [] if evidence.identity is None or evidence.identity.title else [n for n in missing if n < min(numbers)]
    missing = [n for n in missing if n not in before]
    if before:
        names = "、".join(f"“{OFFICIAL[n - 1]}”" for n in before)
        zh, en = (
            f"文件没有标题，可能缺了开头，有没有{names}，不得而知。",
            f"The text has no title, and may have lost its head with sections {before}.",
        )
        yield rule.finding("NOT_ASSESSABLE", [], zh, en, evidence=names)
    yield from _named(rule, "WARN", "缺少", "missing", [OFFICIAL[n - 1] for n in missing], missing)
    yield from _behind_the_end(rule, behind)
    yield from _named(rule, "WARN", "标题出现不止一次", "more than once", [OFFICIAL[n - 1] for n in twice], twice)
    yield from _named(rule, "WARN", "编号有误", "renumbered", [s.heading for s in moved], [s.number for s in moved])
    if any(before > after for before, after in pairwise(numbers)):
        in_order = "".join("一二三四五六"[n - 1] for n in numbers)
        yield rule.finding(
            "WARN", [], f"各部分的顺序是{in_order}。", f"The sections stand in the order {numbers}.", evidence=in_order
        )
    yield from _named(rule, "INFO", "标题改了文字", "reworded", [s.heading for s in said], [s.number for s in said])
    for n in range(1, 7):
        if numbers.count(n) == 1 and n not in [s.number for s in (*moved, *said)]:
            yield rule.passed([])


def _named(
    rule: Rule, verdict: Verdict, zh: str, en: str, headings: Sequence[str], numbers: Sequence[int]
) -> Iterator[Finding]:
    if headings:
        names = "、".join(f"“{heading}”" for heading in headings)
        zh, en = f"六个部分中{zh}的：{names}。", f"Sections {en}: {', '.join(map(str, numbers))}."
        yield rule.finding(verdict, [], zh, en, evidence="、".join(headings))


def _behind_the_end(rule: Rule, numbers: Sequence[int]) -> Iterator[Finding]:
    if numbers:
        names = "、".join(f"“{OFFICIAL[n - 1]}”" for n in numbers)
        zh, en = f"原文到此为止，其后有没有{names}，不得而知。", f"The text stops before sections {numbers}."
        yield rule.finding("NOT_ASSESSABLE", [], zh, en, evidence=names)


def _body(sections: Sequence[Section]) -> Sequence[Section]:
    """The sections without the table of contents: headings with nothing below them, all of which come again."""
    headed = [s for s in sections if s.heading]
    listed = list(takewhile(lambda s: not s.text, headed))
    while listed and not {s.number for s in listed} <= {s.number for s in headed[len(listed) :]}:
        listed.pop()
    return headed[len(listed) :] if len(listed) >= _FEWEST else headed


@remembered(4096)
def _numeral(heading: str) -> int:
    found = _NUMERAL.match(squeeze(heading))
    if not found:
        return 0
    return int(found[1]) if found[1].isdecimal() else "一二三四五六七八九十".index(found[1]) + 1


@remembered(4096)
def _words(heading: str) -> str:
    return _SIGNS.sub("", _NUMERAL.sub("", squeeze(heading)))


RULES = (
    Rule(
        name="structure",
        version=2,
        zh="六个部分各有一次，顺序、编号和标题与表式相同；原文断了的，断处之后不算缺",
        en="The six sections are there once each, in order, with the numbers and headings of the form",
        source="《政府信息公开条例》第五十条；国办公开办函〔2019〕60号、〔2021〕30号",
        check=structure,
    ),
)
