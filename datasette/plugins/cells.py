"""The cells of Datasette's tables: links to our pages, and NULL told apart from an empty text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

NULL = Markup('<span class="null">NULL</span>')


@hookimpl
def render_cell(row: Mapping[str, Any], value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """A snapshot links to its page, the title of a report to the report."""
    if value is None:
        return NULL
    address = datasette.jinja_env.globals
    name = value["value"] if isinstance(value, dict) else value
    if not name or table is None:
        return None
    if column == "snapshot":
        return link(address["snapshot_url"](name), name)
    if table == "snapshots" and column == "url":
        return link(address["snapshot_url"](row["id"]), name)
    if table == "reports" and column == "title":
        return link(address["report_url"](row["organ"], row["year"]), name)
    return None


def link(address: str, text: object) -> Markup:
    """A link, escaped."""
    return Markup('<a href="{}">{}</a>').format(address, text)
