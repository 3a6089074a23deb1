"""Pictures: kept, but not read."""

from __future__ import annotations

from parsers.document import Document, Unreadable


def read(body: bytes, mime: str) -> Document:
    raise Unreadable("it is a picture; the file is kept, and what it shows is not read")
