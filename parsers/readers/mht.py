"""Saved web pages .mht, which Word also writes under the name .doc -> document: the largest page in it."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice, pairwise

from parsers.document import Document, Unreadable
from parsers.readers import html

LARGEST = 64 * 1024 * 1024  # bytes
PARTS = 1000  # of one part
DEPTH = 3  # of parts in parts; a saved page has one or two


def read(body: bytes, mime: str) -> Document:
    if len(body) > LARGEST:
        raise Unreadable(f"the saved page has {len(body)} bytes, more than {LARGEST}")
    try:
        found = max(_pages(body, DEPTH), key=lambda page: len(page[0]), default=None)  # the others are its frames
    except (MessageError, LookupError, ValueError, TypeError) as error:
        raise Unreadable(f"the saved page is damaged ({error})") from error
    if found is None:
        raise Unreadable("the saved page is damaged or cut off: there is no whole HTML page in it")
    return html.read(*found)


def _pages(part: bytes, depth: int) -> Iterator[tuple[bytes, str]]:
    """Each page in a part, and its Content-Type."""
    head, content = _parted(part)
    boundary = head.get_boundary()
    if head.get_content_type() == "text/html":
        yield _decoded(content, str(head.get("Content-Transfer-Encoding", ""))), str(head.get("Content-Type"))
    elif boundary and depth:
        ends = rb"^--" + re.escape(boundary.encode("ascii", "replace")) + rb"(--)?[ \t]*$"
        marks = list(islice(re.finditer(ends, content, re.MULTILINE), PARTS + 1))
        if len(marks) > PARTS:
            raise Unreadable(f"the saved page has more than {PARTS} parts")
        if not marks or not marks[-1][1]:
            raise Unreadable("the saved page is damaged or cut off: no whole HTML page, for its end is missing")
        for begin, end in pairwise(marks):
            yield from _pages(content[begin.end() : end.start()], depth - 1)


def _parted(part: bytes) -> tuple[Message, bytes]:
    """Its headers and what follows the first empty line."""
    lines = part.lstrip().replace(b"\r\n", b"\n")
    head, _, content = lines.partition(b"\n\n")
    return BytesHeaderParser().parsebytes(head[:65536]), content


def _decoded(content: bytes, how: str) -> bytes:
    match how.strip().lower():
        case "base64":
            try:
                return base64.b64decode(b"".join(content.split()), validate=True)
            except binascii.Error as error:
                raise Unreadable("the saved page is damaged or cut off") from error
        case "quoted-printable":
            return quopri.decodestring(content)
        case _:
            return content
