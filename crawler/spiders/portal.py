"""The one spider: from a column to its rows, from a row to its page, from a page to its files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, DownloadCancelledError
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from archive.records import Role, Source
from crawler import links, titles
from crawler.addresses import is_document
from crawler.capture import Recorder
from crawler.families import FAMILIES, Row
from crawler.politeness import Refused, Stopped, told
from crawler.report import Progress

PAGE_LIMIT = 200  # list pages of one column
MISSES = 2  # list pages in a row that could not be had: the column ends there
WANTED = ("report", "variant", "maybe")
PRIORITY: dict[str, int] = {
    "list": 2,
    "attachment": 1,
    "picture": 1,
    "article": 0,
}  # links to files may expire, pages stay


@dataclass(kw_only=True)
class Column:
    """How far the reading of one column is."""

    source: Source
    pages: list[str] = field(default_factory=list)  # asked for
    ahead: tuple[str, ...] = ()  # candidates for the pages that follow
    rows: set[str] = field(default_factory=set)
    folder: str = ""  # addresses below it belong to the column
    misses: int = 0


class PortalSpider(Spider):
    """Reads the columns of all sources side by side, each host at its own pace."""

    name = "portal"

    def __init__(
        self, *, sources: Sequence[Source], recorder: Recorder, on_progress: Callable[[Progress], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sources = sources
        self.recorder = recorder
        self.on_progress = on_progress
        self._asked: set[str] = set()  # articles and files, each asked for once a crawl

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PortalSpider:
        """Called by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.look_again, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The first page of every column."""
        for source in self.sources:
            yield self._list_page(Column(source=source), source.url, via="")

    def look_again(self) -> None:
        """When nothing is left to do: reports of before that are due and that no column named, for they may be gone."""
        unnamed = [request for source in self.sources for request in self._unnamed(source)]
        for request in unnamed:
            self.crawler.engine.crawl(request)
        if unnamed:
            raise DontCloseSpider

    def _unnamed(self, source: Source) -> Iterator[Request]:
        """Where a column could not be read nothing is concluded, and nobody is asked in vain."""
        if self.crawler.stats.get_value(f"source/{source.id}/failed") is None:
            for url, role, via, anchor, date in self.recorder.due_reports(source):
                yield from self._once(self._request(url, source, role=role, via=via, anchor=anchor, list_date=date))

    def parse_list(self, response: Response, column: Column) -> Iterator[Request]:
        """The rows of one list page, then the next page if this one brought any that are new."""
        if len(column.pages) > 1 and response.status != 200:
            self._count(column.source, "errors")
            yield from self._missed(column, response.url)
            return
        rows, ahead, problem = read_list(response)
        fresh = [row for row in rows if row.url not in column.rows]
        if not fresh:
            if len(column.pages) == 1:
                self._fail(column, problem or "the list has no rows")
            return  # stubs, refreshes to the start and repetitions are how lists end
        if "dataloss" in response.flags:
            self._count(column.source, "errors")  # rows may be missing
        self._count(column.source, "pages")
        self._count(column.source, "rows", len(fresh))
        column.folder = column.folder or urljoin(response.url, ".")
        column.ahead = tuple(url for url in ahead if url not in column.pages) or column.ahead
        column.misses = 0
        column.rows.update(row.url for row in fresh)
        for row in fresh:
            yield from self._row(column, row, response.url)
        yield from self._next_page(column, response.url)

    def parse_article(self, response: Response) -> Iterator[Request]:
        """The files that go with an article; its reading is the parser's."""
        source: Source = response.meta["source"]
        self._asked.add(response.url)  # where a redirect led, too
        if response.status != 200 or "dataloss" in response.flags:
            self._count(source, "errors")
            return
        self._count(source, "reports")
        if isinstance(response, TextResponse) and not is_document(response.url):
            files = links.attachments(response)
            for link in files:
                yield from self._once(
                    self._request(
                        link.url,
                        source,
                        role="attachment",
                        via=response.url,
                        anchor=link.text,
                        list_date=response.meta["list_date"],
                    )
                )
            for url in () if files else links.pictures(response):
                yield from self._once(self._request(url, source, role="picture", via=response.url))

    def parse_attachment(self, response: Response) -> None:
        """Nothing to find in a file; it is in the archive by now."""
        good = response.status == 200 and "dataloss" not in response.flags
        self._count(response.meta["source"], "attachments" if good else "errors")

    def parse_picture(self, response: Response) -> None:
        """Kept; whether it can be read, and whether that matters, is the parser's to say."""

    def failed(self, failure: Failure) -> Iterator[Request]:
        """No answer: say why, and go on with the column if it was one page of many."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error: BaseException = failure.value  # type: ignore[assignment]
        column: Column | None = request.cb_kwargs.get("column")
        if isinstance(error, Stopped):
            return
        if isinstance(error, DownloadCancelledError):
            self.recorder.skip(request, "too_large", " ".join(str(error).split()))
            self._count(request.meta["source"], "skipped")
        elif not isinstance(error, Refused):
            self._count(request.meta["source"], "errors")
        if column and len(column.pages) == 1:
            self._fail(column, str(error) if isinstance(error, Refused) else told(error))
        elif column:
            yield from self._missed(column, request.url)

    def _row(self, column: Column, row: Row, via: str) -> Iterator[Request]:
        request = self._request(row.url, column.source, role="article", via=via, anchor=row.title, list_date=row.date)
        kind = titles.classify(row.title, in_column=_below(row.url, column.folder))
        if kind in WANTED:
            yield from self._once(request)
        else:
            self.recorder.skip(request, "out_of_scope", kind)
            self._count(column.source, "skipped")

    def _missed(self, column: Column, via: str) -> Iterator[Request]:
        column.misses += 1
        if column.misses < MISSES:
            yield from self._next_page(column, via)

    def _next_page(self, column: Column, via: str) -> Iterator[Request]:
        if not column.ahead:
            return
        url, *rest = column.ahead
        column.ahead = tuple(rest)
        if len(column.pages) < PAGE_LIMIT:
            yield self._list_page(column, url, via)
        else:
            self.recorder.skip(self._list_page(column, url, via), "budget", f"more than {PAGE_LIMIT} list pages")
            self._count(column.source, "skipped")

    def _list_page(self, column: Column, url: str, via: str) -> Request:
        column.pages.append(url)
        return self._request(url, column.source, role="list", via=via, cb_kwargs={"column": column})

    def _request(
        self, url: str, source: Source, *, role: Role, via: str, anchor: str = "", list_date: str = "", **kwargs: Any
    ) -> Request:
        callbacks: dict[str, Callable[..., Any]] = {
            "list": self.parse_list,
            "article": self.parse_article,
            "picture": self.parse_picture,
        }
        return Request(
            url,
            callback=callbacks.get(role, self.parse_attachment),
            errback=self.failed,
            meta={"source": source, "role": role, "via": via, "anchor": anchor, "list_date": list_date},
            priority=PRIORITY[role],
            # Scrapy would drop a redirect of a page to itself that sets a cookie; we ask once by ourselves.
            dont_filter=True,
            **kwargs,
        )

    def _once(self, request: Request) -> Iterator[Request]:
        if request.url not in self._asked:
            self._asked.add(request.url)
            yield request

    def _count(self, source: Source, what: str, number: int = 1) -> None:
        self.crawler.stats.inc_value(f"source/{source.id}/{what}", number)

    def _fail(self, column: Column, reason: str) -> None:
        self.crawler.stats.set_value(f"source/{column.source.id}/failed", reason)


def read_list(response: Response) -> tuple[list[Row], list[str], str]:
    """Rows, candidates for the pages that follow, and what is wrong with the page if it cannot be read."""
    if response.status != 200:
        return [], [], f"HTTP {response.status}"
    if not isinstance(response, TextResponse):
        return [], [], f"not a page: {(response.headers.get('Content-Type') or b'no type').decode('latin-1')}"
    family = next((family for family in FAMILIES if family.recognises(response)), None)
    if family is None:
        return [], [], "no platform family recognises the page"
    return family.rows(response), list(islice(family.next_pages(response), PAGE_LIMIT)), ""


def _below(url: str, folder: str) -> bool:
    return url.partition("://")[2].startswith(folder.partition("://")[2])
