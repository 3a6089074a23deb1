"""Things counted kind by kind behind their number: `公开信息126条，其中政务动态78条、规范性文件35条、其他13条`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_UNIT = "[条件篇份项]"
_WHOLE = re.compile(
    rf"(?P<number>[1-9](?<![\d.,]\d)\d{{1,7}})(?P<unit>{_UNIT})(?:政府|政务)?(?:信息)?[,，。(（]?"
    "(?:其中|包括|包含)+[:：,，]?(?P<rest>[^。;；]*)"
)
_ITEM = re.compile(
    rf"(?P<name>[^\d,，、]{{2,20}}?)(?:共计|共|为|计|[:：])?(?P<number>\d{{1,8}})(?P<unit>{_UNIT})(?:信息)?"
)
_SHARE = re.compile(r"[(（]?占(?:比|总数|全部|的)*[^\d,，、]{0,6}\d+(?:\.\d+)?[%％][)）]?")
# The same thing may be told in several places, be of several years or be counted once more by something else.
_OVERLAPS = re.compile(
    "网|微信|微博|公众号|平台|客户端|[Aa][Pp][Pp]|抖音|头条|新媒体|公开栏|查阅|报[纸刊]|电[视台]|广播|公报|电子|屏|窗口|热线|短信|渠道|媒体"
    "|门户|专栏|简报|更新|转载|转发|发布|上年|去年|累计|同比|比上|较|新增|以上|其中|涉及|重点|原创|公开$|及时|办结|答复|回复|按时|满意|维持|纠正|审结"
)
# What these count has indicators of its own, or a past.
_ELSEWHERE = re.compile("申请|争议|纠纷|案件|复议|诉讼|答复|受理|收到|累计")
_FEWEST = 3
_BEFORE = 24  # characters before a number that say what it counts


class Listed(NamedTuple):
    """A whole and the kinds told of it: name, number."""

    whole: int
    raw: str
    parts: tuple[tuple[str, int], ...]


def enumerations(sentence: str) -> Iterator[Listed]:
    """Every number of a folded sentence behind which 其中 lists kinds of the same unit, none of which can overlap."""
    for found in _WHOLE.finditer(sentence):
        if _ELSEWHERE.search(sentence, max(found.start() - _BEFORE, 0), found.end("unit")):
            continue
        parts: list[tuple[str, int]] = []
        for clause in re.split("[,，、]|(?<=[条件篇份项])[和及]", found["rest"]):
            item = _ITEM.fullmatch(_SHARE.sub("", clause))
            if clause and _SHARE.fullmatch(clause):
                continue
            if not item or item["unit"] != found["unit"]:
                break
            parts.append((item["name"], int(item["number"])))
        names = [name for name, _ in parts]
        if len(parts) < _FEWEST or len(set(names)) < len(names) or any(map(_OVERLAPS.search, names)):
            continue
        numbers = [number for _, number in parts]
        if max(numbers) <= int(found["number"]) and not _nested(numbers):
            yield Listed(int(found["number"]), f"{found['number']}{found['unit']}", tuple(parts))


def _nested(numbers: Sequence[int]) -> bool:
    """Whether a number is the sum of some behind it, whose whole it may be: 文件9件、通知6件、公告3件."""
    return any(
        number and number == sum(numbers[i + 1 : j])
        for i, number in enumerate(numbers)
        for j in range(i + 3, len(numbers) + 1)
    )
