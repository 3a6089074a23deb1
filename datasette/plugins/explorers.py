"""/findings and /events: what was found and what happened, narrowed step by step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.tallies import register
from archive.shown import browse, happened
from archive.shown.browse import SHOWN, Wanted
from archive.shown.happened import Chosen

hookimpl = HookimplMarker("datasette")

FINDINGS = ("rule", "verdict", "judgement", "region", "year", "kind", "organ")
EVENTS = ("kind", "region", "year", "organ")
# Facet -> words for its values.
WORDS = {
    "rule": "rule",
    "verdict": "verdict",
    "judgement": "judgement_facet",
    "region": "gb2260",
    "kind": "organ_kind",
    "name": "event",
}
PLACE = "SELECT province, city, county FROM reports WHERE division BETWEEN ? AND ? LIMIT 1"
ORGANS = "SELECT DISTINCT organ FROM reports WHERE organ = ?"


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """What the law calls an organ, for queries."""
    register(conn)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The two explorers."""
    return [(r"/findings/?$", findings), (r"/events/?$", events)]


async def findings(request: Any, datasette: Any) -> Any:
    """Findings of reports, with facets."""
    try:
        chosen, page = browse.choices(request.args, FINDINGS), browse.page_of(request.args)
    except ValueError as error:
        return await refused(request, datasette, str(error))
    wanted = Wanted(**chosen)

    def told(db: sqlite3.Connection) -> dict[str, Any]:
        return {"counts": browse.counts(db, wanted), "rows": browse.listed(db, wanted, page), **place(db, chosen)}

    context = await asked(request, datasette, told)
    return await shown(request, datasette, "findings", chosen, page, context)


async def events(request: Any, datasette: Any) -> Any:
    """Events of reports, with facets."""
    try:
        chosen = browse.choices(request.args, EVENTS, happened.GOOD)
        page = browse.page_of(request.args)
    except ValueError as error:
        return await refused(request, datasette, str(error))
    wanted = Chosen(**chosen)

    def told(db: sqlite3.Connection) -> dict[str, Any]:
        return {"counts": happened.counts(db, wanted), "rows": happened.listed(db, wanted, page), **place(db, chosen)}

    context = await asked(request, datasette, told)
    return await shown(request, datasette, "events", chosen, page, context)


async def asked(request: Any, datasette: Any, told: Callable[[sqlite3.Connection], dict[str, Any]]) -> dict[str, Any]:
    """What the database says within the time that a query may take."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])

    def within(db: sqlite3.Connection) -> dict[str, Any]:
        with sqlite_timelimit(db, datasette.setting("sql_time_limit_ms")):
            return told(db)

    return dict(await database.execute_fn(within))


def place(db: sqlite3.Connection, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The name of the region that is asked for, as far as a report of it is here."""
    region = chosen.get("region", "")
    found = db.execute(PLACE, (region, region + "\U0010ffff")).fetchone() if region else None
    return {"place": "".join(found[: len(region) // 2]) if found else region}


async def shown(
    request: Any, datasette: Any, what: str, chosen: dict[str, Any], page: int, context: dict[str, Any]
) -> Any:
    """The page, with an address for each step from here."""
    word = datasette.jinja_env.globals["word"]
    base = datasette.urls.path(f"/{what}")

    def address(**changes: Any) -> str:
        query = {name: value for name, value in {**chosen, **changes}.items() if value}
        return f"{base}?{urlencode(query)}" if query else base

    facets = []
    for facet, counted in context.pop("counts").items():
        name = "kind" if facet == "name" else facet
        if not facet:
            context["total"] = counted[0][1] if counted else 0
            continue
        steps = [
            (word(WORDS[facet], value) if facet in WORDS else value, n, value, address(**{name: value}))
            for value, n in counted
            if value != ""
        ]
        facets.append({"name": name, "chosen": chosen.get(name), "steps": steps, "all": address(**{name: None})})
    feed = urlencode(chosen)
    more = len(context["rows"]) > SHOWN
    context |= {
        "chosen": chosen,
        "without": {name: address(**{name: None}) for name in chosen},
        "facets": facets,
        "rows": context["rows"][:SHOWN],
        "page": page,
        "next": address(page=page + 1) if more and page < browse.PAGES else "",
        "too_many": more and page == browse.PAGES,
        "previous": address(page=page - 1 if page > 2 else None) if page > 1 else "",
        "atom": datasette.urls.path(f"/feeds/{what}.atom") + (f"?{feed}" if feed else ""),
        "json": datasette.urls.path(f"/feeds/{what}.json") + (f"?{feed}" if feed else ""),
    }
    return Response.html(await datasette.render_template(f"{what}.html", context, request=request))


async def refused(request: Any, datasette: Any, name: str) -> Any:
    """An address that asks for what cannot be."""
    context = {"status": 400, "words": "error.choice", "error": name}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=400)
