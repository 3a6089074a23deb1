"""Imports point down and never sideways (DESIGN section 1)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"archive", "commands", "crawler", "docs", "parsers", "demo", "nianbao"}
MAY = {
    "archive": {"archive"},
    "crawler": {"archive", "crawler"},
    "parsers": {"archive.records", "archive.scripts", "archive.walls", "parsers"},
    "datasette": {"archive"},
    "demo": {"archive", "demo"},
    "commands": {"archive", "commands", "crawler", "demo", "parsers"},
    "docs": {"archive", "commands", "crawler", "docs", "nianbao", "parsers"},
}
NEVER = {
    "parsers": {"scrapy", "twisted", "socket", "urllib.request", "http", "requests", "sqlite3"},
    "archive": {"scrapy"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        for module in imports(path):
            if module.split(".")[0] in OURS:
                assert within(module, MAY[room]), f"{path.relative_to(ROOT)} imports {module}"
            assert not within(module, NEVER.get(room, set())), f"{path.relative_to(ROOT)} imports {module}"


def test_datasette_is_no_package_of_ours() -> None:
    """With an __init__.py the folder would shadow the installed package, and everything would break."""
    assert not (ROOT / "datasette" / "__init__.py").exists()
    assert not (ROOT / "tests" / "datasette").exists()


def test_the_standard_library_is_not_shadowed() -> None:
    """A module of ours is always imported by its full name, so only top-level names matter."""
    assert not OURS & set(sys.stdlib_module_names)


@pytest.mark.parametrize("room", MAY)
def test_modules_are_small_and_say_what_they_are(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 250, f"{path.relative_to(ROOT)} is longer than 250 lines"
        if text.strip():
            assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} has no docstring"
