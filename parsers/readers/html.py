"""HTML -> document: the content of a page, its data tables as grids, its layout tables as plain flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from parsers import media
from parsers.document import Document, Paragraph, Table, Unreadable, grid_of
from parsers.readers.article import line_of, links_in, parted
from parsers.readers.flow import flow, unmarked


def read(body: bytes, mime: str) -> Document:
    text, charset, damaged = media.decode(body, mime)
    # lxml takes no str with an encoding declaration, and stops at a NUL.
    root = _root(unmarked(text.replace("\x00", "").encode("utf-8", "surrogatepass")))
    links = tuple(links_in(root))
    content, around = parted(root)
    return Document(
        blocks=tuple(_blocks(content)),
        charset=charset,
        damaged=damaged,
        title=line_of("".join(root.xpath("string((//title)[1])"))),
        meta=_meta(root),
        context=tuple(_context(around)),
        links=links,
    )


def _root(data: bytes) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"no HTML element in it ({error})") from error
    if root is None:
        raise Unreadable("no HTML element in it")
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise Unreadable(f"its elements are nested too deeply ({last.message})")
    return root


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name, content = meta.get("name"), meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip(), line_of(content))
    return found


def _blocks(content: Any) -> Iterator[Paragraph | Table]:
    count = 0
    for piece in flow(content):
        if isinstance(piece, str):
            yield Paragraph(text=piece, line=count)
            count += 1
        else:
            yield grid_of(piece)


def _context(around: Any) -> Iterator[str]:
    """Short lines outside the content: heading, date line, breadcrumb."""
    return (line for line in flow(around) if isinstance(line, str) and 0 < len(line) <= 200)
