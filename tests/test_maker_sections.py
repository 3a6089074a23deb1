"""Made reports whose headings people worded otherwise: sections keep their subject, and no prose is lost."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from archive.records import Parsed
from tests.maker.html import SKINS, Style
from tests.maker.report import HEADINGS, Made, make
from tests.reports import read

OTHERS: tuple[Sequence[str], ...] = (
    (
        "一、概述",
        "二、主动公开情况",
        "三、依申请公开情况",
        "四、行政复议和行政诉讼情况",
        "五、存在问题和改进措施",
        "六、其他需要说明的事项",
    ),
    (
        "一、工作概述",
        "二、主动公开政府信息的情况",
        "三、政府信息公开申请接收与办理情况",
        "四、因政府信息公开被申请行政复议、提起行政诉讼情况",
        "五、工作中存在的主要问题及下一步打算",
        "六、需要报告的其他事项",
    ),
    (
        "一、总体情况、",
        "二、 主动公开政府信息情况：",
        "三、收到和处理政府信息公开申请情况。",
        "四、政府信息公开行政复议 、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六 、其他需要报告的事项",
    ),
)


def page(made: Made, headings: Sequence[str], seed: int) -> bytes:
    """The report under other headings; one without its numeral is still the same."""
    rng = random.Random(seed)
    style = Style(skin=rng.choice(SKINS))
    text = style(made, seed).decode()
    for printed, other in zip(HEADINGS, headings, strict=True):
        text = text.replace(printed, other)
    return text.encode()


def held(parsed: Parsed) -> dict[int, str]:
    return {section.number: section.text for section in parsed.sections if section.number}


@pytest.mark.parametrize("headings", OTHERS)
@pytest.mark.parametrize("seed", range(6))
def test_reworded(headings: Sequence[str], seed: int) -> None:
    made = make("2021", seed)
    sections = held(read(page(made, headings, seed)))
    assert {n: text.split("\n")[0] for n, text in sections.items()} == {n: made.prose(n) for n in range(1, 7)}


@pytest.mark.parametrize("seed", range(6))
def test_renumbered(seed: int) -> None:
    """Where 一 is left out and the numerals move up, a heading's words still say which section it is."""
    made = make("2019", seed)
    moved = [HEADINGS[0], *(f"{'一二三四五'[i]}、{h[2:]}" for i, h in enumerate(HEADINGS[1:]))]
    sections = held(read(page(made, moved, seed)))
    assert {n: text.split("\n")[0] for n, text in sections.items()} == {n: made.prose(n) for n in range(1, 7)}


@pytest.mark.parametrize("missing", range(1, 7))
def test_a_heading_is_missing(missing: int) -> None:
    """Its prose stays, in the section before."""
    made = make("2021", missing)
    headings = list(HEADINGS)
    headings[missing - 1] = ""
    parsed = read(page(made, headings, missing))
    assert held(parsed).keys() == {1, 2, 3, 4, 5, 6} - {missing}
    assert made.prose(missing) in "\n".join(section.text for section in parsed.sections)


@pytest.mark.parametrize("seed", range(6))
def test_without_numbering(seed: int) -> None:
    made = make("2021", seed)
    sections = held(read(page(made, [heading[2:] for heading in HEADINGS], seed)))
    assert {n: text.split("\n")[0] for n, text in sections.items()} == {n: made.prose(n) for n in range(1, 7)}
