"""Sources that the registry names by the front page of a portal: searched, remembered, and searched again in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.records import Source
from crawler.capture import Recorder
from crawler.searching import AGAIN, KEPT, Search, Step, is_front
from crawler.spiders.searcher import SearcherSpider

NONE = "no column of annual reports was found from its front page"


class FrontSpider(SearcherSpider):
    """Knows where the reading of a source begins; what there is to read there is for whoever reads."""

    def __init__(self, *, recorder: Recorder, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.recorder = recorder
        self._searched: set[str] = set()  # sources, by id

    def read(self, source: Source, urls: Sequence[str]) -> Iterator[Request]:
        """Begin with these columns."""
        raise NotImplementedError

    def problem(self, source: Source) -> str:
        """Why nothing came of a source."""
        raise NotImplementedError

    def blocked(self, response: Response) -> bool:
        """Write a wall down."""
        raise NotImplementedError

    def begin(self, source: Source) -> Iterator[Request]:
        """The columns of a source; where the registry names a front page, those found from it, or a search."""
        known, ago = self.recorder.columns(source) if is_front(source.url) else ([source.url], timedelta())
        if ago >= (KEPT if known else AGAIN):
            yield from self.search(source)
        elif known:
            yield from self.read(source, known)
        else:
            self.fail(source, f"{NONE}; it was searched {ago.days} days ago, and will be again after {AGAIN.days}")

    def search(self, source: Source) -> Iterator[Request]:
        """Begin with the front page, once a crawl."""
        self._searched.add(source.id)
        yield from super().search(source)

    def parse_step(self, response: Response, search: Search, step: Step) -> Iterator[Request]:
        """Go on; walls are written down."""
        self.blocked(response)
        yield from super().parse_step(response, search, step)

    def searched(self, source: Source, search: Search, problem: str) -> Iterator[Request]:
        """Read the columns that were found, and remember them; where none was found, those of the search before."""
        known = [found.url for found in search.found] or self.recorder.columns(source)[0]
        cut = self.cut(source)
        if search.came and not cut:
            self.recorder.watched(source, found=known)
        if not known:
            nothing = f"{NONE} in {search.asked} pages"
            self.fail(source, problem or "; ".join(filter(None, (nothing, cut or search.lost))))
        yield from self.read(source, known)

    def moved(self, source: Source) -> Iterator[Request]:
        """None of the columns that were found gives a row any more: there may be others by now."""
        first = is_front(source.url) and source.id not in self._searched
        if first and self.problem(source) and self.recorder.columns(source)[1] >= AGAIN:
            yield from self.search(source)

    def _count(self, source: Source, what: str, number: int = 1) -> None:
        self.crawler.stats.inc_value(f"source/{source.id}/{what}", number)

    def fail(self, source: Source, reason: str) -> None:
        """The source does not pass for read."""
        self.crawler.stats.set_value(f"source/{source.id}/failed", reason)
