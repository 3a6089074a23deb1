"""Word in one XML file -> document: as Word 2003 saves it, or a .docx as a flat package; both are made a .docx."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from parsers.document import Document, Unreadable
from parsers.packed import DAMAGE, LARGEST, tree_from
from parsers.readers import docx
from parsers.readers.runs import W

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_AUX = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_TITLE = "{urn:schemas-microsoft-com:office:office}Title"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

# What Word 2003 names otherwise. Its sections and outline levels are boxes around paragraphs, as content controls are.
_NAMES = {_OLD + "wordDocument": "document", _OLD + "vmerge": "vMerge", _OLD + "hmerge": "hMerge"}
_NAMES |= dict.fromkeys((_AUX + "sect", _AUX + "sub-section", _AUX + "pBdrGroup", _AML + "content"), "sdtContent")
_NOTES = {"Word.Deletion": "del", "Word.Insertion": "ins"}  # other remarks, comments among them, are no text


def read(body: bytes, mime: str) -> Document:
    if len(body) > LARGEST:
        raise Unreadable(f"the XML file has {len(body)} bytes, more than {LARGEST}")
    try:
        root = tree_from(body, "the file")
        parts = dict(_of_package(root) if root.tag == _PKG + "package" else _of_2003(root))
    except DAMAGE as error:
        raise Unreadable(f"the Word file is damaged or cut off ({error})") from error
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return docx.read(file.getvalue(), mime)


def _of_package(root: Any) -> Iterator[tuple[str, bytes]]:
    for part in root.iter(_PKG + "part"):
        name = str(part.get(_PKG + "name", "")).lstrip("/")
        for xml in part.findall(f"{_PKG}xmlData/*"):
            yield name, etree.tostring(xml, encoding="utf-8")
        for data in part.findall(_PKG + "binaryData"):
            yield name, base64.b64decode(data.text or "")


def _of_2003(root: Any) -> Iterator[tuple[str, bytes]]:
    """Its pictures, its styles and its text."""
    names: dict[str, str] = {}
    for data in root.iter(_OLD + "binData"):
        name = names.setdefault(str(data.get(_OLD + "name")), f"media/{len(names)}")
        yield f"word/{name}", base64.b64decode(data.text or "")
    title = root.findtext(f".//{_TITLE}") or ""
    for image in root.iter(_IMAGE):
        image.set(_R_ID, names.get(image.get("src", ""), ""))
    for element in list(root.iter(etree.Element)):
        _rename(element)
    styles = root.find(W + "styles")
    if styles is not None:
        yield "word/styles.xml", etree.tostring(styles, encoding="utf-8")
    yield "word/document.xml", etree.tostring(root, encoding="utf-8")
    yield "word/_rels/document.xml.rels", _relations(names.values())
    yield "docProps/core.xml", _core(title)


def _rename(element: Any) -> None:
    """An element of Word 2003 as that of today."""
    if element.tag == _AML + "annotation":
        element.tag = W + _NOTES.get(element.get(_OLD + "type"), "annotation")
    elif element.tag in _NAMES:
        element.tag = W + _NAMES[element.tag]
    elif element.tag.startswith(_OLD):
        element.tag = W + element.tag[len(_OLD) :]
    for name, value in element.attrib.items():
        if name.startswith(_OLD):
            element.set(W + name[len(_OLD) :], value)
    if element.tag in _WITHOUT:
        for child in list(element):
            element.remove(child)


# Comments and notes stand in the middle of what they are about.
_WITHOUT = frozenset(W + name for name in ("annotation", "footnote", "endnote"))


def _relations(names: Iterable[str]) -> bytes:
    root = etree.Element("Relationships")
    for name in names:
        etree.SubElement(root, "Relationship", Id=name, Target=name)
    return bytes(etree.tostring(root))


def _core(title: str) -> bytes:
    root = etree.Element("core")
    etree.SubElement(root, "{http://purl.org/dc/elements/1.1/}title").text = title
    return bytes(etree.tostring(root))
