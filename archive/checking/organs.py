"""The organs of an archive with all that is known of them by year; what the ledger is made of."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.checking.duty import organ_kind

Row = Mapping[str, Any]

FOUND = """
SELECT p.organ, p.division, p.year, coalesce(p.published, '') AS published, r.published_by, p.numbers, p.blanks,
       p.snapshot, p.part, p.source, f.timestamp AS first_seen, f.source AS first_source, f.list_date, f.modified,
       coalesce((SELECT CASE WHEN min(a.timestamp) >= substr(f.timestamp, 1, 8) THEN a.via END FROM snapshots a
                 WHERE f.role = 'attachment' AND a.url = f.via), f.via) AS via, -- the list page that named its article
       (SELECT kind FROM events e INDEXED BY events_report -- not by the one that gives their order
        WHERE e.organ = p.organ AND e.year = p.year AND e.division = p.division
        AND kind IN ('removed', 'blocked', 'restored') ORDER BY at DESC, key LIMIT 1) AS fate,
       p.numbers + p.blanks = 0 AND EXISTS (SELECT 1 FROM findings u WHERE u.snapshot = p.snapshot AND u.part = p.part
        AND u.rule IN ('unread_picture', 'reader_missing')) AS unread
FROM reports p JOIN readings r USING (snapshot, part)
LEFT JOIN events e ON e.organ = p.organ AND e.year = p.year AND e.division = p.division AND e.kind = 'published'
LEFT JOIN snapshots f ON f.id = e.after
{} ORDER BY p.organ, p.division, p.year
"""
AMONG = "WHERE p.organ IN (SELECT value FROM json_each(?))"
AND_AMONG = "AND r.organ IN (SELECT value FROM json_each(?))"
# Pages that name a report which could not be read: pictures without a reader, a file that is broken.
UNREAD_KINDS = "('image_only', 'attachment_only', 'unreadable')"
UNREAD = f"""
SELECT r.organ, r.division, r.year, r.snapshot, r.part, s.source, s.timestamp AS first_seen, s.list_date, s.modified
FROM readings r JOIN snapshots s ON s.id = r.snapshot
WHERE r.kind IN {UNREAD_KINDS} AND r.organ <> '' AND r.year IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM reports p WHERE p.organ = r.organ AND p.year = r.year) {{}}
ORDER BY s.timestamp DESC, s.id DESC, r.part DESC
"""
OF_DIVISIONS = "SELECT organ, division, year FROM json_each(?) one CROSS JOIN reports ON division = one.value"
OF_SOURCES = """
SELECT source, year, organ FROM json_each(?) one CROSS JOIN reports ON source = one.value
ORDER BY source, organ, year, division
"""
SOURCES = "SELECT id, organ, division, since, lacks FROM sources ORDER BY id"


@dataclass(kw_only=True)
class Organ:
    """One organ, and what is known of it by year."""

    name: str
    division: str
    reports: dict[int, Row] = field(default_factory=dict)
    unread: dict[int, Row] = field(default_factory=dict)
    registered: list[Row] = field(default_factory=list)  # sources whose organ it is

    @property
    def kind(self) -> str:
        """What the law says of it."""
        return organ_kind(self.name)

    @property
    def sources(self) -> list[str]:
        """Where its next report would be seen: where its newest one was, and in its own columns."""
        newest = [self.reports[max(self.reports)]["source"]] if self.reports else []
        return sorted({*newest, *(row["id"] for row in self.registered)})

    @property
    def watched(self) -> set[str]:
        """Sources that say how well anybody looked for its reports."""
        return {
            *self.sources,
            *(row.get("first_source") or "" for row in (*self.reports.values(), *self.unread.values())),
        }


@dataclass(frozen=True, kw_only=True)
class Peers:
    """How many organs there are, and how many of them published; by division and kind."""

    known: Mapping[tuple[str, str], int]
    published: Mapping[tuple[str, str, int], int]
    columns: Mapping[str, Mapping[int, Sequence[str]]]  # source -> year -> names of the organs that have a report in it


def organs(db: sqlite3.Connection, names: Collection[str] | None = None) -> list[Organ]:
    """Every organ of these names, or of any, that has a report, names one, or stands in the registry."""
    found: dict[str, dict[str, Organ]] = defaultdict(dict)
    among = [json.dumps(sorted(names), ensure_ascii=False)] if names is not None else []
    for row in rows(db, FOUND.format(AMONG if among else ""), *among):
        _known(found, row)[row["division"]].reports[row["year"]] = row
    for row in rows(db, UNREAD.format(AND_AMONG if among else ""), *among):
        _same(found, row).unread.setdefault(row["year"], row)
    for row in rows(db, SOURCES):
        if names is None or row["organ"] in names:
            _same(found, row).registered.append(row)
    return [organ for same in found.values() for organ in same.values()]


def peers(db: sqlite3.Connection, sources: Collection[str], divisions: Collection[str]) -> Peers:
    """The counts over all organs of these divisions that have a report, and the names in these columns."""
    found = db.execute(OF_DIVISIONS, (json.dumps([*divisions]),)).fetchall()
    kinds: dict[str, str] = {organ: organ_kind(organ) for organ, *_ in found}
    known = Counter((division, kinds[organ]) for organ, division in {(row[0], row[1]) for row in found})
    published = Counter((division, kinds[organ], year) for organ, division, year in found)
    columns: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for source, year, organ in db.execute(OF_SOURCES, (json.dumps([*sources], ensure_ascii=False),)):
        columns[source].setdefault(year, []).append(organ)
    return Peers(known=known, published=published, columns=columns)


def rows(db: sqlite3.Connection, query: str, *values: object) -> Iterator[Row]:
    """The rows of a query by the names of their columns."""
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _known(found: dict[str, dict[str, Organ]], row: Row) -> dict[str, Organ]:
    same = found[row["organ"]]
    if row["division"] not in same:
        same[row["division"]] = Organ(name=row["organ"], division=row["division"])
    return same


def _same(found: dict[str, dict[str, Organ]], row: Row) -> Organ:
    """The organ that a row speaks of; where one of both names no division, the only one of that name."""
    same = found[row["organ"]]
    only = next(iter(same.values())) if len(same) == 1 else None
    if only and row["division"] not in same and "" in (row["division"], only.division):
        return only
    return _known(found, row)[row["division"]]
