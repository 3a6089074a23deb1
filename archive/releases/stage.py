"""The database of a release: built anew in the order of the keys, so that the same rows give the same bytes."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive import search
from archive.releases import numbering
from archive.releases.plan import CRAWLING, MADE, PROSE, described, order, tables, views

# What SQLite notes of how a file came about, which says nothing of the data: how often it was changed and its schema,
# and which build of SQLite did so last.
NOTED = ((24, 1), (40, 1), (92, 1), (96, 3_040_000))
PRAGMAS = ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -65536")
REFERENCES = re.compile(r"\s+REFERENCES\s+\w+\s*\([^)]*\)", re.IGNORECASE)
Progress = Callable[[str], None]


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can change nothing."""
    with closing(sqlite3.connect(address(path), uri=True, isolation_level=None)) as db:
        yield db


def address(path: Path) -> str:
    """For SQLite; where nobody can write beside it nobody can lock it either."""
    mode = "mode=ro" if os.access(path.parent, os.W_OK) else "immutable=1"
    return f"{path.absolute().as_uri()}?{mode}"


@contextmanager
def both(new: Path, old: Path) -> Iterator[sqlite3.Connection]:
    """The new database as `main` and the old one as `old`; both can only be read."""
    with reading(new) as db:
        db.execute("ATTACH ? AS old", (address(old),))
        yield db


@contextmanager
def building(path: Path) -> Iterator[sqlite3.Connection]:
    """A new database; nobody else sees it before it is whole, so it needs no journal."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rwc", uri=True, isolation_level=None)) as db:
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        yield db


def copy(db: sqlite3.Connection, origin: Path, progress: Progress, leaving: Collection[str] = MADE) -> None:
    """Take the tables, indexes and views over as they stand at one moment; not those that are made here."""
    db.execute("ATTACH ? AS origin", (address(origin),))
    db.execute("BEGIN")
    names = [name for name in tables(db, "origin") if name not in leaving]
    _copy_tables(db, names, progress)
    _copy_views(db, [view for view in views(db, "origin") if view != "panel"])
    db.execute(f"PRAGMA user_version = {db.execute('PRAGMA origin.user_version').fetchone()[0]}")
    db.execute("COMMIT")
    db.execute("DETACH origin")


def slim(full: Path, path: Path) -> None:
    """The numbers and what is said of them, without prose and without what was crawled."""
    draft = path.with_suffix(".draft")
    with building(draft) as db:
        db.execute("ATTACH ? AS origin", (address(full),))
        db.execute("BEGIN")
        names = [name for name in tables(db, "origin") if name not in PROSE | CRAWLING]
        _copy_tables(db, names, lambda name: None, referring=False)
        _copy_views(db, views(db, "origin"))
        db.execute("COMMIT")
        db.execute("DETACH origin")
        finish(db, path)
    draft.unlink()


def index_words(db: sqlite3.Connection) -> None:
    """Make the index of words, as an archive has it."""
    db.execute("BEGIN")
    for statement in search.ddl():
        db.execute(statement)
    search.rebuild(db)
    db.execute("COMMIT")


def finish(db: sqlite3.Connection, path: Path) -> None:
    """Give it statistics for the planner, and write it anew with every page in its place."""
    db.execute("ANALYZE")
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
        db.execute("DROP TABLE sqlite_stat4")  # not every build of SQLite makes it
    db.execute("VACUUM INTO ?", (str(path),))
    seal(path)


def seal(path: Path) -> None:
    """Take out of a closed file what differs although the data do not."""
    with path.open("r+b") as file:
        for place, number in NOTED:
            file.seek(place)
            file.write(number.to_bytes(4, "big"))


def _copy_tables(db: sqlite3.Connection, names: list[str], progress: Progress, *, referring: bool = True) -> None:
    for name in names:
        progress(name)
        (sql,) = db.execute(
            "SELECT sql FROM origin.sqlite_master WHERE type = 'table' AND name = ?", (name,)
        ).fetchone()
        db.execute(sql if referring else REFERENCES.sub("", sql))
        table = described(db, name)
        rows = f'SELECT {numbering.selected(table)} FROM origin."{name}" ORDER BY {order(table)}'
        if not numbering.numbered(table) and sql.upper().endswith("WITHOUT ROWID"):
            rows = f'SELECT * FROM origin."{name}"'  # in that order already: so SQLite takes rows over unopened
        db.execute(f'INSERT INTO main."{name}" {rows}')
    indexes = db.execute(
        "SELECT tbl_name, sql FROM origin.sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    ).fetchall()
    for table, sql in indexes:
        if table in names:
            db.execute(sql)


def _copy_views(db: sqlite3.Connection, names: list[str]) -> None:
    """Those whose tables are all here; one view may need another."""
    for name in names:
        (sql,) = db.execute("SELECT sql FROM origin.sqlite_master WHERE type = 'view' AND name = ?", (name,)).fetchone()
        db.execute(sql)
    while broken := [name for name in views(db) if not _works(db, name)]:
        for name in broken:
            db.execute(f'DROP VIEW main."{name}"')


def _works(db: sqlite3.Connection, view: str) -> bool:
    try:
        db.execute(f'SELECT 1 FROM main."{view}" LIMIT 0')
    except sqlite3.OperationalError:
        return False
    return True
