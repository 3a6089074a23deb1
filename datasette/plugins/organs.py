"""The page of one organ: /organ/<name>, and ?division= where several have that name."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.duty import organ_kind
from archive.shown import careers, summaries
from archive.shown.results import whole_name

hookimpl = HookimplMarker("datasette")

LONGEST_ORGAN = 100
DRAWN = ("new", "carried_in", "total", "disclosed", "denied", "carried_out")
SIBLINGS_SHOWN = 500
SIBLINGS = """
SELECT organ, count(*) AS reports, min(year) AS first, max(year) AS last FROM reports
WHERE division = ? AND organ <> ? GROUP BY organ ORDER BY organ LIMIT ?
"""
NEAR = "SELECT DISTINCT organ FROM reports WHERE organ > ? ORDER BY organ LIMIT 8"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """One page an organ."""
    return [(r"/organ/(?P<organ>[^/]+)/?$", organ_page), (r"/organ(?P<rest>/.*)?$", no_organ)]


async def organ_page(request: Any, datasette: Any) -> Any:
    """One organ, the choice between those of one name, or those that may have been meant."""
    organ = unquote(request.url_vars["organ"]).replace("\0", "")[:LONGEST_ORGAN]
    asked = request.args.get("division")
    database = await allowed(request, datasette)
    known = await database.execute_fn(lambda db: careers.divisions(db, organ))
    chosen = [division for division in known if division == asked] if asked is not None else known
    if len(chosen) != 1:
        near = await database.execute_fn(lambda db: [name for (name,) in db.execute(NEAR, [organ])])
        named = await database.execute_fn(lambda db: {division: whole_name(db, division) for division in known})
        context = {"organ": organ, "divisions": named, "near": [] if known else near}
        html = await datasette.render_template("missing_organ.html", context, request=request)
        return Response.html(html, status=200 if len(chosen) > 1 else 404)
    context = await database.execute_fn(lambda db: page(db, organ, chosen[0]))
    return Response.html(await datasette.render_template("organ.html", context, request=request))


async def no_organ(request: Any, datasette: Any) -> Any:
    """An address below /organ that names none."""
    await allowed(request, datasette)
    context = {"organ": "", "divisions": {}, "near": []}
    html = await datasette.render_template("missing_organ.html", context, request=request)
    return Response.html(html, status=404)


async def allowed(request: Any, datasette: Any) -> Any:
    """The database, for those who may see it."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    return database


def page(db: sqlite3.Connection, organ: str, division: str) -> dict[str, Any]:
    """Everything that the page shows."""
    found = careers.career(db, organ, division)
    kind = organ_kind(organ)
    siblings = summaries.rows(db, SIBLINGS, division, organ, SIBLINGS_SHOWN + 1) if division else []
    return found | {
        "organ": organ,
        "division": division,
        "path": summaries.path(db, division),
        "kind": kind,
        "recent": [one for one in found["years"] if one["year"] >= careers.SINCE],
        "columns": careers.SHOWN,
        "drawn": [f"requests.{row}.total" for row in DRAWN],
        "siblings": {
            of: [one for one in siblings[:SIBLINGS_SHOWN] if organ_kind(one["organ"]) == of]
            for of in ("government", "department", "town")
        },
        "more_siblings": len(siblings) > SIBLINGS_SHOWN,
        "children": summaries.children(db, division) if kind == "government" and division else [],
    }
