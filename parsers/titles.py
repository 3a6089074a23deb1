"""Titles of reports: which line is one, and which organ and year it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from parsers.dates import CHINESE_YEAR, DIGITS
from parsers.labels import squeeze
from parsers.organs import ORGAN_END, is_organ
from parsers.remember import LONGEST, remembered

_NUMERAL = "".join(DIGITS)
_IN_YEAR = rf"\(?(?:(?:19|20)\d{{2}}|[一二][{_NUMERAL}]{{3}})年?度?\)?"
STRONG = re.compile(
    r"信息公开(?:工作)?(?:情况)?的?年度(?:工作)?(?:情况)?报告|信息公开(?:工作)?年报|年度?(?:政府)?信息公开(?:工作)?(?:情况)?的?报告"
    rf"|(?:政务|信息)公开(?:工作)?{_IN_YEAR}(?:工作)?(?:年报|年度(?:工作)?报告|报告)|政务公开(?:工作)?(?:情况)?年度(?:工作)?报告"
    r"|(?:19|20)\d{2}年度?(?:(?!关于|半年|季度|月)[^,。;:《》]){2,20}?信息公开(?:工作)?(?:情况)?的?报告"
)
NOTICE = re.compile(
    r"^关于(?!公布|发布).*(?:通知|函|方案|通报)$|关于(?:报送|印发|做好|开展|编制|转发).*(?:通知|函|通报|方案)?$"
)
COVER_LETTER = re.compile(r"关于(?:报送|上报|呈报|报来)")
_OPENNESS = re.compile(r"(?:政府|政务)?(?:信息|政务)公开(?!(?:工作)?(?:办公室|办(?!理)|领导小组|中心|科|处|股))")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_LABEL = re.compile(
    r"^(?:信息名称|文件名称|内容概述|标题|名称|一图读懂|图解|图说|解读|政策解读|长图|视频|附件\d*|\d{1,2}月(?:\d{1,2}日)?(?:公布|发布|公开)的)[:|·-]*"
)
_NAMED = re.compile(r"^(?:信息名称|文件名称|标题|名称)\s*", re.MULTILINE)
_TRIM = "-_—–−―－:,《》。的·|"
# What follows the last words of a title; a sentence goes on.
_TITLE_TAIL = re.compile(r"^[》\"”]?(?:\([^()]*\))*[》\"”]?(?:的?(?:公告|公示|公布)|的报告)?(?:\.\w{2,5})?[》\"”.…]*$")
_ENDS = re.compile(r"[。;,:]$|日$|\d[-/.:]\d{1,2}$|^(?=.{2,6}:)(?!标题|名称)|\|")
_NO_TITLE = re.compile(
    r"^(?:本(?!溪|\D{1,3}\d{4}年)|《(?!.*》$)|根据|现将|按照|依据|依照|为|由|详见|请|以下|以上|经(?!济|开|信|贸|发|纬|管)"
    r"|[^:]{0,4}(?:分类|类别|栏目|日期|时间|机构|机关|方式|范围|位置|来源|关键词|主题词?|索引号):)"
)

_CRUMBS = ">»›"  # what leads to a title stands before it
_CRUMB = re.compile(f"[{_CRUMBS}]")
FAR = 60  # lines from the top within which a title may stand
WIDE = 3  # lines that a title may be broken over


@remembered(4096)  # a document says its title several times, and each is looked at in several ways
def year_of(title: str) -> int | None:
    """The last year before the words 信息公开, else the last one in the title; Chinese numerals count."""
    text = squeeze(title)
    found = _OPENNESS.search(text)
    years = _YEAR.findall(text[: found.start()] if found else text) or _YEAR.findall(text)
    if years:
        return int(years[-1])
    numerals = CHINESE_YEAR.search(text)
    return int("".join(DIGITS[c] for c in numerals[1])) if numerals else None


@remembered(4096)
def organ_of(title: str) -> str:
    """The organ that a report's title names, "" where it names none."""
    whole = _LABEL.sub("", _CRUMB.split(squeeze(title))[-1].lstrip(_TRIM))
    publisher, _, subject = whole.partition("关于")
    named = _organ(re.sub("^(?:公布|发布|印发)", "", subject)) if subject else ""
    if organ := named or _organ(publisher if subject and ORGAN_END.search(publisher) else whole):
        return organ
    aside = re.search(r"\(([^()]*)\)[》.]*$", whole)
    bracketed = aside[1] if aside else ""
    return bracketed if is_organ(bracketed) else ""


