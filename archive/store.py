"""The archive directory: WARC files, which are the truth, and nianbao.db, which is made from them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, fields
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any

from archive import readings, wide
from archive.database import (
    ADD_SKIP,
    ADD_SNAPSHOT,
    ADD_WATCHED,
    NAME,
    REBUILD,
    connect,
    connect_readonly,
    indicators_in,
    is_empty,
    make,
    prepare,
    refuse_other,
    transaction,
)
from archive.errors import ArchiveError, Withheld, explained
from archive.records import Fact, Indicator, Parsed, Role, Skip, Snapshot, Watched
from archive.rows import Rows, rows_of
from archive.warcs.destroying import destroyed, finish
from archive.warcs.payload import Exchange, dechunked
from archive.warcs.record import Record, read
from archive.warcs.storage import address
from archive.warcs.warc import clean
from archive.withheld import HUSH, hiding

__all__ = ["Archive", "ArchiveError"]

# What was not read for a reason outside the capture: it is tried again.
TRY_AGAIN = ("reader_missing", "damaged_record")


class Archive:
    """An archive that is open; close it, or use it in a `with` statement."""

    def __init__(self, directory: Path, db: sqlite3.Connection, indicators: Sequence[Indicator]) -> None:
        self.directory = directory
        self.db = db
        self.tables = wide.wide_tables(indicators)

    @classmethod
    def open(cls, directory: Path, indicators: Sequence[Indicator]) -> Archive:
        """Open for reading and writing; an archive is made where there is none."""
        prepare(directory)
        finish(directory)
        path = directory / NAME
        if not path.exists() and (any((directory / "warc").iterdir()) or address(directory / "warc")):
            raise ArchiveError(f"{path} is missing; {REBUILD}")
        with explained("open", path):
            db = connect(path)
            try:
                if is_empty(db):
                    with transaction(db):
                        if is_empty(db):  # still: another process may have been quicker
                            make(db, indicators)
                refuse_other(db, path, indicators)
            except BaseException:
                db.close()
                raise
        return cls(directory, db, indicators)

    @classmethod
    def open_readonly(cls, directory: Path) -> Archive:
        """Open for reading alone; the forms are those that the database was made for."""
        path = directory / NAME
        if not path.exists():
            if (directory / "warc").is_dir():
                raise ArchiveError(f"{path} is missing; {REBUILD}")
            raise ArchiveError(f"{directory} is not an archive: there is no {NAME} in it; `nianbao crawl` makes one")
        with explained("open", path):
            db = connect_readonly(path)
            try:
                return cls(directory, db, indicators_in(db))
            except BaseException:
                db.close()
                raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    @property
    def warc(self) -> Path:
        """Where the WARC files are."""
        return self.directory / "warc"

    def add(self, snapshot: Snapshot) -> None:
        """Index a capture that is in its WARC file; committed at once, twice is once."""
        with explained("write to", self.directory / NAME):
            self.db.execute(ADD_SNAPSHOT, tuple(vars(snapshot).values()))

    def add_skip(self, skip: Skip) -> None:
        """Index an address that was not asked for, without its words if it is withheld; the first time counts."""
        with explained("write to", self.directory / NAME):
            self.db.execute(ADD_SKIP, astuple(skip))
            self.db.execute(f"{HUSH} AND url = ?", (skip.url,))

    def add_watched(self, source: Watched) -> None:
        """Index what the registry says of a source; the last time counts."""
        with explained("write to", self.directory / NAME):
            self.db.execute(ADD_WATCHED, astuple(source))

    def latest(self, url: str, query: str = "", *, rendered: bool = False, **alike: object) -> Snapshot | None:
        """The newest answer of an address to that query (of those with such values), or what a browser made of it."""
        newest = 'ORDER BY timestamp DESC, filename DESC, "offset" DESC'
        where = "url = ? AND query = ? AND (record = 'resource') = ?" + "".join(f" AND {name} = ?" for name in alike)
        return self._first(f"{where} {newest}", clean(url), query, rendered, *alike.values())

    def snapshot(self, id: str) -> Snapshot | None:
        """One capture by its name."""
        return self._first("id = ?", id)

    def body(self, snapshot: Snapshot) -> bytes:
        """The decoded payload, as long as it is the one that was captured."""
        record = self.stored(snapshot)
        payload = record.payload
        if "sha256:" + hashlib.sha256(payload).hexdigest() != snapshot.digest:
            place = f"{self.warc / snapshot.filename} at {snapshot.offset}"
            raise ArchiveError(f"{snapshot.url} is not what was captured, in {place}; run `nianbao verify`")
        return payload

    def named_by(self, url: str, role: Role) -> list[Snapshot]:
        """The good captures of what a page named for such a use, the oldest first."""
        # in words, for its index is of this role alone
        return self._select(f"role = '{role}' AND via = ? AND status = 200 ORDER BY timestamp, id", url)

    def exchange(self, snapshot: Snapshot) -> Exchange:
        """What the server answered; a 304 gives the answer that it confirmed."""
        stored = self.stored(snapshot)
        told = self.own(snapshot) if snapshot.record == "revisit" and snapshot.status != 304 else stored
        # The original may have been packed in another way: then its headers go with its body.
        alike = told.encoding == stored.encoding and told.url == stored.url
        headers = (told if alike else stored).http.headers
        return Exchange(
            status=told.http.status,
            reason=told.http.reason,
            headers=[(name, value) for name, value in headers if name.lower() != "transfer-encoding"],
            body=dechunked(stored.http.headers, stored.http.body),
        )

    def captured_in(self, filename: str, start: int = 0, end: int | None = None) -> list[Snapshot]:
        """The captures that a WARC file, or a piece of it, holds by the index."""
        where = 'filename = ?1 AND "offset" >= ?2 AND ("offset" < ?3 OR ?3 IS NULL) ORDER BY "offset"'
        return self._select(where, filename, start, end)

    def alike(self, snapshot: Snapshot) -> list[Snapshot]:
        """The captures of the same payload, itself among them."""
        return self._select("digest = ? ORDER BY timestamp, id", snapshot.digest)

    def unparsed(self, version: str, *, everything: bool = False) -> list[Snapshot]:
        """Captures that may be reports and have no reading of that version, or one to try again; or `everything`."""
        return self._select(
            "role IN ('article', 'attachment') AND record <> 'revisit' AND status = 200"
            " AND id NOT IN (SELECT snapshot FROM withheld) AND (? OR NOT EXISTS"
            " (SELECT 1 FROM readings WHERE snapshot = snapshots.id AND version = ?) OR EXISTS"
            " (SELECT 1 FROM readings JOIN findings USING (snapshot, part)"
            " WHERE snapshot = snapshots.id AND rule IN (?, ?)) OR EXISTS (SELECT 1 FROM lacking l JOIN readings r"
            " ON r.snapshot = snapshots.id WHERE (l.url, l.digest) = (snapshots.url, snapshots.digest)"
            " AND kind <> 'soft_404'))"
            " ORDER BY timestamp, id",
            *(everything, version, *TRY_AGAIN),
        )

    def replace_parsed(self, snapshot: Snapshot, parsed: Parsed) -> None:
        """Take the old readings of a capture out, put the new ones in, choose its reports' current readings again."""
        self.replace_rows(rows_of(self.tables, snapshot.id, parsed))

    def replace_rows(self, rows: Rows) -> None:
        """The same, with what another process made of a reading."""
        with explained("write to", self.directory / NAME), transaction(self.db):
            readings.replace(self.db, self.tables, rows.snapshot, rows)

    def facts(self, id: str, part: int = 0) -> list[Fact]:
        """The facts of one reading of a capture, with their squares, in the order of the form."""
        return wide.facts(self.db, self.tables, id, part)

    def stored(self, snapshot: Snapshot) -> Record:
        """The record that holds the payload."""
        return self.own(self.holder(snapshot))

    def holder(self, snapshot: Snapshot) -> Snapshot:
        """The capture that holds the payload: itself, or for a revisit an earlier one; none if it is withheld."""
        with explained("read", self.directory / NAME):
            for one in hiding(self.db, snapshot)[:1]:
                raise Withheld(snapshot.url, act=one.act, at=one.at, reason=one.reason)
        holder = self.original(snapshot) if snapshot.record == "revisit" else snapshot
        if holder is None:
            raise ArchiveError(f"{snapshot.url}: the capture that it repeats is not here; import its WARC file")
        return holder

    def original(self, revisit: Snapshot) -> Snapshot | None:
        """The newest capture before it of the same payload: of its own address, or else of any."""
        return self._first(
            "digest = ? AND record = 'response' ORDER BY url = ? DESC, query = ? DESC,"
            ' (timestamp < ? OR timestamp = ? AND (filename <> ? OR "offset" < ?)) DESC,'
            ' timestamp DESC, filename DESC, "offset" DESC',
            *attrgetter("digest", "url", "query", "timestamp", "timestamp", "filename", "offset")(revisit),
        )

    def own(self, snapshot: Snapshot) -> Record:
        """The record of a capture itself; the database is not asked."""
        record = read(self.warc, snapshot.filename, snapshot.offset, snapshot.length)
        if notes := destroyed(record):
            raise Withheld(snapshot.url, act="destroyed", at=notes["at"], reason=notes["reason"])
        return record

    def _first(self, where: str, *values: object) -> Snapshot | None:
        return next(iter(self._select(f"{where} LIMIT 1", *values)), None)

    def _select(self, where: str, *values: object) -> list[Snapshot]:
        with explained("read", self.directory / NAME):
            return [snapshot_of(row) for row in self.db.execute(f"SELECT * FROM snapshots WHERE {where}", values)]


def snapshot_of(row: Sequence[Any]) -> Snapshot:
    """A row of the table."""
    values = dict(zip((field.name for field in fields(Snapshot)), row, strict=True))
    return Snapshot(**values | {"truncated": bool(values["truncated"])})
