"""A delta: the rows of an older release's database that go, and those that come, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.releases import differences, numbering, stage
from archive.releases.about import SAID
from archive.releases.plan import Table, described

FORMAT = "nianbao delta 1"
GONE = "gone_"  # before the name of a table: the keys that go


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a delta says of itself."""

    old: str  # sha256 of SHA256SUMS of the release that it is for
    new: str  # and of the one that it makes
    old_date: str
    said: dict[str, Any]  # what of the new release is not in its database


def write(new: Path, old: Path, path: Path, head: Head) -> None:
    """Compare two databases; only what differs goes into the file."""
    with stage.building(path) as delta:
        delta.execute("BEGIN")
        with stage.both(new, old) as db:
            tables = differences.compared(db)
            for table in tables:
                _put(db, delta, table)
        delta.execute("CREATE TABLE head (format TEXT NOT NULL, said TEXT NOT NULL)")
        delta.execute("INSERT INTO head VALUES (?, ?)", (FORMAT, json.dumps(vars(head), ensure_ascii=False)))
        delta.execute("COMMIT")
        delta.execute("VACUUM")
    stage.seal(path)


def _put(db: sqlite3.Connection, delta: sqlite3.Connection, table: Table) -> None:
    for name, columns, query in (
        (table.name, table.names, differences.put(table)),
        (GONE + table.name, table.key, differences.gone(table)),
    ):
        listed = ", ".join(f'"{column}"' for column in columns)
        delta.execute(f'CREATE TABLE "{name}" ({listed})')
        delta.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', db.execute(query))


def head(path: Path) -> Head:
    """What a file says that should be a delta."""
    problem = ArchiveError(f"{path} is no delta; `nianbao export --since RELEASE` writes one beside the release")
    if not path.is_file():
        raise problem
    with suppress(sqlite3.DatabaseError, ValueError, TypeError, AttributeError), stage.reading(path) as db:
        form, said = db.execute("SELECT format, said FROM head").fetchone()
        found = Head(**json.loads(said))
        if form == FORMAT and found.said.keys() == set(SAID) and all(isinstance(v, str) for v in found.said.values()):
            return found
    raise problem


def apply(db: sqlite3.Connection, path: Path, progress: Callable[[str], None]) -> None:
    """Bring a staged copy of the old database to the new state."""
    try:
        db.execute("ATTACH ? AS delta", (stage.address(path),))
        db.execute("BEGIN")
        for name in differences.own(db):
            progress(name)
            table = described(db, name)
            keys = ", ".join(f'"{key}"' for key in table.key)
            for rows in (name, GONE + name):
                db.execute(f'DELETE FROM main."{name}" WHERE ({keys}) IN (SELECT {keys} FROM delta."{rows}")')
            numbering.insert(db, table, "delta")
        numbering.renew(db)
        db.execute("COMMIT")
        db.execute("DETACH delta")
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path} cannot be applied ({error}); take it anew, or the full release") from error
