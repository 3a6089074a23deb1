"""Which capture an address in a page means, whatever browsers and crawlers made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import unquote, urldefrag, urljoin

T = TypeVar("T")


def captured(known: Mapping[str, T], url: str, name: str) -> T | None:
    """What is known of the address that a page at `url` names."""
    try:
        wanted = _key(urljoin(url, name))
    except ValueError:
        return None
    return next((one for address, one in known.items() if _key(address) == wanted), None)


def _key(address: str) -> str:
    """An address without the differences that browsers and crawlers make of it."""
    return unquote(urldefrag(address)[0])
