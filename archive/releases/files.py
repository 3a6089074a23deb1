"""The tables of a release as CSV in ZIP and as Parquet: written once as text, which DuckDB reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from archive.errors import ArchiveError
from archive.releases import lines, packed
from archive.releases.plan import Table, described, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CSV, PARQUET = "csv", "parquet"
ALL, UNDATED = "all", "undated"  # Parquet of a table without years, and of rows without one
TYPES = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "REAL": "DOUBLE", "NUMERIC": "DOUBLE"}
LONGEST = 2**28  # bytes of one row
MEMORY = "512MB"  # that one process may take; the rest is spilled


def connect(directory: Path) -> DuckDBPyConnection:
    """A DuckDB that spills into that directory; one thread, so that the order of rows and groups is always the same."""
    try:
        import duckdb
    except ImportError as error:
        raise ArchiveError("Parquet needs DuckDB; install it: pip install 'nianbao[release]'") from error
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",
        "memory_limit": MEMORY,
        "temp_directory": str(directory),
    }
    config |= {"autoinstall_known_extensions": "false", "preserve_insertion_order": "true"}
    duck = duckdb.connect(config=config)
    duck.execute("SET TimeZone = 'UTC'")
    return duck


def write(
    db: sqlite3.Connection, duck: DuckDBPyConnection, target: Path, table: Table, types: Mapping[str, str]
) -> None:
    """One table, packed as CSV, and as Parquet in one file or one a year."""
    with TemporaryDirectory(dir=target) as folder:
        whole, pieces = _text(db, table, Path(folder))
        packed.pack(whole, target / CSV / f"{table.name}.zip")
        (target / PARQUET / table.name).mkdir(parents=True)
        for name, piece in pieces.items():
            _parquet(duck, table, piece, types, target / PARQUET / table.name / f"{name}.parquet")


def write_parquet(
    db: sqlite3.Connection, duck: DuckDBPyConnection, path: Path, table: Table, types: Mapping[str, str]
) -> None:
    """One table as one file of Parquet alone."""
    with TemporaryDirectory(dir=path.parent) as folder:
        whole, _ = _text(db, table, Path(folder))
        _parquet(duck, table, whole, types, path)


def column_types(db: sqlite3.Connection) -> dict[str, str]:
    """By name: what a view works out has the type that the column has in a table."""
    return {column.name: column.type for name in tables(db) for column in described(db, name).columns}


def type_of(name: str, own: str, types: Mapping[str, str]) -> str:
    """TEXT where nothing says otherwise."""
    return own if own in TYPES else types.get(name, "TEXT")


def quoted(path: Path) -> str:
    """For a text of SQL."""
    return str(path).replace("'", "''")


def _text(db: sqlite3.Connection, table: Table, folder: Path) -> tuple[Path, dict[str, Path]]:
    """The whole table, and what of it goes into which file of Parquet: DuckDB reads nothing twice, and keeps none."""
    whole = folder / f"{table.name}.csv"
    with ExitStack() as stack:
        file = _begun(stack, whole, table)
        if not table.by_year:
            file.writelines(line for line, _ in lines.rows(db, table))
            return whole, {ALL: whole}
        years: dict[int | None, BinaryIO] = {}
        for line, year in lines.rows(db, table):
            if year not in years:
                years[year] = _begun(stack, folder / _name(year), table)
            file.write(line)
            years[year].write(line)
        if not years:
            _begun(stack, folder / _name(None), table)
    return whole, {_name(year): folder / _name(year) for year in years or [None]}


def _begun(stack: ExitStack, path: Path, table: Table) -> BinaryIO:
    file = stack.enter_context(path.open("wb"))
    file.write(lines.head(table))
    return file


def _name(year: int | None) -> str:
    return UNDATED if year is None else str(year)


def _parquet(duck: DuckDBPyConnection, table: Table, text: Path, types: Mapping[str, str], path: Path) -> None:
    columns = ", ".join(
        f"'{column.name}': '{TYPES[type_of(column.name, column.type, types)]}'" for column in table.columns
    )
    duck.execute(
        f"COPY (SELECT * FROM read_csv('{quoted(text)}', columns = {{{columns}}},"
        " auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {LONGEST}, strict_mode = true))"
        f" TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)"
    )
