"""What one source has cost, held against what it may cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.capture import role_of, source_id
from crawler.limits import Budget
from crawler.refusals import drop_waiting, refuse


@dataclass(kw_only=True)
class Spent:
    """What one source has cost so far."""

    pages: int = 0
    bytes: int = 0
    since: float | None = None  # by the monotonic clock


FREE = ("robots", "canary")  # asked once a host, on behalf of all its sources


class Budgets:
    """The downloader middleware that asks for no more than a source may cost; it lies behind the archive's answers."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._budget: Budget = crawler.settings.get("BUDGET") or Budget()
        self._spent: defaultdict[str, Spent] = defaultdict(Spent)  # by source
        crawler.signals.connect(self._downloaded, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Budgets:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Called by Scrapy."""
        if role_of(request) in FREE:
            return
        if error := self._refusal(request):
            raise error
        spent = self._spent[source_id(request)]
        spent.pages += 1
        spent.since = monotonic() if spent.since is None else spent.since

    def _downloaded(self, response: Response, request: Request) -> None:
        spent = self._spent[source_id(request)]
        spent.bytes += len(response.body)
        if self._over(spent, waiting=True):
            drop_waiting(self._crawler, lambda waiting: self._refusal(waiting, waiting=True))

    def _refusal(self, request: Request, *, waiting: bool = False) -> Exception | None:
        said = "" if role_of(request) in FREE else self._over(self._spent[source_id(request)], waiting=waiting)
        if not said:
            return None
        self._crawler.stats.set_value(f"source/{source_id(request)}/cut", said)
        return refuse(self._crawler, request, "budget", said)

    def _over(self, spent: Spent, *, waiting: bool) -> str:
        """What is used up, "" if nothing is; what waits for its host has been counted as a page already."""
        if self._budget.pages and not waiting and spent.pages >= self._budget.pages:
            return f"more than {self._budget.pages} pages"
        if self._budget.megabytes and spent.bytes >= self._budget.megabytes * 2**20:
            return f"more than {self._budget.megabytes:g} MB"
        since = monotonic() if spent.since is None else spent.since
        if self._budget.minutes and monotonic() - since >= self._budget.minutes * 60:
            return f"more than {self._budget.minutes:g} minutes"
        return ""
