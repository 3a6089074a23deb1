"""OFD (GB/T 33190), the Chinese page format: a zip of XML with placed characters and strokes -> document."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from parsers.document import Document, Unreadable
from parsers.layout import Glyph
from parsers.packed import DAMAGE, tree_of
from parsers.pages import Page, document_of
from parsers.readers.drawing import POINT, Box, Drawn, glyphs_of, strokes_of
from parsers.ruled import rules_of

PAGES = 300
MARKS = 600_000  # characters and strokes, of the whole file
NESTED = 20  # blocks in blocks

_A4 = (210.0, 297.0)  # where the file names no size


def read(body: bytes, mime: str) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            root = tree_of(pack, "OFD.xml")
            documents = [place for place in _texts(root, "DocRoot") if place]
            if len(documents) != 1:
                raise Unreadable(f"a pack of {len(documents)} documents in one OFD")
            names = {name.lstrip("/"): name for name in pack.namelist()}
            if any(name.lower().endswith(("encryptions.xml", "ofdentries.xml")) for name in names):
                raise Unreadable("the OFD is locked by a password")
            drawn, pages = Drawn(limit=MARKS), _Pack(pack, names)
            printed = [_page(drawn, *found) for found in islice(_pages(pages, documents[0]), PAGES + 1)]
            title = next(iter(_texts(root, "Title")), "")
    except DAMAGE as error:
        raise Unreadable(f"the OFD is damaged or cut off ({error})") from error
    if len(printed) > PAGES:
        raise Unreadable(f"the OFD has more than {PAGES} pages")
    if not any(page.glyphs for page in printed):
        raise Unreadable("the pages of the OFD are pictures" if drawn.pictures else "there is no text in the OFD")
    return document_of(printed, title=title, damaged=drawn.damaged)


class _Pack:
    """The members of the zip by their places in the document."""

    def __init__(self, pack: zipfile.ZipFile, names: dict[str, str]) -> None:
        self._pack, self._names = pack, names

    def tree(self, place: str) -> Any:
        return tree_of(self._pack, self._names[place.lstrip("/")])


def _pages(pack: _Pack, document: str) -> Iterator[tuple[Any, list[Any], str]]:
    """Each page: its root, the templates behind it, and the size of pages that name none."""
    root = pack.tree(document)
    templates = {t.get("ID", ""): t.get("BaseLoc", "") for t in _all(root, "TemplatePage")}
    size = next(iter(_texts(root, "PhysicalBox")), "")
    for page in _all(root, "Page"):
        content = pack.tree(_place(document, page.get("BaseLoc", "")))
        behind = [templates.get(t.get("TemplateID", ""), "") for t in _all(content, "Template")]
        yield content, [pack.tree(_place(document, place)) for place in behind if place], size


def _place(document: str, place: str) -> str:
    """A place inside the zip; one that climbs out of it names no member and is not found."""
    return place if place.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(document), place))


def _page(drawn: Drawn, content: Any, templates: Sequence[Any], size: str) -> Page:
    box = _numbers(next(iter(_texts(content, "PhysicalBox")), size))
    glyphs: list[Glyph] = []
    strokes: list[Box] = []
    fills: list[Box] = []
    for tree in [*templates, content]:
        for layer in _all(tree, "Layer"):
            for element in _objects(layer):
                if _name(element) == "TextObject":
                    glyphs += glyphs_of(element, drawn)
                elif _name(element) == "PathObject":
                    lines, areas = strokes_of(element, drawn)
                    strokes += lines
                    fills += areas
                else:
                    drawn.pictures += 1
    width, height = box[2:] if len(box) == 4 else _A4
    return Page(
        width=width * POINT,
        height=height * POINT,
        glyphs=glyphs,
        rules=[rule for stroke in strokes for rule in rules_of(*stroke)],
        shades=[rule for fill in fills for rule in rules_of(*fill)],
    )


def _objects(parent: Any, depth: int = 0) -> Iterator[Any]:
    if depth > NESTED:
        raise ValueError(f"blocks are nested more than {NESTED} deep")
    for element in parent:
        name = _name(element)
        if element.get("Visible") == "false" or element.get("Alpha") == "0":
            continue
        if name in ("TextObject", "PathObject", "ImageObject"):
            yield element
        elif name == "PageBlock":
            yield from _objects(element, depth + 1)


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(root: Any, name: str) -> Iterator[Any]:
    return (element for element in root.iter() if _name(element) == name)


def _texts(root: Any, name: str) -> Iterator[str]:
    return ((element.text or "").strip() for element in _all(root, name))


def _numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]
