"""The cases of PORTALS.md, section 12: each has a test with the mark `case`, or a reason why it cannot be had here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LACKING: dict[int, str] = {}


def test_every_case_has_a_test_or_a_reason() -> None:
    marked = {number for module in Path(__file__).parent.glob("test_*.py") for number in numbers(module)}
    assert sorted({*range(1, 104)} - marked) == sorted(LACKING)
    assert marked <= {*range(1, 104)}


def numbers(module: Path) -> Iterator[int]:
    """What stands in the parentheses of `pytest.mark.case(…)`."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, int))
