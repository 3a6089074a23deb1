"""The one spider: from a column to its rows, from a row to its page, from a page to its files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, DownloadCancelledError
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from archive.records import Source
from crawler import parts, titles
from crawler.addresses import is_document, readable
from crawler.alike import says_report
from crawler.capture import Recorder
from crawler.families import Page, Row
from crawler.lists import PAGE_LIMIT, Column, Columns, read_list
from crawler.politeness import DOWN, told
from crawler.refusals import Refused, Stopped
from crawler.report import Progress, barren
from crawler.shells import calls_of, in_browser, is_shell
from crawler.spiders.asking import AskingSpider


class PortalSpider(AskingSpider):
    """Reads the columns of all sources side by side, each host at its own pace."""

    name = "portal"

    def __init__(
        self, *, sources: Sequence[Source], recorder: Recorder, on_progress: Callable[[Progress], None], **kwargs: Any
    ) -> None:
        super().__init__(recorder=recorder, **kwargs)
        self.sources = sources
        self.on_progress = on_progress
        self._columns = Columns()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PortalSpider:
        """Called by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.look_again, signal=signals.spider_idle)
        crawler.signals.connect(spider.broke, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The first page of every column; where the registry names a front page, those that were found from it."""
        for source in self.sources:
            for request in self.begin(source):
                yield request

    def look_again(self) -> None:
        """When nothing is left to do: columns that may have moved, reports of before that are due and nothing named."""
        more = [request for source in self.sources for request in (*self.moved(source), *self._unnamed(source))]
        for request in more:
            self.crawler.engine.crawl(request)
        if more:
            raise DontCloseSpider

    def broke(self, failure: Failure, response: Response) -> None:
        """A mistake of ours in reading a page: Scrapy logs it and goes on, the source must not pass for read."""
        source: Source = response.meta["source"]
        self._count(source, "errors")
        self.fail(source, f"our mistake in reading {response.url}: {failure.value!r}")

    def closed(self, reason: str) -> None:
        """Called by Scrapy at the end: what of each source could be had, and what the portals say there is."""
        for source in self.sources:
            if problem := self.problem(source) or (reason == "finished" and barren(self.crawler.stats, source)):
                self.fail(source, problem)
            elif reason == "finished":
                self.recorder.watched(source, self._columns.lacks(source))
            self.crawler.stats.set_value(f"source/{source.id}/family", self._columns.families(source))
            for what, number in zip(("expected", "had"), self._columns.told(source), strict=True):
                self._count(source, what, number)

    def problem(self, source: Source) -> str:
        """Why nothing came of a source, or no more, "" if there is nothing to say."""
        return str(self.crawler.stats.get_value(f"source/{source.id}/failed") or self._columns.problem(source))

    def _unnamed(self, source: Source) -> Iterator[Request]:
        """Where a column could not be read nothing is concluded, and nobody is asked in vain."""
        if not self.problem(source):
            for url, role, via, anchor, date in self.recorder.due_reports(source):
                yield from self._once(self._request(url, source, role=role, via=via, anchor=anchor, list_date=date))

    def parse_list(self, response: Response, column: Column) -> Iterator[Request]:
        """The rows of one list page, then the next page if this one brought any that are new."""
        first, probe = len(column.pages) == 1, column.pages[-1].probe
        if self.blocked(response):
            column.shell = None  # a browser does not climb it either
        if response.status != 200 and not (first or probe):
            self._count(column.source, "errors")
            yield from self._next_page(column, column.missed(f"HTTP {response.status}"), response.url)
            return
        listing = read_list(response, column.family, column=column)
        if first and is_shell(response) and (listing.ahead or not (listing.children or listing.organs)):
            column.shell = in_browser(response)  # asked for if no call of its family brings rows
        if "rendered" in response.flags:
            column.calls = calls_of(response, listing.rows)
        step = first or (probe and listing.family is column.family)  # may lead on without rows of its own
        column.family = listing.family
        if first:
            column.begin(response.url, listing)
        named = self._columns.below(column, listing) if first or probe else ()
        self._beyond(column.source, self._columns.beyond(column.source))
        on = [self._list_page(below, Page(url=url), response.url) for url, below in named]
        fresh = [row for row in listing.rows if row.url not in column.rows]
        ahead = [page for page in listing.ahead if page not in column.pages]
        if column.template:  # an answer may say that there is more than a page shows, and not how to ask for it
            column.total = max(column.total, listing.total or 0)
            column.counted.update({row.url for row in listing.rows} & column.rows)  # seen before, now surely of it
        if not fresh and not (step and ahead):
            # stubs, refreshes to the start and repetitions are how lists end
            problem = listing.problem or ("the list has no rows" if listing.total != 0 else "")
            yield from (*self._next_page(column, column.ended(problem), response.url), *on)
            self._passed_over(column, response)
            if first and not on:
                yield from self._is_itself_one(column, response)
            return
        if "dataloss" in response.flags:
            self._count(column.source, "errors")  # rows may be missing
        self._count(column.source, "pages", bool(fresh))
        self._count(column.source, "rows", len(fresh))
        column.total = max(column.total, listing.total or 0)
        column.ahead = tuple(dict.fromkeys((*ahead, *column.ahead)))
        column.misses = 0
        column.add(fresh)
        for row, inside in column.told_apart(fresh):
            yield from self._row(column, row, response.url, inside)
        self._passed_over(column, response)
        yield from (*self._next_page(column, column.following(), response.url), *on)

    def parse_article(self, response: Response, trail: tuple[str, ...] = ()) -> Iterator[Request]:
        """What goes with an article, the reports it names; its reading is the parser's. `trail`: what led to it."""
        self._asked.add(response.url)  # where a redirect led, too
        if self._is_bad(response):
            self._count(response.meta["source"], "errors")
        elif is_shell(response):
            yield in_browser(response)
        else:
            found = self._named(response, trail)
            if not parts.only_leads_on(found):
                self._count(response.meta["source"], "reports")
                self._count(response.meta["source"], "new_reports", bool(response.meta.get("new")))
            yield from self._ask(found, response, response.url, trail)

    def parse_part(self, response: Response) -> Iterator[Request]:
        """A further page of an article: what it leads to goes with the article."""
        if self._is_bad(response):
            self._count(response.meta["source"], "errors")
        else:
            yield from self._ask(self._named(response, None), response, response.meta["via"], ())

    def _named(self, response: Response, trail: tuple[str, ...] | None) -> list[parts.Named]:
        if not isinstance(response, TextResponse) or is_document(response.url):
            return []
        return parts.named(response, response.meta["anchor"], response.meta["via"], trail)

    def _ask(
        self, found: Sequence[parts.Named], response: Response, article: str, trail: tuple[str, ...]
    ) -> Iterator[Request]:
        for one in found:
            said: dict[str, Any] = {"via": article, "anchor": one.title, "list_date": response.meta["list_date"]}
            said |= {"cb_kwargs": {"trail": (*trail, response.url)}} if one.role == "article" else {}
            yield from self._once(self._request(one.url, response.meta["source"], role=one.role, **said))

    def parse_attachment(self, response: Response) -> None:
        """Nothing to find in a file; it is in the archive by now."""
        self._count(response.meta["source"], "errors" if self._is_bad(response) else "attachments")

    def parse_picture(self, response: Response) -> None:
        """Kept; whether it can be read is the parser's to say."""

    def failed(self, failure: Failure) -> Iterator[Request]:
        """No answer: say why, and go on with the column if it was one page of many."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error: BaseException = failure.value  # type: ignore[assignment]
        if isinstance(error, Stopped):
            return
        if isinstance(error, DownloadCancelledError):
            self.recorder.skip(request, "too_large", " ".join(str(error).split()))
            self._count(request.meta["source"], "skipped")
        elif not isinstance(error, Refused):
            if isinstance(error, DOWN):
                self.recorder.silent(request, told(error))
            self._count(request.meta["source"], "errors")
        if column := request.cb_kwargs.get("column"):
            column.lost = request.url
            problem = str(error) if isinstance(error, Refused) else told(error)
            yield from self._next_page(column, column.missed(problem), request.url)

    def read(self, source: Source, urls: Sequence[str]) -> Iterator[Request]:
        """The first page of each of its columns."""
        for url in urls:
            column = self._columns.first(source, url)
            if not column.pages:
                yield self._list_page(column, Page(url=url), via="")

    def _row(self, column: Column, row: Row, via: str, inside: bool) -> Iterator[Request]:
        request = self._request(row.url, column.source, role="article", via=via, anchor=row.title, list_date=row.date)
        if row.url == column.reached:  # kept as a list, which nobody reads as a report
            request.meta["in_full"] = row.url
        if (kind := titles.classify(row.title, in_column=inside)) in titles.WANTED:
            yield from self._once(request)
        else:
            self.recorder.skip(request, "out_of_scope", kind)
            self._count(column.source, "skipped")

    def _is_itself_one(self, column: Column, response: Response) -> Iterator[Request]:
        """What was asked for as the column of a year is the report of that year: it is kept again, as one."""
        if column.depth and isinstance(response, TextResponse) and response.status == 200 and says_report(response):
            title = titles.normalise(readable(response).xpath("string(//title)").get() or "")
            request = self._request(response.url, column.source, role="article", via=response.meta["via"], anchor=title)
            request.meta["in_full"] = response.url
            yield from self._once(request)

    def _passed_over(self, column: Column, response: Response) -> None:
        """A report that is named and not asked for does not vanish in silence."""
        for row in self._columns.passed_over(column, response):
            request = self._request(row.url, column.source, role="article", via=response.url, anchor=row.title)
            self.recorder.skip(request, "out_of_scope", "called a report, at the address of a column")
            self._count(column.source, "skipped")

    def _next_page(self, column: Column, page: Page | None, via: str) -> Iterator[Request]:
        if page is None:
            if shell := column.to_render():
                yield shell
            elif call := column.to_call():
                yield self._list_page(column, call, via)
            return
        request = self._list_page(column, page, via)
        if len(column.pages) > PAGE_LIMIT:
            column.lost = page.url
            self._beyond(column.source, beyond := f"more than {PAGE_LIMIT} list pages")
            self.recorder.skip(request, "budget", beyond)
            self._count(column.source, "skipped")
        else:
            yield request

    def _list_page(self, column: Column, page: Page, via: str) -> Request:
        column.pages.append(page)
        asked: dict[str, Any] = {"method": page.method, "body": page.body, "headers": dict(page.headers)}
        request = self._request(page.url, column.source, role="list", via=via, cb_kwargs={"column": column}, **asked)
        request.meta["template"] = column.template
        return request