def _organ(text: str) -> str:
    text = re.sub(r"\((?:19|20)\d{2}年?度?\)|\(?(?:图片版|超链版|图解)\)?|\(本?(?:级|机关|部门|级机关)\)", "", text)
    # A mark stays where the year was: 政府2020年信息公开 is not 政府信息公开.
    text = re.sub(rf"(?:(?:19|20)\d{{2}}|[一二][{_NUMERAL}]{{3}})(?:年度?)?", "|", text)
    text = re.sub(rf"(?:关于)?的?(?:年度)?{_OPENNESS.pattern}.*$", "", text).strip(_TRIM)
    before, _, after = text.rpartition("|")
    text = before if after and after in before and is_organ(before) else before + after  # 海关总署2010年海关信息公开
    text = text.replace("|", "")
    return text if is_organ(text) else ""


@remembered(4096)
def is_title(text: str) -> bool:
    """Whether a line is the title of a report, not a sentence about one, nor of a notice."""
    found = list(STRONG.finditer(text)) if "公开" in text and "报" in text else []
    if not found or NOTICE.search(text) or _NO_TITLE.match(text):
        return False
    return bool(_TITLE_TAIL.match(text[found[-1].end() :]))


@remembered(16384)  # each line is looked at with those above it and with those below it
def ends(line: str) -> bool:
    """Whether no title goes on from a line."""
    return bool(_ENDS.search(line))


@remembered(4096)
def _is_strong(text: str) -> bool:
    return bool(STRONG.search(text))


def cover_letter(lines: Sequence[str]) -> str:
    """The subject of a letter that a report was sent with, "" where there is none."""
    letters = (squeeze(line) for line in lines[:FAR] if len(line) <= 80 and "关于" in line)
    return next((line for line in letters if COVER_LETTER.search(line) and STRONG.search(line)), "")


def heading(lines: Sequence[str], year: int | None) -> str:
    """The first run of up to three short lines near the top that reads as a title of that year, if one is known."""
    best, most = "", 0
    text = "\n".join(lines)
    if ("名称" in text or "标题" in text) and _NAMED.search(text):  # a label glued to it
        lines = [bare if (bare := _NAMED.sub("", line)) in lines else line for line in lines]
    short = (line if len(line) > LONGEST else squeeze(line) for line in lines if line)  # prose is no title anyhow
    top = list(islice(short, FAR))
    top = [_CRUMB.split(line)[-1] for line in top] if any(map("".join(top).__contains__, _CRUMBS)) else top
    for joined in _runs([line.strip("|?") for line in top]):
        own = year_of(joined)
        if year and own and own != year:
            continue
        score = 2 * bool(own) + bool(organ_of(joined)) + 1
        if most >= 3 and (own != year_of(best) or not joined.startswith(best)):
            break  # the first title with a year is the document's own; the others lead elsewhere
        if score > most:
            best, most = joined, score
    return best


def _runs(short: Sequence[str]) -> Iterator[str]:
    near = {n - before for n, line in enumerate(short) if "公" in line for before in range(WIDE)}
    for begin in sorted(n for n in near if n >= 0):
        lines = short[begin : begin + WIDE]
        text = "".join(lines)
        if "公开" not in text or "报" not in text:
            continue
        for size in range(1, WIDE + 1):
            parts = lines[:size]
            joined = "".join(parts)
            if len(parts) < size or len(joined) > 80 or not all(parts) or any(map(ends, parts[:-1])):
                break
            if size > 1 and _is_strong("".join(parts[:-1])) and not parts[-1].startswith("("):
                break  # what follows a title is no part of it
            if size > 1 and _is_strong(rest := "".join(parts[1:])):
                named = organ_of(parts[0])
                if not year_of(parts[0]) and (not named or organ_of(rest).startswith(named)):
                    continue  # the first line adds nothing
            if is_title(joined):
                yield joined
