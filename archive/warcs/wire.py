"""What went over a connection for one request, byte for byte and above TLS, and on whose behalf it was asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from archive.records import Role

# whole: its framing says that this is all; close: the end of the connection was its only end, so it may be whole;
# broken: it broke off, or its framing makes no sense; too_long, late: it was cut off by us
Ended = Literal["whole", "close", "broken", "too_long", "late"]


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How a connection was secured, and with whose word."""

    version: str  # as OpenSSL names it, e.g. TLSv1.3
    cipher: str
    certificates: tuple[bytes, ...]  # DER, as the server sent them, its own first

    @property
    def fingerprint(self) -> str:
        """sha256 of the server's own certificate, in hex."""
        return hashlib.sha256(b"".join(self.certificates[:1])).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One request and its answer."""

    request: bytes  # request line, headers, body
    response: bytes  # status line, headers, body with its chunk framing and trailers
    interim: bytes = b""  # answers with a status of 1xx that came before it
    surplus: int = 0  # bytes that came behind its end in the same read, and are not kept
    ended: Ended = "whole"
    ip: str = ""  # of whoever answered, "" if unknown
    tls: Tls | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the crawl knew of an address when it asked; the fields are those of Snapshot."""

    source: str = ""
    role: Role = "other"
    via: str = ""
    anchor: str = ""
    list_date: str = ""
    division: str = ""
