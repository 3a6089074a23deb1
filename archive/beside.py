"""What was captured beside an article and is read with it: its pictures, and its further pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from archive.errors import ArchiveError
from archive.records import Snapshot
from archive.store import Archive

LARGEST = 64 * 1024 * 1024  # bytes of the pictures of one article, and of its further pages
NUMBER = re.compile(r"_(\d+)\.\w+$")


def pictures(archive: Archive, page: Snapshot) -> dict[str, bytes]:
    """The newest captures of the pictures in an article, by address; those that cannot be had are left out."""
    shown = archive.named_by(page.url, "picture") if page.role == "article" else []
    return {one.url: body for one, body in _bodies(archive, shown)}


def further(archive: Archive, page: Snapshot) -> list[tuple[str, str, bytes]]:
    """The further pages of an article in order: address, Content-Type, body; of its own time, else the last before."""
    taken: dict[str, Snapshot] = {}
    for one in archive.named_by(page.url, "part") if page.role == "article" else []:
        if one.url not in taken or taken[one.url].timestamp < page.timestamp:
            taken[one.url] = one
    ordered = sorted(taken.values(), key=lambda one: (_number(one.url), one.url))
    return [(one.url, one.mime, body) for one, body in _bodies(archive, ordered)]


def _bodies(archive: Archive, found: Iterable[Snapshot]) -> Iterator[tuple[Snapshot, bytes]]:
    left = LARGEST
    for one in found:
        with suppress(ArchiveError):
            body = archive.body(one)
            left -= len(body)
            if left < 0:
                return
            yield one, body


def _number(url: str) -> int:
    number = NUMBER.search(url)
    return int(number[1]) if number else 0
