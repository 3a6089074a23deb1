"""The pages of the offline edition as they go into a release: scripts, styles, words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]

from commands.showing import HOUSE

ROOM = HOUSE / "datasette"
STYLES = ("nianbao.css", "search.css", "versions.css")  # as the server's pages look
LANGUAGES = ("zh", "en")


def pages() -> dict[str, bytes]:
    """Name below offline/ -> file."""
    own = ROOM / "offline"
    found = {path.relative_to(own).as_posix(): path.read_bytes() for path in sorted(own.rglob("*")) if path.is_file()}
    found |= {name: (ROOM / "static" / name).read_bytes() for name in STYLES}
    for language in LANGUAGES:
        text = json.dumps(words(language), ensure_ascii=False, separators=(",", ":"))
        found[f"words-{language}.json"] = text.encode()
    return found


def words(language: str) -> dict[str, str]:
    """Dotted key -> words."""
    found: dict[str, str] = {}
    for path in sorted((ROOM / "words" / language).glob("*.yaml")):
        found |= dict(_flat(yaml.safe_load(path.read_text("utf-8"))))
    return found


def _flat(tree: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
