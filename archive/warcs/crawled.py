"""How a crawl went, source by source: a row of the archive that a rebuild finds again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

LARGEST = 2**63 - 1  # that SQLite takes; the file may be of anybody


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """What came of one source in one crawl."""

    source: str  # Source.id
    started: str  # UTC, YYYYMMDDhhmmss, when the crawl began, which reads all its sources side by side
    ended: str  # UTC, YYYYMMDDhhmmss
    pages: int = 0  # list pages that brought rows
    rows: int = 0  # lines of the lists, each address once
    expected: int = 0  # rows that the portal says there are; 0 where it does not say
    had: int = 0  # of these
    seen: int = 0  # pages that may be reports and are in the archive
    new: int = 0  # of them that no crawl had before
    blocked: int = 0  # answers that were walls
    errors: int = 0  # addresses that could not be had
    captured: int = 0  # exchanges that went over the network
    family: str = ""  # platforms that the lists were read by, joined by blanks
    # complete, incomplete (have, expected) or (what was used up), why the crawl was stopped; "" where nobody says
    completeness: str = ""
    stopped: str = ""  # why the crawl ended before this source was through, "" if it did not
    failed: str = ""  # why the column could not be read, or no more of it, "" if it could


def crawled(notes: Mapping[str, Any], ended: str) -> Crawled:
    """What a record says; it was written when the crawl ended."""
    found: dict[str, Any] = {"source": "", "started": ""}
    for field in fields(Crawled):
        value = notes.get(field.name)
        number = isinstance(value, int) and 0 <= value <= LARGEST
        if number if field.default == 0 else isinstance(value, str):
            found[field.name] = value
    return Crawled(**found | {"ended": ended})
