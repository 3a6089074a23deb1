"""A page with its pictures from the archive: /snapshot/<id>/pictured, and /snapshot/<id>/picture/<id> for each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.records import Snapshot
from archive.shown.replaying import PARSERS
from archive.shown.showing import (
    RAW_HEADERS,
    Stored,
    disarmed,
    load,
    picture_type,
    pictures_of,
    pictures_path,
    raw_headers,
    shown_as,
)

hookimpl = HookimplMarker("datasette")

READING = "SELECT media_type FROM readings WHERE snapshot = ? AND part = 0"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page, and its pictures."""
    one = r"/snapshot/(?P<id>[0-9a-f]{16})"
    return [(one + r"/pictured$", pictured), (one + r"/picture/(?P<picture>[0-9a-f]{16})$", picture)]


async def pictured(request: Any, datasette: Any) -> Any:
    """The page for the frame; where it cannot be made it is shown without its pictures."""
    snapshot, stored = await found(request, datasette, "id")
    plain = datasette.urls.path(f"/snapshot/{request.url_vars['id']}")
    if snapshot is None or request.headers.get("sec-fetch-dest") == "document":
        return Response.redirect(plain)
    database = datasette.get_database()
    reading = (await database.execute(READING, [snapshot.id])).first()
    if shown_as(snapshot, stored, reading["media_type"] if reading else "") != "frame":
        return Response.redirect(f"{plain}/raw")
    known = await database.execute_fn(lambda db: pictures_of(db, snapshot))
    path = datasette.urls.path(pictures_path(snapshot))
    addresses = {url: f"{path}{id}" for url, id in known.items()}
    replayed = await PARSERS.replay(snapshot, stored.body, addresses=addresses)
    if replayed.way != "page":
        return Response.redirect(f"{plain}/raw")
    content_type = "text/html; charset=utf-8"
    headers = raw_headers(request.host, path)
    return Response(disarmed(replayed.html, content_type), headers=headers, content_type=content_type)


async def picture(request: Any, datasette: Any) -> Any:
    """One picture of the page, as a type in which nothing runs."""
    page, _ = await found(request, datasette, "id")
    database, wanted = datasette.get_database(), request.url_vars["picture"]
    known = await database.execute_fn(lambda db: pictures_of(db, page)) if page else {}
    snapshot, stored = await found(request, datasette, "picture") if wanted in known.values() else (None, None)
    kind = picture_type(stored.body) if snapshot and stored and not stored.problem else ""
    if not kind or stored is None:
        return Response.text("", status=404)
    # The frame is nobody's origin, so that its own pictures come from elsewhere.
    headers = RAW_HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(stored.body, headers=headers, content_type=kind)


async def found(request: Any, datasette: Any, name: str) -> tuple[Snapshot | None, Stored]:
    """A capture that the address names."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    return await asyncio.to_thread(load, Path(database.path).parent, request.url_vars[name])
