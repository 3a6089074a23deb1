"""Which addresses may be asked for: official hosts, and what the registry names by hand. Pure."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Literal
from urllib.parse import urlsplit

from archive.official import is_official
from archive.records import Source

Refusal = Literal["not_official_host", "redirect_private"]

DEFAULT_PORTS = {"http": 80, "https": 443}


def refusal(url: str, source: Source | None) -> Refusal | None:
    """Why the address must not be asked for on behalf of this source; None if it may."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "not_official_host"
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or "\\" in parts.netloc:
        return "not_official_host"
    if source and (host, port or DEFAULT_PORTS[parts.scheme]) in named(source):
        return None
    address = ip_of(host)
    if host == "localhost" or host.endswith(".localhost") or (address and not address.is_global):
        return "redirect_private"
    return None if is_official(host) else "not_official_host"


def named(source: Source) -> set[tuple[str, int]]:
    """Hosts and ports that the registry names for the source; a host without a port means 80 and 443."""
    found: set[tuple[str, int]] = set()
    for netloc in (urlsplit(source.url).netloc, *source.hosts):
        parts = urlsplit(f"//{netloc}")
        host = parts.hostname or ""
        found |= {(host, parts.port)} if parts.port else {(host, port) for port in DEFAULT_PORTS.values()}
    return found


def is_loopback(url: str) -> bool:
    """Does the address lead to this very machine?"""
    host = urlsplit(url).hostname or ""
    address = ip_of(host)
    return host == "localhost" or bool(address and address.is_loopback)


def ip_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is a literal of, also in the old spellings (127.1, 0x7f000001) that resolvers accept."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?", host, re.I):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
        except OSError:
            return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
