"""A download handler that keeps the bytes of the wire: what was sent and what came, above TLS, for each request.

Scrapy hands on neither. They are read in the protocol of one connection, through private parts of Scrapy and Twisted:
`check` says before a crawl whether these are still what they were.
"""

from __future__ import annotations

from contextlib import nullcontext
from inspect import signature
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request as Sent
from twisted.web.http_headers import Headers

from crawler.capture import WIRE
from crawler.keeping import Keeper
from crawler.tee import Factory, Protocol
from crawler.turns import Turns


class Agent(_ScrapyAgent):
    """Leaves what a tee got with the request, once the body is complete."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self._tee, self._request = txresponse.tee, request
        return super()._cb_bodyready(txresponse, request)

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        response = super()._cb_bodydone(result, url)
        self._request.meta[WIRE] = self._tee.wire(response.flags)
        return response

    def _cb_timeout(self, result: Any, request: Request, url: str, timeout: float) -> Any:
        # Of an answer whose head is not whole only the error has the tee; where nobody was reached there is none.
        torn = None if self._txresponse else getattr(getattr(result, "value", None), "tee", None)
        if torn:
            request.meta[WIRE] = torn.wire(["dataloss"])
        try:
            return super()._cb_timeout(result, request, url, timeout)
        except DownloadTimeoutError:
            if self._txresponse:  # a whole head came, and some of the body perhaps
                request.meta[WIRE] = self._tee.wire(["late"])
            raise


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, with the tee; what it gives is in the archive already."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = Factory
        self._pool.retryAutomatically = False  # it asks again at once, whatever the delay, and leaves no trace
        asking = crawler.settings.get("ASKING")
        self._turns = Turns(asking, crawler) if asking else None
        self._keeper = Keeper(crawler)

    async def download_request(self, request: Request) -> Response:
        """Called by Scrapy."""
        request.meta.pop(WIRE, None)  # of the try before
        agent = Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        async with self._turns.turn(request) if self._turns else nullcontext():
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
            self._keeper.keep(request, response)
            return response


def check() -> None:
    """Let a request and its answer go through a tee without any network; raises if something does not fit."""
    hooks = {"_cb_bodyready": ["self", "txresponse", "request"], "_cb_bodydone": ["self", "result", "url"]}
    hooks["_cb_timeout"] = ["self", "result", "request", "url", "timeout"]
    for name, parameters in hooks.items():
        _expect(list(signature(getattr(_ScrapyAgent, name)).parameters), parameters, name)
    made = {"_contextFactory", "_bind_address", "_pool"}
    _expect(made & set(HTTP11DownloadHandler.__init__.__code__.co_names), made, "HTTP11DownloadHandler")
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
    answer = b"HTTP/1.0 200\r\nset-COOKIE: b\nTransfer-Encoding: chunked\r\n\r\n2;c\r\nde\r\n0\r\nF: g\r\n\r\n"
    packets = [bytes([byte]) for byte in interim + answer[:-1]]
    sent, whole = _exchanged([*packets, answer[-1:] + b"more"])
    wire = whole.tee.wire([])
    _expect(wire.request, sent, "request")
    _expect((wire.interim, wire.response, wire.surplus), (interim, answer, len(b"more")), "answer")
    _, torn = _exchanged([answer[:20]])
    _expect(torn.value.tee.wire([]).response, answer[:20], "half a head")


def _exchanged(packets: list[bytes]) -> tuple[bytes, Any]:
    """What was sent, and the answer or error after these packets and the end of the connection."""
    transport: Any = StringTransport()  # type: ignore[no-untyped-call]
    protocol = Protocol()  # type: ignore[no-untyped-call]
    got: list[Any] = []
    protocol.makeConnection(transport)  # type: ignore[no-untyped-call]
    request = Sent(b"GET", b"/", Headers({b"Host": [b"h"]}), None)  # type: ignore[no-untyped-call]
    protocol.request(request).addBoth(got.append)
    for packet in packets:
        protocol.dataReceived(packet)
    protocol.connectionLost(Failure(ConnectionDone()))  # type: ignore[no-untyped-call]
    _expect(len(got), 1, "answers")
    return transport.value(), got[0]


def _expect(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise RuntimeError(f"{what}: {found!r} instead of {expected!r}")
