"""An article that is split over several pages, put together: what each says, without what all of them repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from urllib.parse import urljoin

from parsers.document import Block, Builder, Document, Table, Unread, Unreadable
from parsers.readers import html

Further = tuple[str, str, bytes]  # address, Content-Type as sent, body
# What leads from page to page: 上一页 1 [2] 3 下一页, 第2页/共3页.
PAGER = re.compile(r"(?=.*页)(?:[上下前后首尾末]一?页|[第共]?\s*\d{1,2}\s*页|\[?\d{1,2}\]?|[\s/|<>«»‹›…、，,·])+")


def joined(first: Document, further: Sequence[Further]) -> Document:
    """The first page with those that follow it; one that says nothing new is none of them."""
    pages, lost = [first], []
    for url, mime, body in further:
        try:
            page = _at(html.read(body, mime), url)
        except Unreadable as error:
            lost.append(Unread(name=url, problem=error))
            continue
        if all(_said(page.blocks) != _said(other.blocks) for other in pages):
            pages.append(page)
    return replace(_one(pages), lost=tuple(lost))


def _one(pages: Sequence[Document]) -> Document:
    first = pages[0]
    builder = Builder()
    for place, page in enumerate(pages):
        start = _alike(first.blocks, page.blocks) if place else 0
        last = place + 1 == len(pages)
        end = len(page.blocks) - (0 if last else _alike(pages[-1].blocks[::-1], page.blocks[::-1]))
        _put(page, *_without_pager(page.blocks, start, max(end, start)), builder)
    return replace(
        first,
        blocks=tuple(builder.blocks),
        pictures=tuple(builder.pictures),
        links=tuple(dict.fromkeys(link for page in pages for link in page.links)),
        damaged=sum(page.damaged for page in pages),
        cut=pages[-1].cut,
        source=b"\n".join(page.source for page in pages),
    )


def _put(page: Document, start: int, end: int, builder: Builder) -> None:
    """Its blocks from one to another, and the pictures between them, at their place."""
    for at in range(start, end + 1):
        for one in page.pictures:
            if one.before == at:
                builder.picture(one.name, one.body)
        if at < end:
            builder.hidden = int(page.blocks[at].hidden)
            builder.blocks_of(replace(page, blocks=page.blocks[at : at + 1]))
    builder.hidden = 0


def _at(page: Document, url: str) -> Document:
    """The addresses of its pictures and files in full, for they are relative to it and not to the first page."""
    pictures = (one if one.body is not None else replace(one, name=_whole(url, one.name)) for one in page.pictures)
    links = ((_whole(url, address), text) for address, text in page.links)
    return replace(page, pictures=tuple(pictures), links=tuple(links))


def _whole(url: str, address: str) -> str:
    try:
        return urljoin(url, address)
    except ValueError:
        return address


def _alike(one: Sequence[Block], other: Sequence[Block]) -> int:
    """How many blocks both begin with, to the last that says something: blank lines may be squares of a table."""
    same = list(takewhile(lambda pair: _said(pair[:1]) == _said(pair[1:]), zip(one, other, strict=False)))
    while same and not any(_said(same[-1][:1])):
        same.pop()
    return len(same)


def _without_pager(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """The first and last lines that are nothing but the way to the other pages are left out."""
    while end > start and _is_pager(blocks[end - 1]):
        end -= 1
    while start < end and _is_pager(blocks[start]):
        start += 1
    return start, end


def _is_pager(block: Block) -> bool:
    return not isinstance(block, Table) and len(block.text) < 200 and bool(PAGER.fullmatch(block.text.strip()))


def _said(blocks: Sequence[Block]) -> list[str]:
    """What they say; a table row by row."""
    return [
        "\n".join("|".join(cell.text for cell in row) for row in block.grid) if isinstance(block, Table) else block.text
        for block in blocks
    ]
