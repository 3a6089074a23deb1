"""The sections of a report: their headings found, their prose gathered without the tables.

Reports of before 2019 have headings of their own; a section keeps one of the six numbers where its subject is the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from archive.records import Section
from parsers.bookmarks import without
from parsers.document import Paragraph
from parsers.labels import squeeze
from parsers.numbers import holds_digits
from parsers.remember import LONGEST, remembered

# After the numbering; the order of the six is the law's, and each is worded in many ways (FORMS b5).
HEADINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (4, re.compile(r"^(?!.*依申请公开).*复议、?.{0,6}诉讼|^(?:因|关于|被).{0,20}(?:复议|诉讼)")),
    (
        3,
        re.compile(
            r"(?:收到和?处理|依?申请).{0,12}(?:公开申请|申请公开|接收)|依申请(?:公开|提供).{0,10}(?:情况|信息)|依申请公开$"
            r"|申请公开(?:政府)?信息|政府信息公开申请.{0,6}(?:情况|办理)|申请公开情况"
        ),
    ),
    (4, re.compile(r"行政复议|行政诉讼|复议.{0,4}诉讼|诉讼.{0,4}申诉")),
    (2, re.compile(r"主动公开")),
    (
        5,
        re.compile(
            r"(?:存在|主要)的?.{0,6}(?:问题|不足)|改进(?:情况|措施)|(?:整改|改进)(?:方向|办法)|^下一步|今后.{0,6}(?:打算|措施)"
        ),
    ),
    (6, re.compile(r"其他需要?(?:报告|说明)|需要?(?:报告|说明)的(?:其他)?(?:事项|情况)|需要(?:报告|说明)的其他")),
    (1, re.compile(r"总体情况|概述|总体概述|基本情况|总体工作|工作(?:开展)?情况$")),
)
_NUMBERED = re.compile(r"^[(（]?(?:[一二三四五六七八九十]|\d{1,2})[、.．,，:：]\s*(?P<words>.{2,40}?)[、。：:]?$")
_NUMBERS = {character: i for i, character in enumerate("一二三四五六七八九十", start=1)}
_CUT = re.compile(r"[，。；,;]")


@remembered(16384)
def heading_number(text: str) -> int | None:
    """Which of the six sections a line heads: 1 to 6, 0 for a numbered heading of none of them, None for no heading."""
    if len(text) > LONGEST:
        return None
    line = squeeze(text)
    found = _NUMBERED.match(line)
    if not found or line.startswith(("(", "（")):
        return None
    words = found["words"]
    for number, pattern in HEADINGS:
        if pattern.search(words) and len(words) <= 30 and "。" not in words and "；" not in words:
            return number
    return 0 if line[0] in _NUMBERS and len(words) <= 20 and not _CUT.search(words) else None


def bare_number(text: str) -> int | None:
    """Which of the six sections a line heads that has no numeral: a few words, and no sentence."""
    line = squeeze(text)
    if not 4 <= len(line) <= 24 or _CUT.search(line) or holds_digits(line):
        return None
    return next((number for number, pattern in HEADINGS if pattern.search(line)), None)


def sections_of(paragraphs: Iterable[Paragraph], table_lines: frozenset[int]) -> tuple[Section, ...]:
    """Sections in document order; lines that were read as a table are left out, headings kept as printed.

    Where no heading has a numeral, those without are taken, if the sections of tables two to four are among them.
    """
    kept = (replace(p, text=without(p.text)) if "[" in p.text else p for p in paragraphs if p.line not in table_lines)
    lines = [p for p in kept if p.text.strip()]
    sections = _numbered(lines)
    if any(section.number for section in sections):
        return sections
    bare = _bare(lines)
    return bare if {2, 3, 4} <= {section.number for section in bare} else sections


def _bare(paragraphs: Iterable[Paragraph]) -> tuple[Section, ...]:
    found: list[tuple[int, str, list[str]]] = [(0, "", [])]
    for p in paragraphs:
        text, number = p.text.strip(), bare_number(p.text)
        if number and number > found[-1][0]:
            found.append((number, text, []))
        else:
            found[-1][2].append(text)
    return _sections(found)


def _numbered(paragraphs: Iterable[Paragraph]) -> tuple[Section, ...]:
    found: list[tuple[int, str, list[str]]] = [(0, "", [])]
    before = 0  # the numeral of the heading before
    numbers = [(p, heading_number(p.text.strip())) for p in paragraphs]
    chinese = {n for p, n in numbers if n and squeeze(p.text)[:1] in _NUMBERS}
    for p, number in numbers:
        text = p.text.strip()
        if number and chinese and _is_within(squeeze(text)[:1], number, chinese):
            number = None
        numeral = 0 if number is None else _NUMBERS.get(squeeze(text)[:1], 0)
        if number or (number == 0 and numeral == before + 1 > 1):  # 四、收费及减免情况 follows 三、
            found.append((number, text, []))
            before = numeral
        else:
            found[-1][2].append(text)
    return _sections(found)


def _is_within(numeral: str, number: int, chinese: Collection[int]) -> bool:
    """Whether a heading is one within 一、总体情况, as 1.主动公开情况 is where sections have Chinese numerals."""
    return numeral not in _NUMBERS and (numeral != str(number) or number in chinese)


def _sections(found: Iterable[tuple[int, str, list[str]]]) -> tuple[Section, ...]:
    sections = (Section(number=n, heading=h, text="\n".join(lines)) for n, h, lines in found)
    return tuple(s for s in sections if s.heading or s.text)
