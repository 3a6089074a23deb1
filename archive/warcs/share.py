"""A part of the index that goes where the database cannot: SQLite is for one machine, the WARC files are for all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.database import NAME, make, transaction
from archive.errors import explained
from archive.records import Indicator, Source
from archive.store import Archive

LAST = "\U0010ffff"  # sorts behind all that an address begins with
AMONG = "(SELECT value FROM json_each(?))"
WITHHELD = "url IN (SELECT url FROM withholdings)"  # what has their payload is hidden, too


@dataclass(frozen=True, kw_only=True)
class Share:
    """The rows that one piece of work needs, by table."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]


def of_hosts(archive: Archive, sources: Collection[Source], hosts: Collection[str]) -> Share:
    """What it takes to crawl these sources: all that was captured for them, and of these hosts, and how it was read."""
    ids = json.dumps([source.id for source in sources])
    found = _rows(archive, "snapshots", f"source IN {AMONG}", ids)
    for start in (f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")):
        found |= _rows(archive, "snapshots", "url BETWEEN ? AND ?", start, start + LAST)
    found |= _rows(archive, "snapshots", WITHHELD)
    urls = sorted({row[1] for row in found.values()})
    read = _rows(archive, "readings", f"snapshot IN {AMONG}", json.dumps([*found]), key=2)
    return Share(
        rows={
            "snapshots": [*found.values()],
            "readings": [*read.values()],
            "lacking": [*_rows(archive, "lacking", f"url IN {AMONG}", json.dumps(urls), key=2).values()],
            "sources": [*_rows(archive, "sources", f"id IN {AMONG}", ids).values()],
            "skips": [*_rows(archive, "skips", f"source IN {AMONG}", ids, key=2).values()],
            "withholdings": _withholdings(archive),
        }
    )


@contextmanager
def opened(directory: Path, indicators: Sequence[Indicator], share: Share) -> Iterator[Archive]:
    """The archive as far as a share of its index tells; what is added to that is gone in the end, but for the WARCs."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with transaction(db):
            make(db, indicators)
            for table, rows in share.rows.items():
                for row in rows:
                    db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        yield Archive(directory, db, indicators)


def _withholdings(archive: Archive) -> list[tuple[Any, ...]]:
    return [*_rows(archive, "withholdings", "true").values()]


def _rows(archive: Archive, table: str, where: str, *values: object, key: int = 1) -> dict[Any, tuple[Any, ...]]:
    """By their primary key, which is in the first columns."""
    with explained("read", archive.directory / NAME):
        rows = archive.db.execute(f"SELECT * FROM {table} WHERE {where}", values)
        return {row[0] if key == 1 else row[:key]: row for row in rows}
