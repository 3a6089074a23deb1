"""From a number to its square: /snapshot/<id>/square shows the archived original with squares and sentences marked."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.beside import pictures
from archive.records import Snapshot
from archive.shown.marks import Wanted, wanted
from archive.shown.replaying import PARSERS, Replayed, label, sign
from archive.shown.showing import (
    INLINE,
    INLINE_LIMIT,
    LARGEST,
    Stored,
    disarmed,
    load,
    pictures_of,
    pictures_path,
    raw_headers,
    shown_as,
)
from archive.store import Archive

hookimpl = HookimplMarker("datasette")

NAMES = ("part", "indicator", "table", "row", "column", "finding", "n", "statement")
LISTED = "SELECT division, snapshot, part FROM reports WHERE organ = ? AND year = ? ORDER BY snapshot = ? DESC"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page, and what its frame shows."""
    one = r"/snapshot/(?P<id>[0-9a-f]{16})/square"
    return [(one + r"/?$", page), (one + r"/raw$", raw)]


async def page(request: Any, datasette: Any) -> Any:
    """Which squares they are, and the original with them in a frame."""
    asked, snapshot, stored = await found(request, datasette)
    if asked is None or snapshot is None:
        return await missing(request, datasette)
    media_type = asked.reading["media_type"]
    shown = shown_as(snapshot, stored, media_type)
    replayed = Replayed()
    if shown in ("frame", "not_inline") and len(stored.body) <= LARGEST:
        replayed = await replay(datasette, asked, snapshot, stored)
    squares, quotes = iter(replayed.squares), iter(replayed.quotes)
    placed = [(one, next(quotes if one.quote else squares, False)) for one in asked.marks]
    listed = (await datasette.get_database().execute(LISTED, of_report(asked))).first()
    context = {
        "snapshot": snapshot,
        "wanted": asked,
        "reading": asked.reading,
        "finding": asked.finding,
        "marks": placed,
        "replayed": replayed,
        "shown": shown,
        "media_type": media_type,
        "frame": frame(request, datasette, snapshot, replayed, shown),
        "report": listed if asked.reading["kind"] == "report" else None,
    }
    status = {"damaged": 500, "withheld": 451}.get(stored.problem, 200)
    return Response.html(await datasette.render_template("square.html", context, request=request), status=status)


async def raw(request: Any, datasette: Any) -> Any:
    """The marked page for the frame; nothing in it can run, send or fetch."""
    asked, snapshot, stored = await found(request, datasette)
    if asked is None or snapshot is None or stored.problem:
        return await missing(request, datasette)
    if request.headers.get("sec-fetch-dest") == "document":
        return Response.redirect(address(request, datasette, snapshot, "square"))
    replayed = await replay(datasette, asked, snapshot, stored)
    if not replayed.way:
        return await missing(request, datasette)
    content_type = "text/html; charset=utf-8"
    numbered = replayed.html.replace(label(snapshot).encode(), asked.label.encode())
    return Response(
        disarmed(numbered, content_type),
        headers=raw_headers(request.host, datasette.urls.path(pictures_path(snapshot))),
        content_type=content_type,
    )


async def missing(request: Any, datasette: Any) -> Any:
    """No such capture, reading or square."""
    context = {"status": 404, "words": "square.none"}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=404)


async def found(request: Any, datasette: Any) -> tuple[Wanted | None, Snapshot | None, Stored]:
    """What is asked for and the capture that holds it."""
    database, id = datasette.get_database(), request.url_vars["id"]
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    asked = await database.execute_fn(lambda db: wanted(db, id, named(request)))
    if asked is None:
        return None, None, Stored([], b"", "")
    return (asked, *await asyncio.to_thread(load, Path(database.path).parent, id))


def named(request: Any) -> dict[str, str]:
    """What the address says, as far as we ask for it."""
    return {name: request.args.get(name)[:200] for name in NAMES if request.args.get(name)}


def of_report(asked: Wanted) -> list[object]:
    """Of which report the reading is."""
    return [asked.reading[name] for name in ("organ", "year", "snapshot")]


def frame(request: Any, datasette: Any, snapshot: Snapshot, replayed: Replayed, shown: str) -> str:
    """Address for the frame, at the first mark; the page without marks where none could be made, or "" for no frame."""
    if not replayed.way:
        return str(datasette.urls.path(f"/snapshot/{snapshot.id}/raw")) if shown == "frame" else ""
    return f"{address(request, datasette, snapshot, 'square/raw')}#{sign(snapshot)}"


def address(request: Any, datasette: Any, snapshot: Snapshot, page: str) -> str:
    """The same squares at another of our addresses."""
    return f"{datasette.urls.path(f'/snapshot/{snapshot.id}/{page}')}?{urlencode(named(request))}"


async def replay(datasette: Any, asked: Wanted, snapshot: Snapshot, stored: Stored) -> Replayed:
    """The marked page, unless it is too long for a browser."""
    reading, database = asked.reading, datasette.get_database()
    too_long = reading["media_type"] in INLINE and len(stored.body) > INLINE_LIMIT
    if too_long or len(stored.body) > LARGEST:
        return Replayed()
    outlines = json.loads(reading["outlines"] or "[]")
    pictures: dict[str, bytes] = {}
    if snapshot.role == "article" and any(one["picture"] is not None for one in outlines):
        pictures = await asyncio.to_thread(captured, Path(database.path).parent, snapshot)
    known = await database.execute_fn(lambda db: pictures_of(db, snapshot))
    addresses = {url: str(datasette.urls.path(pictures_path(snapshot) + id)) for url, id in known.items()}
    numbered = {"label": label(snapshot) if asked.label else ""}
    squares, quotes = ([one | numbered for one in all] for all in (asked.squares, asked.quotes))
    more = {"outlines": outlines, "squares": squares, "quotes": quotes, "addresses": addresses}
    return await PARSERS.replay(snapshot, stored.body, pictures, part=reading["part"], **more)


def captured(directory: Path, snapshot: Snapshot) -> dict[str, bytes]:
    """The pictures of a page, for squares that stand in them."""
    with Archive.open_readonly(directory) as archive:
        return pictures(archive, snapshot)
