"""Describes the wide tables and their columns to Datasette: the forms in the database are the only source."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from click import ClickException
from pluggy import HookimplMarker

from archive.database import indicators_in
from archive.records import Indicator
from archive.wide import NOTES, WideTable, column, wide_tables

hookimpl = HookimplMarker("datasette")

KEYS = ("snapshot", "part", "organ", "division", "year", "form")
made: WeakKeyDictionary[Any, dict[str, dict[str, Any]]] = WeakKeyDictionary()  # by running Datasette and language


@hookimpl
async def startup(datasette: Any) -> None:
    """Make the descriptions once; other forms need a rebuilt database and so a new start."""
    database = datasette.get_database()
    try:
        indicators = await database.execute_fn(indicators_in)
    except sqlite3.DatabaseError as error:
        raise ClickException(
            f"{database.path} is not the database of an archive ({error}); run `nianbao index`"
        ) from error
    words = datasette.jinja_env.globals
    made[datasette] = {}
    for language in words["languages"]:
        with words["speaking"](language):
            tables = {
                table.name: described(table, indicators, words["t"], words["word"]) for table in wide_tables(indicators)
            }
        made[datasette][language] = {"databases": {database.name: {"tables": tables}}}


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """What `startup` made, in the reader's language; metadata.yaml adds the rest."""
    told = made.get(datasette)
    return told[datasette.jinja_env.globals["reader"]()] if told else {}


@hookimpl
def extra_template_vars(datasette: Any, view_name: str, database: str | None, table: str | None) -> dict[str, Any]:
    """The page of a table says what its columns are in the reader's language alone."""
    if view_name != "table" or database is None or table is None:
        return {}
    told = dict(datasette.table_metadata(database, table))
    if "columns" not in told:
        return {}
    spoken = datasette.jinja_env.filters["spoken"]
    told["columns"] = {name: spoken(text) for name, text in told["columns"].items()}
    datasette.update_with_inherited_metadata(told)
    return {"metadata": told}


def described(table: WideTable, indicators: Sequence[Indicator], t: Any, word: Any) -> dict[str, Any]:
    """Title, description and columns of one wide table."""
    name = word("table", table.table)
    several = len(table.forms) > 1
    form = t("wide.all_forms") if several else word("form", next(iter(table.forms)))
    columns = {key: t(f"wide.{key}") for key in KEYS}
    for item in indicators:
        if item.table == table.table and item.form in table.forms:
            columns.setdefault(column(item.indicator), _label(table, item, t, word))
    title = t("wide.title", name=name, form=form)
    return {
        "title": f"{title} {table.name}",
        "description": t("wide.description"),
        "columns": columns | {note: t(f"wide.{note}") for note in NOTES},
    }


def _label(table: WideTable, item: Indicator, t: Any, word: Any) -> str:
    row = item.row_label.replace("/", " / ")
    label = str(t("wide.indicator", row=row, column=item.column_label, unit=word("unit", item.unit)))
    only = [form for form, known in table.forms.items() if item.indicator in known]
    if len(only) == len(table.forms):
        return label
    return str(t("wide.only_form", label=label, form=word("form", only[0])))
