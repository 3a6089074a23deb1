"""A capture as it was served: /snapshot/<id>, its bytes for a sandboxed frame (/raw) and as a file (/original)."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urljoin

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.errors import ArchiveError, PayloadTooLarge, Withheld
from archive.judged import IN_READING
from archive.payload import LIMIT, header
from archive.records import Snapshot
from archive.reviews import DISMISSED
from archive.store import Archive

hookimpl = HookimplMarker("datasette")

INLINE = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain"}
INLINE_LIMIT = 10 * 2**20  # bytes; more makes browsers stall
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
# An archived page may show its words, its own styles and pictures it carries in itself, and nothing else.
SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
RAW_HEADERS = {
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
}
# No header keeps a browser from connecting to where <link rel=preconnect> points or a refused frame would have gone.
# What else these may do is refused anyway: so they get empty attributes, and of two equal ones the first counts.
DISARMED = {
    "<link": "<meta charset http-equiv content name",
    "<iframe": "<iframe src srcdoc",
    "<frame": "<frame src",
}
REFUSED = {
    "damaged": (500, "error.archive"),
    "too_large": (500, "error.oversized"),
    "too_long": (413, "error.lead.413"),
    "withheld": (451, "error.lead.451"),
}
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
# Codecs by which `<` and what follows are these very bytes or their UTF-16; others could hide a tag from `disarmed`.
# Names are those that browsers know: at any other they would look into the page.
CHARSETS = set("utf-8 utf8 gb18030 gbk gb2312 x-gbk big5 big5-hkscs utf-16 utf-16le utf-16be".split())
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)


class Stored(NamedTuple):
    """What the WARC file holds of a capture, or why it cannot be had."""

    headers: list[tuple[str, str]]
    body: bytes
    problem: str  # "", damaged, too_large, withheld
    withheld: Withheld | None = None


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Everything below /snapshot."""
    one = r"/snapshot/(?P<id>[0-9a-f]{16})"
    return [
        (one + r"/?$", page),
        (one + r"/raw$", raw),
        (one + r"/original$", original),
        (r"/snapshot(?P<rest>/.*)?$", missing),
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
    content_type = f"{INLINE.get(media_type, 'text/plain')}; charset={shown_in(charset, reading, stored.body)}"
    body = disarmed(stored.body, content_type) if content_type.startswith("text/html") else stored.body
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


def load(directory: Path, id: str) -> tuple[Snapshot | None, Stored]:
    """Read one capture; its own error goes to the log, since it names files of the server."""
    with Archive.open_readonly(directory) as archive:
        if (snapshot := archive.snapshot(id)) is None:
            return None, Stored([], b"", "")
        headers: list[tuple[str, str]] = []
        try:
            headers = [(name, readable(value)) for name, value in archive.exchange(snapshot).headers]
            return snapshot, Stored(headers, archive.body(snapshot), "")
        except Withheld as error:
            return snapshot, Stored([], b"", "withheld", error)
        except PayloadTooLarge:
            return snapshot, Stored(headers, b"", "too_large")
        except ArchiveError as error:
            print(f"/snapshot/{id}: {error}", file=sys.stderr)  # noqa: T201
            return snapshot, Stored(headers, b"", "damaged")


def served_as(snapshot: Snapshot, reading: Any) -> tuple[str, str]:
    """Media type by content where it was read, else as sent; charset as sent, else as it was read."""
    sent = MEDIA_TYPE.match(snapshot.mime.strip())
    charset = CHARSET.search(snapshot.mime)
    media_type = reading["media_type"] if reading else sent[0].lower() if sent else ""
    return media_type, charset[1] if charset else ((reading and reading["charset"]) or "").removesuffix("-sig")


def shown_in(charset: str, reading: Any, body: bytes) -> str:
    """A codec that hides nothing: as sent or read, else as the page says, else UTF-8."""
    declared = re.search(CHARSET.pattern.encode(), body[:1024], re.IGNORECASE)
    read = ((reading and reading["charset"]) or "").removesuffix("-sig").replace("16-", "16")
    named = (charset, read, declared[1].decode() if declared else "")
    return next((name for name in named if name.lower() in CHARSETS), "utf-8")


def disarmed(body: bytes, content_type: str) -> bytes:
    """The page with the elements disarmed that no header holds, in whichever way its characters are encoded."""
    if "utf-16" not in content_type.lower() and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body.replace(b"\x1b", b"")  # an escape of ISO 2022 could split a name
    for codec in ("ascii", "utf-16-le", "utf-16-be"):
        after = b"|".join(re.escape(end.encode(codec)) for end in "\t\n\f\r />")
        for tag, harmless in DISARMED.items():
            opening = re.compile(re.escape(tag.encode(codec)) + b"(?=" + after + b")", re.IGNORECASE)
            body = opening.sub(harmless.encode(codec), body)
    return body


def shown_as(snapshot: Snapshot, stored: Stored, media_type: str) -> str:
    """frame, or why there is none: damaged, too_large, redirect, empty, too_long, not_inline."""
    if stored.problem:
        return stored.problem
    if not stored.body:
        return "redirect" if 300 <= snapshot.status < 400 else "empty"
    if media_type not in INLINE:
        return "not_inline"
    return "too_long" if len(stored.body) > INLINE_LIMIT else "frame"


def location(snapshot: Snapshot, stored: Stored) -> str:
    """Where a redirect led; "" if it led nowhere."""
    target = header(stored.headers, "location") if 300 <= snapshot.status < 400 else ""
    try:
        return urljoin(snapshot.url, target) if target else ""
    except ValueError:
        return target  # no address at all, as http://[


def readable(wire: str) -> str:
    """A header value for people: its bytes are kept as latin-1, and mean UTF-8 or else GB18030."""
    sent = wire.encode("latin-1")
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("gb18030", "replace")


def file_name(snapshot: Snapshot) -> str:
    """The last part of the address, so that a saved file keeps its name."""
    name = PurePosixPath(unquote(snapshot.url.partition("?")[0].partition("#")[0].partition("://")[2])).name
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", name).strip(". ")[-120:]
    return name or snapshot.id
