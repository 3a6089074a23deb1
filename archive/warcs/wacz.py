"""One WACZ a source and year (specification 1.1.1): their captures, with all that a replay needs, in one file."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO
from urllib.parse import quote

from warcio.warcwriter import WARCWriter

from archive.errors import ArchiveError, explained
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.cdxj import beside, in_order, line, selected
from archive.warcs.record import compact_date, read
from archive.warcs.storage import locate

WARC = "data.warc.gz"
BLOCK = 3000  # lines of the index that are packed together
PIECE = 2**20
PAGES = """
SELECT snapshots.id, url, timestamp, COALESCE(NULLIF(readings.title, ''), NULLIF(anchor, ''), url) FROM snapshots
LEFT JOIN readings ON snapshot = snapshots.id AND part = 0
WHERE source = ? AND substr(timestamp, 1, 4) = ? AND role IN ('article', 'attachment') AND status = 200
AND snapshots.id NOT IN (SELECT snapshot FROM withheld)
AND (kind IS NULL OR kind IN ('report', 'several')) ORDER BY timestamp, url, snapshots.id
"""
# An extra field that says nothing (alignment 1). Beside a directory entry without any ReplayWeb.page takes it that the
# entry's own head has none either; but there zipfile keeps room for sizes above 4 GB.
PADDING = struct.pack("<HHH", 0xD935, 2, 1)


def of_each(archive: Archive, directory: Path, source: str | None, year: int | None) -> Iterator[Path]:
    """Write them into a directory, all or those of one source or year; the same captures give the same bytes."""
    query = "SELECT DISTINCT source, substr(timestamp, 1, 4) FROM snapshots ORDER BY 1, 2"
    with explained("write", directory):
        directory.mkdir(parents=True, exist_ok=True)
        for name, when in archive.db.execute(query).fetchall():
            if source in (None, name) and year in (None, int(when)):
                yield _write(archive, directory, name, when)


def _write(archive: Archive, directory: Path, source: str, year: str) -> Path:
    path = directory / f"{quote(source, safe='') or '_'}-{year}.wacz"
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file, zipfile.ZipFile(file, "w") as pack:
            _fill(archive, _Package(pack), source, year)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def _fill(archive: Archive, package: _Package, source: str, year: str) -> None:
    places: list[tuple[str, int]] = []  # what is needed later of each capture: its name and where it stands now
    latest = ""
    with package.part(f"archive/{WARC}") as out:
        first = _warcinfo(source, year)
        out.write(first)
        end = len(first)
        for capture in _captures(archive, source, year):
            latest = max(latest, capture.timestamp)
            places.append((capture.id, end))
            # the request behind what it asked for: only so do other tools find the two together
            companions = ((record.offset, record.length) for record in beside(archive, capture))
            for offset, length in ((capture.offset, capture.length), *companions):
                _copy(locate(archive.warc, capture.filename), offset, length, out)
                end += length
    _index(package, (_line(archive, id, offset) for id, offset in places))
    with package.part("pages/pages.jsonl") as out:
        out.write(_json({"format": "json-pages-1.0", "id": "pages", "title": "年报 reports"}))
        for id, url, timestamp, title in archive.db.execute(PAGES, (source, year)):
            out.write(_json({"id": id, "url": url, "ts": _iso(timestamp), "title": title}))
    package.close(f"{source or '?'} {year}", _iso(latest))


def _captures(archive: Archive, source: str, year: str) -> Iterator[Snapshot]:
    """Those of the source and year, and the earlier ones that they repeat; as they stand in the files."""
    wanted = "source = ? AND substr(timestamp, 1, 4) = ?"
    needed: set[str] = set()
    for revisit in selected(archive, f"{wanted} AND record = 'revisit'", source, year):
        needed.update(_repeated(archive, revisit))
    return selected(
        archive, f"({wanted}) OR id IN (SELECT value FROM json_each(?))", source, year, json.dumps(sorted(needed))
    )


def _repeated(archive: Archive, revisit: Snapshot) -> list[str]:
    """The capture that holds the payload, and the one that the record names, which may be another."""
    original = archive.original(revisit)
    found = [original.id] if original else []
    with suppress(ArchiveError):  # a damaged revisit goes out as it is: `verify` names it, and the others can be read
        record = read(archive.warc, revisit.filename, revisit.offset, revisit.length)
        url = record.header("WARC-Refers-To-Target-URI") or revisit.url
        query = "SELECT id FROM snapshots WHERE url = ? AND timestamp = ? AND digest = ? AND record = 'response'"
        named = archive.db.execute(query, (url, compact_date(record.header("WARC-Refers-To-Date")), revisit.digest))
        found += [id for (id,) in named]
    return found


def _line(archive: Archive, id: str, offset: int) -> str:
    capture = archive.snapshot(id)
    if capture is None:
        raise ArchiveError("the index changed while the WACZ was written; run the command again")
    return line(capture, WARC, offset)


def _index(package: _Package, lines: Iterator[str]) -> None:
    """Blocks of packed lines, and a second index of the first line of each."""
    blocks = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    with package.part("indexes/index.cdx.gz") as out:
        ordered = in_order(lines)
        end = 0
        while block := list(islice(ordered, BLOCK)):
            packed = gzip.compress("".join(block).encode(), mtime=0)
            out.write(packed)
            place = {"offset": end, "length": len(packed), "digest": _sha256(packed), "filename": "index.cdx.gz"}
            blocks.append(f"{' '.join(block[0].split(' ', 2)[:2])} {json.dumps(place)}\n")
            end += len(packed)
    with package.part("indexes/index.idx") as out:
        out.write("".join(blocks).encode())


class _Package:
    """A ZIP that is written from its beginning to its end, with the list of its parts as the last ones."""

    def __init__(self, pack: zipfile.ZipFile) -> None:
        self._pack = pack
        self._parts: list[dict[str, str | int]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[_Hashed]:
        """To write into; not packed, since what is large is packed already, and read in place by replay tools."""
        info = zipfile.ZipInfo(name)  # of 1980: the same captures shall give the same bytes
        info.extra = PADDING
        info.create_system, info.external_attr = 3, 0o644 << 16
        with self._pack.open(info, "w", force_zip64=True) as file:
            out = _Hashed(file)
            yield out
        about = {"name": name.rpartition("/")[2], "path": name, "hash": f"sha256:{out.sha256.hexdigest()}"}
        self._parts.append({**about, "bytes": out.size})

    def close(self, title: str, created: str) -> None:
        """Write the list of the parts, and its own digest."""
        about = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "created": created,
            "software": f"nianbao/{version('nianbao')}",
            "resources": self._parts.copy(),
        }
        text = json.dumps(about, ensure_ascii=False, indent=2).encode()
        with self.part("datapackage.json") as out:
            out.write(text)
        with self.part("datapackage-digest.json") as out:
            out.write(_json({"path": "datapackage.json", "hash": _sha256(text)}))


class _Hashed:
    """Counts and hashes what is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Pass it on."""
        self._file.write(data)
        self.sha256.update(data)
        self.size += len(data)


def _copy(path: Path, offset: int, length: int, out: _Hashed) -> None:
    with explained("read", path), path.open("rb") as file:
        file.seek(offset)
        while length and (piece := file.read(min(PIECE, length))):
            out.write(piece)
            length -= len(piece)
    if length:
        raise ArchiveError(f"{path} is shorter than the index says; run `nianbao verify`")


def _warcinfo(source: str, year: str) -> bytes:
    packed = BytesIO()
    writer = WARCWriter(packed, gzip=True, warc_version="1.1")
    text = f"software: nianbao/{version('nianbao')}\r\nformat: WARC File Format 1.1\r\nisPartOf: {source} {year}\r\n"
    headers = {
        "WARC-Record-ID": f"<urn:sha256:{hashlib.sha256(text.encode()).hexdigest()}>",
        "WARC-Date": f"{year}-01-01T00:00:00Z",
        "WARC-Filename": WARC,
    }
    record = writer.create_warc_record(
        "",
        "warcinfo",
        payload=BytesIO(text.encode()),
        length=len(text.encode()),
        warc_content_type="application/warc-fields",
        warc_headers_dict=headers,
    )
    writer.write_record(record)
    return packed.getvalue()


def _iso(timestamp: str) -> str:
    y, m, d, h, n, s = (timestamp[a:b] for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14)))
    return f"{y}-{m}-{d}T{h}:{n}:{s}Z"


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
