"""A release: the database in one file, its tables as CSV, and the checksums of both."""

from __future__ import annotations

import csv
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from archive.errors import ArchiveError, explained
from archive.store import Archive

CHUNK = 1 << 20


def export(archive: Archive, target: Path, progress: Callable[[str], None]) -> list[Path]:
    """Write a release into a directory that does not exist yet; aside first, renamed when it is whole."""
    if target.exists():
        raise ArchiveError(f"{target} is there already; name a new directory with --out")
    aside = target.with_name(f".{target.name}.part")
    with explained("write", target):
        shutil.rmtree(aside, ignore_errors=True)
        (aside / "csv").mkdir(parents=True)
        try:
            _database(archive.db, aside / "nianbao.db")
            for table in _tables(archive.db):
                progress(table)
                _csv(archive.db, table, aside / "csv" / f"{table}.csv")
            _sums(aside)
            aside.rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _database(db: sqlite3.Connection, path: Path) -> None:
    db.execute("VACUUM INTO ?", (str(path),))
    with sqlite3.connect(path) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("ANALYZE")
    copy.close()


def _tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '%\\_fts%' ESCAPE '\\' ORDER BY name"
    )
    return [name for (name,) in rows]


def _csv(db: sqlite3.Connection, table: str, path: Path) -> None:
    """UTF-8 with a byte order mark, because Excel takes anything else for something else."""
    rows = db.execute(f'SELECT * FROM "{table}"')
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([column[0] for column in rows.description])
        writer.writerows(rows)


def _sums(directory: Path) -> None:
    lines = []
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        digest = hashlib.sha256()
        with path.open("rb") as data:
            while chunk := data.read(CHUNK):
                digest.update(chunk)
        lines.append(f"{digest.hexdigest()}  {path.relative_to(directory).as_posix()}\n")
    (directory / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
