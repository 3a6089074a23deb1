"""What a body is, by its own bytes, and in which charset its text is."""

from __future__ import annotations

import io
import re
import zipfile

from bs4.dammit import EncodingDetector

HTML, TEXT = "text/html", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOC, RTF, PDF, OFD = "application/msword", "application/rtf", "application/pdf", "application/ofd"
ZIP, RAR, PICTURE, BINARY, EMPTY = (
    "application/zip",
    "application/vnd.rar",
    "image/*",
    "application/octet-stream",
    "application/x-empty",
)

# What people call them.
NAMES = {HTML: "HTML", TEXT: "text", DOCX: ".docx", XLSX: ".xlsx", DOC: ".doc", RTF: ".rtf", PDF: "PDF", OFD: "OFD"}

_MAGIC = (
    (b"%PDF", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOC),  # any OLE2 file: doc, wps, xls, et; LibreOffice tells them apart
    (b"{\\rtf", RTF),
    (b"Rar!", RAR),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|table|p|meta|script|title)\b", re.IGNORECASE)
_GB = frozenset({"gb2312", "gbk", "gb-2312", "x-gbk", "cp936", "gb_2312-80", "gb18030", "hz-gb-2312"})
_NEVER = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "windows-1252"})  # server defaults


def media_type(body: bytes) -> str:
    """Media type by content; the server's word is not asked, because it is often wrong."""
    if not body.strip():
        return EMPTY
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(b"PK\x03\x04"):
        return _zip_type(body)
    head = body[:65536]
    if head.lstrip().startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return PICTURE
    if _MARKUP.search(head):
        return HTML
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26, 27) for byte in head)
    return BINARY if b"\x00" in head or controls * 50 > len(head) else TEXT


def _zip_type(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            names = set(pack.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError):
        # A torn pack still shows in its first names what it was meant to be.
        return DOCX if b"word/" in body or b"[Content_Types].xml" in body[:2048] else ZIP
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    return OFD if "OFD.xml" in names else ZIP


def decode(body: bytes, mime: str = "") -> tuple[str, str, int]:
    """Text, the codec that read it, and how many characters no codec could read.

    Valid UTF-8 is UTF-8 whatever header and meta say: GB text of more than a few characters never is. Then the
    charset of the header, of the page, GB18030 and Big5, each strictly; at last the codec that damages least.
    """
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            text = body.decode(codec, "replace")
            return text, codec, text.count("\ufffd")
    declared = [_charset_of(mime), EncodingDetector.find_declared_encoding(body, is_html=True) or ""]
    codecs = list(dict.fromkeys(filter(None, ["utf-8", *map(_codec, declared), "gb18030", "big5"])))
    for codec in codecs:
        try:
            return body.decode(codec), codec, 0
        except (UnicodeDecodeError, LookupError):
            continue
    texts = {codec: body.decode(codec, "replace") for codec in codecs if _known(codec)}
    best = min(texts, key=lambda codec: texts[codec].count("\ufffd"))
    return texts[best], best, texts[best].count("\ufffd")


def _charset_of(mime: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w-]+)", mime, re.IGNORECASE)
    return found[1] if found else ""


def _codec(name: str) -> str:
    name = name.lower()
    return "gb18030" if name in _GB else "" if name in _NEVER else name


def _known(codec: str) -> bool:
    try:
        b"".decode(codec)
    except LookupError:
        return False
    return True
