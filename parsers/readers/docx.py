"""Word .docx -> document: paragraphs and tables with gridSpan, vMerge and gridBefore, inside content controls too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from parsers.document import Builder, Document, Unreadable, grid_of
from parsers.numbers import PICTURE
from parsers.packed import DAMAGE, tree_of
from parsers.readers.embedded import shown_in, with_files

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_THROUGH = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "smartTag", "customXml", "hyperlink"))


def read(body: bytes, mime: str) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            document = _in_one_space(tree_of(pack, _main_part(pack)))
            if document.tag != _W + "document":
                raise Unreadable(f"the .docx is damaged: its text is no Word document ({document.tag})")
            title = _title(pack)
            builder = Builder()
            for element in document.iter(_W + "body"):
                _flow(element, builder)
            pictures = with_files(builder.pictures, pack)
    except DAMAGE as error:
        raise Unreadable(f"the .docx is damaged or cut off ({error})") from error
    return Document(blocks=tuple(builder.blocks), pictures=pictures, title=title)


def _main_part(pack: zipfile.ZipFile) -> str:
    """Where the text is: word/document.xml, unless the package says otherwise, as Word in browsers makes it."""
    if "_rels/.rels" in pack.namelist():
        for relation in tree_of(pack, "_rels/.rels"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _in_one_space(document: Any) -> Any:
    """Files saved as strict Open XML name the same things in another space."""
    if document.tag.startswith(_STRICT):
        for element in document.iter():
            if str(element.tag).startswith(_STRICT):
                element.tag = _W + element.tag[len(_STRICT) :]
            for name, value in element.attrib.items():
                if name.startswith(_STRICT):
                    element.set(_W + name[len(_STRICT) :], value)
    return document


def _title(pack: zipfile.ZipFile) -> str:
    """What the file says its title is; where that part is lost or damaged, the text may be whole all the same."""
    try:
        return (tree_of(pack, "docProps/core.xml").findtext(_DC_TITLE) or "").strip()
    except DAMAGE:
        return ""


def _flow(parent: Any, builder: Builder) -> None:
    for element in parent:
        if element.tag == _W + "p":
            for line in _text(element).replace(PICTURE, "").split("\n"):
                builder.paragraph(line)
            for relation in shown_in(element):
                builder.picture(relation)
            for box in _boxes(element):
                _flow(box, builder)
        elif element.tag == _W + "tbl":
            _table(element, builder)
        elif element.tag in _THROUGH:
            _flow(element, builder)


def _table(table: Any, builder: Builder) -> None:
    """A table with tables inside is layout: its cells flow, the inner tables are read."""
    if table.find(f".//{_W}tbl") is not None:
        for cell in table.iter(_W + "tc"):
            if next(cell.iterancestors(_W + "tbl")) is table:
                _flow(cell, builder)
        return
    builder.table(grid_of(_with_rowspans(list(_rows(table)))))
    for relation in shown_in(table):
        builder.picture(relation)


def _rows(table: Any) -> Iterator[list[tuple[str, int, str]]]:
    """Rows of (text, columns, "" or "restart" or "continue")."""
    for row in table.iter(_W + "tr"):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue  # deleted, and the deletion only not yet accepted
        before = _number(row, "trPr/gridBefore")
        cells = [("", before, "")] if before else []
        for cell in row.iter(_W + "tc"):
            if cell.find(f"{_W}tcPr/{_W}cellDel") is not None:
                continue
            across = max(_number(cell, "tcPr/gridSpan"), 1)
            state = _merge(cell, "vMerge")
            if cells and _merge(cell, "hMerge") == "continue":
                text, before, state = cells[-1]
                cells[-1] = (text, before + across, state)
                continue
            text = "\n".join(filter(None, (_text(p) for p in cell.iter(_W + "p") if not _is_copy(p))))
            text = text.replace(PICTURE, "").strip() or (PICTURE if PICTURE in text else "")
            cells.append((text, across, state))
        yield cells


def _merge(cell: Any, name: str) -> str:
    """How a cell is merged with the one above it, or by older programs with the one before it."""
    merge = cell.find(f"{_W}tcPr/{_W}{name}")
    return "" if merge is None else merge.get(_W + "val") or "continue"


def _with_rowspans(rows: list[list[tuple[str, int, str]]]) -> Iterator[list[tuple[str, int, int]]]:
    """vMerge as rowspan: a cell that continues belongs to the one above it in the same column."""
    starts: list[dict[int, tuple[str, int, str]]] = []
    for row in rows:
        column, placed = 0, {}
        for cell in row:
            placed[column] = cell
            column += cell[1]
        starts.append(placed)
    for y, placed in enumerate(starts):
        cells = []
        for column, (text, across, state) in placed.items():
            above = starts[y - 1].get(column) if y else None
            if state == "continue" and above is not None and above[2]:
                continue
            down = 1
            if state:
                while y + down < len(starts) and starts[y + down].get(column, ("", 0, ""))[2] == "continue":
                    down += 1
            cells.append((text, down, across))
        yield cells


def _number(element: Any, path: str) -> int:
    found = element.find("/".join(_W + name for name in path.split("/")))
    value = found.get(_W + "val", "") if found is not None else ""
    return int(value) if value.isdigit() else 0


def _text(paragraph: Any) -> str:
    """Text of a paragraph; notes and struck-out runs stand apart, so that no digits run together with them."""
    parts: list[str] = []
    for run in paragraph.iter(_W + "r"):
        above = next(run.iterancestors(_W + "p", *_GONE), None)
        if above is not paragraph:
            continue  # gone, or in a text box, whose paragraphs are others
        style = run.find(_W + "rPr")
        apart = style is not None and any(_is_on(style, name) for name in _APART)
        if style is not None and _is_on(style, "vanish"):
            parts.append(" ")
            continue
        text = "".join(_said(node) for node in run)
        parts.append(f" {text} " if apart else text)
    return "".join(parts)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, not those inside of them; of two copies the one for Word itself."""
    for box in paragraph.iter(_BOX):
        if next(box.iterancestors(_W + "p")) is paragraph and not _is_copy(box):
            yield box


def _is_copy(element: Any) -> bool:
    """Whether it stands in what Word writes once more for older programs."""
    return next(element.iterancestors(_FALLBACK), None) is not None


_BOX = _W + "txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = tuple(_W + name for name in ("del", "moveFrom", "rt"))  # deleted, moved away, or a reading above the word
_APART = ("vertAlign", "strike", "dstrike")
_SIGNS = {"tab": "\t", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_SIGNS |= dict.fromkeys(("drawing", "pict", "object"), PICTURE)


def _said(node: Any) -> str:
    if node.tag == _W + "t":
        return node.text or ""
    return _SIGNS.get(str(node.tag).removeprefix(_W), "")


def _is_on(style: Any, name: str) -> bool:
    found = style.find(_W + name)
    return found is not None and found.get(_W + "val") not in ("0", "false", "off", "baseline")
