"""The cases of PORTALS.md, section 12: each has a test with the mark `case`, or a reason why it cannot be had here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LACKING = {
    19: "a title that a list cuts off is asked for (test_titles), but no test takes the whole one from the article",
    29: "the first fifty pages in the DOM: how their page leads on to index_1.shtml is not known here",
    42: "a column at a raw IP address is asked only where the registry names it; no home page of a test links one",
    66: "addresses of files that expire: no portal of ours lets one expire",
    69: "a page with the text of another unit: only its metas are tried",
    70: "one report at two addresses: tests of copies that differ, none of the same",
    99: "sitemaps are asked only as pages; none with dead links is served",
}


def test_every_case_has_a_test_or_a_reason() -> None:
    marked = {number for module in Path(__file__).parent.glob("test_*.py") for number in numbers(module)}
    assert sorted({*range(1, 104)} - marked) == sorted(LACKING)
    assert marked <= {*range(1, 104)}


def numbers(module: Path) -> Iterator[int]:
    """What stands in the parentheses of `pytest.mark.case(…)`."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, int))
