"""One list page read by the platform family that made it, and how far the reading of a column is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from scrapy.http import Response, TextResponse

from archive.records import Source
from crawler.families import FAMILIES, Family, Page, Row

PAGE_LIMIT = 200  # list pages of one column


@dataclass(kw_only=True)
class Column:
    """How far the reading of one column is."""

    source: Source
    pages: list[Page] = field(default_factory=list)  # asked for
    ahead: tuple[Page, ...] = ()  # candidates for the pages that follow
    rows: set[str] = field(default_factory=set)
    family: Family | None = None  # of the page that led here: what its calls answer bears no mark
    folder: str = ""  # addresses below it belong to the column
    misses: int = 0


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one list page says."""

    rows: Sequence[Row] = ()
    ahead: Sequence[Page] = ()  # candidates for the pages that follow
    total: int | None = None  # rows of the whole list, as the portal states it
    family: Family | None = None
    problem: str = ""  # why the page cannot be read


def read_list(response: Response, asking: Family | None = None) -> Listing:
    """Read a list page by its family, or an answer without marks by the family that asked for it."""
    if response.status != 200:
        return Listing(problem=f"HTTP {response.status}", family=asking)
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"no type").decode("latin-1")
        return Listing(problem=f"not a page: {kind}", family=asking)
    family = next((family for family in FAMILIES if family.recognises(response)), asking)
    if family is None:
        return Listing(problem="no platform family recognises the page")
    return Listing(
        rows=family.rows(response),
        ahead=list(islice(family.next_pages(response), PAGE_LIMIT)),
        total=family.total(response),
        family=family,
    )
