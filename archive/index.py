"""The index made again from the WARC files alone, mended after a crash, and other people's WARC files taken in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from functools import partial
from itertools import accumulate
from pathlib import Path

from archive.captures import Captures, captures
from archive.database import (
    ADD_SKIP,
    ADD_SNAPSHOT,
    ADD_WATCHED,
    FIRST_SKIP,
    FIRST_SNAPSHOT,
    LAST_WATCHED,
    NAME,
    connect,
    is_current,
    make,
    transaction,
)
from archive.destroying import finish
from archive.errors import ArchiveError, explained
from archive.importing import place
from archive.members import OPEN, SUFFIX, Repair, repair, warc_files
from archive.readings import recompute_report, reports_of, take_out
from archive.record import read
from archive.records import Damage, Indicator, Skip, Snapshot, Watched
from archive.store import Archive
from archive.wide import WideTable, wide_tables

Progress = Callable[[int, int], None]  # bytes done, bytes in all

FRESH = {
    "snapshots": (Snapshot, FIRST_SNAPSHOT),
    "skips": (Skip, FIRST_SKIP),
    "sources": (Watched, LAST_WATCHED),
}


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """What a rebuild found."""

    files: int
    snapshots: int
    skips: int
    damage: tuple[Damage, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of one foreign WARC file."""

    filename: str  # its name below warc/
    already: bool  # the same bytes were there before; nothing was done
    snapshots: int
    damage: tuple[Damage, ...]


def rebuild(directory: Path, indicators: Sequence[Indicator], progress: Progress | None = None) -> Indexed:
    """Make snapshots and skips again from the WARC files; readings stay if their capture does.

    Whenever it is killed, the database is as it was.
    """
    warc = directory / "warc"
    if not warc.is_dir():
        raise ArchiveError(f"{directory} is not an archive: there is no warc/ in it; `nianbao crawl` makes one")
    finish(directory)
    repairs = repair(warc)
    for path in warc.glob(f"*{SUFFIX}{OPEN}"):
        raise ArchiveError(f"{path} is being written to: let that crawl finish, then run `nianbao index` again")
    with explained("rebuild", directory / NAME), closing(connect(directory / NAME)) as db:
        files = warc_files(warc)
        damage = _gather(db, files, progress)
        with transaction(db):
            known = {path.name for path in files}
            for path in warc_files(warc):
                if path.name.removesuffix(OPEN) not in known:  # a crawl began meanwhile
                    _keep(db, captures(path))
            _swap(db, indicators)
            resolve_revisits(db, warc)
            drop_orphans(db, wide_tables(indicators))
        return Indexed(
            files=len(files),
            snapshots=db.execute("SELECT count(*) FROM snapshots").fetchone()[0],
            skips=db.execute("SELECT count(*) FROM skips").fetchone()[0],
            damage=tuple(damage),
            repairs=tuple(repairs),
        )


def recover(archive: Archive) -> list[Repair]:
    """Close what a crash left open and index what it had written; run it before a crawl begins."""

    def indexed(path: Path, done: Repair) -> None:
        with explained("write to", archive.directory / NAME), transaction(archive.db):
            # after a power cut the index may know records that never reached the disk
            archive.db.execute(
                'DELETE FROM snapshots WHERE filename = ? AND "offset" + length > ?', (done.filename, done.kept)
            )
            add(archive.db, captures(path))
            drop_orphans(archive.db, archive.tables)

    return repair(archive.warc, indexed)


def import_warc(archive: Archive, path: Path) -> Imported:
    """Copy a WARC file of another crawler, or of another archive, into this one and index it."""
    filename, already = place(archive.warc, path)
    found = captures(archive.warc / filename)
    with explained("write to", archive.directory / NAME), transaction(archive.db):
        add(archive.db, found)
        resolve_revisits(archive.db, archive.warc)
    return Imported(filename=filename, already=already, snapshots=len(found.snapshots), damage=tuple(found.damage))


def add(db: sqlite3.Connection, found: Captures) -> None:
    """Index what a file holds; inside a transaction of the caller."""
    db.executemany(ADD_SNAPSHOT, map(astuple, found.snapshots))
    db.executemany(ADD_SKIP, map(astuple, found.skips))
    db.executemany(ADD_WATCHED, map(astuple, found.sources))


def resolve_revisits(db: sqlite3.Connection, warc: Path) -> None:
    """Give revisits of other crawlers our digest, by the captures that they refer to."""
    unresolved = db.execute(
        "SELECT id, filename, \"offset\", length FROM snapshots WHERE record = 'revisit' AND digest NOT LIKE 'sha256:%'"
    ).fetchall()
    for id, *where in unresolved:
        revisit = read(warc, *where)
        url = revisit.header("WARC-Refers-To-Target-URI") or revisit.url
        originals = db.execute(
            "SELECT digest, filename, \"offset\", length FROM snapshots WHERE url = ? AND record = 'response'"
            " ORDER BY timestamp, id",
            (url,),
        ).fetchall()
        for digest, *place_of_original in originals:
            if read(warc, *place_of_original).header("WARC-Payload-Digest") == revisit.header("WARC-Payload-Digest"):
                db.execute("UPDATE snapshots SET digest = ? WHERE id = ?", (digest, id))
                break


def drop_orphans(db: sqlite3.Connection, tables: Sequence[WideTable]) -> None:
    """Take out the readings of captures that are no longer there."""
    query = "SELECT snapshot FROM readings WHERE part = 0 AND snapshot NOT IN (SELECT id FROM snapshots)"
    for (snapshot,) in db.execute(query).fetchall():
        reports = reports_of(db, snapshot)
        take_out(db, tables, snapshot)
        for report in reports:
            recompute_report(db, tables, *report)


def _gather(db: sqlite3.Connection, files: Sequence[Path], progress: Progress | None) -> list[Damage]:
    """Read all files into temporary tables; other commands may go on meanwhile."""
    for table, (record, _) in FRESH.items():
        columns = ", ".join(f'"{field.name}"' for field in fields(record))
        db.execute(f"CREATE TEMP TABLE fresh_{table} ({columns})")
    sizes = [path.stat().st_size for path in files]
    damage: list[Damage] = []
    for path, before in zip(files, accumulate(sizes, initial=0), strict=False):
        found = captures(path, partial(_report, progress, sum(sizes), before))
        damage += found.damage
        db.execute("BEGIN")
        _keep(db, found)
        db.execute("COMMIT")
    _report(progress, sum(sizes), sum(sizes), 0)
    return damage


def _report(progress: Progress | None, total: int, before: int, offset: int) -> None:
    if progress:
        progress(before + offset, total)


def _keep(db: sqlite3.Connection, found: Captures) -> None:
    for table, rows in (("snapshots", found.snapshots), ("skips", found.skips), ("sources", found.sources)):
        marks = ", ".join("?" * len(fields(FRESH[table][0])))
        db.executemany(f"INSERT INTO temp.fresh_{table} VALUES ({marks})", map(astuple, rows))


def _swap(db: sqlite3.Connection, indicators: Sequence[Indicator]) -> None:
    if not is_current(db, indicators):
        make(db, indicators)
    for table, (_, conflict) in FRESH.items():
        db.execute(f"DELETE FROM {table}")
        # WHERE true: without it SQLite takes ON CONFLICT for the ON of a join
        db.execute(f"INSERT INTO {table} SELECT * FROM temp.fresh_{table} WHERE true{conflict}")
