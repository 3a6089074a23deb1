"""One exchange with a host at a time, over all crawls into one archive on any machine: links lead to others' hosts."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler

from archive.alone import give, take
from archive.errors import explained
from crawler.refusals import Stopped

ASKING = ".asking"  # a file of its own: closing it gives back all that this process holds in it
LOOK_AGAIN = 0.02  # seconds


class Turns:
    """Locks a host for each exchange and for its delay, so that whoever waits for it keeps that delay as well.

    A delay runs from the end of an exchange. Scrapy's runs from when a request is handed on; one that goes out late,
    because this process was busy, would be followed too early.
    """

    def __init__(self, file: Path, crawler: Crawler) -> None:
        self._crawler = crawler
        with explained("open", file):
            self._handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        self._holders: Counter[str] = Counter()  # exchanges under way: a middleware may ask beside the spider
        self._resting: dict[str, asyncio.TimerHandle] = {}  # hosts without any, ours until their delay is over

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """For one exchange; a host is given back when the last of those that overlap has had its delay."""
        host = request.meta["download_slot"]
        while not take(self._handle, host):  # what is ours already is had at once
            if not self._crawler.crawling:
                raise Stopped("the crawl was stopped")
            await asyncio.sleep(LOOK_AGAIN)
        self._holders[host] += 1
        if resting := self._resting.pop(host, None):
            resting.cancel()
        try:
            yield
        finally:
            slot = self._crawler.engine.downloader.slots.get(host)
            if slot:
                slot.lastseen = monotonic()
            self._holders[host] -= 1
            if not self._holders[host]:
                del self._holders[host]
                delay = slot.delay if slot else 0.0
                self._resting[host] = asyncio.get_running_loop().call_later(delay, self._rested, host)

    def _rested(self, host: str) -> None:
        del self._resting[host]
        give(self._handle, host)
