"""Files inserted into a .docx as they are (altChunk): web pages mostly, by programs that make Word files of them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from parsers import media
from parsers.document import Document, Unreadable
from parsers.packed import DAMAGE, part_of, tree_of
from parsers.readers import html, mht, text
from parsers.readers.runs import W

MOST = 20  # of one document
LARGEST = 16 * 1024 * 1024  # bytes of one

_READERS = {media.HTML: html.read, media.MHT: mht.read, media.TEXT: text.read}
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def inserted_in(document: Any, pack: zipfile.ZipFile) -> Mapping[Any, Document]:
    """Place -> the document inserted there; Unreadable if one cannot be read, for it may be the report."""
    places = list(document.iter(W + "altChunk"))
    return dict(_read(places, pack)) if places else {}


def _read(places: list[Any], pack: zipfile.ZipFile) -> Iterator[tuple[Any, Document]]:
    if len(places) > MOST:
        raise Unreadable(f"more than {MOST} files are inserted into the .docx")
    files = {one.get("Id"): one.get("Target", "") for one in tree_of(pack, "word/_rels/document.xml.rels")}
    for place in places:
        name = posixpath.normpath(posixpath.join("word", files.get(place.get(_R_ID), ""))).lstrip("/")
        try:
            body = part_of(pack, name)
        except DAMAGE as error:
            raise Unreadable(f"a file that is inserted into the .docx is missing or damaged ({name})") from error
        kind = media.media_type(body)
        if kind not in _READERS or len(body) > LARGEST:
            raise Unreadable(f"the file {name} that is inserted into the .docx is not read ({kind}, {len(body)} bytes)")
        yield place, _READERS[kind](body, "")
