"""HTML -> document: the content of a page, its data tables as grids, its layout tables as plain flow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from parsers import media
from parsers.document import Builder, Document, Paragraph, Table, Unreadable, grid_of
from parsers.numbers import PICTURE
from parsers.readers.article import SKIPPED, content_of, line_of, links_in

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul ucapcontent""".split()
)
_BREAKS = _BLOCKS | {"br"}
# Inside a square: notes and struck-out text stand beside a number, never in it; controls and pictures are not text.
_APART = frozenset("sup sub s del strike small".split())
_PICTURES = frozenset("img input textarea select button svg canvas object embed".split())
_CELLS = frozenset({"td", "th"})
_PARTING = (_BREAKS | SKIPPED | _APART | _PICTURES) - _CELLS - frozenset("table caption tbody thead tfoot tr".split())
_CELL = re.compile(b"<t[dh]")
_HIDING = re.compile(rb"display\s*:\s*none")
_HIDDEN = re.compile(r"display\s*:\s*none")
_DEEPEST = 400  # elements inside each other; what lies deeper is read as plain text


def read(body: bytes, mime: str) -> Document:
    text, charset, damaged = media.decode(body, mime)
    # lxml takes no str with an encoding declaration, and stops at a NUL.
    data = text.replace("\x00", "").encode("utf-8", "surrogatepass")
    root = _root(data)
    content = content_of(root)
    walker = _Walker(hides=_hides_in_cells(data))
    walker.flow(content)
    return Document(
        blocks=tuple(walker.finish()),
        charset=charset,
        damaged=damaged,
        title=line_of("".join(root.xpath("string((//title)[1])"))),
        meta=_meta(root),
        context=tuple(_context(root, content)),
        links=tuple(links_in(root)),
    )


def _root(data: bytes) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"no HTML element in it ({error})") from error
    if root is None:
        raise Unreadable("no HTML element in it")
    return root


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name, content = meta.get("name"), meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip(), line_of(content))
    return found


def _context(root: Any, content: Any) -> Iterator[str]:
    """Short lines outside the content: heading, date line, breadcrumb."""
    walker = _Walker(leave_out=content)
    walker.flow(root.find("body") if root.find("body") is not None else root)
    for block in walker.finish():
        if isinstance(block, Paragraph) and 0 < len(block.text) <= 200:
            yield block.text


class _Walker:
    """Flows through the elements: inline text joins without a separator, blocks and line breaks end a paragraph."""

    def __init__(self, leave_out: Any = None, *, in_cell: bool = False, hides: bool = True) -> None:
        self._in_cell = in_cell
        self._hides = hides
        self._builder = Builder()
        self._text: list[str] = []
        self._leave_out = leave_out

    def finish(self) -> list[Paragraph | Table]:
        self._flush()
        return self._builder.blocks

    def flow(self, element: Any, depth: int = 0) -> None:
        tag = element.tag
        if self._in_cell and (tag in _PICTURES or tag in _APART or _is_hidden(element)):
            self._beside(element)
            return
        if not isinstance(tag, str) or tag in SKIPPED or element is self._leave_out:
            return
        if depth > _DEEPEST:
            self._text.append("".join(element.itertext()))
            return
        if tag == "br":
            self._flush(always=True)
            return
        if tag == "table" and not _is_layout(element):
            self._flush()
            self._builder.table(grid_of(_rows(element, self._hides)))
            return
        block = tag in _BLOCKS
        if block:
            self._flush()
        if element.text:
            self._text.append(element.text)
        for child in element:
            self.flow(child, depth + 1)
            if child.tail:
                self._text.append(child.tail)
        if block:
            self._flush(always=tag == "p")

    def _beside(self, element: Any) -> None:
        """What stands in a square beside its text: kept apart from it, so that no digits run together."""
        if element.tag in _PICTURES:
            self._text.append(PICTURE)
        elif not _is_hidden(element):
            self._text.append(f" {''.join(element.itertext())} ")

    def _flush(self, always: bool = False) -> None:
        if not self._text and not always:
            return
        line = line_of("".join(self._text))
        self._text.clear()
        if line or always:
            self._builder.paragraph(line)


def _is_layout(table: Any) -> bool:
    """Whether a table only arranges the page: another table inside, or a single cell."""
    if table.find(".//table") is not None:
        return True
    cells = sum(1 for _ in table.iter("td", "th"))
    return cells <= 1


def _rows(table: Any, hides: bool) -> Iterator[list[tuple[str, int, int]]]:
    parted = _parted(table, hides)
    for row in table.iter("tr"):
        yield [
            (
                _text_in_parts(cell) if cell in parted else line_of(_plain_text(cell)),
                _span(cell.get("rowspan")),
                _span(cell.get("colspan")),
            )
            for cell in row
            if cell.tag in _CELLS
        ]


def _parted(table: Any, hides: bool) -> set[Any]:
    """The cells in which something parts the text; the one paragraph that Word puts into every cell does not."""
    found = set()
    for part in table.iter(*_PARTING):
        cell = part.getparent()
        if part.tag == "p" and cell.tag in _CELLS and len(cell) == 1 and not _is_filled(cell.text, part.tail):
            continue
        found.add(_cell_of(part))
    if hides:
        found.update(_cell_of(part) for part in table.iter(etree.Element) if _is_hidden(part))
    return found


def _is_filled(*texts: str | None) -> bool:
    return any(text and not text.isspace() for text in texts)


def _cell_of(part: Any) -> Any:
    while part is not None and part.tag not in _CELLS:
        part = part.getparent()
    return part


def _span(value: str | None) -> int:
    if value is None:
        return 1
    found = re.match(r"\s*(\d{1,6})", value)
    return int(found[1]) if found else 1


def _text_in_parts(cell: Any) -> str:
    walker = _Walker(in_cell=True)
    walker.flow(cell)
    text = "\n".join(b.text for b in walker.finish() if isinstance(b, Paragraph) and b.text)
    words = text.replace(PICTURE, "").strip()
    return words or (PICTURE if PICTURE in text else "")


def _plain_text(cell: Any) -> str:
    if len(cell) == 0:
        return cell.text or ""
    text: str = etree.tostring(cell, method="text", encoding="unicode", with_tail=False)
    return text


def _is_hidden(element: Any) -> bool:
    style = element.get("style") if isinstance(element.tag, str) else None
    return style is not None and _HIDDEN.search(style.lower()) is not None


def _hides_in_cells(data: bytes) -> bool:
    """Whether the mark-up may hide something between the first and the last cell: looked up before the elements are."""
    lower = data.lower()
    first = _CELL.search(lower)
    if not first:
        return False
    close = lower.rfind(b"</table")
    end = close if close > first.start() and not _CELL.search(lower, close) else len(lower)
    return _HIDING.search(lower, first.start(), end) is not None
