"""The cells of Datasette's tables: links to our pages, and NULL told apart from an empty text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from markupsafe import Markup, escape
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

NULL = Markup('<span class="null">NULL</span>')
# What leads to its place in the archived original: table -> column.
SQUARES = {"facts": "raw", "extras": "raw", "statements": "sentence", "findings": "message_zh"}
STANDING = "SELECT judgement FROM reviews WHERE key = ? AND standing"


@hookimpl
def render_cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, datasette: Any
) -> Markup | Callable[[], Awaitable[Markup]] | None:
    """A snapshot links to its page, a report to its own; beside a verdict stands what a person said of it."""
    if value is None:
        return NULL
    address = datasette.jinja_env.globals
    name = value["value"] if isinstance(value, dict) else value
    if not name or table is None:
        return None
    if column == "snapshot":
        return link(address["snapshot_url"](name), name)
    if SQUARES.get(table) == column:
        return square(row, table, name, address["square_url"])
    if table == "snapshots" and column == "url":
        return link(address["snapshot_url"](row["id"]), name)
    if table == "reports" and column == "title":
        return link(address["report_url"](row["organ"], row["year"]), name)
    if table == "report_findings" and column == "organ":
        return link(address["report_url"](name, row["year"], row["division"]), name)
    if column == "key" and table == "reviews":
        return link(address["table_url"]("report_findings", key=name), name)
    if column == "verdict" and table in ("findings", "audits"):
        return lambda: judged(datasette, name, row["key"])
    return None


def square(row: Mapping[str, Any], table: str, name: object, square_url: Callable[..., str]) -> Markup | None:
    """A link to the place in the original; none where the row was asked for without the columns that name it."""
    wanted = {"facts": ("indicator",), "extras": ("table", "row", "column")}.get(table, ("position",))
    if not {"snapshot", "part", *wanted} <= set(row.keys()):
        return None
    as_asked = {"statements": "statement", "findings": "finding"}.get(table)
    values = {as_asked or column: row[column] for column in wanted}
    return link(square_url(plain(row["snapshot"]), row["part"], **values), name)


def plain(value: Any) -> Any:
    """The value of a foreign key, which comes with its label."""
    return value["value"] if isinstance(value, dict) else value


async def judged(datasette: Any, verdict: str, key: str) -> Markup:
    """The verdict, and the judgement that holds as a link to the finding with what was said of it."""
    address = datasette.jinja_env.globals
    said = (await datasette.get_database().execute(STANDING, [key])).first()
    if said is None:
        return escape(verdict)
    there = address["table_url"]("report_findings", key=key)
    return Markup("{} {}").format(verdict, link(there, address["word"]("judgement", said["judgement"])))


def link(address: str, text: object) -> Markup:
    """A link, escaped."""
    return Markup('<a href="{}">{}</a>').format(address, text)
