"""HTML -> document: the content of a page, its data tables as grids, its layout tables as plain flow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from parsers import media
from parsers.document import Builder, Document, Paragraph, Table, Unreadable, grid_of
from parsers.numbers import PICTURE

# Where platforms put the body of an article (PORTALS 4.1), as ids and as classes, lower case.
CONTAINERS = frozenset(
    """ucap-content ucapcontent zoomcon zoom trs_editor_view trs_ueditor trs_editor custom_unionstyle vsb_content
    v_news_content ivs_content article_content article-content editor-content pages_content bt_content artile_zw
    main-txt con_text news_cont_d_wrap tyxxy_main article_component maintext bodylabel fontzoom zsy_comain
    content-body xxgk_detail_content news-info""".split()
)
DOCUMENTS = re.compile(r"\.(?:pdf|docx?|wps|rtf|xlsx?|et|ofd|zip|rar|7z)(?:$|[?#])", re.IGNORECASE)

_SKIP = frozenset("script style noscript template head select textarea object iframe svg math audio video".split())
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul ucapcontent""".split()
)
_BREAKS = _BLOCKS | {"br"}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_FORM_WORDS = re.compile("[结結][转轉]下年度|尚未[审審][结結]|第二十[条條]")
# Inside a square: notes and struck-out text stand beside a number, never in it; controls and pictures are not text.
_APART = frozenset("sup sub s del strike small".split())
_PICTURES = frozenset("img input textarea select button svg canvas object embed".split())
_SPECIAL = _BREAKS | _SKIP | _APART | _PICTURES
_all_text = etree.XPath("string()", smart_strings=False)  # of large elements five times faster than itertext()
_DEEPEST = 400  # elements inside each other; what lies deeper is read as plain text
_ENOUGH = 80  # characters of text that make a container the content


def read(body: bytes, mime: str) -> Document:
    text, charset, damaged = media.decode(body, mime)
    root = _root(text)
    content = _content(root)
    walker = _Walker()
    walker.flow(content)
    return Document(
        blocks=tuple(walker.finish()),
        charset=charset,
        damaged=damaged,
        title=_line("".join(root.xpath("string((//title)[1])"))),
        meta=_meta(root),
        context=tuple(_context(root, content)),
        links=tuple(_links(root)),
    )


def _root(text: str) -> Any:
    # lxml takes no str with an encoding declaration, and stops at a NUL.
    data = text.replace("\x00", "").encode("utf-8", "surrogatepass")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"no HTML element in it ({error})") from error
    if root is None:
        raise Unreadable("no HTML element in it")
    return root


def _content(root: Any) -> Any:
    """The outermost known container that holds something and misses no table of numbers; else the whole body."""
    everything = root.find("body") if root.find("body") is not None else root
    for element in everything.iter():
        if not isinstance(element.tag, str) or element.tag in _SKIP:
            continue
        if _names(element) & CONTAINERS and _holds_something(element):
            return element if _forms_in(element) == _forms_in(everything) else everything
    return everything


def _names(element: Any) -> set[str]:
    own, classes = element.get("id"), element.get("class")
    return {element.tag, *([own.lower()] if own else ()), *(classes.lower().split() if classes else ())}


def _holds_something(element: Any) -> bool:
    if element.find(".//table") is not None or any(True for _ in _links(element)):
        return True
    return len(_SPACES.sub("", _all_text(element))) > _ENOUGH


def _forms_in(element: Any) -> int:
    return len(_FORM_WORDS.findall(_all_text(element)))


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name, content = meta.get("name"), meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip(), _line(content))
    return found


def _context(root: Any, content: Any) -> Iterator[str]:
    """Short lines outside the content: heading, date line, breadcrumb."""
    walker = _Walker(leave_out=content)
    walker.flow(root.find("body") if root.find("body") is not None else root)
    for block in walker.finish():
        if isinstance(block, Paragraph) and 0 < len(block.text) <= 200:
            yield block.text


def _links(element: Any) -> Iterator[tuple[str, str]]:
    for link in element.iter("a"):
        address = (link.get("href") or "").strip()
        if DOCUMENTS.search(address):
            yield address, _line("".join(link.itertext())) or _line(link.get("title") or "")


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


class _Walker:
    """Flows through the elements: inline text joins without a separator, blocks and line breaks end a paragraph."""

    def __init__(self, leave_out: Any = None, *, in_cell: bool = False) -> None:
        self._in_cell = in_cell
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
        if not isinstance(tag, str) or tag in _SKIP or element is self._leave_out:
            return
        if depth > _DEEPEST:
            self._text.append("".join(element.itertext()))
            return
        if tag == "br":
            self._flush(always=True)
            return
        if tag == "table" and not _is_layout(element):
            self._flush()
            self._builder.table(grid_of(_rows(element)))
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
        line = _line("".join(self._text))
        self._text.clear()
        if line or always:
            self._builder.paragraph(line)


def _is_layout(table: Any) -> bool:
    """Whether a table only arranges the page: another table inside, or a single cell."""
    if table.find(".//table") is not None:
        return True
    cells = sum(1 for _ in table.iter("td", "th"))
    return cells <= 1


def _rows(table: Any) -> Iterator[list[tuple[str, int, int]]]:
    for row in table.iter("tr"):
        yield [
            (_cell_text(cell), _span(cell.get("rowspan")), _span(cell.get("colspan")))
            for cell in row
            if cell.tag in ("td", "th")
        ]


def _span(value: str | None) -> int:
    if value is None:
        return 1
    found = re.match(r"\s*(\d{1,6})", value)
    return int(found[1]) if found else 1


def _cell_text(cell: Any) -> str:
    if _is_plain(cell):
        return _line("".join(cell.itertext()))
    walker = _Walker(in_cell=True)
    walker.flow(cell)
    text = "\n".join(b.text for b in walker.finish() if isinstance(b, Paragraph) and b.text)
    words = text.replace(PICTURE, "").strip()
    return words or (PICTURE if PICTURE in text else "")


def _is_plain(cell: Any) -> bool:
    """Whether nothing in a cell parts its text; Word puts one paragraph into every cell."""
    lone = len(cell) == 1
    for part in cell.iterdescendants():
        if (part.tag in _SPECIAL and not (lone and part.tag == "p")) or _is_hidden(part):
            return False
        lone = False
    return True


def _is_hidden(element: Any) -> bool:
    style = element.get("style") if isinstance(element.tag, str) else None
    return style is not None and "display:none" in style.replace(" ", "").lower()
