"""The words of our own pages, from words/*.yaml, and how values are written: globals and filters of the templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from jinja2 import Environment
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

WORDS = Path(__file__).parent.parent / "words" / "zh.yaml"


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give the templates `t`, `word` and the filters."""
    words = dict(flat(yaml.safe_load(WORDS.read_text("utf-8"))))

    def t(key: str, **values: object) -> str:
        """The words for a key; an unknown key is a mistake in the template and fails."""
        return words[key].format(**values) if values else words[key]

    def word(group: str, value: object) -> str:
        """The word for a value of the data, or the value itself where there is none."""
        return words.get(f"{group}.{value}", str(value))

    env.globals.update(t=t, word=word)
    env.filters.update(plain=plain, moment=moment)


def flat(tree: dict[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested words as dotted keys."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def plain(value: float | None) -> str:
    """A number without a fraction that says nothing."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def moment(timestamp: str) -> str:
    """YYYYMMDDhhmmss in UTC, for people."""
    day = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    return f"{day} {timestamp[8:10]}:{timestamp[10:12]} UTC"
