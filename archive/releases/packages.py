"""datapackage.json (Frictionless): the CSV files with their digests, and every column with type, unit and meaning."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive.releases.about import About, Description
from archive.releases.files import CSV, column_types, type_of
from archive.releases.plan import Column, Table, filed
from archive.releases.sums import sha256

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
TITLE = "nianbao: Chinese yearly government-information reports"
BESIDE = (
    "Every table as CSV. The panel is no CSV: it lies in parquet/panel, a file a year, and is described in"
    " croissant.json and CODEBOOK.en.md."
)
FIELD = {"TEXT": "string", "INTEGER": "integer", "REAL": "number", "NUMERIC": "number"}


def write(db: sqlite3.Connection, directory: Path, about: About) -> str:
    """The CSV files as tables; the others as files."""
    types, tables = column_types(db), {table.name: table for table in filed(db)}
    resources = [_resource(directory, table, about.tables.get(table.name), types, tables) for table in tables.values()]
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nianbao",
        "title": TITLE,
        "description": BESIDE,
        "version": about.date,
        "created": f"{about.date}T00:00:00Z",
        "licenses": [{"name": "CC-BY-4.0", "path": LICENSE, "title": "Creative Commons Attribution 4.0"}],
        "contributors": [{"title": "The nianbao archive", "roles": ["creator"]}],
        "resources": resources,
    }
    return printed(package)


def _resource(
    directory: Path,
    table: Table,
    said: Description | None,
    types: Mapping[str, str],
    tables: Mapping[str, Table],
) -> dict[str, Any]:
    path = directory / CSV / f"{table.name}.zip"
    schema: dict[str, Any] = {"fields": [_field(table, column, said, types) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = [(own, other) for own, other in table.references if other in tables]
    if keys:
        schema["foreignKeys"] = [
            {"fields": [own], "reference": {"resource": other, "fields": list(tables[other].key)}}
            for own, other in keys
        ]
    return {
        "name": table.name,
        "path": f"{CSV}/{table.name}.zip",
        "title": said.title if said else table.name,
        "description": f"{said.text.zh} {said.text.en}" if said else "",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "compression": "zip",
        "innerpath": f"{table.name}.csv",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "dialect": {"csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"}},
        "schema": schema,
    }


def _field(table: Table, column: Column, said: Description | None, types: Mapping[str, str]) -> dict[str, Any]:
    kind = FIELD[type_of(column.name, column.type, types)]
    found: dict[str, Any] = {"name": column.name, "type": kind}
    if said and (words := said.columns.get(column.name)):
        found |= {"title": words.en, "description": f"{words.zh} {words.en}"}
    if said and (unit := said.units.get(column.name)):
        found["unit"] = unit
    # an empty text is a text; only where a column may be NULL does nothing mean that
    found["missingValues"] = [] if kind == "string" and column.required else [""]
    if column.required:
        found["constraints"] = {"required": True}
    return found


def printed(value: Mapping[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
