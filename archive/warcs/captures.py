"""What one WARC file says was captured and skipped: the rows of the index, made from its records alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, get_args

from archive.errors import Damage, explained
from archive.records import Role, Skip, Snapshot, Watched
from archive.warcs import asked, destroying
from archive.warcs.crawled import Crawled, crawled
from archive.warcs.destroying import destroyed
from archive.warcs.imports import Import
from archive.warcs.lacking import Lacking, lacking
from archive.warcs.members import OPEN, members
from archive.warcs.payload import date_in, digest, header
from archive.warcs.record import Record, capture_id, understood

# What another crawler's captures are taken for: reports come in these, and the parser sees what they really are.
DOCUMENT_TYPES = {
    "text/html",
    "text/plain",
    "text/rtf",
    "application/xhtml+xml",
    "application/pdf",
    "application/rtf",
    "application/msword",
    "application/ofd",
    "application/kswps",
    "application/vnd.ms-excel",
    "application/vnd.ms-works",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DOCUMENT_SUFFIXES = {".htm", ".html", ".txt", ".pdf", ".rtf", ".doc", ".docx", ".wps", ".ofd", ".xls", ".xlsx"}
ROLES: dict[str, Role] = {role: role for role in get_args(Role)}
KINDS: dict[str, Literal["response", "revisit", "resource"]] = {
    "response": "response",
    "revisit": "revisit",
    "resource": "resource",
}


@dataclass(kw_only=True)
class Captures:
    """Everything that one WARC file adds to the index."""

    snapshots: list[Snapshot] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    sources: list[Watched] = field(default_factory=list)
    runs: list[Crawled] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    records: int = 0


@dataclass(kw_only=True)
class Part:
    """What the records that begin in one part of a WARC file say; what belongs together may be in two parts."""

    start: int  # bytes
    end: int  # where the last of them ends
    found: Captures = field(default_factory=Captures)
    answers: list[Snapshot] = field(default_factory=list)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, tuple[str, str]] = field(default_factory=dict)  # method and query

    def take(self, item: Record | Damage, filename: str) -> None:
        """Add one record."""
        if isinstance(item, Damage):
            self.found.damage.append(item)
            return
        self.found.records += 1
        if item.is_capture:
            self.answers.append(_answer(item, filename))
        elif item.type == "request":
            for answer in item.header("WARC-Concurrent-To").split(","):
                self.requests[capture_id(answer.strip())] = asked.of(item.http)
        elif item.type == "metadata" and item.header("Content-Type") == "application/json":
            ours = _json_object(item.block)
            if there := destroyed(item):
                self.answers.append(destroying.answer(item, there, filename))
                return
            if isinstance(ours.get("skip"), dict):
                self.found.skips.append(_skip(item, ours["skip"]))
            if isinstance(ours.get("watched"), dict):
                self.found.sources.append(_watched(item, ours["watched"]))
            if isinstance(ours.get("crawled"), dict):
                self.found.runs.append(crawled(ours["crawled"], item.timestamp))
            if isinstance(ours.get("lacking"), dict):
                self.found.lacking.append(lacking(item.url, ours["lacking"], item.timestamp))
            if isinstance(ours.get("imported"), dict):
                self.found.imports.append(_import(item, ours["imported"], filename))
            self.notes[capture_id(item.header("WARC-Concurrent-To"))] = ours


def captures(path: Path) -> Captures:
    """What one WARC file says, read from its beginning to its end."""
    return joined([part(path)])


def part(path: Path, start: int = 0, stop: int | None = None) -> Part:
    """What the records say that begin between two places in a file, the first of which is one's beginning."""
    name = path.name.removesuffix(OPEN)
    read = Part(start=start, end=start)
    with explained("read", path), path.open("rb") as file:
        for member in members(file, start, stop):
            read.take(understood(member, name), name)
            read.end = member.offset + member.length
    return read


