"""Pages unpacked for the spider: quickly where Scrapy would be slow, and where no header says that they are packed."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from archive.errors import PayloadTooLarge
from archive.payload import decoded, gunzipped, is_packed_text

GZIP = ([b"gzip"], [b"x-gzip"])


class Unpacking:
    """The downloader middleware that unpacks them; what is kept stays as it was sent.

    Scrapy's own, which comes behind it, takes five times as long. It is left what is not one whole gzip member.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unpacking:
        """Called by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Called by Scrapy."""
        plain = self._declared(request, response) if response.headers.get("Content-Encoding") else _undeclared(response)
        if plain is None:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=plain)
        # the charset that the packed bytes seemed to be in is not theirs
        anew = {"encoding": None} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, headers=headers, body=plain, **anew)

    def _declared(self, request: Request, response: Response) -> bytes | None:
        if response.headers.getlist("Content-Encoding") not in GZIP:
            return None
        return gunzipped(response.body, request.meta.get("download_maxsize", self._limit))


def _undeclared(response: Response) -> bytes | None:
    """PORTALS, section 5."""
    kind = [("Content-Type", (response.headers.get("Content-Type") or b"").decode("latin-1"))]
    if not is_packed_text(kind, response.body):
        return None
    try:
        return decoded(kind, response.body)
    except PayloadTooLarge:
        return None
