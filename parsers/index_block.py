"""The record that portals print above an article: 索引号, 发布机构, 成文日期 …, as table, list or spans; its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.dates import DATE, iso
from parsers.document import Document

DATES = ("发布日期", "发布时间", "公开日期", "公开时间", "发文日期", "成文日期", "生成日期", "印发日期")
# In full, for an empty value must not take the label that follows for its own.
LABELS = (
    *DATES,
    *"索引号 信息索引号 主题分类 组配分类 体裁分类 服务对象分类 分类".split(),
    *"发布机构 发文机构 发文机关 公开主体 公开责任部门 发文字号 文号 文件编号 信息名称 标题 名称".split(),
    *"有效性 时效性 公开方式 公开范围 公开形式 公开时限 主题词 关键词 内容概述".split(),
)
_LABELLED = re.compile(f"【?({'|'.join(LABELS)})】?(?:[:：]|$)")
_GAP = "(?:\\s|\u3000|&nbsp;|&emsp;|&ensp;)*"
_FIRST = "索".encode()
_BEGINS = re.compile(f"索{_GAP}引{_GAP}号".encode())
_TAG = re.compile(r"<[^>]{0,2000}>")
_BREAKS = re.compile(r"</?(?:td|th|tr|dt|dd|dl|li|ul|p|div|span|em|i|br|label|h\d)\b[^>]{0,2000}>", re.IGNORECASE)
_BLANK = re.compile("(?:[\\s\u3000\xa0]|&nbsp;|&emsp;|&ensp;|&#160;)+")
BEFORE, BEHIND = 4_000, 12_000  # bytes of the page around its first label


def is_label(line: str) -> bool:
    """Is the line nothing but a label of the block?"""
    return len(line) < 40 and _BLANK.sub("", line).strip("【】:：") in LABELS


def index_dates(document: Document) -> Iterator[tuple[str, str]]:
    """YYYY-MM-DD and label of each date in the block, in its order; whatever white space is in the labels."""
    first = document.source.find(_FIRST)
    begins = _BEGINS.search(document.source, first) if first >= 0 else None
    if not begins:
        return
    text = document.source[max(begins.start() - BEFORE, 0) : begins.end() + BEHIND].decode("utf-8", "ignore")
    pieces = [_BLANK.sub("", _TAG.sub("", piece)) for piece in _BREAKS.split(text)]
    label = ""
    for piece in filter(None, pieces):
        found = _LABELLED.match(piece)
        value, label = (piece[found.end() :], found[1]) if found else (piece, label)
        if not value.strip(":："):
            continue
        if label in DATES and (day := iso(DATE.match(value))):
            yield day, label
        label = ""
