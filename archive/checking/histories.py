"""What happened to one report, told from every look at every address that ever showed it; pure.

Nothing is concluded from what was not asked: an address that nobody looked at again is where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Sight = Literal["shown", "gone", "blocked"]
Kind = Literal["published", "edited", "moved", "removed", "blocked", "restored"]
APART = timedelta(days=14)  # between the two confirmations that a report was removed
ONE_CRAWL = timedelta(days=1)  # looks at two addresses within it are of one visit
# Where a date of publication stands in the report or on its page; the others are the making of the page or the list.
PRINTED = ("label:发", "label:公", "dateline", "signature")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One capture of an address that shows the report at some time, and what it showed then."""

    sight: Sight
    at: str  # UTC, YYYYMMDDhhmmss
    url: str
    snapshot: str
    role: str
    why: str = ""  # HTTP status or kind of page, where the report is not shown
    good: bool = False  # gone: its host answered something else well
    part: int = 0
    reading: str = ""  # the capture that was read; an unchanged one has no reading of its own
    version: str = ""  # of the parser
    content: str = ""  # as in readings
    title: str = ""
    published: str | None = None
    published_by: str = ""
    served: str = ""
    modified: str = ""
    list_date: str = ""
    truncated: bool = False

    @property
    def when(self) -> datetime:
        """The time of the capture."""
        return moment(self.at)

    @property
    def printed(self) -> str:
        """Date of publication that the report or its page prints; "" if none does."""
        return self.published or "" if self.published_by.startswith(PRINTED) else ""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened between two looks, as far as these tell; `edited` may prove to be nothing."""

    kind: Kind
    before: Look | None  # the last look that showed what was before
    after: Look
    first: Look | None = None  # removed: the first confirmation
    shows: Look | None = None  # moved: what the new address shows


@dataclass(kw_only=True)
class Address:
    """How one address of the report stands."""

    first: Look
    last: Look  # the latest look that showed the report
    missed: Look | None = None  # the first good confirmation that it is gone
    gone: bool = False
    left: bool = False  # the report has moved away


def moment(timestamp: str) -> datetime:
    """YYYYMMDDhhmmss as a time; a day that does not exist is the first of all."""
    if len(timestamp) < 14 or not timestamp.isdecimal():
        return datetime.min  # noqa: DTZ901
    try:
        return datetime.fromisoformat(f"{timestamp[:8]}T{timestamp[8:14]}")  # all are UTC
    except ValueError:
        return datetime.min  # noqa: DTZ901


def happenings(looks: Sequence[Look]) -> Iterator[Happening]:
    """What happened, from looks in order of time."""
    shows = [look for look in looks if look.sight == "shown"]
    addresses: dict[str, Address] = {}
    state = ""  # there, removed, blocked
    newest: Look | None = None
    for look in looks:
        address = addresses.get(look.url)
        if look.sight == "shown":
            back = state in ("removed", "blocked")
            if newest is None or back:
                yield Happening(kind="restored" if back else "published", before=newest, after=look)
            if address is None:
                yield from _arrived(addresses, look, back=state == "removed")
                address = addresses[look.url] = Address(first=look, last=look)
            elif differ(address.last, look):
                yield Happening(kind="edited", before=address.last, after=look)
            address.last, address.missed, address.gone, address.left = look, None, False, False
            state, newest = "there", look
        elif address is None or address.left:
            continue  # not yet published there, or known to stand elsewhere
        elif look.sight == "blocked":
            if state == "there" and not _elsewhere(shows, look, look):
                yield Happening(kind="blocked", before=newest, after=look)
                state = "blocked"
        elif successor := _successor(addresses, address):
            yield Happening(kind="moved", before=address.last, after=look, shows=successor)
            address.left = True
        else:
            address.gone = True
            address.missed = address.missed or (look if look.good else None)
            if state != "removed" and _confirmed(address.missed, look, shows):
                yield Happening(kind="removed", before=address.last, after=look, first=address.missed)
                state = "removed"


def differ(before: Look, after: Look) -> bool:
    """Whether two looks may show different things: only what the same parser read whole can be compared."""
    if before.version != after.version or before.truncated or after.truncated:
        return False
    dates = before.printed and after.printed and before.printed != after.printed
    return bool(dates) or (before.content, before.title) != (after.content, after.title)


def _arrived(addresses: dict[str, Address], look: Look, *, back: bool) -> Iterator[Happening]:
    """The report at a new address: moved there if an older one of the same role is gone."""
    old = [one for one in addresses.values() if one.gone and not one.left and one.last.role == look.role]
    for address in old:
        address.left = True
    if old and not back:
        before = max(old, key=lambda one: (one.last.at, one.last.url)).last
        yield Happening(kind="moved", before=before, after=look, shows=look)


def _successor(addresses: dict[str, Address], address: Address) -> Look | None:
    """What stands at the address that took the place of this one: of the same role, and first seen later."""
    there = [one for one in addresses.values() if not one.gone and not one.left and one.last.role == address.last.role]
    later = [one.last for one in there if one.first.when - address.first.when > ONE_CRAWL]
    return max(later, key=lambda look: (look.at, look.url), default=None)


def _confirmed(missed: Look | None, look: Look, shows: Sequence[Look]) -> bool:
    apart = missed is not None and look.good and look.when - missed.when >= APART
    return apart and missed is not None and not _elsewhere(shows, missed, look)


def _elsewhere(shows: Sequence[Look], start: Look, end: Look) -> bool:
    """Whether another address showed the report in that time."""
    since, until = start.when - ONE_CRAWL, end.when + ONE_CRAWL
    return any(show.url != end.url and since <= show.when <= until for show in shows)
