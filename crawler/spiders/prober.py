"""One look at each column of the registry: is there still a list of reports? No report is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse
from twisted.python.failure import Failure

from archive.records import Source
from crawler import titles
from crawler.blocks import block
from crawler.columns import is_of_reports, leads
from crawler.families import Row
from crawler.lists import Column, read_list
from crawler.politeness import told
from crawler.refusals import Refused
from crawler.spiders.portal import PortalSpider
from crawler.verdicts import Seen, Verdict, judged

MOST = 5  # pages of one source, after the first: calls that fill it, columns below
BELOW = 2  # of the columns that one page names: some name a hundred, and a list may need more than one call


class ProberSpider(PortalSpider):
    """Reads columns as a crawl does, until one row calls itself a report."""

    name = "prober"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.verdicts: list[Verdict] = []
        self._seen: defaultdict[str, Seen] = defaultdict(Seen)  # by source

    def look_again(self) -> None:
        """Nothing: what is due is a crawl's business."""

    def search(self, source: Source) -> Iterator[Request]:
        """The search is a crawl's business: here the front page has to come, and to lead on."""
        meta = {"source": source, "role": "list", "via": ""}
        yield Request(source.url, callback=self.parse_home, errback=self.no_home, meta=meta, dont_filter=True)

    def parse_home(self, response: Response) -> None:
        """How many ways may lead from the front page to the reports?"""
        source: Source = response.meta["source"]
        seen = self._seen[source.id]
        seen.address, seen.reached, seen.seconds = source.url, response.url, _seconds(response)
        if self.blocked(response) or response.status != 200:
            self.fail(source, read_list(response).problem)
        seen.ways = len(leads(response)) if isinstance(response, TextResponse) else 0

    def no_home(self, failure: Failure) -> None:
        """The front page did not come."""
        error: BaseException = failure.value  # type: ignore[assignment]
        said = str(error) if isinstance(error, Refused) else told(error)
        self.fail(failure.request.meta["source"], said)  # type: ignore[attr-defined]

    def parse_list(self, response: Response, column: Column) -> Iterator[Request]:
        """As a crawl does, as long as no report was named."""
        seen = self._seen[column.source.id]
        if not column.depth and len(column.pages) == 1:
            seen.address, seen.reached, seen.seconds = column.pages[0].url, response.url, _seconds(response)
        if isinstance(response, HtmlResponse):
            seen.named = is_of_reports(response)
        yield from self._few(column, super().parse_list(response, column))
        if block(response) and not column.depth and not seen.asked:
            yield from self._front(column.source)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """As a crawl does."""
        column = failure.request.cb_kwargs.get("column")  # type: ignore[attr-defined]
        yield from self._few(column, super().failed(failure)) if column else ()

    def parse_front(self, response: Response) -> None:
        """Where the front page answers and the column does not, a fence stands before the column alone."""
        self._seen[response.meta["source"].id].front = response.status == 200 and not block(response)

    def closed(self, reason: str) -> None:
        """Called by Scrapy at the end."""
        for source in self.sources:
            seen = self._seen[source.id]
            problem = self.problem(source) if not seen.reports else ""
            state, detail = judged(seen, problem)
            self.verdicts.append(
                Verdict(
                    source=source.id,
                    state=state,
                    detail=detail,
                    url=source.url,
                    reached=seen.reached,
                    rows=seen.rows,
                    reports=seen.reports,
                    seconds=round(seen.seconds, 1),
                    family=self._columns.families(source),
                )
            )

    def _row(self, column: Column, row: Row, via: str, inside: bool) -> Iterator[Request]:
        seen = self._seen[column.source.id]
        kind = titles.classify(row.title, in_column=inside)
        seen.rows += 1
        seen.reports += kind == "report"
        seen.likely += seen.named and inside and kind in titles.WANTED
        yield from ()

    def _few(self, column: Column, requests: Iterator[Request]) -> Iterator[Request]:
        seen, below = self._seen[column.source.id], 0
        for request in requests:
            if request.cb_kwargs.get("column", column) is not column:
                below, request = below + 1, request.replace(priority=request.priority - 1)  # its own list comes first
            if seen.asked < MOST and not seen.reports and below <= BELOW:
                seen.asked += 1
                yield request

    def _front(self, source: Source) -> Iterator[Request]:
        home = urljoin(source.url, "/")
        if urlsplit(source.url).path.strip("/"):
            meta = {"source": source, "role": "other", "via": source.url}
            yield Request(home, callback=self.parse_front, errback=self.failed, meta=meta, dont_filter=True)


def _seconds(response: Response) -> float:
    """How long the portal took; nothing where the archive answered."""
    return 0.0 if "cached" in response.flags else float(response.meta.get("download_latency", 0.0))
