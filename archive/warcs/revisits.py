"""What the revisits of other crawlers repeat: they name it in several ways, none of which is our digest."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from pathlib import Path

from archive.warcs.record import Record, capture_id, compact_date, read

UNRESOLVED = """
SELECT id, filename, "offset", length FROM snapshots AS revisit WHERE record = 'revisit'
AND NOT EXISTS (SELECT 1 FROM snapshots WHERE digest = revisit.digest AND record = 'response') ORDER BY id
"""
NAMED = "SELECT digest FROM snapshots WHERE id = ? AND record = 'response'"
AT = "SELECT digest FROM snapshots WHERE url = ? AND timestamp = ? AND record = 'response' ORDER BY id"
RESPONSES = """
SELECT digest, filename, "offset", length FROM snapshots WHERE url = ? AND record = 'response' ORDER BY timestamp, id
"""


def resolve_revisits(db: sqlite3.Connection, warc: Path) -> None:
    """Give each the digest of the capture that it refers to, if that is in the archive."""
    for id, *where in db.execute(UNRESOLVED).fetchall():
        digest = _digest(db, warc, read(warc, *where))
        if digest:
            db.execute("UPDATE snapshots SET digest = ? WHERE id = ?", (digest, id))


def _digest(db: sqlite3.Connection, warc: Path, revisit: Record) -> str:
    """By the name of the record, by its payload digest, by address and time; never by what is only likely."""
    named = db.execute(NAMED, (capture_id(revisit.header("WARC-Refers-To")),)).fetchone()
    if named:
        return str(named[0])
    url = revisit.header("WARC-Refers-To-Target-URI") or revisit.url
    wanted = revisit.header("WARC-Payload-Digest")
    if wanted:
        for digest, *where in db.execute(RESPONSES, (url,)).fetchall():
            if _has(read(warc, *where), wanted):
                return str(digest)
        return ""
    at = compact_date(revisit.header("WARC-Refers-To-Date"))
    same = {str(digest) for (digest,) in db.execute(AT, (url, at))}
    return same.pop() if len(same) == 1 else ""


def _has(original: Record, wanted: str) -> bool:
    """By what the original says of itself, or by the bytes as stored: it may say so in another way, or nothing."""
    if original.header("WARC-Payload-Digest") == wanted:
        return True
    name, _, value = wanted.partition(":")
    if name.lower() not in ("sha1", "sha256", "md5"):
        return False
    made = hashlib.new(name.lower(), original.http.body, usedforsecurity=False)
    return value.lower() in (made.hexdigest(), base64.b32encode(made.digest()).decode().lower())
