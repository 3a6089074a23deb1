"""nianbao.db: how it is made, opened and recognised."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, fields
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from sqlite_utils import Database

from archive.checking.stale import ddl as stale_ddl
from archive.checking.striking import ddl as striking_ddl
from archive.errors import ArchiveError, explained
from archive.records import Indicator, Skip, Snapshot, Watched
from archive.search import ddl as search_ddl
from archive.warcs.crawled import Crawled
from archive.warcs.imports import Import
from archive.warcs.lacking import Lacking
from archive.wide import ddl, wide_tables

NAME = "nianbao.db"
REBUILD = "run `nianbao index`: it is made again from the WARC files"
SCHEMA = Path(__file__).with_name("schema.sql")
# What may stand in a directory that is to become an archive.
OURS = {"warc", NAME, f"{NAME}-wal", f"{NAME}-shm", "reviews.jsonl", "withheld.jsonl", "verified.jsonl", "exports"}
OURS |= {"manifest", "manifest.signed", "manifest.sig", "manifest.pub", "warc.url", "lost+found"}
CHECKPOINT = 4000  # pages (16 MB) of the log until they go into the database, which waits for the disk twice
WAIT = 60.0  # seconds for another command's transaction to end


def _keep(
    record: type[Snapshot | Skip | Watched | Crawled | Import | Lacking],
    key: Sequence[str],
    order: Sequence[str],
    better: str = "<",
) -> str:
    columns = ", ".join(f'"{field.name}" = excluded."{field.name}"' for field in fields(record))
    old, new = (", ".join(f'{prefix}"{name}"' for name in order) for prefix in ("", "excluded."))
    return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {columns} WHERE ({new}) {better} ({old})"


# Whatever the order in which records come, the same rows remain: so a rebuilt index equals the grown one.
FIRST_SNAPSHOT = _keep(Snapshot, ["id"], ["filename", "offset"])
FIRST_SKIP = _keep(Skip, ["url", "reason"], ["timestamp", "source", "via", "anchor", "detail"])
LAST_WATCHED = _keep(Watched, ["id"], ["timestamp", "organ", "division", "level", "url", "lacks", "searched"], ">")
LAST_RUN = _keep(Crawled, ["source", "started"], ["ended", "captured", "pages", "rows", "failed"], ">")
FIRST_LACKING = _keep(Lacking, ["url", "digest"], ["timestamp", "alike"])
LAST_IMPORT = _keep(Import, ["filename"], ["timestamp", "sha256", "file", "origin"], ">")
ADD_SNAPSHOT = f"INSERT INTO snapshots VALUES ({', '.join('?' * len(fields(Snapshot)))})" + FIRST_SNAPSHOT
ADD_SKIP = f"INSERT INTO skips VALUES ({', '.join('?' * len(fields(Skip)))})" + FIRST_SKIP
ADD_WATCHED = f"INSERT INTO sources VALUES ({', '.join('?' * len(fields(Watched)))})" + LAST_WATCHED
ADD_RUN = f"INSERT INTO runs VALUES ({', '.join('?' * len(fields(Crawled)))})" + LAST_RUN
ADD_LACKING = f"INSERT INTO lacking VALUES ({', '.join('?' * len(fields(Lacking)))})" + FIRST_LACKING
ADD_IMPORT = f"INSERT INTO imports VALUES ({', '.join('?' * len(fields(Import)))})" + LAST_IMPORT


def prepare(directory: Path) -> None:
    """Make the directories of an archive, but not in a directory that is something else."""
    with explained("open archive", directory):
        directory.mkdir(parents=True, exist_ok=True)
        strangers = sorted(
            path.name for path in directory.iterdir() if path.name not in OURS and not path.name.startswith(".")
        )
        warc = directory / "warc"
        if strangers and not warc.is_dir():
            raise ArchiveError(f"{directory} is not an archive: {strangers[0]} is in it; name an empty directory")
        warc.mkdir(exist_ok=True)


def connect(path: Path) -> sqlite3.Connection:
    """A connection for reading and writing; transactions are begun and ended by hand."""
    db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    except BaseException:
        db.close()
        raise
    return db


def connect_readonly(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing, also where the directory itself is read-only."""
    address = path.absolute().as_uri()
    # Readers of a WAL database put lock files beside it; where nobody can, nobody else can write either.
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "immutable=1"
    return sqlite3.connect(f"{address}?{mode}", uri=True, timeout=WAIT, isolation_level=None)


@contextmanager
def transaction(db: sqlite3.Connection, lock: bool = True) -> Iterator[None]:
    """All or nothing; without a lock for what goes to temporary tables, which would else be written row by row."""
    db.execute("BEGIN IMMEDIATE" if lock else "BEGIN")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def insert(db: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Add rows of the same columns, if any; without the looks at the schema that sqlite-utils takes each time."""
    if rows:
        columns, values = ", ".join(f'"{name}"' for name in rows[0]), ", ".join(f":{name}" for name in rows[0])
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)


def tables_of(db: sqlite3.Connection) -> Database:
    """The same connection as sqlite-utils sees it, for the narrow tables."""
    return Database(db, execute_plugins=False, recursive_triggers=False)


def is_current(db: sqlite3.Connection, indicators: Sequence[Indicator]) -> bool:
    """True if the database was made by this schema for these forms."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == _fingerprint(indicators))


def refuse_other(db: sqlite3.Connection, path: Path, indicators: Sequence[Indicator]) -> None:
    """Nothing that writes or shows pages goes on with a database that another version of nianbao made."""
    with explained("read", path):
        if not is_current(db, indicators):
            raise ArchiveError(f"{path} was made by another version of nianbao; {REBUILD}")


def is_empty(db: sqlite3.Connection) -> bool:
    """True if nothing was made in it yet."""
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def make(db: sqlite3.Connection, indicators: Sequence[Indicator]) -> None:
    """Drop whatever there is and make everything anew, empty; inside a transaction of the caller."""
    found = db.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND substr(name, 1, 7) <> 'sqlite_'"
        " ORDER BY type = 'table', sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for kind, name in found:
        db.execute(f'DROP {kind} IF EXISTS "{name}"')
    narrow = tables_of(db)
    narrow.executescript(SCHEMA.read_text("utf-8"))
    for statement in (*ddl(wide_tables(indicators)), *search_ddl(), *stale_ddl(), *striking_ddl()):
        db.execute(statement)
    narrow.table("indicators").insert_all(
        {**asdict(indicator), "position": position}
        for _, form in groupby(sorted(indicators, key=attrgetter("form")), key=attrgetter("form"))
        for position, indicator in enumerate(form)
    )
    db.execute(f"PRAGMA user_version = {_fingerprint(indicators)}")


def indicators_in(db: sqlite3.Connection) -> list[Indicator]:
    """The forms that the database was made for."""
    names = [field.name for field in fields(Indicator)]
    columns = ", ".join(f'"{name}"' for name in names)
    rows = db.execute(f"SELECT {columns} FROM indicators ORDER BY form, position")
    return [Indicator(**dict(zip(names, row, strict=True))) for row in rows]


def _fingerprint(indicators: Sequence[Indicator]) -> int:
    parts = [
        SCHEMA.read_text("utf-8"),
        *ddl(wide_tables(indicators)),
        *search_ddl(),
        *stale_ddl(),
        *striking_ddl(),
        repr(sorted(map(astuple, indicators))),
    ]
    return zlib.crc32("\n".join(parts).encode()) & 0x7FFFFFFF or 1
