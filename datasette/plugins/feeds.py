"""/feeds/findings.atom, /feeds/events.json and so on: what is new, by region, organ, rule and kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.shown import browse, happened, newest
from archive.shown.browse import Wanted
from archive.shown.feeds import Entry, Feed, as_json, atom, rfc3339
from archive.shown.happened import Chosen

hookimpl = HookimplMarker("datasette")

FINDINGS = ("rule", "verdict", "judgement", "region", "year", "kind", "organ")
EVENTS = ("kind", "region", "year", "organ")
FORMATS: Mapping[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "json": ("application/feed+json; charset=utf-8", as_json),
}
LAST = "SELECT max(timestamp) FROM snapshots"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Two feeds in two formats."""
    return [(r"/feeds/(?P<what>findings|events)\.(?P<format>atom|json)$", feed)]


async def feed(request: Any, datasette: Any) -> Any:
    """One feed, narrowed by the choices of its address, as the page of the same name."""
    what, language = request.url_vars["what"], request.args.get("language")
    names = datasette.jinja_env.globals
    try:
        chosen = (
            browse.choices(request.args, FINDINGS)
            if what == "findings"
            else browse.choices(request.args, EVENTS, happened.GOOD)
        )
        if language is not None and language not in names["languages"]:
            raise ValueError("language")
    except ValueError as error:
        return Response.text(f"{error}: no such choice\n", status=400)
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])

    def asked(db: sqlite3.Connection) -> tuple[list[dict[str, Any]], str]:
        with sqlite_timelimit(db, datasette.setting("sql_time_limit_ms")):
            if what == "findings":
                found = newest.findings(db, Wanted(**chosen))
            else:
                found = happened.listed(db, Chosen(**chosen))[: newest.ENTRIES]
            return found, db.execute(LAST).fetchone()[0] or "19700101000000"

    rows, last = await database.execute_fn(asked)
    with names["speaking"](language or names["reader"]()):
        made = told(request, datasette, what, chosen, rows, last)
    content_type, written = FORMATS[request.url_vars["format"]]
    return Response(written(made), content_type=content_type)


def told(
    request: Any, datasette: Any, what: str, chosen: Mapping[str, Any], rows: list[dict[str, Any]], last: str
) -> Feed:
    """The feed in the reader's language, with addresses as the reader reached us."""
    names, query = datasette.jinja_env.globals, urlencode(chosen)
    one = finding if what == "findings" else event
    words = [name_of(names, name, value) for name, value in chosen.items()]
    address = str(datasette.urls.path(f"/{what}"))
    return Feed(
        name=f"{what}?{urlencode(sorted(chosen.items()))}",
        language=names["language"](),
        title=" · ".join([names["t"]("site.name"), names["t"](f"{what}.title"), *words]),
        author=names["t"]("site.name"),
        page=datasette.absolute_url(request, f"{address}?{query}" if query else address),
        url=datasette.absolute_url(request, request.full_path),
        updated=rfc3339(last),
        entries=[one(request, datasette, row) for row in rows],
    )


def name_of(names: Mapping[str, Any], name: str, value: object) -> str:
    """A choice in words."""
    group = {"kind": "organ_kind", "judgement": "judgement_facet", "region": "gb2260"}.get(name, name)
    shown = str(names["word"](group, value))
    return str(names["word"]("event", value)) if shown == value else shown


def finding(request: Any, datasette: Any, row: Mapping[str, Any]) -> Entry:
    """A finding, at its card on the page of the report."""
    names = datasette.jinja_env.globals
    card = row["position"] if row["position"] is not None else row["key"]
    there = f"{names['report_url'](row['organ'], row['year'], row['division'])}#finding-{card}"
    report = names["t"]("report.title", organ=row["organ"], year=row["year"])
    return Entry(
        name=f"finding:{row['key']}",
        updated=rfc3339(row["timestamp"]),
        title=f"{names['word']('verdict', row['verdict'])} · {report}",
        text=f"{names['word']('rule', row['rule'])}\n{names['message'](row)}",
        url=datasette.absolute_url(request, there),
        tags=[row["rule"], row["verdict"], *([row["division"]] if row["division"] else [])],
    )


def event(request: Any, datasette: Any, row: Mapping[str, Any]) -> Entry:
    """An event, at the report that it happened to."""
    names = datasette.jinja_env.globals
    report = names["t"]("report.title", organ=row["organ"], year=row["year"])
    return Entry(
        name=f"event:{row['key']}",
        updated=rfc3339(row["at"]),
        title=f"{names['word']('event', row['kind'])} · {report}",
        text=f"{names['message'](row)}\n{row['url']}",
        url=datasette.absolute_url(request, names["report_url"](row["organ"], row["year"], row["division"])),
        tags=[row["kind"], *([row["division"]] if row["division"] else [])],
    )
