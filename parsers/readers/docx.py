"""Word .docx -> document: paragraphs and tables with gridSpan, vMerge and gridBefore, inside content controls too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from parsers.document import Builder, Document, Unreadable, grid_of
from parsers.numbers import PICTURE, UNSEEN, glance, in_line, in_square, may_be_number, signed
from parsers.packed import DAMAGE, tree_of
from parsers.readers.embedded import shown_in, with_files
from parsers.readers.inserted import inserted_in
from parsers.readers.numbering import numbers_of
from parsers.readers.runs import Styles, W, styles_in, text_of

_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_THROUGH = frozenset(W + name for name in ("sdt", "sdtContent", "ins", "smartTag", "customXml", "hyperlink"))
_THROUGH |= {_MC + "AlternateContent", _MC + "Choice"}


class _File(NamedTuple):
    """What the text needs of the other parts of its file."""

    styles: Styles
    numbers: Mapping[Any, str]  # paragraph -> its automatic number
    inserted: Mapping[Any, Document]  # place -> what is inserted there


def read(body: bytes, mime: str) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            document = _in_one_space(tree_of(pack, _main_part(pack)))
            if document.tag != W + "document":
                raise Unreadable(f"the .docx is damaged: its text is no Word document ({document.tag})")
            title = _title(pack)
            file = _File(
                styles=styles_in(pack), numbers=numbers_of(document, pack), inserted=inserted_in(document, pack)
            )
            builder = Builder()
            for element in document.iter(W + "body"):
                _flow(element, builder, file)
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
                element.tag = W + element.tag[len(_STRICT) :]
            for name, value in element.attrib.items():
                if name.startswith(_STRICT):
                    element.set(W + name[len(_STRICT) :], value)
    return document


def _title(pack: zipfile.ZipFile) -> str:
    """What the file says its title is; where that part is lost or damaged, the text may be whole all the same."""
    try:
        return (tree_of(pack, "docProps/core.xml").findtext(_DC_TITLE) or "").strip()
    except DAMAGE:
        return ""


def _flow(parent: Any, builder: Builder, file: _File) -> None:
    for element in parent:
        if element.tag == W + "p":
            text = in_line(text_of(element, file.styles))
            for line in (file.numbers.get(element, "") + text if text.strip() else text).split("\n"):
                builder.paragraph(line)
            for relation in shown_in(element):
                builder.picture(relation)
            for box in _boxes(element):
                _flow(box, builder, file)
        elif element.tag == W + "tbl":
            _table(element, builder, file)
        elif element in file.inserted:
            builder.blocks_of(file.inserted[element])
        elif element.tag in _THROUGH:
            _flow(element, builder, file)


def _table(table: Any, builder: Builder, file: _File) -> None:
    """A table with tables inside is layout: its cells flow, the inner tables are read."""
    if table.find(f".//{W}tbl") is not None:
        for cell in table.iter(W + "tc"):
            if next(cell.iterancestors(W + "tbl")) is table:
                _flow(cell, builder, file)
        return
    builder.table(grid_of(_with_rowspans(list(_rows(table, file)))))
    for relation in shown_in(table):
        builder.picture(relation)


def _rows(table: Any, file: _File) -> Iterator[list[tuple[str, int, str]]]:
    """Rows of (text, columns, "" or "restart" or "continue")."""
    for row in table.iter(W + "tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue  # deleted, and the deletion only not yet accepted
        before = _number(row, "trPr/gridBefore")
        cells = [("", before, "")] if before else []
        for cell in row.iter(W + "tc"):
            if cell.find(f"{W}tcPr/{W}cellDel") is not None:
                continue
            across = max(_number(cell, "tcPr/gridSpan"), 1)
            state = _merge(cell, "vMerge")
            if cells and _merge(cell, "hMerge") == "continue":
                text, before, state = cells[-1]
                cells[-1] = (text, before + across, state)
                continue
            text = "\n".join(filter(None, (_in_square(p, file) for p in cell.iter(W + "p") if not _is_copy(p))))
            cells.append((in_square(text.strip()), across, state))
        yield cells


def _in_square(paragraph: Any, file: _File) -> str:
    """A paragraph of a cell; a number that Word counts off beside it, or in its place, is not known."""
    text = text_of(paragraph, file.styles)
    return PICTURE + text if paragraph in file.numbers and glance(text).is_value else text


def _merge(cell: Any, name: str) -> str:
    """How a cell is merged with the one above it, or by older programs with the one before it."""
    merge = cell.find(f"{W}tcPr/{W}{name}")
    return "" if merge is None else merge.get(W + "val") or "continue"


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
            while state and y + down < len(starts) and (below := starts[y + down].get(column, _NONE))[2] == "continue":
                down += 1
                if glance(text).is_blank and may_be_number(below[0]):
                    text = signed(below[0], UNSEEN)  # Word shows nothing of the cells that it merged into one above
            cells.append((text, down, across))
        yield cells


_NONE = ("", 0, "")  # no cell begins there


def _number(element: Any, path: str) -> int:
    found = element.find("/".join(W + name for name in path.split("/")))
    value = found.get(W + "val", "") if found is not None else ""
    return int(value) if value.isdigit() else 0


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, not those inside of them; of two copies the one for Word itself."""
    for box in paragraph.iter(_BOX):
        if next(box.iterancestors(W + "p")) is paragraph and not _is_copy(box):
            yield box


def _is_copy(element: Any) -> bool:
    """Whether it stands in what Word writes once more for older programs."""
    return next(element.iterancestors(_FALLBACK), None) is not None


_BOX = W + "txbxContent"
_FALLBACK = _MC + "Fallback"
