"""Conditional requests: by what a capture can be asked about again, and whether a 304 answers that; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapy import Request, http
from scrapy.http import Response

from archive.checking.histories import moment
from archive.records import Snapshot
from archive.warcs.payload import Headers, date_in, header

NAMES = ("If-None-Match", "If-Modified-Since")
# Quoted as RFC 9110 has it: others are written in many ways, and * would match any page.
ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]+"')
SETTLED = timedelta(seconds=60)  # a page that was modified just before it was served may be modified again unnoticed


def conditions(headers: Headers, taken: str) -> dict[str, str]:
    """What to send to ask about a capture, from its headers and its time; empty where that cannot be done.

    An ETag goes alone: a server that knows only the date would confirm by it what has another ETag by now.
    """
    etag = header(headers, "etag").strip()
    if ETAG.fullmatch(etag):
        return {"If-None-Match": etag}
    modified, served = date_in(headers, "last-modified"), date_in(headers, "date") or taken
    if modified and moment(modified) + SETTLED <= moment(served):
        return {"If-Modified-Since": header(headers, "last-modified").strip()}
    return {}


def confirmed(sent: Mapping[str, str], headers: Headers) -> bool:
    """Whether a 304 with these headers confirms what was asked about: not if it names another ETag or date."""
    if etag := sent.get("If-None-Match"):
        told = header(headers, "etag").strip()
        return not told or _tag(told) == _tag(etag)
    asked = date_in([("date", sent.get("If-Modified-Since", ""))], "date")
    return bool(asked) and date_in(headers, "last-modified") in ("", asked)


def confirmed_by(request: Request, response: Response) -> Snapshot | None:
    """The capture that a 304 confirms; None if it is another answer, or answers what was not asked."""
    about: Snapshot | None = request.meta.get("confirms")
    if response.status != 304 or about is None:
        return None
    return about if confirmed(dict(pairs(request.headers)), list(pairs(response.headers))) else None


def pairs(headers: http.Headers) -> Iterator[tuple[str, str]]:
    """Scrapy's headers as the archive has them."""
    for name, values in headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")


def _tag(etag: str) -> str:
    """Without what servers add or leave out as they compress."""
    return re.sub(r"-+gzip$", "", etag.removeprefix("W/").strip('"'))
