"""WARC files: append captures to them; read them back (see record.py) and repair them (see members.py)."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from archive.appender import Appender
from archive.errors import ArchiveError, PayloadTooLarge
from archive.members import Repair, repair
from archive.payload import LIMIT, Headers, date_in, digest, header
from archive.record import Record, capture_id, compact_date, iterate, payload, read, scan
from archive.records import Role, Skip, Snapshot, Source, Watched

__all__ = ["PayloadTooLarge", "Record", "Repair", "Writer", "iterate", "payload", "read", "repair", "scan"]

NOTE = "header case and order as given by the HTTP client; transfer framing removed"
PRINTABLE = string.ascii_letters + string.digits + string.punctuation
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class WireHeaders(StatusAndHeaders):  # type: ignore[misc]
    """HTTP headers written byte for byte; warcio itself would percent-encode whatever is not ASCII."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Called by warcio before it writes."""
        self.headers_buff = self.to_bytes(encoding="latin-1")


class Writer:
    """Appends exchanges to WARC files of its own below `directory`; one writer a process."""

    def __init__(self, directory: Path, *, operator: str, user_agent: str) -> None:
        self._directory = directory
        self._info = {
            "software": f"nianbao/{version('nianbao')}",
            "format": "WARC File Format 1.1",
            "operator": operator,
            "http-header-user-agent": user_agent,
            "robots": "obey",
        }
        self._appender = Appender(directory, self._first)
        self._warcio = WARCWriter(BytesIO(), gzip=True, warc_version="1.1")

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exchange(
        self,
        *,
        url: str,
        method: str,
        request_headers: list[tuple[str, str]],
        request_body: bytes,
        status: int,
        reason: str,
        response_headers: list[tuple[str, str]],
        body: bytes,
        ip: str,
        source: str,
        role: Role,
        via: str,
        anchor: str,
        list_date: str,
        division: str,
        truncated: bool,
        revisit_of: Snapshot | None,
    ) -> Snapshot:
        """Write request, response (or revisit) and metadata; on return they are in the file."""
        if len(body) > LIMIT:
            raise PayloadTooLarge(f"cannot keep {url}: its body is larger than {LIMIT // 2**20} MB")
        url, sent, served = clean(url), _wire(request_headers), _wire(response_headers)
        sha256 = digest(served, body)
        # another status or role makes it another capture: one that the parser has to see in full
        told = (sha256, status, role)
        known = revisit_of if revisit_of and (revisit_of.digest, revisit_of.status, revisit_of.role) == told else None
        original = self._original(revisit_of if status == 304 else known, status, body)
        answer = self._answer(url, WireHeaders(f"{status} {_wire_text(reason)}", served, "HTTP/1.1"), body, original)
        if original and revisit_of:
            sha256 = revisit_of.digest
        if ip:
            answer.rec_headers.add_header("WARC-IP-Address", ip)
        if truncated:
            answer.rec_headers.add_header("WARC-Truncated", "disconnect")
        context = {"source": source, "role": role, "via": via, "anchor": anchor, "list_date": list_date}
        context["division"] = division
        notes = context | {"method": method if method != "GET" else "", "digest": sha256, "note": NOTE}
        request = self._request(url, method, sent, request_body, answer)
        filename, places = self._append(request, answer, self._metadata(url, notes, answer))
        return Snapshot(
            id=capture_id(answer.rec_headers["WARC-Record-ID"]),
            url=url,
            timestamp=compact_date(answer.rec_headers["WARC-Date"]),
            method=method,
            status=status,
            mime=header(served, "content-type"),
            digest=sha256,
            record="revisit" if original else "response",
            filename=filename,
            offset=places[1][0],
            length=places[1][1],
            source=source,
            role=role,
            via=via,
            anchor=anchor,
            list_date=list_date,
            division=division,
            truncated=truncated,
            served=date_in(served, "date"),
            modified=date_in(served, "last-modified"),
        )

    def skip(self, *, url: str, reason: str, source: str, via: str, anchor: str, detail: str) -> Skip:
        """Write down that an address was seen and not asked for."""
        notes = {"reason": reason, "source": source, "via": via, "anchor": anchor, "detail": detail}
        record = self._metadata(clean(url), {"skip": notes}, None)
        self._append(record)
        return Skip(url=clean(url), timestamp=compact_date(record.rec_headers["WARC-Date"]), **notes)

    def watched(self, source: Source) -> Watched:
        """Write down what the registry says of a source, so that a rebuild knows what was owed."""
        notes = {name: getattr(source, name) for name in ("id", "organ", "division", "level", "since")}
        record = self._metadata(clean(source.url), {"watched": notes}, None)
        self._append(record)
        return Watched(url=clean(source.url), timestamp=compact_date(record.rec_headers["WARC-Date"]), **notes)

    def close(self) -> None:
        """Give the open file its final name; writing again opens another one."""
        self._appender.close()

    def _original(self, snapshot: Snapshot | None, status: int, body: bytes) -> Record | None:
        """The record to refer to, if it can be read and its payload as stored is this one."""
        if snapshot is None:
            return None
        try:
            record = read(self._directory, snapshot.filename, snapshot.offset, snapshot.length)
        except ArchiveError:
            return None  # better twice in the archive than a reference to a damaged record
        stored = Digester("sha1")
        stored.update(body)
        return record if status == 304 or record.header("WARC-Payload-Digest") == str(stored) else None

    def _answer(self, url: str, headers: WireHeaders, body: bytes, original: Record | None) -> ArcWarcRecord:
        if original is None:
            return self._warcio.create_warc_record(
                url,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": _now()},
            )
        record = self._warcio.create_revisit_record(
            url,
            original.header("WARC-Payload-Digest"),
            original.header("WARC-Refers-To-Target-URI") or original.url,
            original.header("WARC-Refers-To-Date") or original.header("WARC-Date"),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": _now()},
        )
        if headers.get_statuscode() == "304":
            record.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
        return record

    def _request(self, url: str, method: str, headers: Headers, body: bytes, answer: ArcWarcRecord) -> ArcWarcRecord:
        parts = urlsplit(url)
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=PRINTABLE)
        if not header(headers, "host"):
            # the HTTP client adds it on the way out
            headers = [("Host", _wire_text(parts.netloc.rpartition("@")[2])), *headers]
        return self._warcio.create_warc_record(
            url,
            "request",
            payload=BytesIO(body),
            length=len(body),
            http_headers=WireHeaders(f"{target} HTTP/1.1", headers, method),
            warc_headers_dict=_beside(answer),
        )

    def _metadata(self, url: str, notes: Mapping[str, object], answer: ArcWarcRecord | None) -> ArcWarcRecord:
        text = json.dumps({key: value for key, value in notes.items() if value}, ensure_ascii=False).encode()
        return self._warcio.create_warc_record(
            url,
            "metadata",
            payload=BytesIO(text),
            length=len(text),
            warc_content_type="application/json",
            warc_headers_dict=_beside(answer) if answer else {"WARC-Date": _now()},
        )

    def _append(self, *records: ArcWarcRecord) -> tuple[str, list[tuple[int, int]]]:
        return self._appender.append([self._pack(record) for record in records])

    def _first(self, filename: str) -> bytes:
        return self._pack(self._warcio.create_warcinfo_record(filename, self._info))

    def _pack(self, record: ArcWarcRecord) -> bytes:
        packed = BytesIO()
        self._warcio.out = packed
        self._warcio.write_record(record)
        return packed.getvalue()


def clean(url: str) -> str:
    """The address as it can stand in a WARC header: white space and control characters percent-encoded."""
    return re.sub(r"[\x00-\x20\x7f\s]", lambda match: quote(match[0]), url)


def _wire(headers: Headers) -> list[tuple[str, str]]:
    """Headers as latin-1 text on one line each; what is not latin-1 was never on the wire and is sent as UTF-8."""
    return [(_wire_text(name), _wire_text(value)) for name, value in headers]


def _wire_text(text: str) -> str:
    text = re.sub(r"[\r\n]+", " ", text).strip(" \t\f\v")
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode().decode("latin-1")
    return text


def _beside(answer: ArcWarcRecord) -> dict[str, str]:
    return {
        "WARC-Date": answer.rec_headers["WARC-Date"],
        "WARC-Concurrent-To": answer.rec_headers["WARC-Record-ID"],
    }


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
