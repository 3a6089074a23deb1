"""Where a name leads: an official one may be pointed into the house that the crawler runs in, and is not followed."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from archive.official import is_official

logger = logging.getLogger(__name__)

# Proxies of whole machines give every name an address of this net: it leads out, and to nobody in the house.
STAND_INS = ipaddress.ip_network("198.18.0.0/15")


class Outside(CachingThreadedResolver):
    """Refuses private addresses for names that the registry does not name; the connection uses what was looked at."""

    named: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        made = super().from_crawler(crawler, reactor)
        made.named = frozenset(crawler.settings.getlist("NAMED_HOSTS"))
        return made

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: Any, name: str) -> Any:
        found = ipaddress.ip_address(address)
        inside = not found.is_global and found not in STAND_INS
        if inside and is_official(name) and name not in self.named:  # whoever else is asked is a proxy, or named
            logger.warning("%s is not asked: its name leads to %s, an address of a private network", name, address)
            raise DNSLookupError(f"{name} leads to {address}")
        return address
