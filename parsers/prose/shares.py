"""Percentages in a sentence, and the part and the whole that they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_NUMBER = r"(?<![\d.])(?P<number>\d{1,9})(?P<unit>件次|人次|[件条宗起份项个篇次人户家期])(?![\d%])"
_SHARE = re.compile(
    rf"{_NUMBER}|占(?:比|申请|公开|信息|政府|答复|办结|办理|受理|数量"
    rf"|的)*(?P<elsewhere>[总全])?[^\d,，。;；约近超]{{0,8}}"
    r"(?:为|达到?)?:?(?P<percent>\d{1,3}(?:\.\d+)?)[%％]"
)
_MARKS = re.compile("[,，;；:：。]")
_CLAUSES = re.compile("[,，;；:：。、]")
_LONGEST = 48  # characters that are quoted
_FARTHEST = 24  # characters between a part and its percentage


class Share(NamedTuple):
    """A part of a whole, and its percentage as printed."""

    part: int
    whole: int
    printed: str
    exact: float
    is_right: bool
    said: str  # what to show of the sentence, where it is wrong


def shares_of(sentence: str) -> Iterator[Share]:
    """Every percentage of a folded sentence whose part stands before it, and whose whole can be told.

    It is right if it fits any number before its part that counts the same, and wrong only if there is but one.
    """
    wholes: list[tuple[int, str, int]] = []  # numbers so far that are no parts: value, unit, end
    last: tuple[int, str, int] | None = None  # the last number
    for found in _SHARE.finditer(sentence):
        if found["number"]:
            if last:
                wholes.append(last)
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
        same = list(dict.fromkeys(value for value, other, _ in wholes if other == unit and value >= part and value))
        fitting = [whole for whole in same if abs(100 * part / whole - float(printed)) < step]
        if fitting or (len(same) == 1 and not found["elsewhere"]):
            whole = (fitting or same)[0]
            said = "" if fitting else _quoted(sentence, end, wholes, whole, found.end())
            yield Share(part, whole, printed, 100 * part / whole, bool(fitting), said)


def _quoted(sentence: str, part: int, wholes: Sequence[tuple[int, str, int]], whole: int, end: int) -> str:
    """What to show of the sentence: from the clause of the whole on, or from that of the part where that is far."""
    far = _from(sentence, next(at for value, _, at in reversed(wholes) if value == whole), end)
    return far if len(far) <= _LONGEST else _from(sentence, part, end)


def _from(sentence: str, number: int, end: int) -> str:
    """The sentence from the clause in which a number ends on."""
    return sentence[max((mark.end() for mark in _CLAUSES.finditer(sentence, 0, number)), default=0) : end]
