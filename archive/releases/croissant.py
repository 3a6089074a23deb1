"""croissant.json (MLCommons): every file with its digest; the CSV in each ZIP as a set of records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.releases.about import About, Description
from archive.releases.files import CSV, column_types, type_of
from archive.releases.packages import FIELD, LICENSE, TITLE, printed
from archive.releases.plan import LONG, Column, Table, described, filed
from archive.releases.sums import sha256

KIND = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
PARQUET = "application/x-parquet"  # the one name for it that readers of Croissant know
MEDIA = {
    ".zip": "application/zip",
    ".parquet": PARQUET,
    ".db": "application/vnd.sqlite3",
    ".md": "text/markdown",
    ".cff": "text/yaml",
    ".sha256": "text/plain",
    ".csv": "text/csv",
}
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

PANEL: Mapping[str, str] = {  # the one table that is no CSV
    "@type": "cr:FileSet",
    "@id": "panel.parquet",
    "name": "panel.parquet",
    "description": "The panel, a file a year",
    "encodingFormat": PARQUET,
    "includes": "parquet/panel/*.parquet",
}
ABOUT = "政府信息公开工作年度报告，逐格读成数据，逐项核对。"


def write(db: sqlite3.Connection, directory: Path, about: About) -> str:
    """The whole text."""
    types = column_types(db)
    distribution: list[dict[str, Any]] = [*_objects(directory)]
    records = []
    for table in filed(db):
        distribution.append(_inside(table.name))
        records.append(
            _records(table, about.tables.get(table.name), types, {"fileObject": {"@id": f"{table.name}.csv"}})
        )
    distribution.append(dict(PANEL))
    panel = _records(described(db, "panel"), about.tables.get("panel"), types, {"fileSet": {"@id": PANEL["@id"]}})
    records.append(panel)
    return printed(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": "nianbao",
            "description": f"{TITLE}, read square by square and checked. {ABOUT}",
            "license": LICENSE,
            "version": f"{about.date.replace('-0', '-').replace('-', '.')}",
            "datePublished": about.date,
            "citeAs": f"The nianbao archive. {TITLE}. Release of {about.date}.",
            "distribution": distribution,
            "recordSet": records,
        }
    )


def _objects(directory: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(path for path in directory.rglob("*") if path.is_file() and path.suffix in MEDIA):
        name = path.relative_to(directory).as_posix()
        yield {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name,
            "contentUrl": name,
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": MEDIA[path.suffix],
            "sha256": sha256(path),
        }


def _inside(table: str) -> dict[str, Any]:
    """The CSV in a ZIP."""
    return {
        "@type": "cr:FileObject",
        "@id": f"{table}.csv",
        "name": f"{table}.csv",
        "containedIn": {"@id": f"{CSV}/{table}.zip"},
        "contentUrl": f"{table}.csv",
        "encodingFormat": "text/csv",
    }


def _records(
    table: Table, said: Description | None, types: Mapping[str, str], origin: Mapping[str, Any]
) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": f"{table.name}/{column.name}",
            "description": _meaning(said, column.name),
            "dataType": KIND[_kind(table, column, types)],
            "source": {**origin, "extract": {"column": column.name}},
        }
        for column in table.columns
    ]
    found: dict[str, Any] = {"@type": "cr:RecordSet", "@id": table.name, "name": table.name, "field": fields}
    found["description"] = f"{said.text.zh} {said.text.en}" if said else ""
    return found | {"key": [{"@id": f"{table.name}/{name}"} for name in table.key]} if table.key else found


def _kind(table: Table, column: Column, types: Mapping[str, str]) -> str:
    """What a field is in its file; a value of the panel is a DOUBLE there."""
    if table.name in LONG and column.name == "value":
        return "number"
    return FIELD[type_of(column.name, column.type, types)]


def _meaning(said: Description | None, name: str) -> str:
    words = said.columns.get(name) if said else None
    return f"{words.zh} {words.en}" if words else name
