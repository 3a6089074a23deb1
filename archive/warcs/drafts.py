"""An exchange compared, hashed and packed, ready to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.errors import ArchiveError, PayloadTooLarge
from archive.records import Snapshot
from archive.warcs import asked, making
from archive.warcs.making import Made, Packed, beside, clean, dated, same_entity
from archive.warcs.payload import LIMIT, Headers, date_in, digests, header
from archive.warcs.record import Http, Record, capture_id, compact_date, parse_http
from archive.warcs.wire import Context, Wire

TRUNCATED = {"close": "disconnect", "broken": "disconnect", "too_long": "length", "late": "time"}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One exchange; only its place, and the record of what we know beside it, are not settled yet."""

    answer: Packed  # response or revisit
    request: Packed
    beside: Mapping[str, str]  # headers of the record beside them
    notes: Mapping[str, object]  # what stands in it, but for what the connection said
    fields: Mapping[str, Any]  # of the Snapshot


def draft(
    *,
    url: str,
    wire: Wire,
    context: Context,
    revisit_of: Snapshot | None = None,
    original: Callable[[], Record] | None = None,
) -> Draft:
    """Decide what is kept of an exchange; `original` gives the record with the payload of `revisit_of`, or raises."""
    if len(wire.response) > LIMIT:
        raise PayloadTooLarge(f"cannot keep {url}: the answer is larger than {LIMIT // 2**20} MB")
    url, served, (method, query) = clean(url), parse_http(wire.response), asked.sent(wire.request)
    status, (sha256, stored) = served.status, digests(served.headers, served.body)
    body = len(served.body), stored
    # another status or role makes it another capture: one that the parser has to see in full
    told = (sha256, status, context.role)
    known = revisit_of if revisit_of and (revisit_of.digest, revisit_of.status, revisit_of.role) == told else None
    repeated = _repeated(original, served) if original and (known or status == 304) else None
    about = dated()
    # a body that the closing connection ended may be whole: it is, if it comes out the same a second time
    truncated = wire.ended in ("broken", "too_long", "late") or (wire.ended == "close" and not known)
    if truncated:
        about["WARC-Truncated"] = TRUNCATED[wire.ended]
    said: dict[str, Any] = {
        "method": method,
        "query": query,
        "status": status,
        **_said(served.headers),
        **vars(context),
    }
    del served  # its body is a copy, and may be large
    if repeated and revisit_of:
        sha256 = revisit_of.digest
        head = wire.response[: len(wire.response) - body[0]]
        answer = making.revisit(url, head, repeated, about)
    else:
        about |= {"WARC-IP-Address": wire.ip} if wire.ip else {}
        answer = making.message("response", url, wire.response, about, body)
    return Draft(
        answer=answer.pack(),
        request=making.message("request", url, wire.request, beside(answer)).pack(),
        beside=beside(answer),
        notes={"method": method if method != "GET" else "", "digest": sha256, "kind": "plain"} | vars(context),
        fields={"url": url, "truncated": truncated, "digest": sha256} | said | _named(answer),
    )


def _named(answer: Made) -> dict[str, str]:
    """What its record says of the capture."""
    return {
        "id": capture_id(answer.headers["WARC-Record-ID"]),
        "timestamp": compact_date(answer.headers["WARC-Date"]),
        "record": answer.headers["WARC-Type"],
    }


def _said(headers: Headers) -> dict[str, str]:
    """What the server said of the capture."""
    return {
        "mime": header(headers, "content-type"),
        "served": date_in(headers, "date"),
        "modified": date_in(headers, "last-modified"),
    }


def _repeated(original: Callable[[], Record], served: Http) -> Record | None:
    """The record to refer to, if it can be read and holds this answer's payload, packed in the same way."""
    try:
        record = original()
    except ArchiveError:
        return None  # better twice in the archive than a reference to a damaged record
    if not record.header("WARC-Payload-Digest"):
        return None
    return record if served.status == 304 or same_entity(record.http, served) else None
