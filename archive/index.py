"""The index made again from the WARC files alone, mended after a crash, and other people's WARC files taken in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from pathlib import Path

from archive import search
from archive.database import (
    ADD_IMPORT,
    ADD_LACKING,
    ADD_RUN,
    ADD_SKIP,
    ADD_SNAPSHOT,
    ADD_WATCHED,
    FIRST_LACKING,
    FIRST_SKIP,
    FIRST_SNAPSHOT,
    LAST_IMPORT,
    LAST_RUN,
    LAST_WATCHED,
    NAME,
    connect,
    is_current,
    make,
    transaction,
)
from archive.errors import ArchiveError, Damage, explained
from archive.fixity.checked import damage_at
from archive.readings import replace
from archive.records import Indicator, Skip, Snapshot, Watched
from archive.store import Archive
from archive.warcs.captures import Captures, captures
from archive.warcs.crawled import Crawled
from archive.warcs.destroying import finish
from archive.warcs.importing import place
from archive.warcs.imports import Import
from archive.warcs.lacking import Lacking
from archive.warcs.members import OPEN, SUFFIX, Repair, is_live, repair
from archive.warcs.revisits import resolve_revisits
from archive.warcs.spans import Progress, in_parallel
from archive.warcs.storage import locate, warc_files
from archive.warcs.unpacking import is_wacz, unpacked, warc_files_in
from archive.wide import WideTable, wide_tables
from archive.withheld import hiding

FRESH = {
    "snapshots": (Snapshot, FIRST_SNAPSHOT),
    "skips": (Skip, FIRST_SKIP),
    "sources": (Watched, LAST_WATCHED),
    "runs": (Crawled, LAST_RUN),
    "lacking": (Lacking, FIRST_LACKING),
    "imports": (Import, LAST_IMPORT),
}

NAMESAKES = """
SELECT one.filename, one."offset", one.url,
       'not in the index, which has ' || other.url || ' in ' || other.filename || ' by the same WARC-Record-ID'
