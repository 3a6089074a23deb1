"""The search for the columns of one portal, for `nianbao sources find`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.records import Source
from crawler.capture import Recorder
from crawler.report import Progress
from crawler.searching import Found, Search, Step
from crawler.spiders.searcher import SearcherSpider


class FinderSpider(SearcherSpider):
    """Searches one portal and says what was found."""

    name = "finder"

    def __init__(
        self, *, source: Source, recorder: Recorder, on_progress: Callable[[Progress], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.recorder = recorder
        self.on_progress = on_progress
        self.found: list[Found] = []
        self.problem = ""

    async def start(self) -> AsyncIterator[Request]:
        """The front page."""
        for request in self.search(self.source):
            yield request

    def parse_step(self, response: Response, search: Search, step: Step) -> Iterator[Request]:
        """Go on, and count the page for the status line."""
        self.crawler.stats.inc_value(f"source/{self.source.id}/pages")
        yield from super().parse_step(response, search, step)

    def searched(self, source: Source, search: Search, problem: str) -> Iterator[Request]:
        """Nothing more is asked for."""
        self.found, self.problem = search.found, problem
        yield from ()
