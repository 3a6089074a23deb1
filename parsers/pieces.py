"""A body -> the documents in it: a pack holds several, and so does a page on which several organs report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from parsers import media, packs
from parsers.breaks import first_blocks
from parsers.document import Document, Unreadable
from parsers.packs import Member
from parsers.pictured import Pictures, read_pictures
from parsers.readers import READERS
from parsers.several import reports_in
from parsers.split import Further, joined
from parsers.unpack import MEMBERS, UNPACKED

MEGABYTE = 1024 * 1024
LARGEST = {media.HTML: 16 * MEGABYTE, media.TEXT: 2 * MEGABYTE, media.RTF: 32 * MEGABYTE}  # bytes
LARGEST_OTHER = 128 * MEGABYTE
BLOCKS = 20_000  # lines and tables; a page on which fifty organs report has some 5,000
NAMED = 10  # members that a refusal names


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One document, or why there is none."""

    media_type: str
    member: str = ""  # name in the pack, "" outside one
    document: Document | None = None
    problem: Unreadable | None = None  # neither: there is no reader, or nothing to read
    unread: tuple[str, ...] = ()  # members of the pack that are no documents


def pieces(body: bytes, mime: str, pictures: Pictures, url: str, further: Sequence[Further] = ()) -> list[Piece]:
    """The whole body, then the documents in it, if there are several.

    `pictures` are those of its page, at `url`; `further` the pages that go on with it.
    """
    body = media.bare(body)
    kind = media.media_type(body)
    if kind not in packs.KINDS:
        return _pieces(body, kind, mime, pictures, url, further)
    try:
        found, unread = _sorted_out(list(_opened(body, kind)))
    except Unreadable as error:
        return [Piece(media_type=kind, problem=error)]
    if not found:
        problem = Unreadable(f"no document in the pack that can be read: {_listed(unread)}")
        return [Piece(media_type=kind, problem=problem)]
    inside = [piece for member, inner in found for piece in _of_member(member, inner)]
    if len(inside) == 1:
        return [replace(inside[0], media_type=kind, unread=unread)]
    return [Piece(media_type=kind, unread=unread), *inside]


def _pieces(
    body: bytes, kind: str, mime: str, pictures: Pictures, url: str, further: Sequence[Further] = ()
) -> list[Piece]:
    reader = READERS.get(kind)
    if reader is None:
        return [Piece(media_type=kind)]
    try:
        if len(body) > (most := LARGEST.get(kind, LARGEST_OTHER)):
            raise Unreadable(f"it has {len(body)} bytes, more than {most}")
        document = reader(body, mime)
        if further and kind == media.HTML:
            document = joined(document, further)
        document = read_pictures(document, pictures, url)
        document = _within_limit(document)
    except Unreadable as error:
        return [Piece(media_type=kind, problem=error)]
    whole = Piece(media_type=kind, document=document)
    parts = reports_in(document)
    return [whole] if len(parts) == 1 else [whole, *(replace(whole, document=part) for part in parts)]


def _within_limit(document: Document) -> Document:
    """As much of a long document as is read, up to a place where no table is."""
    have = len(document.blocks)
    if have <= BLOCKS:
        return document
    if (end := first_blocks(document.blocks, BLOCKS)) is None:
        raise Unreadable(f"it has {have} lines and tables, more than {BLOCKS}")
    return replace(document, blocks=document.blocks[:end], left=have - end, cut=False)


def _opened(body: bytes, kind: str) -> Iterator[tuple[Member, str]]:
    """Members with their media types; a pack in the pack is opened, one in that is not."""
    spent = 0
    for member in packs.members(body, kind):
        inner = media.media_type(member.body) if not member.problem else kind
        if member.problem or inner not in packs.KINDS:
            yield member, inner
            continue
        try:
            nested = packs.members(member.body, inner)
        except Unreadable as error:
            yield replace(member, problem=error), inner
            continue
        spent += sum(len(one.body) for one in nested)
        if spent > UNPACKED:
            raise Unreadable(f"the packs in the pack unpack to more than {UNPACKED} bytes")
        for one in nested:
            yield replace(one, name=f"{member.name}/{one.name}"), media.media_type(one.body)


def _sorted_out(members: list[tuple[Member, str]]) -> tuple[list[tuple[Member, str]], tuple[str, ...]]:
    """The documents and what cannot be had, and the names of the rest: pictures, programs, styles of a saved page."""
    if len(members) > MEMBERS:
        raise Unreadable(f"the packs in the pack have more than {MEMBERS} members")
    found = [pair for pair in members if pair[0].problem or _is_document(*pair)]
    return found, tuple(pair[0].name for pair in members if pair not in found)


def _is_document(member: Member, kind: str) -> bool:
    if kind in packs.KINDS:
        return True
    if kind == media.TEXT:
        return PurePosixPath(member.name).suffix.lower() in ("", ".txt")
    return kind in READERS and kind not in media.PICTURES


def _of_member(member: Member, kind: str) -> list[Piece]:
    if kind in packs.KINDS:
        problem = member.problem or Unreadable("a pack in a pack in the pack, which is not opened")
        return [Piece(media_type=kind, member=member.name, problem=problem)]
    stem = PurePosixPath(member.name).stem
    found = []
    for piece in _pieces(member.body, kind, "", {}, ""):
        if piece.document:
            title, context = piece.document.title or stem, (stem, *piece.document.context)
            piece = replace(piece, document=replace(piece.document, title=title, context=context))
        found.append(replace(piece, member=member.name))
    return found if len(found) == 1 else found[1:]


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "it is empty"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
