"""Pages with status 200 that are none: what a host gives for what it lacks is known by a canary, which nobody has.

A host is asked for it once a crawl, and only if an answer looks odd: an article that does not say what the link to it
said, a file that is a page, a first page of a column that names no reports.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import readable
from crawler.alike import Print, alike, is_itself, printed, size
from crawler.blocks import SOFT_404, block
from crawler.capture import query_of, recorder_of, role_of, source_of
from crawler.columns import calls_itself_one
from crawler.pace import TOO_FAST_SAID
from crawler.politeness import UNREACHABLE
from crawler.refusals import Stopped
from crawler.steps import sent_home
from crawler.titles import classify

PATH = "/nianbao-canary-5f1d7c9e.html"
TWICE = 3  # addresses of a host that are asked for once more, as it may have been asked too fast
MUCH = (
    200  # characters of a page that two addresses gave, neither of which names it: shorter ones may be alike by chance
)


@dataclass(kw_only=True)
class Host:
    """What one host gave."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: bool = False  # for the canary
    canary: Print | None = None
    odd: dict[str, Print] = field(default_factory=dict)  # by address: what may be pages
    in_vain: int = 0  # addresses that gave the same when they were asked for once more


class Canary:
    """The downloader middleware that flags what is served in place of missing pages; it sees bodies unpacked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts: defaultdict[str, Host] = defaultdict(Host)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Canary:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Called by Scrapy; an answer that is no page is asked for once more, and then flagged."""
        if not isinstance(response, HtmlResponse) or response.status != 200 or not is_odd(request, response):
            return response
        if "cached" in response.flags:
            return self._flagged(response) if recorder_of(self._crawler).is_lacking(request) else response
        host = self._hosts[_server(request)]
        said = printed(response)
        like = await self._like(host, request, said) if said is not None else ""
        if not like:
            host.odd[response.url] = said or frozenset()
            return response
        if host.in_vain < TWICE and request.meta.get("asked_twice") != request.url and not _redirected(request):
            self._crawler.signals.send_catch_log(TOO_FAST_SAID, request=request)
            meta = {**request.meta, "in_full": request.url, "asked_twice": request.url}
            return request.replace(meta=meta, dont_filter=True)
        host.in_vain += 1
        recorder_of(self._crawler).lacks(request, like)
        return self._flagged(response)

    async def _like(self, host: Host, request: Request, said: Print) -> str:
        """The address that gave the same without having a page; "" if none did."""
        async with host.lock:
            if not host.asked:
                host.canary = await self._ask(request)
                host.asked = True
        if host.canary is not None and alike(said, host.canary):
            return urljoin(request.url, PATH)
        if size(said) < MUCH:
            return ""
        return next((url for url, other in host.odd.items() if url != request.url and alike(said, other)), "")

    async def _ask(self, about: Request) -> Print | None:
        """What a host gives for a page that it cannot have; None where it says so, or may not be asked."""
        meta = {"source": source_of(about), "role": "canary", "via": about.url}
        asked = Request(urljoin(about.url, PATH), meta=meta, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(asked)
        except Stopped:
            raise
        except UNREACHABLE:
            return None
        if response.status != 200 or not isinstance(response, HtmlResponse) or block(response):
            return None
        return printed(response)

    def _flagged(self, response: Response) -> Response:
        response.flags.append(SOFT_404)
        return response


def is_odd(request: Request, response: HtmlResponse) -> bool:
    """Does an answer look as if it were not what was asked for? A wall and what a call answers are judged elsewhere."""
    role = role_of(request)
    if request.method != "GET" or query_of(request) or block(response):
        return False
    if role == "list":
        column = request.cb_kwargs.get("column")
        first = column is not None and not column.depth and len(column.pages) == 1
        links = readable(response).xpath("//a//text()").getall()
        named = any(classify(text, in_column=False) == "report" for text in links)
        return first and not named and not calls_itself_one(response)
    if role == "attachment":
        return True
    if role not in ("article", "part"):
        return False
    return bool(sent_home(response)) or not is_itself(response, request.meta.get("anchor", ""))


def _redirected(request: Request) -> bool:
    return bool(request.meta.get("redirect_urls"))


def _server(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"
