"""How large a page may be that is read: one that is larger keeps every other source waiting while it is.

PORTALS: the longest list in one page has some 1,100 rows, the heaviest 200 KB; fifty pages in one have some 750 rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from archive.records import Role
from crawler.capture import role_of, source_id
from crawler.refusals import Refused, refuse

MB = 2**20
PAGE = 8 * MB
MEGABYTES: Mapping[Role, int] = {  # an article may hold its pictures; files are kept and not read
    "list": PAGE, "canary": PAGE, "other": PAGE, "article": 4 * PAGE, "part": 4 * PAGE,
}  # fmt: skip
LINKS = 10_000
LINK = re.compile(rb"<(?:a|area|option)\b|\bon[Cc]lick\s{0,9}=|\bdata-(?:url|href)\s{0,9}=", re.IGNORECASE)
OBJECT = re.compile(rb"\{\s{0,9}\"")
JSON = (b"{", b"[")


class Sizes:
    """The downloader middleware that lets no page pass that is too large to be read; it sees bodies unpacked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Sizes:
        """Called by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Called by Scrapy."""
        if isinstance(response, TextResponse) and (more := too_much(response.body, role_of(request))):
            raise too_large(self._crawler, request, more)
        return response


def too_large(crawler: Crawler, request: Request, more: str) -> Refused:
    """Write down that a page is not read, and fail the source if it is of a column: who knows what it names."""
    if "column" in request.cb_kwargs:
        crawler.stats.set_value(f"source/{source_id(request)}/failed", f"too large: {more}")
    return refuse(crawler, request, "too_large", more, said=f"too large: {more}")


def limit(request: Request, most: int) -> int:
    """Bytes that what is asked for may have when it is unpacked."""
    return min(most, MEGABYTES.get(role_of(request), most))


def too_much(body: bytes, role: Role) -> str:
    """What a page has too much of, "" if it may be read."""
    if role not in MEGABYTES:
        return ""
    if len(body) > MEGABYTES[role]:
        return f"more than {MEGABYTES[role] // MB} MB"
    kind = OBJECT if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in JSON else LINK
    many = any(number > LINKS for number, _ in enumerate(kind.finditer(body), 1))
    return f"more than {LINKS} links" if many else ""
