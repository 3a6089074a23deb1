"""What a body is, by its own bytes, and in which charset its text is."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib

from bs4.dammit import EncodingDetector

from parsers import ole

_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."

HTML, MHT, TEXT = "text/html", "multipart/related", "text/plain"
DOC, RTF, DOCX, ODT = "application/msword", "application/rtf", f"{_OFFICE}wordprocessingml.document", f"{_OPEN}text"
XLS, XLSX, ODS = "application/vnd.ms-excel", f"{_OFFICE}spreadsheetml.sheet", f"{_OPEN}spreadsheet"
WORD_XML = "application/vnd.ms-wordml"  # as Word 2003 saves XML, or a .docx as one flat file
PPT, PPTX = "application/vnd.ms-powerpoint", f"{_OFFICE}presentationml.presentation"
PDF, OFD = "application/pdf", "application/ofd"
ZIP, RAR, SEVEN = "application/zip", "application/vnd.rar", "application/x-7z-compressed"
PNG, JPEG, GIF, TIFF, BMP, WEBP, SVG = (
    f"image/{kind}" for kind in ("png", "jpeg", "gif", "tiff", "bmp", "webp", "svg+xml")
)
PICTURES = frozenset({PNG, JPEG, GIF, TIFF, BMP, WEBP, SVG})
LOCKED, BINARY, EMPTY = "application/encrypted", "application/octet-stream", "application/x-empty"

# What people call them.
NAMES = {
    HTML: "HTML",
    MHT: ".mht",
    TEXT: "text",
    DOCX: ".docx",
    DOC: ".doc",
    WORD_XML: "Word XML",
    RTF: ".rtf",
    ODT: ".odt",
    PDF: "PDF",
    OFD: "OFD",
}
NAMES |= {XLS: ".xls", XLSX: ".xlsx", ODS: ".ods", ZIP: ".zip", RAR: ".rar", SEVEN: ".7z"}

_MAGIC = (
    (b"%PDF", PDF),
    (b"{\\rtf", RTF),
    (b"Rar!", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN),
    (b"\x89PNG", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
# What a file is by the streams of an OLE2 file, or by the members of a zip; the first that is there decides.
_OLE = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
    ("EncryptedPackage", LOCKED),
)
_MEMBERS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
    ("OFD.xml", OFD),
)
# Where the parts lie of a file whose main part has another name, or is lost: no pack of documents, but one of them.
_FOLDERS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_AHEAD = re.compile(rb"(?:\xef\xbb\xbf|\s)+(?=%PDF|PK\x03\x04|\{\\rtf|\xd0\xcf\x11\xe0|Rar!)")
# Whichever comes first: pages made by Word speak of it in their heads.
_MARKUP = re.compile(
    rb"<(?:(?P<word>w:wordDocument|pkg:package)\s|(?i:!doctype\s+html|html|head|body|div|table|p|meta|script|title)\b)"
)
_ANSWER = re.compile(rb'\A\s{0,99}\{[\s\S]{0,65536}"docClob"\s{0,9}:')  # an answer of an API with a page in it
_SAVED_PAGE = re.compile(
    rb"\A\s{0,9}(?:(?:[\w-]{1,40}:|[ \t])[^\n]{0,500}\n){0,20}Content-Type:\s{0,9}multipart/related\b", re.IGNORECASE
)
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # of byte order
_PIECE = 32768  # bytes
_GB = frozenset({"gb2312", "gbk", "gb-2312", "x-gbk", "cp936", "gb_2312-80", "gb18030", "hz-gb-2312"})
# Nothing else that a page declares is believed: single-byte codecs read anything, and none of it right.
_BIG5 = frozenset({"big5", "big5-hkscs", "big5hkscs", "cp950", "x-x-big5"})


def bare(body: bytes) -> bytes:
    """Without the blank lines that server pages put before a file: places in it are counted from its first byte."""
    ahead = _AHEAD.match(body)
    return body[ahead.end() :] if ahead else body


def media_type(body: bytes) -> str:
    """Media type by content; the server's word is not asked, because it is often wrong."""
    if not body.strip():
        return EMPTY
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(ole.MAGIC):
        names = ole.streams(body)
        return next((kind for name, kind in _OLE if name in names), DOC)  # older .wps among the rest: LibreOffice knows
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(body)
    head = body[:65536]
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            head = head[: len(head) // 2 * 2].decode(codec, "replace").encode("utf-8", "replace")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:2] == b"BM" and b"\x00" in head[:16]:
        return BMP
    if head.lstrip().startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        return SVG
    if _SAVED_PAGE.search(head):
        return MHT
    if _ANSWER.search(head):
        return HTML
    if markup := _MARKUP.search(head):
        return WORD_XML if markup["word"] else HTML
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26, 27) for byte in head)
    return BINARY if b"\x00" in head or controls * 50 > len(head) else TEXT


