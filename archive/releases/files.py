"""The tables of a release as CSV in ZIP and as Parquet: written once as text, which DuckDB reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.util import find_spec
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
PIECE = 64 << 20  # bytes of text that DuckDB is given at a time: it holds a file until it has read it to the end
MEMORY = "512MB"  # that one process may take; the rest is spilled


def refuse_without() -> None:
    """Say what is missing where there is no DuckDB."""
    if not find_spec("duckdb"):
        raise ArchiveError("Parquet needs DuckDB; install it: pip install 'nianbao[release]'")


def connect(directory: Path) -> DuckDBPyConnection:
    """A DuckDB that spills into that directory; one thread, so that the order of rows and groups is always the same."""
    import duckdb

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
        whole, pieces = _text(db, table, Path(folder), by_year=table.by_year)
        packed.pack(whole, target / CSV / f"{table.name}.zip")
        (target / PARQUET / table.name).mkdir(parents=True)
        for name, texts in pieces.items():
            _parquet(duck, table, texts, types, target / PARQUET / table.name / f"{name}.parquet")


def write_parquet(
    db: sqlite3.Connection, duck: DuckDBPyConnection, path: Path, table: Table, types: Mapping[str, str]
) -> None:
    """One table as one file of Parquet alone."""
    with TemporaryDirectory(dir=path.parent) as folder:
        _, pieces = _text(db, table, Path(folder), by_year=False)
        _parquet(duck, table, pieces[ALL], types, path)


def column_types(db: sqlite3.Connection) -> dict[str, str]:
    """By name: what a view works out has the type that the column has in a table."""
    return {column.name: column.type for name in tables(db) for column in described(db, name).columns}


def type_of(name: str, own: str, types: Mapping[str, str]) -> str:
    """TEXT where nothing says otherwise."""
    return own if own in TYPES else types.get(name, "TEXT")


def quoted(path: Path) -> str:
    """For a text of SQL."""
    return str(path).replace("'", "''")


class _Pieces:
    """What goes into one file of Parquet, in files of some size."""

    def __init__(self, stack: ExitStack, table: Table, start: Path) -> None:
        self.paths: list[Path] = []
        self._stack, self._table, self._start = stack, table, start
        self._begin()

    def write(self, line: bytes) -> None:
        """A line that is whole, though it may have ends of lines in quotes."""
        if self._left < 0:
            self._file.close()
            self._begin()
        self._left -= self._file.write(line)

    def _begin(self) -> None:
        self.paths.append(self._start.with_name(f"{self._start.name}.{len(self.paths)}"))
        self._file: BinaryIO = self._stack.enter_context(self.paths[-1].open("wb"))
        self._left = PIECE - self._file.write(lines.head(self._table))


def _text(db: sqlite3.Connection, table: Table, folder: Path, *, by_year: bool) -> tuple[Path, dict[str, list[Path]]]:
    """The whole table, and what of it goes into which file of Parquet: DuckDB reads nothing twice, and keeps none."""
    whole = folder / f"{table.name}.csv"
    pieces: dict[str, _Pieces] = {}
    with ExitStack() as stack:
        file = stack.enter_context(whole.open("wb"))
        file.write(lines.head(table))
        for line, year in lines.rows(db, table):
            file.write(line)
            name = _name(year) if by_year else ALL
            if name not in pieces:
                pieces[name] = _Pieces(stack, table, folder / name)
            pieces[name].write(line)
        if not pieces:
            name = UNDATED if by_year else ALL
            pieces[name] = _Pieces(stack, table, folder / name)
    return whole, {name: found.paths for name, found in pieces.items()}


def _name(year: int | None) -> str:
    return UNDATED if year is None else str(year)


def _parquet(duck: DuckDBPyConnection, table: Table, texts: list[Path], types: Mapping[str, str], path: Path) -> None:
    columns = ", ".join(
        f"'{column.name}': '{TYPES[type_of(column.name, column.type, types)]}'" for column in table.columns
    )
    listed = ", ".join(f"'{quoted(text)}'" for text in texts)
    duck.execute(
        f"COPY (SELECT * FROM read_csv([{listed}], columns = {{{columns}}},"
        " auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {LONGEST}, strict_mode = true))"
        f" TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)"
    )
