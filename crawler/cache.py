"""Ask only what is due, and then only whether it changed: resuming a crawl and politeness are one mechanism."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.checking.histories import moment
from archive.errors import ArchiveError
from archive.records import Snapshot
from archive.standing import is_confirmation, stands
from archive.store import Archive
from crawler import conditions
from crawler.capture import address, count, query_of, recorder_of, role_of
from crawler.schedule import is_due

logger = logging.getLogger(__name__)
SCHEDULED = (
    "article",
    "part",
    "attachment",
    "picture",
)  # looked at by schedule.py; lists and robots.txt when they are stale
FINAL = (200, 301, 302, 404, 410)  # answers that asking again would not change soon
# How long a server is believed that nothing changed since it last answered in full: some say so to everything.
BELIEVED = timedelta(days=100)
ROBOTS_KEPT = timedelta(days=1)  # RFC 9309, 2.4
LIST_BELIEVED = timedelta(days=7)  # a list that is not believed costs one page, one that lies every new report


class FromArchive:
    """The downloader middleware that answers from the archive, or has the portal confirm what is in it.

    Scrapy's own HTTP cache passes a stale page off as an answer where the portal gives none, and cannot ask again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._fresh = timedelta(hours=crawler.settings.getfloat("FRESH_HOURS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FromArchive:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """The answer as it was served, still content-encoded; None if the portal has to be asked."""
        in_full = request.meta.pop("in_full", "") == request.url or request.meta.get("retry_times", 0) > 0
        # Retries and redirects come here with what was meant for the request that they were made from.
        for name in conditions.NAMES:
            request.headers.pop(name, None)
        for name in ("archived", "confirms", "dont_retry", "new"):
            request.meta.pop(name, None)
        # A page that redirects to itself to set a cookie must not be caught in its own redirect.
        if in_full or request.url in request.meta.get("redirect_urls", ()):
            return None
        recorder = recorder_of(self._crawler)
        snapshot = recorder.archive.latest(address(request), query_of(request))
        response = None
        if snapshot:
            try:
                response = self._from_archive(recorder.archive, snapshot, request)
            except ArchiveError as error:
                logger.error("%s is asked for again: %s", request.url, error)
        if response is None:
            recorder.seen(request, snapshot)
        return response

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The page that a 304 confirms; where it confirms nothing, the page is asked for in full."""
        archived: Response | None = request.meta.pop("archived", None)
        if response.status != 304 or "cached" in response.flags:
            return response
        if archived and conditions.confirmed_by(request, response):
            return archived
        if request.meta.get("disbelieved") == request.url:
            return response
        logger.warning("%s is asked for in full: a 304 came that confirms nothing we have", request.url)
        meta = {**request.meta, "in_full": request.url, "disbelieved": request.url}
        return request.replace(meta=meta, dont_filter=True)

    def _from_archive(self, archive: Archive, snapshot: Snapshot, request: Request) -> Response | None:
        now = datetime.now(UTC)
        if not self._is_due(archive, snapshot, request, now):
            response = _response(archive, snapshot, request)
            request.meta["dont_retry"] = True  # an error that is not due stays one
            count(self._crawler, request, "archived")
            return response
        sent = _conditions(archive, snapshot, request, now)
        if sent:
            request.meta.update(archived=_response(archive, snapshot, request), confirms=snapshot)
            request.headers.update(sent)
        return None

    def _is_due(self, archive: Archive, snapshot: Snapshot, request: Request, now: datetime) -> bool:
        if role_of(request) in SCHEDULED:
            return is_due(stands(archive.db, snapshot.url, now, snapshot.query), now)
        final = snapshot.status in FINAL or is_confirmation(snapshot)
        fresh = min(self._fresh, ROBOTS_KEPT) if role_of(request) == "robots" else self._fresh
        return not final or snapshot.truncated or now - _taken(snapshot) >= fresh


def _conditions(archive: Archive, snapshot: Snapshot, request: Request, now: datetime) -> dict[str, str]:
    """Only a page of ours that was whole, and was asked for the same, can be asked about."""
    if snapshot.query:
        return {}  # conditions are for GET
    page = snapshot.status == 200 or is_confirmation(snapshot)
    if not page or snapshot.truncated or not snapshot.source or snapshot.role != role_of(request):
        return {}
    answered = archive.latest(snapshot.url, status=200, role=snapshot.role)
    believed = BELIEVED if role_of(request) in SCHEDULED else LIST_BELIEVED
    if answered is None or answered.digest != snapshot.digest or now - _taken(answered) >= believed:
        return {}
    return conditions.conditions(archive.exchange(answered).headers, answered.timestamp)


def _response(archive: Archive, snapshot: Snapshot, request: Request) -> Response:
    exchange = archive.exchange(snapshot)
    headers = Headers()
    for name, value in exchange.headers:
        headers.appendlist(name.encode("latin-1"), value.encode("latin-1"))
    kind = responsetypes.from_args(headers=headers, url=request.url, body=exchange.body)
    flags = ["cached", *(["dataloss"] if snapshot.truncated else [])]
    return kind(url=request.url, status=exchange.status, headers=headers, body=exchange.body, flags=flags)


def _taken(snapshot: Snapshot) -> datetime:
    return moment(snapshot.timestamp).replace(tzinfo=UTC)
