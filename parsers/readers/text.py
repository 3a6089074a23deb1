"""Plain text -> document: one paragraph a line, white space kept, because in flattened tables it is the grid."""

from __future__ import annotations

from parsers import media
from parsers.document import Document, Paragraph


def read(body: bytes, mime: str) -> Document:
    text, charset, damaged = media.decode(body, mime)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Document(
        blocks=tuple(Paragraph(text=line, line=i) for i, line in enumerate(lines)),
        charset=charset,
        damaged=damaged,
        cut=bool(lines[-1]),
    )
