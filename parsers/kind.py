"""Is it a report at all? Decided by what the document holds, never by its address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from archive.records import Section
from parsers.document import Document
from parsers.labels import squeeze
from parsers.titles import COVER_LETTER, NOTICE, STRONG, organ_of

VARIANT = re.compile(
    r"图解|图说|一图|读懂|解读|视频|音频|动漫|H5|长图|海报|图片版|图文版|图表版|超链版|英文|外文|更正|勘误",
    re.IGNORECASE,
)
OTHER_REPORT = re.compile(
    r"法治政府|法治建设|依法行政|网站.{0,14}报表|网站(?:监管)?(?:工作)?年(?:报|度(?:工作)?报告)|政府工作报告|预算|决算|公积金"
    r"|统计(?:公报|年报|年鉴|报表)|审计|绩效|国有资产|行政执法|行政许可年度|环境(?:质量|状况)|社会责任|企业年(?:报|度报告)|知识产权"
)
_PAPER = re.compile("(?:报告|年报|公报|报表|年鉴|表|书|说明)$")  # ends the title of some paper
_ABOUT_REPORTS = re.compile(
    r"关于.*(?:通知|方案|通报|意见)(?:\([^()]*\))?$|关于(?:做好|抓好|印发|开展|编制|编报|编写|认真|转发|组织|规范|加强)"
)
GONE = (
    "页面不存在",
    "您访问的页面",
    "信息不存在",
    "系统维护",
    "没有权限",
    "参数错误",
    "404 not found",
    "访问出错",
    "已删除",
)
ENOUGH = 200  # characters of prose from which a titled text may be a free-form report


def kind_of(document: Document, title: str, sections: Sequence[Section], tables: Collection[str]) -> str:
    """report, attachment_only, variant, notice, other_report, list, soft_404, empty or other."""
    headed = {s.number for s in sections if s.number}
    length = sum(len(s.text) for s in sections)
    name = squeeze(title) or squeeze(document.title)
    strong = bool(STRONG.search(name)) and not NOTICE.search(name)
    if not tables and sum(bool(STRONG.search(p.text)) for p in document.paragraphs) >= 5 and not headed:
        return "list"
    if not length and not document.tables:
        return "attachment_only" if document.links else "empty"
    if odd := _odd(document, name, len(headed)):
        return odd
    if tables or len(headed) >= 4 or (strong and len(headed) >= 2):
        return "report"
    if document.links and strong:
        return "attachment_only"
    text = " ".join(s.text for s in sections).lower()
    if length < ENOUGH and any(word in text or word in name.lower() for word in GONE):
        return "soft_404"
    return "report" if strong and length >= ENOUGH and not document.links else "other"


def _odd(document: Document, name: str, headed: int) -> str:
    """What the titles say the document is instead of a report, "" where they do not."""
    names = [name, *_own_titles(document)]
    for title in names:
        if _ABOUT_REPORTS.search(title) and not re.search("关于(?:公布|发布)", title):
            return "notice"
        if NOTICE.search(title) and not (COVER_LETTER.search(title) and headed >= 4):
            return "notice"
    strong = STRONG.search(name)
    if any(VARIANT.search(title) for title in names if title == name or STRONG.search(title)):
        return "variant"
    if strong:
        # An organ may be called 审计局 or 公积金中心.
        return "other_report" if OTHER_REPORT.search(name.replace(organ_of(name), "")) else ""
    papers = [re.sub("^.*(?:局|厅|中心|委员会)", "", title) for title in names if _PAPER.search(title)]
    return "other_report" if any(OTHER_REPORT.search(title) for title in papers) else ""


def _own_titles(document: Document) -> Iterator[str]:
    """Titles that the document gives itself: in the head of its page, in its first lines."""
    if document.charset:
        yield re.split(r"[_|]|-(?=[^-]*$)", squeeze(document.title))[0]
        yield from (squeeze(v) for n, v in document.meta.items() if n.lower() == "articletitle")
    lines = [line for p in document.paragraphs if (line := squeeze(p.text))][:3]
    for end in range(1, len(lines) + 1):
        joined = "".join(lines[:end])
        if len(joined) > 80 or STRONG.search("".join(lines[: end - 1])):
            break
        yield joined
        yield lines[end - 1]
