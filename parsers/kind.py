"""Is it a report at all? Decided by what the document holds, never by its address."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from archive.records import Section
from parsers.document import Document
from parsers.identity import NOTICE, STRONG
from parsers.labels import squeeze

VARIANT = ("图解", "一图读懂", "图说", "长图", "解读", "图片版", "视频")
OTHER_REPORT = (
    "法治政府",
    "网站工作年度报表",
    "网站监管年度报表",
    "政府工作报告",
    "公积金",
    "统计公报",
    "预算",
    "决算",
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
    if tables or len(headed) >= 4 or (strong and len(headed) >= 2):
        return "report"
    if not length and not document.tables:
        return "attachment_only" if document.links else "empty"
    for kind, words in (("other_report", OTHER_REPORT), ("variant", VARIANT)):
        if any(word in name for word in words):
            return kind
    if NOTICE.search(name):
        return "notice"
    if document.links and strong:
        return "attachment_only"
    text = " ".join(s.text for s in sections).lower()
    if length < ENOUGH and any(word in text or word in name.lower() for word in GONE):
        return "soft_404"
    return "report" if strong and length >= ENOUGH and not document.links else "other"
