"""PDF with text -> document: characters and strokes with their places, by way of pdfminer.six."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix, decode_text

from parsers.document import Document, Unread, Unreadable
from parsers.numbers import holds_digits
from parsers.pages import Page, document_of
from parsers.readers import scan
from parsers.readers.fonts import Fonts
from parsers.readers.printing import LOST, Budget, Printer

LARGEST = 128 * 1024 * 1024  # bytes of the file, and of one part unpacked
PAGES = 300
UNPACKED = 512 * 1024 * 1024  # bytes of all parts but the pictures
BROKEN = 20_000_000_000  # bytes of a damaged part, packed times unpacked
OPERAND = 16  # bytes of instructions that each operand counts for
CALL = 2000  # bytes of instructions that calling one more drawing counts for
CODES = 500_000  # that the fonts may map; Chinese fonts map some 30,000 each

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_CODE_RANGES = re.compile(rb"begin(?:bf|cid)range(.*?)end(?:bf|cid)range", re.DOTALL)
_CODE_RANGE = re.compile(rb"<([0-9a-fA-F]{1,16})>\s*<([0-9a-fA-F]{1,16})>\s*(?:<[^>]*>|\[[^\]]*\]|\d+)")
# What pdfminer raises on files that are not what they say.
_DAMAGE = (
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

logging.getLogger("pdfminer").addHandler(logging.NullHandler())  # its warnings are for its makers


def read(body: bytes, mime: str) -> Document:
    if len(body) > LARGEST:
        raise Unreadable(f"the PDF has {len(body)} bytes, more than {LARGEST}")
    _refuse_bombs(body)
    try:
        pdf = PDFDocument(PDFParser(io.BytesIO(body)))
        printed, pictures = _printed(_pages(pdf), Printer(Fonts(), Budget()))
        title = _title(pdf)
    except PDFPasswordIncorrect as error:
        raise Unreadable("the PDF is locked by a password") from error
    except PDFEncryptionError as error:
        raise Unreadable(f"the PDF is encrypted in a way that is not known ({error})") from error
    except _DAMAGE as error:
        raise Unreadable(f"the PDF is damaged or cut off ({type(error).__name__}: {error})") from error
    unread, doubtful = _look_at(pictures, printed, body)
    glyphs = Counter(g.text == LOST for page in printed if not page.recognised for g in page.glyphs if g.text.strip())
    if not glyphs and not any(page.glyphs for page in printed) and not unread:
        raise Unreadable("there is no text in the PDF")
    if glyphs[True] > glyphs[False]:
        raise Unreadable("the fonts of the PDF do not say which characters they print")
    document = document_of(printed, title=title, damaged=glyphs[True] + doubtful)
    return replace(document, unread=unread)


def _pages(document: PDFDocument) -> Sequence[PDFPage]:
    """All pages; a file that lost some of them is not read as if it were whole."""
    pages = list(islice(PDFPage.create_pages(document), PAGES + 1))
    if len(pages) > PAGES:
        raise Unreadable(f"the PDF has more than {PAGES} pages")
    said = resolve1(dict_value(document.catalog.get("Pages")).get("Count"))
    lost = [page for page in pages if not all(isinstance(resolve1(part), PDFStream) for part in page.contents)]
    if not pages or lost or (isinstance(said, int) and said > len(pages)):
        raise Unreadable(f"the PDF is damaged or cut off: {len(pages) - len(lost)} of its {said} pages are whole")
    return pages


def _refuse_fields(page: PDFPage) -> None:
    """Numbers typed over a page are no part of it: without them its squares would be read as blank."""
    for note in list_value(page.annots or []):
        about = resolve1(note)
        if not isinstance(about, dict):
            continue
        kind = literal_name(resolve1(about.get("Subtype")))
        said = resolve1(about.get("V" if kind == "Widget" else "Contents"))
        if kind in ("Widget", "FreeText") and isinstance(said, bytes) and holds_digits(decode_text(said)):
            raise Unreadable("the PDF is a form: what was typed into its fields is not read")


def _printed(pages: Sequence[PDFPage], printer: Printer) -> tuple[list[Page], list[int]]:
    """What the text of each page says, and which pages are pictures."""
    interpreter = _Interpreter(printer.rsrcmgr, printer)
    printed, pictures = [], []
    for number, page in enumerate(pages):
        _refuse_fields(page)
        interpreter.process_page(page)
        printed.append(printer.page())
        if printer.is_picture:
            pictures.append(number)
    return printed, pictures


def _look_at(pictures: Sequence[int], printed: list[Page], body: bytes) -> tuple[tuple[Unread, ...], int]:
    """Puts what is recognised in the place of pages that are pictures; which were not read, and the doubtful digits.

    Such a page is recognised whole, with the text that is beside its pictures. Unread, it keeps that text.
    """
    unread, doubtful = [], 0
    for number in pictures[: scan.PAGES]:
        try:
            printed[number], lost = scan.recognised(body, number)
            doubtful += lost
        except Unreadable as error:
            unread.append(Unread(name=f"第{number + 1}页", problem=error))
    too_many = Unreadable(f"more than {scan.PAGES} pages are pictures")
    unread += [Unread(name=f"第{number + 1}页", problem=too_many) for number in pictures[scan.PAGES :]]
    return tuple(unread), doubtful


class _Interpreter(PDFPageInterpreter):
    """Counts what it runs: a drawing that calls a drawing twice that calls a drawing twice never ends."""

    device: Printer

    def push(self, obj: Any) -> None:
        self.device.budget.spend(instructions=OPERAND)
        super().push(obj)

    def pop(self, n: int) -> list[Any]:
        """Operands off the stack, in place: copying one that nobody empties costs the square of its length."""
        begin = max(len(self.argstack) - n, 0)
        taken = self.argstack[begin:]
        del self.argstack[begin:]
        return taken

    def render_contents(
        self, resources: dict[object, object], streams: Sequence[object], ctm: Matrix = (1, 0, 0, 1, 0, 0)
    ) -> None:
        for stream in streams:
            part = resolve1(stream)
            if isinstance(part, PDFStream):
                self.device.budget.spend(instructions=len(part.get_data()) + CALL)
        super().render_contents(resources, streams, ctm)


def _title(document: PDFDocument) -> str:
    for info in document.info:
        title = resolve1(info.get("Title"))
        if isinstance(title, bytes):
            return decode_text(title).strip("\x00 ")
    return ""


def _refuse_bombs(body: bytes) -> None:
    """Unpacks what pdfminer would, piece by piece and only so far."""
    total = codes = 0
    for found in _STREAM.finditer(body):
        begin = found.end()
        if body[begin : begin + 1] not in (b"\x78", b"\x48", b"\x58", b"\x68"):
            head = body[begin : begin + 65536]
        elif _PICTURE.search(body, body.rfind(b"obj", max(begin - 2048, 0), begin), begin):
            continue
        else:
            head = _unpacked(body, begin)
            total += len(head)
        codes += _codes(head)
        if len(head) > LARGEST or total > UNPACKED or codes > CODES:
            raise Unreadable("parts of the PDF unpack to more than any report holds")


def _codes(part: bytes) -> int:
    """How many characters the table of a font maps, in ranges that pdfminer would write out one by one."""
    ranges = (found for block in _CODE_RANGES.findall(part) for found in _CODE_RANGE.findall(block))
    return sum(max(int(end, 16) - int(begin, 16), 0) for begin, end in ranges)


def _unpacked(body: bytes, begin: int) -> bytes:
    end = body.find(b"endstream", begin)
    packed = body[begin : end if end > 0 else len(body)]
    try:
        return zlib.decompressobj().decompress(packed, LARGEST + 1)
    except zlib.error:
        return _until_broken(packed)


def _until_broken(packed: bytes) -> bytes:
    """What stands before the damage; pdfminer unpacks it byte by byte, and copies all that it has for each."""
    unpack, whole = zlib.decompressobj(), bytearray()
    with suppress(zlib.error):
        for at in range(0, len(packed), 1024):
            whole += unpack.decompress(packed[at : at + 1024])
            if len(whole) * len(packed) > BROKEN:
                raise Unreadable("the PDF is damaged: a large part of it does not unpack")
    return bytes(whole)
