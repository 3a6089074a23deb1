"""What is not asked for: said to the spider by an exception, written down in the archive, counted for the source."""

from __future__ import annotations

from collections.abc import Callable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from crawler.capture import count, recorder_of, role_of


class Refused(IgnoreRequest):
    """An address that was not asked for; why is in the archive already."""


class Stopped(IgnoreRequest):
    """A request that was still waiting when the crawl was told to stop."""


def refuse(crawler: Crawler, request: Request, reason: str, detail: str = "", said: str = "") -> Refused:
    """Write down that an address is not asked for; the caller raises what this gives."""
    if role_of(request) != "canary":  # an address that nobody named
        recorder_of(crawler).skip(request, reason, detail)
        count(crawler, request, "skipped")
    return Refused(said or detail or f"{reason}: {request.url}")


def drop_waiting(crawler: Crawler, error_of: Callable[[Request], Exception | None]) -> None:
    """End those requests that wait for the delay of their host, and for which there is an error."""
    for slot in crawler.engine.downloader.slots.values():
        waiting, dropped = list(slot.queue), []
        slot.queue.clear()
        for request, answer in waiting:
            if error := error_of(request):
                dropped.append((answer, error))
            else:
                slot.queue.append((request, answer))
        for answer, error in dropped:
            answer.errback(Failure(error))  # type: ignore[no-untyped-call]
