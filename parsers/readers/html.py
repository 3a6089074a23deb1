"""HTML -> document: the content of a page, its data tables as grids, its layout tables as plain flow."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes, urljoin

from lxml import etree

from parsers import media
from parsers.document import Builder, Document, Paragraph, Unreadable, grid_of
from parsers.readers.article import content_of, line_of, links_in, parted
from parsers.readers.flow import Shown, Veil, flow, lines_in, unmarked
from parsers.readers.served import shown
from parsers.readers.unclosed import close
from parsers.readers.unseen import veil

_IN_PLACE = re.compile(r"data:[^,;]{0,100}(?:;[^,;]{0,100}){0,5};base64,", re.IGNORECASE)
# What follows the end of the body libxml2 puts beside it; behind the end of the document it reads nothing.
_GOES_ON = re.compile(rb"<(?:td|p|div|h[1-6]|article|section)[\s>]", re.IGNORECASE)
_ENDS = re.compile(rb"</html", re.IGNORECASE)
_BODY = re.compile(rb"</?(?:html|body)(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_CELL_ENDS = re.compile(rb"</?t(?:d|h|r|able|body)[\s>]", re.IGNORECASE)
_TORN = "…".encode()
_LAST = re.compile(rb"[^<>\s]{1,30}\Z")  # what nothing ends

_PARSING = dict.fromkeys(("remove_comments", "remove_pis", "no_network", "huge_tree"), True) | {"collect_ids": False}
LONGEST = 1000  # characters of an address that is none


class Opened(NamedTuple):
    """A page as a tree, of which nothing is left in the content that is not seen."""

    data: bytes
    title: str
    meta: dict[str, str]  # as in Document
    content: Any
    around: Any  # the page without its content
    links: tuple[tuple[str, str], ...]
    base: str  # what addresses in it are relative to, "" for its own
    hidden: bool  # the content as a whole is not shown


def read(body: bytes, mime: str) -> Document:
    text, charset, damaged = media.as_utf8(body, mime)
    page = opened(shown(text))
    built = _built(page.content, page.base, page.hidden)
    return Document(
        blocks=tuple(built.blocks),
        cut=_breaks_off(page.data, built),
        pictures=tuple(built.pictures),
        charset=charset,
        damaged=damaged,
        title=page.title,
        meta=page.meta,
        context=tuple(_context(page.around)),
        links=page.links,
        source=page.data,
    )


def opened(text: bytes) -> Opened:
    """A page in UTF-8 with its content found."""
    data = _whole(unmarked(text.replace(b"\x00", b"")))  # at a NUL libxml2 stops
    root = _root(data)
    if sum(part.tag != "head" for part in root) > 1:  # beside the body, which was closed or opened twice
        root = _root(_BODY.sub(b"", data))
    told = _parts(root)
    title = line_of("".join(told["title"][0].itertext())) if told["title"] else ""
    page = _behind_frames(root, told["noframes"])
    inside = told if page is root else _parts(page)
    links = tuple(links_in(inside["a"]))
    content = content_of(page)
    hidden = veil(page, content, inside["style"]) or page is not root
    _, around = parted(page, content)
    base = next((address for base in told["base"] if (address := base.get("href")) is not None), "")
    return Opened(data, title, _meta(told["meta"]), content, around, links, base, hidden)


def _parts(root: Any) -> dict[str, list[Any]]:
    """What a page says of itself, and where it leads to, by tag: going through all of it takes time."""
    found: dict[str, list[Any]] = {tag: [] for tag in ("title", "noframes", "base", "meta", "style", "a")}
    for element in root.iter(*found):
        found[element.tag].append(element)
    return found


def _whole(data: bytes) -> bytes:
    """A page whose end libxml2 reads as well, and in which a cell that breaks off with the page holds no number."""
    if end := _ENDS.search(data):
        return _BODY.sub(b"", data) if _GOES_ON.search(data, end.end()) else data
    last = max(map(data.rfind, (b"<td", b"<th", b"<TD", b"<TH")))
    if last < 0 or _CELL_ENDS.search(data, last + 3):
        return data
    return data[: data.rfind(b"<")] + _TORN if data.rfind(b"<") > data.rfind(b">") else data + _TORN


def _breaks_off(data: bytes, built: Builder) -> bool:
    """Whether the page ends in the middle of the last line of its content."""
    last = _LAST.search(data[-30:])
    if last is None or not built.blocks:
        return False
    line = built.blocks[-1]
    return isinstance(line, Paragraph) and line.text.encode().endswith(last[0])


def _root(data: bytes) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", **_PARSING)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"no HTML element in it ({error})") from error
    if root is None:
        raise Unreadable("no HTML element in it")
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise Unreadable(f"its elements are nested too deeply ({last.message})")
    tables = []
    for element in root.iter("script", "table"):
        if element.tag == "table":
            tables.append(element)
        else:
            element.text = None  # no text of the page; some pages hold ten times as much of it
    close(tables)
    return root


def _behind_frames(root: Any, frames: Sequence[Any]) -> Any:
    """The page for browsers that show no frames, where there is nothing but frames; libxml2 leaves it unparsed."""
    if not frames or not (text := (frames[0].text or "").strip()):
        return root
    frames[0].text = ""
    others = "".join(text for part in root if part.tag != "head" for text in part.itertext())
    return root if others.strip() else _root(text.encode())


def _meta(elements: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in elements:
        name, content = meta.get("name"), meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip(), line_of(content))
    return found


def _built(content: Any, base: str, hidden: bool) -> Builder:
    builder = Builder()
    builder.hidden += hidden
    for piece in flow(content):
        if isinstance(piece, str):
            builder.paragraph(piece)
        elif isinstance(piece, Shown):
            builder.picture(*_picture(piece.address, base))
        elif isinstance(piece, Veil):
            builder.hidden += 1 if piece.begins else -1
        else:
            builder.table(grid_of(piece))
    return builder


def _picture(address: str, base: str) -> tuple[str, bytes | None]:
    """Its whole address, and its body, where that is the address."""
    found = _IN_PLACE.match(address)
    try:
        if found:
            return found[0].rstrip(","), base64.b64decode(unquote_to_bytes(address[found.end() :]))
        return urljoin(base, address), None
    except ValueError:
        return address[:LONGEST], b"" if found else None


def _context(around: Any) -> Iterator[str]:
    """Short lines outside the content: heading, date line, breadcrumb."""
    return (line for line in lines_in(around) if len(line) <= 200)
