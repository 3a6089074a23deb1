"""Body -> document, one module a format, listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parsers import media
from parsers.document import Document, Unreadable
from parsers.readers import docx, html, legacy, mht, ods, ofd, picture, sheet, text, wordxml

Reader = Callable[[bytes, str], Document]  # (body, Content-Type as served) -> document; raises Unreadable


def _pdf(body: bytes, mime: str) -> Document:
    # pdfminer takes longer to load than most reports take to read.
    from parsers.readers import pdf

    return pdf.read(body, mime)


def _locked(body: bytes, mime: str) -> Document:
    raise Unreadable("the file is locked by a password")


def _drawing(body: bytes, mime: str) -> Document:
    raise Unreadable("it is a drawing (SVG), which is not read")


READERS: Mapping[str, Reader] = {
    media.HTML: html.read,
    media.MHT: mht.read,
    media.TEXT: text.read,
    media.DOCX: docx.read,
    media.DOC: legacy.read,
    media.WORD_XML: wordxml.read,
    media.RTF: legacy.read,
    media.ODT: legacy.read,
    media.XLS: sheet.read,
    media.XLSX: sheet.read,
    media.ODS: ods.read,
    media.PDF: _pdf,
    media.OFD: ofd.read,
    media.LOCKED: _locked,
    **dict.fromkeys(media.PICTURES, picture.read),
    media.SVG: _drawing,
}