def joined(parts: Iterable[Part]) -> Captures:
    """One file from its parts, which follow each other without a gap."""
    whole = Captures()
    answers: dict[str, Snapshot] = {}
    notes: dict[str, dict[str, Any]] = {}
    requests: dict[str, tuple[str, str]] = {}
    for one in parts:
        whole.skips += one.found.skips
        whole.sources += one.found.sources
        whole.runs += one.found.runs
        whole.lacking += one.found.lacking
        whole.imports += one.found.imports
        whole.records += one.found.records
        whole.damage += one.found.damage
        notes |= one.notes
        requests |= one.requests
        for answer in one.answers:
            first = answers.setdefault(answer.id, answer)
            if (first.url, first.timestamp, first.digest) != (answer.url, answer.timestamp, answer.digest):
                whole.damage.append(_namesake(answer))
    whole.damage.sort(key=lambda damage: damage.offset)
    whole.snapshots = [
        _in_context(answer, notes.get(id, {}), *requests.get(id, ("GET", ""))) for id, answer in answers.items()
    ]
    return whole


def _namesake(answer: Snapshot) -> Damage:
    problem = "another record of this file has the same WARC-Record-ID; this one is not in the index"
    return Damage(filename=answer.filename, offset=answer.offset, url=answer.url, problem=problem)


def _answer(record: Record, filename: str) -> Snapshot:
    http = record.http
    return Snapshot(
        id=record.id,
        url=record.url,
        timestamp=record.timestamp,
        status=http.status,
        mime=header(http.headers, "content-type"),
        digest=record.header("WARC-Payload-Digest") if record.type == "revisit" else digest(http.headers, http.body),
        record=KINDS[record.type],
        filename=filename,
        offset=record.offset,
        length=record.length,
        truncated=bool(record.header("WARC-Truncated")),
        served=date_in(http.headers, "date"),
        modified=date_in(http.headers, "last-modified"),
    )


def _in_context(answer: Snapshot, notes: dict[str, Any], method: str, query: str) -> Snapshot:
    if not notes:
        return replace(answer, role=_guess_role(answer), method=method, query=query)
    return replace(
        answer,
        method=_text(notes, "method") or method,
        query=query,
        # a revisit has no payload of its own to take the digest of
        digest=_text(notes, "digest") if answer.record == "revisit" else answer.digest,
        source=_text(notes, "source"),
        role=ROLES.get(_text(notes, "role"), "other"),
        via=_text(notes, "via"),
        anchor=_text(notes, "anchor"),
        list_date=_text(notes, "list_date"),
        division=_text(notes, "division"),
    )


def _skip(record: Record, notes: dict[str, Any]) -> Skip:
    texts = {name: _text(notes, name) for name in ("reason", "source", "via", "anchor", "detail")}
    return Skip(url=record.url, timestamp=record.timestamp, **texts)


def _watched(record: Record, notes: dict[str, Any]) -> Watched:
    texts = {name: _text(notes, name) for name in ("id", "organ", "division", "level", "lacks", "columns", "searched")}
    since = notes.get("since")
    return Watched(url=record.url, since=since if isinstance(since, int) else None, timestamp=record.timestamp, **texts)


def _import(record: Record, notes: dict[str, Any], filename: str) -> Import:
    texts = {name: _text(notes, name) for name in ("file", "sha256", "origin", "software", "torn")}
    return Import(filename=filename, timestamp=record.timestamp, **texts)


def _guess_role(answer: Snapshot) -> Role:
    path = PurePosixPath(answer.url.partition("?")[0].partition("#")[0].lower())
    if path.name == "robots.txt":
        return "robots"
    mime = answer.mime.partition(";")[0].strip().lower()
    if mime in DOCUMENT_TYPES or (mime in ("", "application/octet-stream") and path.suffix in DOCUMENT_SUFFIXES):
        return "article"
    return "other"


def _json_object(block: bytes) -> dict[str, Any]:
    try:
        value = json.loads(block)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(notes: dict[str, Any], name: str) -> str:
    value = notes.get(name, "")
    return value if isinstance(value, str) else ""
