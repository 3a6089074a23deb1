"""/stories and /stories/<name>: the documented queries of metadata.yaml, answered in the reader's language."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.duty import OrganKind
from archive.shown.browse import choices
from archive.shown.kept import kept
from archive.shown.tiles import TILES

hookimpl = HookimplMarker("datasette")

REASONS = (
    "state_secret prohibited_by_law security_stability third_party_rights internal_affairs process_information"
    " enforcement_file administrative_query not_held must_be_created still_unclear petition repeat publication"
    " excessive confirmation"
).split()
LISTS = {"kind": get_args(OrganKind), "reason": tuple(REASONS)}
GOOD = {
    "year": re.compile(r"[12]\d{3}", re.ASCII),
    "region": re.compile(r"(?:\d\d){1,3}", re.ASCII),
    "least": re.compile(r"[1-9]\d{0,5}", re.ASCII),
    **{name: re.compile("|".join(values)) for name, values in LISTS.items()},
}
LEAST = re.compile(r"nullif\(:least, ''\), (\d+)")  # what holds where nobody says how many
# Columns that are shown as part of others.
WITHIN = ("division", "other_year", "other_division", "message_zh", "message_en")
SHOWN = 100
NAMESAKES = """
SELECT organ, division, max(province || city || county) AS place FROM reports
WHERE organ IN (SELECT value FROM json_each(?)) GROUP BY organ, division
"""
LONGEST = 5_000  # milliseconds, once for each question until the database changes
RANKED = ("refused_most", "backlog_grew", "lost_lawsuits")  # only from thirty comparable reports on


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The list, and each story."""
    return [(r"/stories/?$", every_story), (r"/stories/(?P<name>[a-z_]{1,60})/?$", one_story)]


async def stories(request: Any, datasette: Any) -> dict[str, Any]:
    """Name -> what metadata.yaml says of it."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    return dict(datasette.metadata("queries", database=database.name, fallback=False) or {})


async def every_story(request: Any, datasette: Any) -> Any:
    """What can be asked."""
    context = {"stories": await stories(request, datasette)}
    return Response.html(await datasette.render_template("stories.html", context, request=request))


async def one_story(request: Any, datasette: Any) -> Any:
    """One question, its choices, and the answer."""
    name = request.url_vars["name"]
    story = (await stories(request, datasette)).get(name)
    if story is None:
        return await refused(request, datasette, 404)
    try:
        chosen = choices(request.args, story["params"], GOOD)
    except ValueError as error:
        return await refused(request, datasette, 400, "stories.choice", str(error))
    values = {param: str(chosen.get(param, "")) for param in story["params"]}
    database = datasette.get_database()
    try:
        columns, rows = await database.execute_fn(
            lambda db: kept(db, (name, *values.items()), lambda: answer(db, story["sql"], values))
        )
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return await refused(request, datasette, 400, "error.slow")
    there = datasette.urls.query(database.name, name)
    context = {
        "name": name,
        "is_ranked": name in RANKED,
        "story": story,
        "chosen": chosen,
        "lists": LISTS,
        "provinces": sorted(TILES),
        "least": next(iter(LEAST.findall(story["sql"])), ""),
        "columns": [column for column in columns if column not in WITHIN],
        "told": [column for column in ("message_zh",) if column in columns],
        "rows": rows[:SHOWN],
        "places": await database.execute_fn(lambda db: places(db, columns, rows[:SHOWN])),
        "more": len(rows) > SHOWN,
        "sql": there + "?" + urlencode(values),
        "csv": there + ".csv?" + urlencode({**values, "_size": "max", "_dl": "1"}),
        "json": there + ".json?" + urlencode({**values, "_shape": "array"}),
    }
    return Response.html(await datasette.render_template("story.html", context, request=request))


def answer(db: sqlite3.Connection, sql: str, values: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    """The columns and the first rows; of the whole country that takes longer than a query of strangers may."""
    with sqlite_timelimit(db, LONGEST):
        cursor = db.execute(sql, values)
        return [column[0] for column in cursor.description], cursor.fetchmany(SHOWN + 1)


def places(
    db: sqlite3.Connection, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Mapping[tuple[str, str], str]:
    """Organ and division -> where that is, of the organs in these rows that have a namesake."""
    names = {row[column] for row in rows for column in ("organ", "other_organ") if column in columns}
    found = db.execute(NAMESAKES, (json.dumps(sorted(filter(None, names)), ensure_ascii=False),)).fetchall()
    several = Counter(organ for organ, _, _ in found)
    return {(organ, division): place for organ, division, place in found if several[organ] > 1 and place}


async def refused(request: Any, datasette: Any, status: int, words: str = "", error: str = "") -> Any:
    """An error in the words of our pages."""
    context = {"status": status, "words": words, "error": error}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)
