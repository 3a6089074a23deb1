"""What every platform family gives to the spider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from scrapy.http import TextResponse


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a list page."""

    url: str
    title: str  # in full where the page gives it in full
    date: str  # YYYY-MM-DD, "" if none


class Family(Protocol):
    """A module that reads the list pages of one platform; pure functions over a response."""

    def recognises(self, response: TextResponse) -> bool:
        """Is this page of the family's making?"""
        ...

    def rows(self, response: TextResponse) -> list[Row]:
        """The lines of the list, in page order, each address once."""
        ...

    def next_pages(self, response: TextResponse) -> Iterator[str]:
        """Candidates for the pages after the first, in order; one that brings no new row is not a page of the list."""
        ...
