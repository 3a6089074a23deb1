"""How fast a host is asked, by what it says and how it answers; and when it is left alone for the rest of the crawl."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.capture import source_id
from crawler.politeness import DOWN, LONGEST_DELAY, requested_delay, told
from crawler.refusals import drop_waiting, refuse

SHORTEST_DELAY = 0.001  # seconds; without any, Scrapy 2.19 starts all that waits for a host at once
RESTS = 10  # delays that a host is left alone for if it may have been asked too fast
LONGEST_REST = 30  # seconds
TOO_FAST = (429, 503)
COMES_BACK = 2  # times that one address is asked for again because Retry-After said when
TOO_FAST_SAID = object()  # the signal that a host gives another page than was asked for, as some do in a hurry
FAILURES = 10  # addresses in a row, each asked once: Scrapy's retries come after all that was not asked yet


@dataclass(kw_only=True)
class Pace:
    """How fast one host is asked; seconds."""

    ours: float
    asked: float = 0.0  # by its robots.txt
    latency: float = 0.0  # of its last answer
    slowed: float = 0.0  # since it said that it was asked too fast
    not_before: float = 0.0  # by the monotonic clock

    @property
    def delay(self) -> float:
        """From the end of one exchange to the next request; a host rests as long as its last answer took."""
        return max(self.ours, self.asked, self.slowed, min(self.latency, LONGEST_REST))

    def slow_down(self, wait: float) -> None:
        """Half as fast from now on, and not at all for a while."""
        self.slowed = min(2 * self.delay, LONGEST_DELAY)
        self.not_before = monotonic() + wait

    def since(self, last: float) -> float:
        """What has to pass since the last exchange."""
        return max(self.delay, self.not_before - last)


@dataclass(kw_only=True)
class Health:
    """How one server answers, which is a host and a port: 443 may be dead where 80 is not."""

    failures: int = 0  # addresses in a row
    reason: str = ""  # why it is left alone, as in skips
    detail: str = ""


class Pacing:
    """Gives each host its delay, and leaves alone what does not answer or asks to be: that host, never the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        ours = max(crawler.settings.getfloat("DOWNLOAD_DELAY"), SHORTEST_DELAY)
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._paces: defaultdict[str, Pace] = defaultdict(lambda: Pace(ours=ours))  # by download slot
        self._servers: defaultdict[str, Health] = defaultdict(Health)
        crawler.signals.connect(self._parsed, signal=signals.robots_parsed)
        crawler.signals.connect(self._reached, signal=signals.request_reached_downloader)
        crawler.signals.connect(self._doubted, signal=TOO_FAST_SAID)
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pacing:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Called by Scrapy."""
        if error := self._refusal(request):
            raise error

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Called by Scrapy; what it was told when to ask for again it asks for again then."""
        spider, wait = self._crawler.spider, retry_after(response, datetime.now(UTC))
        if not spider or response.status not in TOO_FAST or wait is None or wait > LONGEST_DELAY:
            return response
        again = get_retry_request(
            request, spider=spider, reason="Retry-After", max_retry_times=COMES_BACK, priority_adjust=0
        )
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Called by Scrapy."""
        if isinstance(exception, DOWN):
            self._failed(request, told(exception))

    def _parsed(self, robotparser: RobotParser, request: Request) -> None:
        pace = self._paces[self._crawler.engine.downloader.get_slot_key(request)]
        pace.asked = max(pace.asked, requested_delay(robotparser, self._agent))

    def _doubted(self, request: Request) -> None:
        pace = self._paces[request.meta["download_slot"]]
        if not pace.slowed:
            pace.slow_down(min(RESTS * pace.delay, LONGEST_REST))

    def _reached(self, request: Request) -> None:
        # On every request, for Scrapy forgets a slot that has been idle for a minute.
        self._set_delay(request)

    def _downloaded(self, response: Response, request: Request) -> None:
        # Here and not in process_response, which comes after Scrapy has sent the next request.
        pace = self._paces[request.meta["download_slot"]]
        pace.latency = request.meta.get("download_latency", 0.0)
        if response.status in TOO_FAST:
            wait = retry_after(response, datetime.now(UTC)) or 0.0
            pace.slow_down(wait if wait <= LONGEST_DELAY else 0.0)
            if wait > LONGEST_DELAY:
                said = f"{_server(request)} says to come back in {wait:.0f} seconds (Retry-After)"
                self._close(request, "rate_limited", f"{said}, more than {LONGEST_DELAY}")
        if response.status >= 500 or response.status in TOO_FAST:
            self._failed(request, f"HTTP {response.status}")
        else:
            self._servers[_server(request)].failures = 0
        self._set_delay(request)

    def _set_delay(self, request: Request) -> None:
        key = request.meta["download_slot"]
        slot = self._crawler.engine.downloader.slots[key]
        before, slot.delay = slot.delay, self._paces[key].since(slot.lastseen)
        if slot.delay > before:
            slot.close()  # ends the waiting for the delay of before; Scrapy looks at the queue right after both signals

    def _failed(self, request: Request, what: str) -> None:
        server = self._servers[_server(request)]
        server.failures += not request.meta.get("retry_times")
        if server.failures >= FAILURES:
            said = f"{_server(request)} gave nothing for {FAILURES} addresses in a row"
            self._close(request, "unreachable", f"{said}, the last: {what}")

    def _close(self, request: Request, reason: str, detail: str) -> None:
        server = self._servers[_server(request)]
        if not server.reason:
            server.reason, server.detail = reason, detail
            self._tell(request, detail)
            drop_waiting(self._crawler, self._refusal)

    def _refusal(self, request: Request) -> Exception | None:
        server = self._servers.get(_server(request))
        if server is None or not server.reason:
            return None
        self._tell(request, server.detail)
        return refuse(self._crawler, request, server.reason, server.detail)

    def _tell(self, request: Request, detail: str) -> None:
        self._crawler.stats.set_value(f"source/{source_id(request)}/failed", detail)


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that the server asks to wait, by a number or a date; None if it does not say."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        date = parsedate_to_datetime(said)
        return max((date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds(), 0.0)
    except (ValueError, OverflowError):
        return None


def _server(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"
