"""Automatic numbers of Word paragraphs: 一、 and （二） that stand in numbering.xml and not in the text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from parsers.packed import DAMAGE, tree_of
from parsers.readers.runs import W

_PLACE = re.compile(r"%([1-9])")
_NUMERALS = "零一二三四五六七八九"


class _Level(NamedTuple):
    format: str
    text: str  # %1 stands for the number of the highest level
    start: int


def _counted(number: int) -> str:
    """十二 for 12; "" for what no list of headings comes to."""
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _NUMERALS[tens]) + "十" if 0 < tens < 10 else ""
    return (ten + (_NUMERALS[ones] if ones else "")) if 0 < number < 100 else ""


# Of the others nothing is said: neither numbers nor those of the levels below them.
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), _counted),
}


def numbers_of(body: Any, pack: zipfile.ZipFile) -> Mapping[Any, str]:
    """Paragraph -> the number that Word prints before it, "" where that is not plain; none if the lists are damaged."""
    if "word/numbering.xml" not in pack.namelist():
        return {}
    try:
        lists = tree_of(pack, "word/numbering.xml")
        sheet = tree_of(pack, "word/styles.xml") if "word/styles.xml" in pack.namelist() else ()
        levels, names = dict(_levels(lists)), dict(_names(lists))
        unsure = {num.get(W + "numId", "") for num in lists.findall(W + "num")} - names.keys()
        return dict(_numbered(body, names, levels, dict(_styles(sheet)), unsure))
    except DAMAGE:
        return {}


def _numbered(
    body: Any,
    names: Mapping[str, str],
    levels: Mapping[tuple[str, int], _Level],
    styles: Mapping[str, Any],
    unsure: Collection[str],
) -> Iterator[tuple[Any, str]]:
    counts: dict[str, dict[int, int]] = {}
    for paragraph in body.iter(W + "p"):
        own = paragraph.find(f"{W}pPr/{W}numPr")
        styled = styles.get(_value(paragraph.find(W + "pPr"), "pStyle"))
        list_ = names.get(_value(own, "numId", _value(styled, "numId")), "")
        depth = int(_value(own, "ilvl", _value(styled, "ilvl", "0")))
        level = levels.get((list_, depth))
        if level is None:
            if _value(own, "numId", _value(styled, "numId", "0")) in unsure:
                yield paragraph, ""
            continue
        above = {deep: count for deep, count in counts.get(list_, {}).items() if deep <= depth}
        counts[list_] = above | {depth: above.get(depth, level.start - 1) + 1}
        said = [
            _said(levels.get((list_, int(n) - 1)), counts[list_].get(int(n) - 1)) for n in _PLACE.findall(level.text)
        ]
        if level.text and level.format != "none":
            yield paragraph, _filled_in(level.text, iter(said)) if said and all(said) else ""


def _filled_in(text: str, numbers: Iterator[str]) -> str:
    whole = _PLACE.sub(lambda _: next(numbers), text)
    return f"{whole} " if whole[-1].isdigit() else whole


def _said(level: _Level | None, count: int | None) -> str:
    form = _FORMATS.get(level.format) if level else None
    return form(count) if form and count is not None else ""


def _levels(lists: Any) -> Iterator[tuple[tuple[str, int], _Level]]:
    for abstract in lists.findall(W + "abstractNum"):
        for level in abstract.findall(W + "lvl"):
            place = abstract.get(W + "abstractNumId", ""), int(level.get(W + "ilvl", "0"))
            yield place, _Level(_value(level, "numFmt"), _value(level, "lvlText"), int(_value(level, "start", "1")))


def _names(lists: Any) -> Iterator[tuple[str, str]]:
    """numId -> the list that it counts on in; not for lists that somewhere begin anew."""
    found = [(num, _value(num, "abstractNumId")) for num in lists.findall(W + "num")]
    anew = {name for num, name in found if num.find(W + "lvlOverride") is not None}
    yield from ((num.get(W + "numId", ""), name) for num, name in found if name not in anew)


def _styles(sheet: Any) -> Iterator[tuple[str, Any]]:
    for style in sheet:
        own = style.find(f"{W}pPr/{W}numPr")
        if own is not None:
            yield style.get(W + "styleId", ""), own


def _value(element: Any, name: str, missing: str = "") -> str:
    found = None if element is None else element.find(W + name)
    return missing if found is None else str(found.get(W + "val", missing))
