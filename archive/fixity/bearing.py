"""What a damaged record means: what else holds the same payload, and what was read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.errors import Damage, explained
from archive.fixity.examine import sound
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.members import member_at
from archive.warcs.storage import locate

TRIED = 20  # copies that are tried until some are whole
TOLD = 5
READ = """
SELECT organ, year, title, EXISTS (SELECT 1 FROM reports p WHERE p.snapshot = r.snapshot AND p.part = r.part) AS current
FROM readings r WHERE snapshot = ? AND kind = 'report' ORDER BY part
"""


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """What hangs on one damaged record; all empty where it is no capture in the index."""

    snapshot: str = ""
    copies: tuple[str, ...] = ()  # other captures of the same payload that are whole: so nothing is lost
    revisits: int = 0  # captures that say: unchanged since this one, or since a copy of it
    reports: tuple[str, ...] = ()  # what was read from it; those that the pages show with a *


def bearing(archive: Archive, damage: Damage) -> Bearing:
    """Look what rests on the record at that place."""
    row = next(iter(archive.captured_in(damage.filename, damage.offset, damage.offset + 1)), None)
    if row is None:
        return Bearing()
    others = [one for one in archive.alike(row) if one.id != row.id]
    copies = [one for one in others if one.record != "revisit"][:TRIED]
    whole = [one.id for one in copies if _is_whole(archive, one)]
    return Bearing(
        snapshot=row.id,
        copies=tuple(whole[:TOLD]),
        revisits=sum(one.record == "revisit" for one in others),
        reports=tuple(map(_told, archive.db.execute(READ, (row.id,)))),
    )


def _told(row: tuple[Any, ...]) -> str:
    organ, year, title, current = row
    return f"{organ or title} {year or ''}".strip() + ("*" if current else "")


def _is_whole(archive: Archive, snapshot: Snapshot) -> bool:
    path = locate(archive.warc, snapshot.filename)
    if not path.exists():
        return False
    with explained("read", path), path.open("rb") as file:
        return sound(member_at(file, snapshot.offset), snapshot) is not None
