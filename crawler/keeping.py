"""Every answer is in the archive before anybody sees it, and a crawl that cannot keep is no crawl."""

from __future__ import annotations

import asyncio
import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.capture import WIRE, count, recorder_of
from crawler.refusals import Stopped
from crawler.report import news_in

logger = logging.getLogger(__name__)


class Keeper:
    """Hands what was downloaded to the recorder, and stops the crawl if it cannot be kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closing: asyncio.Task[None] | None = None

    def keep(self, request: Request, response: Response) -> None:
        """On return it is kept, and counted."""
        recorder = recorder_of(self._crawler)
        try:
            before = recorder.before(request)
            # The wire is taken out, for what a redirect leads to is asked for with the same meta.
            kept = recorder.exchange(request, response, request.meta.pop(WIRE), before)
        except Exception as error:
            logger.exception("%s could not be kept", request.url)
            if self._closing is None:
                self._crawler.stats.set_value("nianbao/lost", request.url)
                self._closing = asyncio.ensure_future(self._crawler.stop_async())
            raise Stopped(f"{request.url} could not be kept") from error
        news = news_in(before, kept)
        count(self._crawler, request, "captured")
        count(self._crawler, request, news)
        request.meta["new"] = news == "new"  # whether it may be a report is said by whoever reads it
