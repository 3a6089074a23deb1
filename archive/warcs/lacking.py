"""What was served in place of a page that a portal lacks: a row of the archive that a rebuild finds again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.records import Snapshot


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """A payload that is no page of that address: whatever capture of it has this payload."""

    url: str  # as in Snapshot, and so are the next two
    digest: str
    timestamp: str
    alike: str  # the address that gave the same without having a page either


def lacking(url: str, notes: Mapping[str, Any], timestamp: str) -> Lacking:
    """What a record says."""
    told = {name: value if isinstance(value := notes.get(name), str) else "" for name in ("digest", "alike")}
    return Lacking(url=url, timestamp=timestamp, **told)


def lacked(db: sqlite3.Connection, snapshot: Snapshot) -> str:
    """The address that gave the same as a capture without having a page; "" if it is a page, as far as is known."""
    query = "SELECT alike FROM lacking WHERE url = ? AND digest = ?"
    row = db.execute(query, (snapshot.url, snapshot.digest)).fetchone()
    return str(row[0]) if row else ""
