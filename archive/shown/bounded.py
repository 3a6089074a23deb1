"""What one step of a query may cost: SQLite looks at its time limit between steps, never inside one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

# Bytes of one value or row; the text of the longest reports has some hundred thousand characters of three bytes.
LONGEST = 4_000_000
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,  # bytes, tried at every place; the longest names of organs have 150
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,  # the view of all facts has 260,000
}


def bound(db: sqlite3.Connection) -> None:
    """Limits for a connection of strangers, and functions of SQLite's that compare every pair of signs replaced."""
    for limit, most in LIMITS.items():
        db.setlimit(limit, most)
    db.create_function("instr", 2, _instr, deterministic=True)
    db.create_function("replace", 3, _replace, deterministic=True)
    for name, left, right in (("ltrim", True, False), ("rtrim", False, True), ("trim", True, True)):
        db.create_function(name, 2, _trim(left, right), deterministic=True)
    db.create_function("json_patch", 2, _refused)


def _instr(text: Any, wanted: Any) -> int | None:
    if text is None or wanted is None:
        return None
    if isinstance(text, bytes) and isinstance(wanted, bytes):
        return text.find(wanted) + 1
    return _text(text).find(_text(wanted)) + 1


def _replace(text: Any, old: Any, new: Any) -> Any:
    if text is None or old is None:
        return None
    said, gone = _text(text), _text(old)
    if not gone:
        return said if isinstance(text, bytes) else text
    if new is None:
        return None
    longer = len(_text(new)) - len(gone)
    if longer > 0 and len(said) + said.count(gone) * longer > LONGEST:
        raise OverflowError  # "string or blob too big", as SQLite says it
    return said.replace(gone, _text(new))


def _trim(left: bool, right: bool) -> Callable[[Any, Any], str | None]:
    def trimmed(text: Any, signs: Any) -> str | None:
        if text is None or signs is None:
            return None
        said, among = _text(text), set(_text(signs))
        said = said[_run(said, among) :] if left else said
        return said[: len(said) - _run(said[::-1], among)] if right else said

    return trimmed


def _run(text: str, among: set[str]) -> int:
    return next((place for place, sign in enumerate(text) if sign not in among), len(text))


def _refused(*_: Any) -> None:
    raise ValueError  # every key of the one is compared with every key of the other


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
