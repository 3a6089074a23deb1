"""Manners: official hosts only, robots.txt obeyed by every request, its delays kept."""

from __future__ import annotations

import asyncio
import math
import re
from collections import defaultdict
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.cache import ROBOTS_KEPT
from crawler.capture import recorder_of, role_of, source_of
from crawler.hosts import is_loopback, refusal
from crawler.refusals import Refused, Stopped, refuse

DOWN = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ConnectError,
    ConnectionClosed,
    OSError,
)
UNREACHABLE = (*DOWN, DownloadCancelledError, IgnoreRequest)

ROBOTS_READ = 500 * 2**10  # bytes (RFC 9309, 2.5); a rule costs time at each request, and 5 MB of them took 20 seconds
LONGEST_DELAY = 120  # seconds between requests; a host that asks for more is left alone, and that is said

IN_WORDS: dict[type[BaseException], str] = {
    CannotResolveHostError: "host name not found",
    DownloadConnectionRefusedError: "connection refused",
    DownloadTimeoutError: "no answer in time",
    DownloadCancelledError: "too large",
}


class OfficialHosts:
    """Lets requests pass to official hosts and to those that the registry names; redirects come by here again."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OfficialHosts:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Called by Scrapy."""
        # Scrapy hands the slot of the old host on to the target of a redirect; each host has its own delay.
        request.meta.pop("download_slot", None)
        if is_loopback(request.url):
            request.meta["proxy"] = None  # a proxy named in the environment has a loopback of its own
        elif request.meta.get("proxy", "") is None:
            del request.meta["proxy"]
        reason = refusal(request.url, source_of(request))
        if reason:
            raise refuse(self._crawler, request, reason)


class Closed(RobotParser):
    """Nothing is allowed now: robots.txt could not be had (RFC 9309, 2.3.1.4), or asks for too long a delay."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Closed:
        """Called by nobody; the interface asks for it."""
        return cls(robotstxt_body.decode())

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Never."""
        return False


class Robots(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware with one lock a host.

    Without it (2.19.0) only the first of the requests that wait for a robots.txt gets its rules; the others go through.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rules: dict[str, tuple[float, RobotParser]] = {}  # and when they were read

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Called by Scrapy, with the rules of the host."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            detail = rp.reason if isinstance(rp, Closed) else "forbidden by robots.txt"
            raise refuse(self.crawler, request, "robots", detail) from None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Called by Scrapy, of several tries with the last: who asked for a robots.txt has only the first at hand."""
        if role_of(request) == "robots" and isinstance(exception, DOWN):
            recorder_of(self.crawler).silent(request, told(exception))

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, fetched once a day."""
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        async with self._locks[host]:
            read, rules = self._rules.get(host, (-math.inf, None))
            if rules is None or monotonic() - read >= ROBOTS_KEPT.total_seconds():
                rules = await self._fetch(f"{host}/robots.txt", request)
                self._rules[host] = monotonic(), rules
            return rules

    async def _fetch(self, url: str, request: Request) -> RobotParser:
        meta = {"dont_obey_robotstxt": True, "source": source_of(request), "role": "robots", "via": ""}
        asked = Request(url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(asked)
        except Stopped:
            raise
        except Refused as error:
            return Closed(f"robots.txt could not be had: {error}")
        except UNREACHABLE as error:
            return Closed(f"robots.txt could not be had: {told(error)}")
        return await self._read(response, request)

    async def _read(self, response: Response, request: Request) -> RobotParser:
        if response.status >= 500 or response.status == 429:
            return Closed(f"robots.txt could not be had: HTTP {response.status}")
        if "dataloss" in response.flags:
            return Closed("robots.txt could not be had: it breaks off")
        # Any other answer but a good one means that there are no rules.
        body = response.body if response.status < 300 else b""
        rules = build_from_crawler(self._parserimpl, self.crawler, as_far_as_read(body))
        delay = requested_delay(rules, self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay > LONGEST_DELAY:
            return Closed(f"robots.txt asks for {delay:.0f} seconds between requests, more than {LONGEST_DELAY}")
        await self.crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=rules, request=request)
        return rules


def as_far_as_read(body: bytes) -> bytes:
    """The whole lines of a robots.txt that stand in what everybody has to read of it; what is kept is all of it."""
    start = body[:ROBOTS_READ]
    if len(start) == len(body) or body[ROBOTS_READ : ROBOTS_READ + 1] in (b"\r", b"\n"):
        return start
    return start[: max(start.rfind(b"\r"), start.rfind(b"\n")) + 1] or start


def requested_delay(rules: RobotParser, agent: str) -> float:
    """Seconds between requests that a robots.txt asks for; 0 if it does not ask."""
    delays = [rules.crawl_delay(agent) or 0.0]
    rate = rules.rp.request_rate(agent) if isinstance(rules, ProtegoRobotParser) else None
    if rate and rate.requests:
        delays.append(rate.seconds / rate.requests)
    return max((delay for delay in delays if math.isfinite(delay)), default=0.0)


def told(error: BaseException) -> str:
    """Why there was no answer, in one short line."""
    text = " ".join(re.sub(r"\[?<twisted\.python\.failure\.Failure (.*?)>\]?", r"\1", str(error)).split())
    if "certificate verify failed" in text:
        return "its certificate does not hold"
    plain = next((words for kind, words in IN_WORDS.items() if isinstance(error, kind)), "")
    return plain or (text if isinstance(error, IgnoreRequest) else f"{type(error).__name__}: {text}")[:300]
