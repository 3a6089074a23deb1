"""A capture as it was served: /snapshot/<id>, its bytes for a sandboxed frame (/raw) and as a file (/original)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urljoin

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.records import Snapshot
from archive.reviews import DISMISSED
from archive.shown.judged import IN_READING
from archive.shown.showing import (
    PAGES,
    RAW_HEADERS,
    Stored,
    caged,
    is_renderable,
    load,
    picture_type,
    pictures_of,
    served_as,
    shown_as,
)
from archive.warcs.payload import LIMIT, header

hookimpl = HookimplMarker("datasette")

READING = "SELECT * FROM readings WHERE snapshot = ? AND part = 0"
PARTS = f"""
SELECT *, EXISTS (SELECT 1 FROM reports WHERE (organ, year) = (readings.organ, readings.year)) AS listed,
    {DISMISSED.format(of="readings")} AS dismissed FROM readings WHERE snapshot = ? AND part > 0 ORDER BY part
"""
CURRENT = "SELECT snapshot, part FROM reports WHERE organ = :organ AND year = :year ORDER BY snapshot = :snapshot DESC"
OTHERS = "SELECT * FROM snapshots WHERE url = ? AND query = ? AND id <> ? ORDER BY timestamp DESC LIMIT 50"
BESIDE = "source = ? AND source <> '' AND via = ? AND role = 'attachment'"
ATTACHED = f"SELECT * FROM snapshots WHERE {BESIDE} ORDER BY timestamp, id LIMIT 50"
IMPORTED = "SELECT * FROM imports WHERE filename = ?"
NEWEST = "SELECT id FROM snapshots WHERE url = ? ORDER BY timestamp DESC LIMIT 1"
ORIGINAL = "SELECT id FROM snapshots WHERE digest = ? AND record = 'response' ORDER BY timestamp, id LIMIT 1"
REFUSED = {
    "damaged": (500, "error.archive"),
    "too_large": (500, "error.oversized"),
    "too_long": (413, "error.lead.413"),
    "withheld": (451, "error.lead.451"),
}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Everything below /snapshot."""
    one = r"/snapshot/(?P<id>[0-9a-f]{16})"
    return [
        (one + r"/?$", page),
        (one + r"/raw$", raw),
        (one + r"/original$", original),
        (
            r"/snapshot(?P<rest>/(?![0-9a-f]{16}/(?:square|picture|rendered)).*)?$",
            missing,
        ),  # these are of other plugins,
    ]


async def page(request: Any, datasette: Any) -> Any:
    """What this capture is, and the bytes in a frame."""
    snapshot, stored, reading = await found(request, datasette)
    if snapshot is None:
        return await missing(request, datasette)
    database = datasette.get_database()
    media_type, _ = served_as(snapshot, reading)
    context = {
        "snapshot": snapshot,
        "stored": stored,
        "reading": reading,
        "media_type": media_type,
        "shown": shown_as(snapshot, stored, media_type),
        "is_renderable": is_renderable(stored.body),
        "is_picture": bool(picture_type(stored.body)),
        "pictures": await database.execute_fn(lambda db: pictures_of(db, snapshot)) if media_type in PAGES else {},
        "limit": LIMIT // 2**20,
        "location": location(snapshot, stored),
        "findings": (await database.execute(IN_READING, [snapshot.id, 0])).rows,
        "parts": (await database.execute(PARTS, [snapshot.id])).rows,
        "others": (await database.execute(OTHERS, [snapshot.url, snapshot.query, snapshot.id])).rows,
        "attached": (await database.execute(ATTACHED, [snapshot.source, snapshot.url])).rows,
        "via": (await database.execute(NEWEST, [snapshot.via])).first(),
        "imported": (await database.execute(IMPORTED, [snapshot.filename])).first(),
        "original": (await database.execute(ORIGINAL, [snapshot.digest])).first(),
        "current": (await database.execute(CURRENT, dict(reading))).first() if reading else None,
    }
    status = {"damaged": 500, "withheld": 451}.get(stored.problem, 200)
    return Response.html(await datasette.render_template("snapshot.html", context, request=request), status=status)


async def raw(request: Any, datasette: Any) -> Any:
    """The bytes of a page, for the frame; nothing in them can run, send or fetch."""
    snapshot, stored, reading = await found(request, datasette)
    if snapshot is None:
        return await missing(request, datasette)
    if request.headers.get("sec-fetch-dest") == "document":
        # Alone in a window its links would lead out of the archive; in the frame of our page they cannot.
        return Response.redirect(datasette.urls.path(f"/snapshot/{snapshot.id}"))
    media_type, charset = served_as(snapshot, reading)
    shown = shown_as(snapshot, stored, media_type)
    if shown not in ("frame", "empty"):
        return await failure(request, datasette, *REFUSED.get(shown, (415, "error.lead.415")))
    content_type, body = caged(stored.body, media_type, charset, reading)
    return Response(body, headers=dict(RAW_HEADERS), content_type=content_type)


async def original(request: Any, datasette: Any) -> Any:
    """The exact bytes as a file; never as a type that a browser would run."""
    snapshot, stored, _ = await found(request, datasette)
    if snapshot is None or stored.problem:
        return await (
            failure(request, datasette, *REFUSED[stored.problem]) if snapshot else missing(request, datasette)
        )
    name = file_name(snapshot)
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = RAW_HEADERS | {"Content-Disposition": disposition}
    return Response(stored.body, headers=headers, content_type="application/octet-stream")


async def missing(request: Any, datasette: Any) -> Any:
    """A capture that is not there."""
    id = unquote(request.url_vars.get("id") or (request.url_vars["rest"] or "").strip("/"))[:40].replace("\0", "")
    html = await datasette.render_template("missing_snapshot.html", {"id": id}, request=request)
    return Response.html(html, status=404)


async def failure(request: Any, datasette: Any, status: int, words: str) -> Any:
    """An error in the words of our pages."""
    html = await datasette.render_template("error.html", {"status": status, "words": words}, request=request)
    return Response.html(html, status=status)


async def found(request: Any, datasette: Any) -> tuple[Snapshot | None, Stored, Any]:
    """The capture, what is stored of it, and how it was read."""
    database, id = datasette.get_database(), request.url_vars["id"]
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    reading = (await database.execute(READING, [id])).first()
    return (*await asyncio.to_thread(load, Path(database.path).parent, id), reading)


def location(snapshot: Snapshot, stored: Stored) -> str:
    """Where a redirect led; "" if it led nowhere."""
    target = header(stored.headers, "location") if 300 <= snapshot.status < 400 else ""
    try:
        return urljoin(snapshot.url, target) if target else ""
    except ValueError:
        return target  # no address at all, as http://[


def file_name(snapshot: Snapshot) -> str:
    """The last part of the address, so that a saved file keeps its name."""
    name = PurePosixPath(unquote(snapshot.url.partition("?")[0].partition("#")[0].partition("://")[2])).name
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).strip(". ")[-120:]
    return name or snapshot.id
