"""A download handler that keeps the bytes of the wire: what was sent and what came, above TLS, for each request.

Scrapy hands on neither. They are read in the protocol of one connection, through private parts of Scrapy and Twisted:
`check` says before a crawl whether these are still what they were.
"""

from __future__ import annotations

import re
from contextlib import nullcontext, suppress
from inspect import signature
from typing import Any

from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request as Sent
from twisted.web.http_headers import Headers, InvalidHeaderName

from archive.payload import LIMIT
from archive.wire import Ended, Tls, Wire
from crawler.capture import WIRE
from crawler.keeping import Keeper
from crawler.turns import Turns

# Answers before the answer, as Twisted passes over them: up to the empty line, each line ending in one line feed.
INTERIM = re.compile(rb"(?:[^ \n]+ 1\d\d(?: [^\n]*)?\r?\n(?:(?!\r?\n)[^\n]*\n)*\r?\n)*")
ENDED: dict[str, Ended] = {"partial": "close", "dataloss": "broken", "late": "late"}


class TooLong(Exception):
    """An answer that is larger than the archive may keep."""


class Tee:
    """What goes over one connection for one request."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.received = bytearray()
        self.surplus = 0
        self.cut = False
        self.ip = ""
        self.tls: Tls | None = None

    def wire(self, flags: list[str]) -> Wire:
        """Everything, once the answer is over; it leaves the tee empty, for it may be large."""
        received, self.received = self.received, bytearray()
        found = INTERIM.match(received)
        start, end = found.end() if found else 0, len(received) - self.surplus
        ended = [ENDED[flag] for flag in flags if flag in ENDED]
        return Wire(
            request=bytes(self.sent),
            response=bytes(memoryview(received)[start:end]),
            interim=bytes(received[:start]),
            surplus=self.surplus,
            ended="too_long" if self.cut else ended[0] if ended else "whole",
            ip=self.ip,
            tls=self.tls,
        )


class Through:
    """A transport that also writes into a tee."""

    def __init__(self, transport: Any, tee: Tee) -> None:
        self._transport = transport
        self._tee = tee

    def write(self, data: bytes) -> None:
        """Called by Twisted."""
        self._tee.sent += data
        self._transport.write(data)

    def writeSequence(self, parts: list[bytes]) -> None:  # noqa: N802
        """Called by Twisted."""
        self.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Parser(_LenientHTTPClientParser):
    """Reads answers as browsers do: a name that is none costs its line, not the page."""

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        """Called by Twisted."""
        with suppress(InvalidHeaderName):
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]


class Protocol(_LenientHTTP11ClientProtocol):
    """One connection, with a tee for each request that it carries."""

    _tee: Tee
    _peer: tuple[str, Tls | None] | None = None

    def request(self, request: Sent) -> Deferred[Any]:
        """Called by Twisted; the answer bears the tee."""
        tee = self._tee = Tee()
        # From the class, not from the request: one that is sent again over another connection has two tees.
        request.writeTo = lambda transport: Sent.writeTo(request, Through(transport, tee))  # type: ignore[method-assign,no-untyped-call]

        def bear(answer: Any) -> Any:
            answer.tee = tee
            return answer

        answered = super().request(request)
        # As Scrapy does it: Twisted lets nobody choose the class of the parser.
        self._parser.__class__ = Parser
        return answered.addCallback(bear)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Called by Twisted."""
        if self._parser is not None:
            tee = self._tee
            # Not earlier: when a request is sent, the other side may not have shown its certificate yet.
            self._peer = self._peer or peer(self.transport)
            tee.ip, tee.tls = self._peer
            room = LIMIT - len(tee.received)
            tee.received += data[:room]
            if len(data) > room:
                tee.cut = True
                self._giveUp(Failure(TooLong()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802
        self._tee.surplus = len(rest)
        if rest and self._currentRequest is not None:
            # Who says more than was announced may do so again, in the middle of the next answer.
            self._currentRequest.persistent = False
        super()._finishResponse(rest)


class Factory(_LenientHTTP11ClientFactory):
    """Makes connections with a tee."""

    def buildProtocol(self, addr: object) -> Protocol:  # noqa: N802
        """Called by Twisted."""
        return Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


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
            await self._keeper.keep(request, response)
            return response


def peer(transport: Any) -> tuple[str, Tls | None]:
    """Who is at the other end, and how the connection is secured."""
    ip = getattr(transport.getPeer(), "host", "")
    if not ISSLTransport.providedBy(transport):
        return ip, None
    connection = transport.getHandle()
    chain = connection.get_peer_cert_chain() or []
    return ip, Tls(
        version=connection.get_protocol_version_name(),
        cipher=connection.get_cipher_name() or "",
        certificates=tuple(dump_certificate(FILETYPE_ASN1, one) for one in chain),
    )


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
    transport: Any = StringTransport()  # type: ignore[no-untyped-call]
    protocol = Protocol()  # type: ignore[no-untyped-call]
    got: list[Any] = []
    protocol.makeConnection(transport)  # type: ignore[no-untyped-call]
    request = Sent(b"GET", b"/", Headers({b"Host": [b"h"]}), None)  # type: ignore[no-untyped-call]
    protocol.request(request).addBoth(got.append)
    for byte in interim + answer[:-1]:
        protocol.dataReceived(bytes([byte]))
    protocol.dataReceived(answer[-1:] + b"more")
    _expect(len(got), 1, "answers")
    wire = got[0].tee.wire([])
    _expect(wire.request, transport.value(), "request")
    _expect((wire.interim, wire.response, wire.surplus), (interim, answer, len(b"more")), "answer")


def _expect(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise RuntimeError(f"{what}: {found!r} instead of {expected!r}")
