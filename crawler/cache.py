"""Answer requests from the archive while its captures are fresh: resuming a crawl and politeness are one mechanism."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from archive.records import Role, Snapshot
from crawler.capture import Recorder, address, query_of, role_of

logger = logging.getLogger(__name__)
FINAL = (200, 301, 302, 404, 410)  # answers that asking again would not change soon
KEPT_FOR = timedelta(days=30)  # articles and their files


class ArchiveStorage:
    """Scrapy's HTTPCACHE_STORAGE over the archive; reads only, for capture.py has already written."""

    def __init__(self, settings: BaseSettings) -> None:
        self._fresh = timedelta(hours=settings.getfloat("FRESH_HOURS"))
        self._recorder: Recorder | None = None

    def open_spider(self, spider: Spider) -> None:
        """Called by Scrapy."""
        self._recorder = spider.recorder  # type: ignore[attr-defined]

    def close_spider(self, spider: Spider) -> None:
        """Called by Scrapy."""
        self._recorder = None

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The answer as it was served, still content-encoded; None if the portal has to be asked."""
        # A page that redirects to itself to set a cookie must not be caught in its own redirect.
        if self._recorder is None or request.url in request.meta.get("redirect_urls", ()):
            return None
        snapshot = self._recorder.archive.latest(address(request), query_of(request))
        if snapshot is None or not self._is_fresh(snapshot, role_of(request)):
            return None
        try:
            exchange = self._recorder.archive.exchange(snapshot)
        except ArchiveError as error:
            logger.error("%s is asked for again: %s", request.url, error)
            return None
        headers = Headers()
        for name, value in exchange.headers:
            headers.appendlist(name.encode("latin-1"), value.encode("latin-1"))
        kind = responsetypes.from_args(headers=headers, url=request.url, body=exchange.body)
        return kind(url=request.url, status=exchange.status, headers=headers, body=exchange.body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Called by Scrapy; the response is in the archive already."""

    def _is_fresh(self, snapshot: Snapshot, role: Role) -> bool:
        if snapshot.status not in FINAL or snapshot.truncated:
            return False
        taken = datetime.strptime(snapshot.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return datetime.now(UTC) - taken < (KEPT_FOR if role in ("article", "attachment", "picture") else self._fresh)