def _zip_type(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            names = set(pack.namelist())
            if "mimetype" in names and pack.getinfo("mimetype").file_size < 100:
                said = pack.read("mimetype").decode("ascii", "replace").strip()
                if said in (ODT, ODS):
                    return said
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError, RuntimeError):
        # A torn pack still shows in its first names what it was meant to be.
        torn = ((b"word/", DOCX), (b"xl/", XLSX), (b"OFD.xml", OFD), (b"[Content_Types].xml", DOCX))
        return next((kind for name, kind in torn if name in body), ZIP)
    kind = next((kind for name, kind in _MEMBERS if name in names), ZIP)
    if kind == ZIP and "[Content_Types].xml" in names:
        lost = DOCX if "_rels/.rels" in names else ZIP
        kind = next((kind for folder, kind in _FOLDERS if any(name.startswith(folder) for name in names)), lost)
    return kind


def decode(body: bytes, mime: str = "") -> tuple[str, str, int]:
    """Text, the codec that read it, and how many characters no codec could read.

    Valid UTF-8 is UTF-8 whatever header and meta say: GB text of more than a few characters never is. Then the
    charset of the header, of the page, GB18030 and Big5, each strictly; at last the codec that damages least.
    """
    for mark, codec in _MARKS.items():
        if body.startswith(mark):
            text = body.decode(codec, "replace")
            return text, codec, text.count("\ufffd")
    try:
        return body.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        pass
    declared = [_charset_of(mime), EncodingDetector.find_declared_encoding(body, is_html=True) or ""]
    codecs = list(dict.fromkeys(filter(None, [*map(_codec, declared), "gb18030", "big5hkscs", "utf-8"])))
    for codec in codecs:
        try:
            return body.decode(codec), codec, 0
        except UnicodeDecodeError:
            continue
    texts = {codec: body.decode(codec, "replace") for codec in codecs}
    best = min(texts, key=lambda codec: texts[codec].count("\ufffd"))
    return texts[best], best, texts[best].count("\ufffd")


def as_utf8(body: bytes, mime: str = "") -> tuple[bytes, str, int]:
    """The same text in UTF-8: most pages come in it, and these are left as they are."""
    if not body.startswith(tuple(_MARKS)) and _is_utf8(body):
        return body, "utf-8", 0
    text, charset, damaged = decode(body, mime)
    return text.encode("utf-8", "surrogatepass"), charset, damaged


def _is_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8; told piece by piece, which needs no room for a text that nobody asked for."""
    view, at = memoryview(body), 0
    try:
        while at < len(body):
            at += codecs.utf_8_decode(view[at : at + _PIECE], "strict", at + _PIECE >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def _charset_of(mime: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w-]+)", mime, re.IGNORECASE)
    return found[1] if found else ""


def _codec(name: str) -> str:
    name = name.lower()
    return "gb18030" if name in _GB else "big5hkscs" if name in _BIG5 else ""
