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
