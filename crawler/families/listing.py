"""What every platform family gives to the spider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from scrapy.http import TextResponse

DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)日?")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a list page."""

    url: str
    title: str  # in full where the page gives it in full
    date: str  # YYYY-MM-DD, "" if none
    listed: bool = False  # surely a line of the column's own list, and no link that stands beside it
    other: bool = False  # a line of it by its place alone: only what calls itself a report is worth a look


@dataclass(frozen=True, kw_only=True)
class Page:
    """What to ask for next: a page of the list, or the call that fills it."""

    url: str
    method: str = "GET"
    body: str = ""  # of a POST
    headers: tuple[tuple[str, str], ...] = ()
    probe: bool = False  # may be a page that was read already, or none: says nothing about those that follow


class Family(Protocol):
    """A module that reads the lists of one platform; pure functions over a response.

    An answer of the platform's API is given to the family of the page that led to it; `response.request` is then
    what was asked.
    """

    def recognises(self, response: TextResponse) -> bool:
        """Is this page of the family's making?"""
        ...

    def rows(self, response: TextResponse) -> list[Row]:
        """The lines of the list, in page order, each address once; none where a call has to fill it."""
        ...

    def next_pages(self, response: TextResponse) -> Iterator[Page]:
        """Candidates for the pages that follow, in order; one that brings no new row is not a page of the list."""
        ...

    def total(self, response: TextResponse) -> int | None:
        """How many rows the portal itself says there are; None if it does not say."""
        ...


def days(text: str) -> Iterator[str]:
    """Every date in a text as YYYY-MM-DD."""
    for year, month, day in DATE.findall(text):
        try:
            yield date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue


def joined(text: str) -> str:
    """A text on one line; Chinese, broken over lines, is not parted by a space."""
    found = ""
    for line in (" ".join(line.split()) for line in text.splitlines()):
        parted = found and line and (found[-1].isascii() or line[0].isascii())
        found += f" {line}" if parted else line
    return found


def json_of(response: TextResponse) -> Any:
    """The JSON in a response, None if it is none; decoded as JSON is, whatever charset a page nested in it names."""
    try:
        return json.loads(response.body.decode("utf-8-sig"))
    except RecursionError:
        return None
    except ValueError:
        try:
            return json.loads(response.body.decode("gb18030", "replace"))
        except (ValueError, RecursionError):
            return None


def at(value: Any, *path: str | int) -> Any:
    """The value at the end of a path through JSON; None where the path leads nowhere."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def number(value: Any) -> int | None:
    """A count as JSON gives it: a number, or digits in a string."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None
