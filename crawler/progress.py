"""A clock beside the crawl: says how far it is, and lets it end quickly when it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from crawler.limits import WORKING, Hours, Room
from crawler.refusals import Stopped, drop_waiting
from crawler.report import Progress

TICK = 0.25  # seconds
TICKS_A_REPORT = 8


class Ticker:
    """The extension that ticks while the spider is open."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._on_progress: Callable[[Progress], None] = crawler.spider.on_progress  # type: ignore[union-attr]
        self._avoid: Hours | None = crawler.settings.get("AVOID")
        self._room: Room | None = crawler.settings.get("ROOM")
        self._stopping: asyncio.Task[None] | None = None
        self._ticks = 0
        self._loop = create_looping_call(self._tick)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Ticker:
        """Called by Scrapy."""
        return cls(crawler)

    def _opened(self) -> None:
        self._loop.start(TICK, now=False)

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self._on_progress(self._progress())

    def _tick(self) -> None:
        said = WORKING if self._avoid and self._avoid.hold(datetime.now(UTC)) else ""
        said = said or (self._room.lacks() if self._room else "")
        if said and not self._stopping:
            self._crawler.stats.set_value("nianbao/stopped", said)
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
        if not self._crawler.crawling:
            self._drop_waiting()
        self._ticks += 1
        if self._ticks % TICKS_A_REPORT == 0:
            self._on_progress(self._progress())

    def _drop_waiting(self) -> None:
        """A stopping Scrapy first makes every request that waits for a host's delay, which may take minutes."""
        drop_waiting(self._crawler, lambda request: Stopped("the crawl was stopped"))

    def _progress(self) -> Progress:
        engine = self._crawler.engine
        values = self._crawler.stats.get_stats()

        def total(name: str) -> int:
            return sum(n for key, n in values.items() if key.startswith("source/") and key.endswith(f"/{name}"))

        waiting = len(engine.scheduler) if engine.scheduler else 0  # type: ignore[arg-type]
        return Progress(
            pages=total("pages"),
            articles=total("reports"),
            attachments=total("attachments"),
            queue=waiting + len(engine.downloader.active),
        )
