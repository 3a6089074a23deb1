"""A web page saved as one file (MHTML), which Word also calls .doc -> document: its first HTML part, as HTML."""

from __future__ import annotations

import binascii
import quopri
import re

from parsers.document import Document, Unreadable
from parsers.readers import html

PARTS = 200  # the page stands first, pictures behind it

_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;]{1,200}))', re.IGNORECASE)
_FIELD = re.compile(rb"^([A-Za-z-]{1,40}):[ \t]*([^\r\n]{0,1000}(?:\r?\n[ \t][^\r\n]{0,1000}){0,9})", re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n[ \t]*\r?\n")


def read(body: bytes, mime: str) -> Document:
    boundary = _BOUNDARY.search(body[:4096])
    parts = body.split(b"--" + (boundary[1] or boundary[2]), PARTS) if boundary else []
    for part in parts[1:-1]:  # no boundary behind it: cut off
        end = _END_OF_HEAD.search(part)
        head = {name.lower(): said for name, said in _FIELD.findall(part[: end.start()])} if end else {}
        kind = head.get(b"content-type", b"").decode("ascii", "replace")
        if end and kind.lower().startswith("text/html"):
            return html.read(_plain(part[end.end() :], head.get(b"content-transfer-encoding", b"")), kind)
    raise Unreadable("the saved web page is damaged or cut off: it holds no whole HTML page")


def _plain(data: bytes, encoding: bytes) -> bytes:
    match encoding.strip().lower():
        case b"base64":
            try:
                return binascii.a2b_base64(data)
            except binascii.Error as error:
                raise Unreadable(f"the saved web page is damaged or cut off ({error})") from error
        case b"quoted-printable":
            return quopri.decodestring(data)
    return data
