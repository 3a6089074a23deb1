"""What all who search a portal from its front page have in common: one page at a time, and no page twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.records import Source
from crawler.politeness import told
from crawler.refusals import Refused, Stopped
from crawler.searching import Search, Step
from crawler.shells import in_browser


class SearcherSpider(Spider):
    """Follows what may lead to the reports of a portal."""

    def searched(self, source: Source, search: Search, problem: str) -> Iterator[Request]:
        """The search is through; `problem` is why there was none: the front page did not come."""
        raise NotImplementedError

    def search(self, source: Source) -> Iterator[Request]:
        """Begin with the front page."""
        yield from self._step(source, Search(source.url))

    def parse_step(self, response: Response, search: Search, step: Step) -> Iterator[Request]:
        """Go on from a page that came; what only scripts make is made by a browser."""
        if search.take(response, step):
            yield from self._step(response.meta["source"], search)
        else:
            yield in_browser(response)

    def failed_step(self, failure: Failure) -> Iterator[Request]:
        """No answer; only for the front page that is the end."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error: BaseException = failure.value  # type: ignore[assignment]
        source, search = request.meta["source"], request.cb_kwargs["search"]
        if isinstance(error, Stopped):
            return
        search.lacks(request.cb_kwargs["step"], str(error) if isinstance(error, Refused) else told(error))
        if search.asked == 1:
            yield from self.searched(source, search, search.lost)
        else:
            yield from self._step(source, search)

    def cut(self, source: Source) -> str:
        """What of its budget was used up, "" if nothing was."""
        return str(self.crawler.stats.get_value(f"source/{source.id}/cut", ""))

    def _beyond(self, source: Source, said: str) -> None:
        """Tell that there is more than is read of any source; unlike a budget it is no reason why nothing came."""
        if said:
            self.crawler.stats.set_value(f"source/{source.id}/beyond", said)

    def _step(self, source: Source, search: Search) -> Iterator[Request]:
        step = None if self.cut(source) else search.next()
        if step is None:
            yield from self.searched(source, search, "")
            return
        meta: dict[str, Any] = {"source": source, "role": "list", "via": step.via}
        yield Request(
            step.page.url,
            callback=self.parse_step,
            errback=self.failed_step,
            method=step.page.method,
            body=step.page.body,
            headers=dict(step.page.headers),
            dont_filter=True,
            cb_kwargs={"search": search, "step": step},
            meta=meta,
        )
