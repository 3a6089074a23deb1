"""How archived bytes are shown without harm: what a browser may do with them, and what is taken out before."""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path
from typing import Any, NamedTuple

from archive.errors import ArchiveError, PayloadTooLarge, Withheld
from archive.records import Snapshot
from archive.store import Archive

INLINE = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain"}
PAGES = frozenset({"text/html", "application/xhtml+xml"})
INLINE_LIMIT = 10 * 2**20  # bytes; more makes browsers stall
LARGEST = 64 * 2**20  # bytes of a file that the parsers open for a reader
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
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
# Codecs by which `<` and what follows are these very bytes or their UTF-16; others could hide a tag from `disarmed`.
# Names are those that browsers know: at any other they would look into the page.
CHARSETS = set("utf-8 utf8 gb18030 gbk gb2312 x-gbk big5 big5-hkscs utf-16 utf-16le utf-16be".split())
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)


# Those pictures that the archive has of a page: by each address the newest that its crawl could see.
PICTURES = """
SELECT url, id FROM snapshots WHERE role = 'picture' AND via = ?1 AND status = 200 AND timestamp < coalesce(
    (SELECT min(timestamp) FROM snapshots WHERE url = ?1 AND timestamp > ?2), '9') ORDER BY timestamp, id
"""
HOST = re.compile(r"[A-Za-z0-9_.\-]+(?::\d+)?|\[[0-9a-fA-F:.]+\](?::\d+)?")
MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}


class Stored(NamedTuple):
    """What the WARC file holds of a capture, or why it cannot be had."""

    headers: list[tuple[str, str]]
    body: bytes
    problem: str  # "", damaged, too_large, withheld
    withheld: Withheld | None = None


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


def caged(body: bytes, media_type: str, charset: str, reading: Any) -> tuple[str, bytes]:
    """Content type and bytes for a frame."""
    content_type = f"{INLINE.get(media_type, 'text/plain')}; charset={shown_in(charset, reading, body)}"
    return content_type, disarmed(body, content_type) if content_type.startswith("text/html") else body


def readable(wire: str) -> str:
    """A header value for people: its bytes are kept as latin-1, and mean UTF-8 or else GB18030."""
    sent = wire.encode("latin-1")
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("gb18030", "replace")


def pictures_of(db: sqlite3.Connection, snapshot: Snapshot) -> dict[str, str]:
    """The captures of the pictures of a page, by their address."""
    return dict(db.execute(PICTURES, (snapshot.url, snapshot.timestamp)))


def pictures_path(snapshot: Snapshot) -> str:
    """Below which the pictures of a page are shown, and nothing else."""
    return f"/snapshot/{snapshot.id}/picture/"


def raw_headers(host: str, pictures: str) -> dict[str, str]:
    """Headers of a page that may show its own pictures from the archive: from that one path, and from no other."""
    if not HOST.fullmatch(host):
        return dict(RAW_HEADERS)
    return RAW_HEADERS | {
        "Content-Security-Policy": SANDBOX.replace("img-src data:", f"img-src data: {host}{pictures}")
    }


def picture_type(body: bytes) -> str:
    """Media type of a picture in which nothing can run; "" for all else, as drawings that hold scripts."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC.items() if body.startswith(magic)), "")


def is_renderable(body: bytes) -> bool:
    """Whether what no browser shows by itself is small enough for a frame: as a picture, or opened by the parsers."""
    return len(body) <= (INLINE_LIMIT if picture_type(body) else LARGEST)
