"""What no browser shows by itself, for a frame: /snapshot/<id>/rendered, a picture, or the words and tables read."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.shown.replaying import PARSERS
from archive.shown.showing import INLINE_LIMIT, RAW_HEADERS, is_renderable, load, picture_type, shown_as

hookimpl = HookimplMarker("datasette")

READING = "SELECT media_type FROM readings WHERE snapshot = ? AND part = 0"
PICTURE = (
    '<!doctype html><html><head><title></title></head><body style="margin:0"><img alt="" style="max-width:100%" src="'
)
CONTENT_TYPE = "text/html; charset=utf-8"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """One page, for frames alone."""
    return [(r"/snapshot/(?P<id>[0-9a-f]{16})/rendered$", rendered)]


async def rendered(request: Any, datasette: Any) -> Any:
    """The picture, or what the parser read of the file; alone in a window it leads back to the capture's page."""
    database, id = datasette.get_database(), request.url_vars["id"]
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    snapshot, stored = await asyncio.to_thread(load, Path(database.path).parent, id)
    if snapshot is None or request.headers.get("sec-fetch-dest") == "document":
        return Response.redirect(datasette.urls.path(f"/snapshot/{id}"))
    reading = (await database.execute(READING, [id])).first()
    if reading is None or shown_as(snapshot, stored, reading["media_type"]) != "not_inline":
        return await failure(request, datasette, 415)
    if not is_renderable(stored.body):  # before anything is made of it
        return await failure(request, datasette, 413)
    if kind := picture_type(stored.body):
        html = f'{PICTURE}data:{kind};base64,{b64encode(stored.body).decode()}"></body></html>'.encode()
    else:
        html = (await PARSERS.replay(snapshot, stored.body)).html
        if len(html) > INLINE_LIMIT:
            return await failure(request, datasette, 413)
    if not html:
        return await failure(request, datasette, 415)
    return Response(html, headers=dict(RAW_HEADERS), content_type=CONTENT_TYPE)


async def failure(request: Any, datasette: Any, status: int) -> Any:
    """Nothing could be made of it, or it is too large."""
    context = {"status": status, "words": f"error.lead.{status}"}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)
