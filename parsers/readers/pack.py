"""Zip packs -> the one document in them; packs of several are refused by the names of their members."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from parsers import media
from parsers.document import Document, Unreadable
from parsers.packed import DAMAGE, LARGEST, part_of
from parsers.readers import READERS

MEMBERS = 1000
UNPACKED = 4 * LARGEST  # bytes of all members
NAMED = 10  # members that a refusal names

PACKS = frozenset({media.ZIP, media.RAR, media.SEVEN})
_UTF_8 = 0x800  # flag of a member's name
_ENCRYPTED = 0x1
_LEFT_BEHIND = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def read(body: bytes, mime: str) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            members = [(name, data, media.media_type(data)) for name, data in _members(pack)]
    except DAMAGE as error:
        raise Unreadable(f"the .zip is damaged or cut off ({error})") from error
    documents = [m for m in members if m[2] in READERS and m[2] not in media.PICTURES]
    # A note beside a report ("read me") is not a second document.
    documents = [m for m in documents if m[2] != media.TEXT] or documents
    names = [name for name, _, _ in documents]
    if len(documents) > 1:
        raise Unreadable(f"a pack of {len(documents)} documents: {_listed(names)}")
    if not documents:
        raise Unreadable(f"no document in the pack that can be read: {_listed([name for name, _, _ in members])}")
    name, data, kind = documents[0]
    if kind in PACKS:
        raise Unreadable(f"a pack in the pack, which is not opened: {name}")
    document = READERS[kind](data, "")
    stem = PurePosixPath(name).stem
    return replace(document, title=document.title or stem, context=(stem, *document.context))


def _members(pack: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Names and contents, in the order of the pack; nothing is written anywhere, so a name can lead nowhere."""
    infos = [info for info in pack.infolist() if not info.is_dir()]
    if len(infos) > MEMBERS:
        raise Unreadable(f"the pack has {len(infos)} members, more than {MEMBERS}")
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Unreadable("the pack is locked by a password")
    total = 0
    for info in infos:
        name = _name(info)
        if any(left in name for left in _LEFT_BEHIND):
            continue
        data = part_of(pack, info.filename)
        total += len(data)
        if total > UNPACKED:
            raise ValueError(f"it unpacks to more than {UNPACKED} bytes")
        yield name, data


def _name(info: zipfile.ZipInfo) -> str:
    """Chinese programs store names in GBK and do not say so; zipfile then reads them as cp437."""
    if info.flag_bits & _UTF_8:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.filename


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
