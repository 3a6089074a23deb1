"""How an address stands: what it gave when it was last asked, and since when it has given that."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Literal, NamedTuple

from archive.checking.histories import moment
from archive.checking.looks import GONE, MOVED
from archive.records import Snapshot

# report: what was read as one, may be part of one or was not read yet; other: certainly none; gone: not found, or moved
# elsewhere; trouble: an answer that says nothing of the page, or breaks off.
Kind = Literal["report", "other", "gone", "trouble"]

NO_REPORT = ("variant", "notice", "other_report", "list", "other")
LACKING = ("soft_404", "empty")
AHEAD = timedelta(days=1)  # what was captured later than this was captured by a clock that is wrong

CAPTURES = """
SELECT s.timestamp, s.status, s.record, s.truncated, s.digest,
       (SELECT kind FROM readings r WHERE r.snapshot = s.id AND r.part = 0) AS kind,
       (SELECT version FROM readings r WHERE r.snapshot = s.id AND r.part = 0) AS version,
       (SELECT group_concat(content) FROM readings r WHERE r.snapshot = s.id) AS content
FROM snapshots s WHERE s.url = ? AND s.query = ? AND s.timestamp <= ?
ORDER BY s.timestamp, s.filename, s."offset"
"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What an address is known to give."""

    kind: Kind
    since: datetime  # of the first capture that gave this
    seen: datetime  # of the last capture


class Sight(NamedTuple):
    """What one capture gave; of a page that was not read, kind, version and content are ""."""

    at: str  # UTC, YYYYMMDDhhmmss
    gives: str  # page, trouble, or what says that the page is gone
    kind: str = ""  # as in readings, and so are those that follow
    version: str = ""
    content: str = ""


def stands(db: sqlite3.Connection, url: str, now: datetime, query: str = "") -> Standing | None:
    """How an address stands now, asked with that query; None if it was never captured."""
    rows = db.execute(CAPTURES, (url, query, f"{now + AHEAD:%Y%m%d%H%M%S}")).fetchall()
    # an answer of which a browser made a page says nothing itself
    rows = [row for row, after in zip_longest(rows, rows[1:]) if after is None or after[2] != "resource"]
    read = {row[4]: row[5:] for row in rows if row[5] is not None}  # an unchanged capture has no reading of its own
    return told([_sight(row[:4], read.get(row[4], ("", "", ""))) for row in rows])


def told(sights: Sequence[Sight]) -> Standing | None:
    """How an address stands after these captures, in order of time."""
    if not sights:
        return None
    last = sights[-1]
    # a portal that was down for a day changed nothing
    run = [sight for sight in sights if last.gives == "trouble" or sight.gives != "trouble"]
    first, kind = last, ""
    known: dict[str, str] = {}  # only what the same parser read can be compared
    for sight in reversed(run):
        if sight.gives != last.gives or known.setdefault(sight.version, sight.content) != sight.content:
            break
        first, kind = sight, kind or sight.kind
    return Standing(kind=_kind(last.gives, kind), since=_time(first.at), seen=_time(last.at))


def is_confirmation(snapshot: Snapshot) -> bool:
    """Whether it is a 304 that was believed; one that nobody had asked for is kept as it came."""
    return snapshot.status == 304 and snapshot.record == "revisit"


def _sight(capture: tuple[str, int, str, int], reading: tuple[str, str, str]) -> Sight:
    at, status, record, truncated = capture
    kind = reading[0]
    if status in GONE or status in MOVED:
        return Sight(at, str(status))
    if kind in LACKING:
        return Sight(at, kind)
    whole = status == 200 or (status == 304 and record == "revisit")
    if not whole or truncated or kind == "blocked":
        return Sight(at, "trouble")
    return Sight(at, "page", *reading)


def _kind(gives: str, kind: str) -> Kind:
    if gives == "trouble":
        return "trouble"
    if gives != "page":
        return "gone"
    return "other" if kind in NO_REPORT else "report"


def _time(timestamp: str) -> datetime:
    return moment(timestamp).replace(tzinfo=UTC)
