"""What goes over one connection: a protocol that keeps the bytes of each request and its answer, above TLS.

They are read through private parts of Scrapy and Twisted; `check` in wire.py says whether these are what they were.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request as Sent
from twisted.web.http_headers import InvalidHeaderName

from archive.warcs.payload import LIMIT
from archive.warcs.wire import Ended, Tls, Wire

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
        received, self.received = bytes(self.received), bytearray()
        found = INTERIM.match(received)
        start, end = found.end() if found else 0, len(received) - self.surplus
        ended = [ENDED[flag] for flag in flags if flag in ENDED]
        return Wire(
            request=bytes(self.sent),
            response=received[start:end],
            interim=received[:start],
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
            # An answer whose head breaks off is an error, which bears it, too.
            bearer: Any = answer.value if isinstance(answer, Failure) else answer
            bearer.tee = tee
            return answer

        answered = super().request(request)
        # As Scrapy does it: Twisted lets nobody choose the class of the parser.
        self._parser.__class__ = Parser
        return answered.addBoth(bear)

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
