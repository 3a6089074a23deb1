"""What one WARC file says was captured and skipped: the rows of the index, made from its records alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, get_args

from archive import asked, destroying
from archive.destroying import destroyed
from archive.members import OPEN
from archive.payload import date_in, digest, header
from archive.record import Record, capture_id, scan
from archive.records import Damage, Role, Skip, Snapshot, Watched

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
    damage: list[Damage] = field(default_factory=list)
    records: int = 0


def captures(path: Path, reached: Callable[[int], None] = lambda offset: None) -> Captures:
    """Read one WARC file; `reached` is told the offset of each record."""
    found = Captures()
    answers: dict[str, Snapshot] = {}
    notes: dict[str, dict[str, Any]] = {}
    requests: dict[str, tuple[str, str]] = {}  # method and query
    for item in scan(path):
        reached(item.offset)
        if isinstance(item, Damage):
            found.damage.append(item)
            continue
        found.records += 1
        if item.is_capture:
            answers.setdefault(item.id, _answer(item, path.name.removesuffix(OPEN)))
        elif item.type == "request":
            for answer in item.header("WARC-Concurrent-To").split(","):
                requests[capture_id(answer.strip())] = asked.of(item.http)
        elif item.type == "metadata" and item.header("Content-Type") == "application/json":
            ours = _json_object(item.block)
            if there := destroyed(item):
                answers.setdefault(item.id, destroying.answer(item, there, path.name.removesuffix(OPEN)))
                continue
            if isinstance(ours.get("skip"), dict):
                found.skips.append(_skip(item, ours["skip"]))
            if isinstance(ours.get("watched"), dict):
                found.sources.append(_watched(item, ours["watched"]))
            notes[capture_id(item.header("WARC-Concurrent-To"))] = ours
    found.snapshots = [
        _in_context(answer, notes.get(id, {}), *requests.get(id, ("GET", ""))) for id, answer in answers.items()
    ]
    return found


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
    texts = {name: _text(notes, name) for name in ("id", "organ", "division", "level")}
    since = notes.get("since")
    return Watched(url=record.url, since=since if isinstance(since, int) else None, timestamp=record.timestamp, **texts)


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