FROM temp.fresh_snapshots one JOIN snapshots other USING (id)
WHERE (one.url, one.timestamp) <> (other.url, other.timestamp)
OR one.digest <> other.digest AND one.record <> 'revisit' AND other.record <> 'revisit' ORDER BY 1, 2
"""


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

    file: str  # its own name; in a WACZ, that and the name inside
    filename: str  # its name below warc/
    already: bool  # the same bytes were there before; nothing was done
    snapshots: int
    hidden: int  # of these, what is withheld here
    damage: tuple[Damage, ...]


def rebuild(
    directory: Path, indicators: Sequence[Indicator], progress: Progress | None = None, jobs: int = 1
) -> Indexed:
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
        damage = _gather(db, files, jobs, progress)
        with transaction(db):
            known = {path.name for path in files}
            for path in warc_files(warc):
                if path.name.removesuffix(OPEN) not in known:  # a crawl began meanwhile
                    _keep(db, captures(path))
            _swap(db, indicators)
            damage += [damage_at(*row) for row in db.execute(NAMESAKES)]
            resolve_revisits(db, warc)
            drop_orphans(db, wide_tables(indicators))
            search.rebuild(db)
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


def take_in(archive: Archive) -> None:
    """Index what others left open, but leave it so: who has a share of the index is not the one to close it."""
    for path in sorted(archive.warc.glob(f"*{SUFFIX}{OPEN}")):
        try:
            if not is_live(path):
                with transaction(archive.db):
                    add(archive.db, captures(path))
        except (ArchiveError, FileNotFoundError):
            if path.exists():  # else it was closed meanwhile, and so is in the index of who closed it
                raise


def import_file(archive: Archive, path: Path, origin: str = "") -> Iterator[Imported]:
    """Take in a WARC file of another crawler or archive, or those in a WACZ, and say what became of each."""
    if not is_wacz(path):
        yield _import(archive, path, path.name, origin)
        return
    for name in warc_files_in(path):
        with unpacked(path, name, archive.warc) as copy:
            yield _import(archive, copy, f"{path.name}/{name}", origin)


def _import(archive: Archive, path: Path, file: str, origin: str) -> Imported:
    filename, already, (offset, torn) = place(archive.warc, path, file=file, origin=origin)
    found = captures(locate(archive.warc, filename))
    for one in found.snapshots:
        if (other := archive.snapshot(one.id)) and not _is_same(one, other):
            if not already:
                (archive.warc / filename).unlink()
            raise ArchiveError(
                f"cannot import {file}: what it has of {one.url}, at {one.offset}, bears the WARC-Record-ID of"
                f" another capture, of {other.url} in {other.filename}; nothing of it was taken in"
            )
    with explained("write to", archive.directory / NAME), transaction(archive.db):
        add(archive.db, found)
        resolve_revisits(archive.db, archive.warc)
    left = [Damage(filename=filename, offset=offset, url="", problem=f"of {file} was left behind: {torn}")]
    return Imported(
        file=file,
        filename=filename,
        already=already,
        snapshots=len(found.snapshots),
        hidden=sum(bool(hiding(archive.db, one)) for one in found.snapshots),
        damage=(*found.damage, *(left if torn else ())),
    )


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    """Of a revisit the digest is only known when what it repeats is there."""
    same = (one.url, one.timestamp) == (other.url, other.timestamp)
    return same and ("revisit" in (one.record, other.record) or one.digest == other.digest)


def add(db: sqlite3.Connection, found: Captures) -> None:
    """Index what a file holds; inside a transaction of the caller."""
    db.executemany(ADD_SNAPSHOT, map(astuple, found.snapshots))
    db.executemany(ADD_SKIP, map(astuple, found.skips))
    db.executemany(ADD_WATCHED, map(astuple, found.sources))
    db.executemany(ADD_RUN, map(astuple, found.runs))
    db.executemany(ADD_LACKING, map(astuple, found.lacking))
    db.executemany(ADD_IMPORT, map(astuple, found.imports))


def drop_orphans(db: sqlite3.Connection, tables: Sequence[WideTable]) -> None:
    """Take out the readings of captures that are no longer there."""
    query = "SELECT snapshot FROM readings WHERE part = 0 AND snapshot NOT IN (SELECT id FROM snapshots)"
    for (snapshot,) in db.execute(query).fetchall():
        replace(db, tables, snapshot)


def _gather(db: sqlite3.Connection, files: Sequence[Path], jobs: int, progress: Progress | None) -> list[Damage]:
    """Read all files into temporary tables; other commands may go on meanwhile."""
    for table, (record, _) in FRESH.items():
        columns = ", ".join(f'"{field.name}"' for field in fields(record))
        db.execute(f"CREATE TEMP TABLE fresh_{table} ({columns})")
    damage: list[Damage] = []
    for found in in_parallel(files, jobs, progress):
        damage += found.damage
        db.execute("BEGIN")
        _keep(db, found)
        db.execute("COMMIT")
    return damage


def _keep(db: sqlite3.Connection, found: Captures) -> None:
    for table, (record, _) in FRESH.items():
        names = [field.name for field in fields(record)]
        marks = ", ".join("?" * len(names))
        # astuple copies each value deeply, which took a sixth of the time of a rebuild
        rows = map(attrgetter(*names), getattr(found, table))
        db.executemany(f"INSERT INTO temp.fresh_{table} VALUES ({marks})", rows)


def _swap(db: sqlite3.Connection, indicators: Sequence[Indicator]) -> None:
    if not is_current(db, indicators):
        make(db, indicators)
    for table, (_, conflict) in FRESH.items():
        db.execute(f"DELETE FROM {table}")
        # WHERE true: without it SQLite takes ON CONFLICT for the ON of a join
        db.execute(f"INSERT INTO {table} SELECT * FROM temp.fresh_{table} WHERE true{conflict}")
