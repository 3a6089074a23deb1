"""What several readers ask of one page, worked out once for as long as the page is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from scrapy.http import TextResponse

Found = TypeVar("Found")


def once(read: Callable[[TextResponse], Found]) -> Callable[[TextResponse], Found]:
    """The same pure function of a page; a page never changes, and who is given the result must not change that."""
    known: WeakKeyDictionary[TextResponse, Found] = WeakKeyDictionary()

    def of(response: TextResponse) -> Found:
        if response not in known:
            known[response] = read(response)
        return known[response]

    of.__doc__ = read.__doc__
    return of
