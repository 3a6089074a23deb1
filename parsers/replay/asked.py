"""What is to be marked in a body, and what came of it: one line of JSON before the bytes, each way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

from archive.records import Outline, Snapshot


@dataclass(frozen=True, kw_only=True)
class Square:
    """One square to be marked."""

    label: str  # what is printed beside the mark, "" for nothing
    table: int | None  # as in archive.records.Fact, and so are the others
    row: int
    column: int
    raw: str


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words to be marked where they stand in the text."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One body and what is to be marked in it."""

    snapshot: Snapshot
    part: int
    body: bytes
    pictures: Mapping[str, bytes]  # that were captured of its page, by address
    outlines: tuple[Outline, ...]
    squares: tuple[Square, ...]
    quotes: tuple[Quote, ...]
    addresses: Mapping[str, str]  # of pictures in the page as it names them -> where they are shown from
    sign: str  # a name that the body cannot hold: marks are known by it


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A page of HTML in UTF-8 with marks in it."""

    way: str  # page (as served), sheet (a picture of the page), drawn (a rendering of what was read)
    html: bytes
    placed: frozenset[Square | Quote]
    sheets: tuple[int, ...] = ()  # the pages that are shown, from 1


def received(stream: BinaryIO) -> Asked:
    """What a caller sent."""
    told = json.loads(stream.readline())
    body, *others = [stream.read(size) for size in told["sizes"]]
    known = {field.name for field in fields(Snapshot)}
    return Asked(
        snapshot=Snapshot(**{name: value for name, value in told["snapshot"].items() if name in known}),
        part=told["part"],
        body=body,
        pictures=dict(zip(told["pictures"], others, strict=True)),
        outlines=tuple(_outline(one) for one in told["outlines"]),
        squares=tuple(Square(**one) for one in told["squares"]),
        quotes=tuple(Quote(**one) for one in told["quotes"]),
        addresses=told["addresses"],
        sign=told["sign"],
    )


def answered(asked: Asked, marked: Marked, stream: BinaryIO) -> None:
    """What a caller is sent: how it is shown, which marks could be placed, and the page."""
    told = {
        "way": marked.way,
        "sheets": marked.sheets,
        "squares": _which(asked.squares, marked),
        "quotes": _which(asked.quotes, marked),
    }
    stream.write(json.dumps(told).encode() + b"\n" + marked.html)


def _which(wanted: Iterable[Square | Quote], marked: Marked) -> list[bool]:
    return [one in marked.placed for one in wanted]


def _outline(told: Mapping[str, Any]) -> Outline:
    return Outline(**dict(told) | {"xs": tuple(told["xs"]), "ys": tuple(told["ys"])})
