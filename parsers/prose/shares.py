"""Percentages in a sentence, and the part and the whole that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NUMBER = r"(?<![\d.])(?P<number>\d{1,9})(?P<unit>件次|人次|[件条宗起份项个篇次人户家期])(?![\d%])"
_SHARE = re.compile(
    rf"{_NUMBER}|占(?:比|申请|公开|信息|政府|答复|办结|办理|受理|数量"
    rf"|的)*(?P<elsewhere>[总全])?[^\d,，。;；约近超]{{0,8}}"
    r"(?:为|达到?)?:?(?P<percent>\d{1,3}(?:\.\d+)?)[%％]"
)
_MARKS = re.compile("[,，;；:：。]")
_FARTHEST = 24  # characters between a part and its percentage


class Share(NamedTuple):
    """A part of a whole, and its percentage as printed."""

    part: int
    whole: int
    printed: str
    exact: float
    is_right: bool


def shares_of(sentence: str) -> Iterator[Share]:
    """Every percentage of a folded sentence whose part stands before it, and whose whole can be told.

    It is right if it fits any number before its part that counts the same, and wrong only if there is but one.
    """
    wholes: list[tuple[int, str]] = []  # numbers so far that are no parts: value, unit
    last: tuple[int, str, int] | None = None  # the last number: value, unit, end
    for found in _SHARE.finditer(sentence):
        if found["number"]:
            if last:
                wholes.append(last[:2])
            last = int(found["number"]), found["unit"], found.end()
            continue
        if not last:
            continue
        (part, unit, end), last = last, None
        between = sentence[end : found.start()]
        if len(between) > _FARTHEST or len(_MARKS.findall(between)) > 1:
            continue
        printed = found["percent"]
        step = 10.0 ** -len(printed.partition(".")[2])
        same = list(dict.fromkeys(value for value, other in wholes if other == unit and value >= part and value))
        fitting = [whole for whole in same if abs(100 * part / whole - float(printed)) < step]
        if fitting or (len(same) == 1 and not found["elsewhere"]):
            whole = (fitting or same)[0]
            yield Share(part, whole, printed, 100 * part / whole, bool(fitting))
