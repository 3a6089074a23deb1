"""How a page is asked for, once a crawl, and what its answer shows before anybody reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.records import Role, Source
from crawler.blocks import block, missing
from crawler.spiders.front import FrontSpider

# links to files may expire, pages stay
PRIORITY: dict[str, int] = {"list": 2, "attachment": 1, "picture": 1, "part": 1, "article": 0}


class AskingSpider(FrontSpider):
    """Asks for lists, articles and files; a method `parse_<role>` for each takes the answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked: set[str] = set()  # articles and files, each asked for once a crawl

    def failed(self, failure: Failure) -> Iterator[Request]:
        """No answer came."""
        raise NotImplementedError

    def blocked(self, response: Response) -> bool:
        """A wall is kept as evidence, written down by its kind, and not climbed."""
        kind = block(response)
        if kind and response.request:
            self.recorder.skip(response.request, "blocked", kind)
            self._count(response.meta["source"], "blocked")
            if response.meta["role"] == "article":
                self._count(response.meta["source"], f"walls/{kind}")
        return bool(kind)

    def _is_bad(self, response: Response) -> bool:
        blocked = self.blocked(response)
        return blocked or response.status != 200 or "dataloss" in response.flags or bool(missing(response))

    def _request(
        self, url: str, source: Source, *, role: Role, via: str, anchor: str = "", list_date: str = "", **kwargs: Any
    ) -> Request:
        return Request(
            url,
            callback=getattr(self, f"parse_{role}"),
            errback=self.failed,
            meta={"source": source, "role": role, "via": via, "anchor": anchor, "list_date": list_date},
            priority=PRIORITY[role],
            # Scrapy would drop a redirect of a page to itself that sets a cookie; we ask once by ourselves.
            dont_filter=True,
            **kwargs,
        )

    def _once(self, request: Request) -> Iterator[Request]:
        if request.url in self._asked:
            self._count(request.meta["source"], "elsewhere")
        else:
            self._asked.add(request.url)
            yield request
