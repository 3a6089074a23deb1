"""Whether a text simply stops: what lies behind its last line is then unknown, not missing."""

from __future__ import annotations

import re
from collections.abc import Collection

from parsers.dates import CHINESE_DATE, DATE
from parsers.document import Document, Table
from parsers.labels import squeeze
from parsers.organs import is_organ
from parsers.regions import names_place
from parsers.sections import heading_number

_CLOSING = (5, 6)  # sections that a report may end with
_SHORT = 60  # characters of a line that closes a report or a page
_DATE = re.compile(rf"(?:{DATE.pattern}日?|{CHINESE_DATE.pattern})$")
_NUMBERED = re.compile("[(（]?(?:[一二三四五六七八九十]|\\d)")
_ENDS = re.compile("[。！!？?；;”」）)》]$")
# What stands below a report: its annexes, and the foot of the page that it was on.
_FOOT = re.compile(
    r"^附件?\d?[:：]|^附[表录]|打印|关闭|版权|主办|承办|责任编辑|上一[篇条]|下一[篇条]|ICP|备案|扫一扫|分享到"
    r"|相关(?:链接|文档|阅读|附件|稿件)|返回|网站地图|联系我们|技术支持|^特此"
)


def stops(document: Document, table_lines: Collection[int]) -> bool:
    """Whether a document ends in a table or a sentence, and neither signature nor foot nor last section closes it.

    `table_lines` are the lines of text that were read as a table.
    """
    tail: list[str] = []  # the lines below the last table and the last heading, the last one first
    number: int | None = None  # of the section whose prose they are; None below a table
    for block in reversed(document.blocks):
        if block.hidden or not _says_something(block):
            continue
        if isinstance(block, Table) or block.line in table_lines:
            break
        number = heading_number(block.text)
        if number:
            break
        tail.append(squeeze(block.text))
    if any(_closes(line) for line in tail):
        return False
    return not tail or not _ENDS.search(tail[0]) or number not in (None, 0, *_CLOSING)


def _says_something(block: object) -> bool:
    if isinstance(block, Table):
        return any(cell.text.strip() for row in block.grid for cell in row)
    return bool(getattr(block, "text", "").strip())


def _closes(line: str) -> bool:
    """Whether a line is a signature or its date, or what only the foot of a report or a page has."""
    if len(line) > _SHORT:
        return False
    dated = _DATE.search(line)
    signed = line[: dated.start()] if dated else line
    if not signed:
        return dated is not None
    organ = is_organ(signed) and not _NUMBERED.match(signed) and (dated or names_place(signed))
    return bool(organ or _FOOT.search(line))
