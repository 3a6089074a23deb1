"""A page that only scripts make, made by Chromium; it asks nobody: what it wants is asked for as by the crawl.

So robots.txt, official hosts, pace, budgets and the archive hold for each of its requests, and every answer is kept.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from contextlib import suppress
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from archive.errors import ArchiveError
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.cdxj import beside
from archive.warcs.payload import dechunked, header
from crawler.capture import recorder_of, source_of
from crawler.politeness import UNREACHABLE, told
from crawler.refusals import refuse

ASKED = ("script", "xhr", "fetch")  # kinds that make the text; nothing else is asked for
MOST = 40  # requests of one page
LONGEST = 180.0  # seconds of one page, waiting for its host included
QUIET = 1.0  # seconds without a request: the page is made
STEP = 5.0  # seconds that the browser may take for one thing
LARGEST = 10 * 2**20  # bytes of a part, and characters of what was made
ARGUMENTS = (  # where everything is answered by us there is no network to fall back on
    "--disable-dev-shm-usage",
    "--proxy-server=http://0.0.0.0:9",
    "--proxy-bypass-list=<-loopback>",  # without it this machine's own addresses are asked past the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--js-flags=--max-old-space-size=512",
)
Call = tuple[Request, bytes]  # what a page asked for as it was made, and the answer
logger = logging.getLogger(__name__)


class Rendering:
    """The downloader middleware that answers a request for a shell with what a browser made of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._alone = asyncio.Lock()
        self._playwright: Any = None
        self._browser: Any = None
        self._missing = "" if crawler.settings.getbool("RENDER") else "the page is made by scripts, which are not run"
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rendering:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Called by Scrapy."""
        shell: Response | None = request.meta.pop("shell", None)
        if shell is None:
            return None
        if made := self._kept(shell.url):
            request.meta["calls"] = self._kept_calls(shell.url)
            return HtmlResponse(shell.url, body=made, encoding="utf-8", flags=["rendered", "cached"])
        async with self._alone:
            if problem := await self._ready():
                raise refuse(self._crawler, request, "needs_browser", problem)
            try:
                made, asked = await asyncio.wait_for(self._made(shell, request), LONGEST + 2 * STEP)
            except Exception as error:  # noqa: BLE001  whatever a hostile page does to a browser
                await self._close()
                raise refuse(self._crawler, request, "needs_browser", _why(error)) from None
        recorder_of(self._crawler).rendered(
            request, shell.url, made, f"Chromium {self._browser.version}", [own.url for own, _ in asked]
        )
        request.meta["calls"] = [(own, body) for own, body in asked if _is_json(body)]
        return HtmlResponse(shell.url, body=made, encoding="utf-8", flags=["rendered"])

    def _kept(self, url: str) -> bytes:
        """What was made of the answer that we have: whether it is due was decided when that was asked for."""
        archive = recorder_of(self._crawler).archive
        answered, rendered = archive.latest(url), archive.latest(url, rendered=True)
        if answered is None or rendered is None or rendered.timestamp < answered.timestamp:
            return b""
        try:
            return archive.body(rendered)
        except ArchiveError:
            return b""  # damaged: it is made again

    def _kept_calls(self, url: str) -> list[Call]:
        """The calls of which it was made, each as it was asked for and answered last."""
        archive = recorder_of(self._crawler).archive
        calls = []
        for one in {(one.url, one.query): one for one in archive.named_by(url, "other")}.values():
            with suppress(ArchiveError):
                if _is_json(body := archive.body(one)):
                    calls.append((_again(archive, one, url), body))
        return calls

    async def _ready(self) -> str:
        """Start the browser; why there is none, "" if there is. What keeps it from starting keeps it so."""
        if self._missing or (self._browser and self._browser.is_connected()):
            return self._missing
        await self._close()
        try:
            await self._start()
        except ImportError:
            self._missing = "playwright is not installed"
        except FileNotFoundError:
            self._missing = "Chromium is not installed (apt-get install chromium)"
        except Exception as error:  # noqa: BLE001
            self._missing = f"Chromium does not start: {_line(error)}"
        if self._missing:
            self._missing = f"the page is made by scripts, and {self._missing}"
            logger.error("%s; such pages are skipped as needs_browser", self._missing)
        return self._missing

    async def _start(self) -> None:
        from playwright.async_api import async_playwright

        path = shutil.which("chromium")
        if path is None:
            raise FileNotFoundError("chromium")
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), chromium_sandbox=os.geteuid() != 0
        )

    async def _made(self, shell: Response, request: Request) -> tuple[bytes, list[Call]]:
        context = await self._browser.new_context(service_workers="block", accept_downloads=False, locale="zh-CN")
        waiting: set[object] = set()
        last, seen = monotonic(), 0
        asked: list[Call] = []
        deadline = last + LONGEST

        async def answer(route: Any) -> None:
            nonlocal last, seen
            waiting.add(route)
            try:
                seen += 1
                await self._answer(route, shell, request, asked, first=seen == 1, over=seen > MOST)
            finally:
                waiting.discard(route)
                last = monotonic()

        try:
            await context.route("**/*", answer)
            await context.route_web_socket("**/*", lambda socket: socket.close())
            page = await context.new_page()
            context.on("page", lambda other: asyncio.ensure_future(other.close()))
            await asyncio.wait_for(page.goto(shell.url, wait_until="commit"), STEP)
            while (waiting or monotonic() - last < QUIET) and monotonic() < deadline and self._crawler.crawling:
                await asyncio.sleep(0.1)
            length = await asyncio.wait_for(page.evaluate("document.documentElement.outerHTML.length"), STEP)
            if length > LARGEST:
                raise ValueError(f"what scripts made is larger than {LARGEST // 2**20} MB")
            return str(await asyncio.wait_for(page.content(), STEP)).encode("utf-8", "replace"), asked
        finally:
            await asyncio.wait_for(context.close(), STEP)

    async def _answer(
        self, route: Any, shell: Response, request: Request, asked: list[Call], *, first: bool, over: bool
    ) -> None:
        wanted = route.request
        if first and wanted.is_navigation_request():
            kind = (shell.headers.get("Content-Type") or b"text/html").decode("latin-1")
            await route.fulfill(status=200, headers={"Content-Type": kind}, body=shell.body)
        elif wanted.resource_type == "stylesheet":  # a part that waits for its styles gets them empty
            await route.fulfill(status=200, headers={"Content-Type": "text/css"}, body="")
        elif over or wanted.resource_type not in ASKED or wanted.method not in ("GET", "POST"):
            await route.abort()
        else:
            headers = {"Content-Type": kind} if (kind := wanted.headers.get("content-type")) else {}
            meta = {"source": source_of(request), "role": "other", "via": shell.url, "download_maxsize": LARGEST}
            own = Request(
                wanted.url,
                method=wanted.method,
                body=wanted.post_data_buffer or b"",
                headers=headers,
                meta=meta,
                callback=NO_CALLBACK,
            )
            try:
                got = await self._crawler.engine.download_async(own)
            except UNREACHABLE:
                await route.abort()
                return
            asked.append((own, got.body))
            kind = (got.headers.get("Content-Type") or b"").decode("latin-1")
            await route.fulfill(status=got.status, headers={"Content-Type": kind} if kind else {}, body=got.body)

    async def _close(self) -> None:
        browser, driver, self._browser, self._playwright = self._browser, self._playwright, None, None
        for end in ([browser.close] if browser else []) + ([driver.stop] if driver else []):
            try:
                await asyncio.wait_for(end(), STEP)
            except Exception as error:  # noqa: BLE001  one that is dead already
                self._crawler.spider.logger.info("the browser did not end by itself: %s", told(error))  # type: ignore[union-attr]


def _again(archive: Archive, capture: Snapshot, via: str) -> Request:
    """The request for a capture; what it sent beyond its address is at hand in the record beside it alone."""
    if not capture.query:
        return Request(capture.url, headers={"Referer": via})
    sent = next((record.http for record in beside(archive, capture) if record.type == "request"), None)
    if sent is None:
        raise ArchiveError(f"{capture.url}: what was sent to it is not here; import its WARC file")
    kind = header(sent.headers, "content-type")
    return Request(
        capture.url,
        method=sent.start.partition(" ")[0],
        body=dechunked(sent.headers, sent.body),
        headers={"Referer": via} | ({"Content-Type": kind} if kind else {}),
    )


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[")


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "the browser did not get done with the page in time"
    if isinstance(error, ValueError):
        return str(error)
    return f"the browser could not make the page: {_line(error)}"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
