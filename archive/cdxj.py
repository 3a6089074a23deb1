"""The index as CDXJ, one line a capture, for pywb and other replay tools."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote_plus, urlencode

from archive.errors import ArchiveError, explained
from archive.members import members
from archive.payload import header
from archive.record import Record, capture_id, understood
from archive.records import Snapshot
from archive.store import Archive, snapshot_of
from archive.surt import surt

LONGEST = 4096  # characters of a request's body that stand in a key, as in pywb


def write(archive: Archive, path: Path) -> int:
    """The whole index, sorted; there in full or not at all. Returns the number of lines."""
    aside = path.with_name(f".{path.name}.part")
    count = 0
    with explained("write", path):
        try:
            with aside.open("w", encoding="ascii", newline="\n") as out:
                for text in in_order(line(one, posted(archive, one)) for one in selected(archive, "true")):
                    out.write(text)
                    count += 1
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    return count


def line(capture: Snapshot, posted: str = "", filename: str = "", offset: int | None = None) -> str:
    """One line, perhaps with the place in another file."""
    revisit = capture.record == "revisit"
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if revisit else re.split(r"[;,\s]", capture.mime.strip(), maxsplit=1)[0],
        "status": str(capture.status),
        "digest": capture.digest,
        "length": str(capture.length),
        "offset": str(capture.offset if offset is None else offset),
        "filename": filename or capture.filename,
    }
    url = capture.url
    if capture.method != "GET":
        fields["method"] = capture.method
        fields["requestBody"] = posted
        url += ("&" if "?" in url else "?") + f"__wb_method={capture.method}" + (f"&{posted}" if posted else "")
    fields = {name: value for name, value in fields.items() if value}
    return f"{surt(url)} {capture.timestamp} {json.dumps(fields)}\n"


def posted(archive: Archive, capture: Snapshot) -> str:
    """The body of the request in the form that pywb puts into a key; "" if there was none."""
    if capture.method == "GET":
        return ""
    with explained("read", archive.warc):
        for record in beside(archive, capture):
            if record.type == "request":
                return as_query(header(record.http.headers, "content-type"), record.http.body)[:LONGEST]
    return ""


def beside(archive: Archive, capture: Snapshot) -> list[Record]:
    """The requests and metadata of a capture: those that stand between it and the captures before and after it."""
    before, after = _neighbours(archive, capture)
    path = archive.warc / capture.filename
    with (path if path.exists() else path.with_name(path.name + ".open")).open("rb") as file:
        found = [
            understood(member, capture.filename)
            for start, stop in ((before, capture.offset), (capture.offset + capture.length, after))
            for member in members(file, start, stop)
        ]
    return [
        record
        for record in found
        if isinstance(record, Record)
        and record.type in ("request", "metadata")
        and capture.id in map(capture_id, re.split(r",\s*", record.header("WARC-Concurrent-To")))
    ]


def selected(archive: Archive, where: str, *values: object) -> Iterator[Snapshot]:
    """Captures by a condition, in the order in which they stand in the files."""
    query = f'SELECT * FROM snapshots WHERE {where} ORDER BY filename, "offset"'
    return map(snapshot_of, archive.db.execute(query, values))


def _neighbours(archive: Archive, capture: Snapshot) -> tuple[int, int | None]:
    """Where the capture before it ends, and where the one after it begins."""
    place = (capture.filename, capture.offset)
    query = 'SELECT "offset" + length FROM snapshots WHERE filename = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT 1'
    before = archive.db.execute(query, place).fetchone()
    query = 'SELECT "offset" FROM snapshots WHERE filename = ? AND "offset" > ? ORDER BY "offset" LIMIT 1'
    after = archive.db.execute(query, place).fetchone()
    return before[0] if before else 0, after[0] if after else None


def as_query(mime: str, body: bytes) -> str:
    """pywb's convention: forms and JSON as a query, anything else in base64."""
    mime = mime.partition(";")[0].strip().lower()
    try:
        if mime == "application/x-www-form-urlencoded":
            return unquote_plus(body.decode())
        if mime in ("application/json", "text/plain"):
            return urlencode(_flat(json.loads(body)))
    except ValueError:
        pass
    return "__wb_post_data=" + base64.b64encode(body).decode() if body else ""


def in_order(lines: Iterable[str]) -> Iterator[str]:
    """Sorted on disk, byte by byte, so that there may be more of them than memory holds."""
    with closing(sqlite3.connect("")) as db:
        db.execute("CREATE TABLE lines (line TEXT NOT NULL)")
        try:
            db.executemany("INSERT INTO lines VALUES (?)", ((text,) for text in lines))
        except sqlite3.OperationalError as error:
            raise ArchiveError(f"cannot sort the index: {error}; free some space for temporary files") from error
        for (text,) in db.execute("SELECT line FROM lines ORDER BY line"):
            yield text


def _flat(body: object) -> list[tuple[str, str]]:
    """The leaves of a JSON value by their last name; a name that comes again is numbered, as pywb does it."""
    pairs: list[tuple[str, str]] = []
    seen: dict[str, int] = {}

    def walk(one: object, name: str) -> None:
        if isinstance(one, dict):
            for key, inner in one.items():
                walk(inner, key)
        elif isinstance(one, list):
            for inner in one:
                walk(inner, name)
        elif name:
            seen[name] = seen.get(name, 0) + 1
            again = f".{seen[name]}_" if seen[name] > 1 else ""
            value = int(one) if isinstance(one, float) and one.is_integer() else one
            pairs.append((name + again, one if isinstance(one, str) else json.dumps(value)))

    walk(body, "")
    return pairs
