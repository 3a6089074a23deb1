"""Simulated portals, one module a platform family: a column of seven organs on three levels over ten years."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tests.maker.html import STYLES
from tests.maker.report import make
from tests.portal import HTML, Answer, Asked, Pages

ORGANS = (
    "青石县人民政府", "青石县财政局", "青石县水利局", "青石县卫生健康局",
    "青石县青河镇人民政府", "青石县白石镇人民政府", "青石县城关街道办事处",
)  # fmt: skip
YEARS = range(2025, 2015, -1)
NOTICE = "关于做好2025年政府信息公开工作年度报告编制发布工作的通知"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the column: a report, or something that only looks like one."""

    number: int
    title: str
    year: int  # of the report
    organ: int = 0  # place in ORGANS
    date: str
    report: bool = True


def lines() -> list[Line]:
    """The column, newest first, with a notice between the reports."""
    found: list[Line] = []
    for year in YEARS:
        for at, organ in enumerate(ORGANS, 1):
            day = f"{year + 1}-01-{10 + at}"
            title = f"{organ}{year}年政府信息公开工作年度报告"
            found.append(Line(number=len(found) + 1, title=title, year=year, date=day, organ=at - 1))
    found.insert(9, Line(number=99, title=NOTICE, year=2025, date="2026-01-04", report=False))
    return found


@cache
def article(year: int, organ: str = ORGANS[0]) -> bytes:
    """A report page whose every number is known."""
    made = replace(make("2021", year), organ=organ, year=year)
    return STYLES[0][1](made, year)


@dataclass(kw_only=True)
class Site:
    """One portal while a test builds it; `path` names the page of a line."""

    column: str
    path: Callable[[Line], str]
    lines: list[Line] = field(default_factory=lines)
    pages: Pages = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            body = article(line.year, ORGANS[line.organ]) if line.report else f"<h1>{line.title}</h1>".encode()
            self.pages[self.path(line)] = Answer(body=body)

    @property
    def reports(self) -> list[str]:
        """The paths of all reports."""
        return [self.path(line) for line in self.lines if line.report]

    def part(self, start: int, size: int) -> list[Line]:
        """Lines from the `start`th on, counted from zero."""
        return self.lines[max(start, 0) : max(start, 0) + size]


def noisy(value: Any) -> Any:
    """JSON as another version of the platform would write it: unknown fields, keys in another order."""
    if isinstance(value, dict):
        more = [(name, noisy(inner)) for name, inner in value.items()]
        more += [("_v", 3), ("extra", {"list": [], "total": None, "data": "x"})]
        random.Random(len(more)).shuffle(more)
        return dict(more)
    return [noisy(inner) for inner in value] if isinstance(value, list) else value


def answer(value: Any, kind: str = JSON) -> Answer:
    """An API's JSON, unknown fields added and keys reordered."""
    return Answer(body=json.dumps(noisy(value), ensure_ascii=False).encode(), headers={"Content-Type": kind})


def html(text: str, charset: str = "utf-8") -> Answer:
    """A page as raw bytes."""
    return Answer(body=text.encode(charset), headers={"Content-Type": HTML if charset == "utf-8" else "text/html"})


def number(asked: Asked, name: str, default: int = 1) -> int:
    """A number of a query or a form."""
    value = asked.fields.get(name, "")
    return int(value) if value.lstrip("-").isdigit() else default


def items(found: Iterable[Line], path: Callable[[Line], str], shape: str) -> str:
    """Lines of a list as HTML."""
    return "\n".join(shape.format(href=path(line), title=line.title, date=line.date) for line in found)
