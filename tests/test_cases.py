"""The cases of PORTALS.md, section 12: each has a test with the mark `case`, or a reason why it cannot be had here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HELD = range(1, 35)  # grows with the tests: all that is asked for is range(1, 104)
NOT_HERE: dict[int, str] = {}  # what it would take


@pytest.mark.xfail(reason="the tests of cases 1 to 34 do not bear the mark yet", strict=True)
def test_every_case_has_a_test() -> None:
    marked = {number for module in Path(__file__).parent.glob("test_*.py") for number in numbers(module)}
    assert sorted(marked - {*range(1, 104)}) == []
    assert sorted({*HELD} - marked - {*NOT_HERE}) == []


def numbers(module: Path) -> Iterator[int]:
    """What stands in the parentheses of `pytest.mark.case(…)`."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, int))


FAULTS = {*range(46, 82), *range(88, 96), *range(97, 104)}  # 82 to 87 and 96 came by another way: test_soft_404
LACKING = {
    55: "a report split over pages of one article is not put together: no page of one has been seen",
    66: "addresses of files that expire: no portal of ours lets one expire",
    69: "a page with the text of another unit: only its metas are tried",
    70: "one report at two addresses: tests of copies that differ, none of the same",
    99: "sitemaps are asked only as pages; none with dead links is served",
}


def test_every_fault_has_a_test_or_a_reason() -> None:
    marked = {number for module in Path(__file__).parent.glob("test_*.py") for number in numbers(module)}
    assert sorted(FAULTS - marked) == sorted(LACKING)
