"""The pictures of a .docx: which stand in a part of its text, and the files that they are."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from parsers.document import Picture
from parsers.packed import DAMAGE, part_of, tree_of

MOST = 40  # pictures of one document
LARGEST = 64 * 1024 * 1024  # bytes of all of them

_RELATIONS = "word/_rels/document.xml.rels"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE_DATA = "{urn:schemas-microsoft-com:vml}imagedata"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def shown_in(element: Any) -> Iterator[str]:
    """The relation of each picture of a paragraph or table; not those of its text boxes, nor what was deleted."""
    for picture in element.iter(_BLIP, _IMAGE_DATA):
        nearest = next(picture.iterancestors(_WORD + "p", element.tag), None)
        gone = next(picture.iterancestors(_FALLBACK, _WORD + "del", _WORD + "moveFrom"), None)
        relation = picture.get(_R + "embed") or picture.get(_R + "id") or picture.get(_R + "link")
        if relation and gone is None and (nearest is element or element.tag != _WORD + "p"):
            yield relation


def with_files(pictures: Sequence[Picture], pack: zipfile.ZipFile) -> tuple[Picture, ...]:
    """Each picture named by its file, with what is in it; one that stands outside of the document stays without."""
    if not pictures or _RELATIONS not in pack.namelist():
        return tuple(pictures)
    files = {one.get("Id"): (one.get("Target", ""), one.get("TargetMode")) for one in tree_of(pack, _RELATIONS)}
    found, left = [], LARGEST
    for count, one in enumerate(pictures):
        target, mode = files.get(one.name, (one.name, "External"))
        if mode == "External" or count >= MOST or left < 0:
            found.append(replace(one, name=target))
            continue
        name = posixpath.normpath(posixpath.join("word", target)).lstrip("/")
        try:
            body = part_of(pack, name)
        except DAMAGE:
            body = b""
        left -= len(body)
        found.append(replace(one, name=name, body=body))
    return tuple(found)
