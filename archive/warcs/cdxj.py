"""The index as CDXJ, one line a capture, for pywb and other replay tools."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from archive.errors import ArchiveError, explained
from archive.records import Snapshot
from archive.store import Archive, snapshot_of
from archive.warcs import asked
from archive.warcs.members import members
from archive.warcs.record import Record, capture_id, understood
from archive.warcs.storage import locate
from archive.warcs.surt import surt


def write(archive: Archive, path: Path) -> int:
    """The whole index, sorted; there in full or not at all. Returns the number of lines."""
    aside = path.with_name(f".{path.name}.part")
    count = 0
    with explained("write", path):
        try:
            with aside.open("w", encoding="ascii", newline="\n") as out:
                for text in in_order(line(one) for one in selected(archive, "true")):
                    out.write(text)
                    count += 1
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    return count


def line(capture: Snapshot, filename: str = "", offset: int | None = None) -> str:
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
    if capture.method != "GET":
        fields["method"] = capture.method
        fields["requestBody"] = capture.query.partition("&")[2][: asked.LONGEST]
    fields = {name: value for name, value in fields.items() if value}
    return f"{surt(asked.key(capture.url, capture.query))} {capture.timestamp} {json.dumps(fields)}\n"


def beside(archive: Archive, capture: Snapshot) -> list[Record]:
    """The requests and metadata of a capture: those that stand between it and the captures before and after it."""
    before, after = _neighbours(archive, capture)
    with locate(archive.warc, capture.filename).open("rb") as file:
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
    """Captures by a condition, in the order in which they stand in the files; none that are withheld."""
    shown = f"({where}) AND id NOT IN (SELECT snapshot FROM withheld)"
    query = f'SELECT * FROM snapshots WHERE {shown} ORDER BY filename, "offset"'
    return map(snapshot_of, archive.db.execute(query, values))


def _neighbours(archive: Archive, capture: Snapshot) -> tuple[int, int | None]:
    """Where the capture before it ends, and where the one after it begins."""
    place = (capture.filename, capture.offset)
    query = 'SELECT "offset" + length FROM snapshots WHERE filename = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT 1'
    before = archive.db.execute(query, place).fetchone()
    query = 'SELECT "offset" FROM snapshots WHERE filename = ? AND "offset" > ? ORDER BY "offset" LIMIT 1'
    after = archive.db.execute(query, place).fetchone()
    return before[0] if before else 0, after[0] if after else None


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
