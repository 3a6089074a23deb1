"""What a release says of itself and of its tables and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from archive.records import Indicator
from archive.squares import called
from archive.wide import WideTable, column, wide_tables

DESCRIBED = Path(__file__).with_name("described.yaml")
LANGUAGES = ("zh", "en")
SAID = ("date", "version", "warcs", "waczs", "damage")  # what a delta has to tell besides rows
STOP = "。"  # ends the Chinese half of a description


@dataclass(frozen=True, kw_only=True)
class Words:
    """One thing said in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Description:
    """A table and its columns."""

    title: str
    text: Words
    columns: Mapping[str, Words]
    units: Mapping[str, str] = field(default_factory=dict)  # of columns that have one


@dataclass(frozen=True, kw_only=True)
class About:
    """What does not come from the database, and so what `nianbao apply` needs besides."""

    date: str  # YYYY-MM-DD
    version: str  # of nianbao
    warcs: str = ""  # the files it comes from, as sha256sum writes them
    waczs: str = ""  # the WACZ files that were made with it, alike; "" if none were
    damage: str = ""  # what of them is damaged, as CSV; "" if nothing
    tables: Mapping[str, Description] = field(default_factory=dict)
    pages: Mapping[str, bytes] = field(default_factory=dict)  # of the offline edition; without any there is none


def halves(text: str) -> Words:
    """ "中文。English.": what stands behind the last Chinese stop is English."""
    zh, stop, en = text.strip().rpartition(STOP)
    return Words(zh=zh + stop, en=en.strip()) if zh and en.strip() else Words(zh=text.strip(), en=text.strip())


def descriptions(
    metadata: Mapping[str, Any], indicators: Sequence[Indicator], english: Mapping[str, str]
) -> dict[str, Description]:
    """Of all tables: by what Datasette says of them, what a release adds, the forms, and the English words of pages."""
    own = yaml.safe_load(DESCRIBED.read_text("utf-8"))
    said = {**metadata["databases"]["nianbao"]["tables"], **own["tables"]}
    found = {name: _described(about) for name, about in said.items() if "columns" in about}
    return found | {table.name: _wide(table, indicators, own["wide"], english) for table in wide_tables(indicators)}


def _described(about: Mapping[str, Any]) -> Description:
    columns = {name: halves(text) for name, text in about["columns"].items()}
    return Description(title=about.get("title", ""), text=halves(about.get("description", "")), columns=columns)


def _wide(
    table: WideTable, indicators: Sequence[Indicator], own: Mapping[str, Any], english: Mapping[str, str]
) -> Description:
    columns = {name: halves(text) for name, text in own["columns"].items()}
    labels = {}
    for item in indicators:
        if item.table == table.table and item.form in table.forms:
            only = [form for form, known in table.forms.items() if item.indicator in known]
            where = "" if len(only) == len(table.forms) else only[0]
            labels[column(item.indicator)] = Words(
                zh=f"{item.row_label} · {item.column_label}" + (f"（仅 {where}）" if where else ""),
                en=f"{called(english, item.indicator)} ({item.indicator}" + (f"; form {where} only)" if where else ")"),
            )
    units = {column(name): unit for name, unit in table.units.items()}
    return Description(title=table.name, text=halves(own["description"]), columns=columns | labels, units=units)
