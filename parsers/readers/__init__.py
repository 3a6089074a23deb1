"""Body -> document, one module a format, listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parsers import media
from parsers.document import Document
from parsers.readers import docx, html, legacy, text

Reader = Callable[[bytes, str], Document]  # (body, Content-Type as served) -> document; raises Unreadable

READERS: Mapping[str, Reader] = {
    media.HTML: html.read,
    media.TEXT: text.read,
    media.DOCX: docx.read,
    media.DOC: legacy.read,
    media.RTF: legacy.read,
}
