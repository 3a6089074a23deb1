"""The tables of a release as CSV in ZIP and as Parquet: written once as text, then read from it by DuckDB."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.releases import packed
from archive.releases.plan import Table, described, filed, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CSV, PARQUET = "csv", "parquet"
ALL, UNDATED = "all", "undated"  # Parquet of a table without years, and of rows without one
TYPES = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "REAL": "DOUBLE", "NUMERIC": "DOUBLE"}
LONGEST = 2**28  # bytes of one row
MEMORY = "4GB"
Progress = Callable[[str], None]


class _Nothing(float):
    """What csv leaves without quotes, unlike an empty text."""

    def __str__(self) -> str:
        return ""

    __repr__ = __str__


NOTHING = _Nothing()


def connect(directory: Path, memory: str = MEMORY) -> DuckDBPyConnection:
    """A DuckDB that spills into that directory; one thread, so that the order of rows and groups is always the same."""
    try:
        import duckdb
    except ImportError as error:
        raise ArchiveError("Parquet needs DuckDB; install it: pip install 'nianbao[release]'") from error
    directory.mkdir(exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",
        "memory_limit": memory,
        "temp_directory": str(directory / "spill"),
    }
    config |= {"autoinstall_known_extensions": "false", "preserve_insertion_order": "true"}
    duck = duckdb.connect(str(directory / "work.duckdb"), config=config)
    duck.execute("SET TimeZone = 'UTC'")
    return duck


def write(db: sqlite3.Connection, duck: DuckDBPyConnection, target: Path, progress: Progress) -> None:
    """Every table as CSV and Parquet."""
    types = column_types(db)
    for table in filed(db):
        progress(table.name)
        write_table(db, duck, target, table, types)


def write_table(
    db: sqlite3.Connection, duck: DuckDBPyConnection, target: Path, table: Table, types: Mapping[str, str]
) -> None:
    """One table."""
    load(db, duck, table, target, types, target / CSV / f"{table.name}.zip")
    parquet(duck, table.name, target, by_year=table.by_year)
    duck.execute(f'DROP TABLE "{table.name}"')


def load(
    db: sqlite3.Connection,
    duck: DuckDBPyConnection,
    table: Table,
    target: Path,
    types: Mapping[str, str],
    pack: Path | None = None,
) -> None:
    """Bring a table into DuckDB, by way of a text that may be kept packed."""
    plain = target / f"{table.name}.csv"
    try:
        _text(db, table, plain)
        if pack:
            packed.pack(plain, pack)
        _load(duck, table, plain, types)
    finally:
        plain.unlink(missing_ok=True)


def parquet(duck: DuckDBPyConnection, name: str, target: Path, *, by_year: bool) -> None:
    """One table of DuckDB, in one file or one a year."""
    if not by_year:
        _parquet(duck, f'SELECT * FROM "{name}"', target / PARQUET / name / f"{ALL}.parquet")
        return
    years = [year for (year,) in duck.execute(f'SELECT DISTINCT year FROM "{name}" ORDER BY year').fetchall()]
    for year in years or [None]:
        where = "year IS NULL" if year is None else f"year = {year}"
        file = f"{UNDATED if year is None else year}.parquet"
        _parquet(duck, f'SELECT * FROM "{name}" WHERE {where}', target / PARQUET / name / file)


def _parquet(duck: DuckDBPyConnection, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    duck.execute(f"COPY ({query}) TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")


def column_types(db: sqlite3.Connection) -> dict[str, str]:
    """By name: what a view works out has the type that the column has in a table."""
    return {column.name: column.type for name in tables(db) for column in described(db, name).columns}


def type_of(name: str, own: str, types: Mapping[str, str]) -> str:
    """TEXT where nothing says otherwise."""
    return own if own in TYPES else types.get(name, "TEXT")


def _text(db: sqlite3.Connection, table: Table, path: Path) -> None:
    """UTF-8 with a byte order mark, else Excel takes it for something else; NULL alone stands without quotes."""
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(table.names)
        for row in db.execute(table.ordered):
            writer.writerow([NOTHING if value is None else value for value in row] if None in row else row)


def _load(duck: DuckDBPyConnection, table: Table, plain: Path, types: Mapping[str, str]) -> None:
    columns = ", ".join(
        f"'{column.name}': '{TYPES[type_of(column.name, column.type, types)]}'" for column in table.columns
    )
    duck.execute(
        f"CREATE TABLE \"{table.name}\" AS SELECT * FROM read_csv('{quoted(plain)}', columns = {{{columns}}},"
        " auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {LONGEST}, strict_mode = true)"
    )


def quoted(path: Path) -> str:
    """For a text of SQL."""
    return str(path).replace("'", "''")
