"""PDFs written by hand: what no word processor would write, or only now and then."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping

from parsers.document import Document
from tests import press

WIDTH, HEIGHT = 595, 842  # points
POINTS = 72 / 25.4  # of a millimetre

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
# Two-byte codes that are Unicode, as Chinese programs write them without embedding the font.
CHINESE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 "
    b">> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 "
    b">> >>] >>"
)


def pdf(
    *pages: str | bytes,
    objects: Mapping[int, bytes] | None = None,
    resources: str = "",
    more: str = "",
    about: str = "",
    trailer: str = "",
) -> bytes:
    """A PDF of these page contents; `objects` are others by number, from 100, `more` fonts, `about` said of pages."""
    kids = [10 + 2 * i for i, _ in enumerate(pages)]
    found: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode(),
        3: FONT,
        4: CHINESE,
    }
    for kid, content in zip(kids, pages, strict=True):
        found[kid] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {kid + 1} 0 R {about} "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R {more} >> {resources} >> >>"
        ).encode()
        found[kid + 1] = stream(content if isinstance(content, bytes) else content.encode())
    return _file(found | dict(objects or {}), trailer)


def stream(data: bytes, about: str = "") -> bytes:
    packed = zlib.compress(data)
    return f"<< /Length {len(packed)} /Filter /FlateDecode {about} >>\nstream\n".encode() + packed + b"\nendstream"


def text(words: str, x: float, top: float, size: float = 10, mode: int = 0, matrix: str = "1 0 0 1") -> str:
    """Text whose characters begin `top` points below the upper edge of the page."""
    wide = any(ord(c) > 127 for c in words)
    plain = re.sub(r"([()\\\\])", r"\\\1", words)
    data = f"<{words.encode('utf-16-be').hex()}>" if wide else f"({plain})"
    font = "F2" if wide else "F1"
    return f"BT /{font} {size} Tf {mode} Tr {matrix} {x:.2f} {HEIGHT - top - size * 0.88:.2f} Tm {data} Tj ET\n"


def line(x0: float, top: float, x1: float, bottom: float) -> str:
    return f"{x0:.2f} {HEIGHT - top:.2f} m {x1:.2f} {HEIGHT - bottom:.2f} l S\n"


def area(x0: float, top: float, x1: float, bottom: float) -> str:
    return f"{x0:.2f} {HEIGHT - bottom:.2f} {x1 - x0:.2f} {bottom - top:.2f} re f\n"


def frame(x0: float, top: float, x1: float, bottom: float) -> str:
    return "".join(
        line(*ends)
        for ends in ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom))
    )


def grid(rows: Iterable[Iterable[str]], x: float = 60, top: float = 100, width: float = 70, height: float = 20) -> str:
    """A ruled table of one-line cells."""
    parts = []
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            left, above = x + c * width, top + r * height
            parts.append(frame(left, above, left + width, above + height))
            parts.append(text(words, left + 6, above + 5) if words else "")
    return "".join(parts)


def report(document: Document) -> bytes:
    """A report laid out on A4."""
    return pdf(*press.pages(document, _placed, _rule))


def _placed(words: str, x: float, top: float) -> str:
    """One line, Chinese and Latin in fonts of their own; Latin as narrow as the layout has it."""
    parts = []
    for run in re.findall(r"[ -~]+|[^ -~]+", words.replace("−", "－")):  # the encoding has no minus sign
        matrix = "0.9 0 0 1" if run.isascii() else "1 0 0 1"
        parts.append(text(run, x * POINTS, top * POINTS, press.SIZE * POINTS, matrix=matrix))
        x += press.wide(run)
    return "".join(parts)


def _rule(x0: float, top: float, x1: float, bottom: float) -> str:
    return line(x0 * POINTS, top * POINTS, x1 * POINTS, bottom * POINTS)


def _file(objects: Mapping[int, bytes], trailer: str) -> bytes:
    body = b"%PDF-1.7\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(body)
        body += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    size = max(objects) + 1
    start = len(body)
    body += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        body += f"{places.get(number, 0):010d} 00000 {'n' if number in places else 'f'} \n".encode()
    return body + f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
