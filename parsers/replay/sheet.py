"""Pages of a PDF, or pictures, with rectangles on them where squares and words stand; by way of the extra `ocr`."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

from archive.records import Outline
from parsers import media
from parsers.captured import captured
from parsers.document import Unreadable
from parsers.readers import READERS, picture
from parsers.replay.asked import Asked, Marked, Quote, Square
from parsers.replay.words import bare

DPI = 130
LARGEST = 6_000_000  # pixels of one page: A3 has 3.8 million
MOST = 8  # pages that are shown
SEARCHED = 60  # pages of a PDF in which words are looked for

Box = tuple[float, float, float, float]  # left, top, right, bottom, in shares of the upright page
Place = tuple[int | None, int]  # picture and page, as in archive.records.Outline


def marked_sheets(asked: Asked) -> Marked | None:
    """The pages that hold the squares; None where nothing says on which page they stand, or nothing can draw it."""
    try:
        return _marked(asked)
    except (ImportError, Unreadable, ArithmeticError, LookupError, OSError, RuntimeError, SyntaxError, ValueError):
        return None  # PDFium and Pillow raise these on what they cannot open


def _marked(asked: Asked) -> Marked | None:
    found: list[tuple[Place, Outline | None, Box, Square | Quote]] = [
        ((outline.picture, outline.page), outline, box, square)
        for square in asked.squares
        for outline in asked.outlines
        if (box := _box(outline, square)) is not None
    ]
    body = media.bare(asked.body)
    pdf = _Pdf(body) if media.media_type(body) == media.PDF else None
    if pdf:
        found += [((None, page), None, box, quote) for quote in asked.quotes for page, box in pdf.find(quote.text)]
    places = sorted({place for place, *_ in found}, key=lambda place: (place[0] or 0, place[1]))[:MOST]
    if not places:
        return None
    html, first = [_head(asked.sign)], True
    for place in places:
        own = [(outline, box, one) for at, outline, box, one in found if at == place]
        outline = next((outline for outline, _, _ in own if outline), None)
        image = pdf.draw(place[1], outline) if pdf and place[0] is None else _picture(asked, place, outline)
        html += [*_sheet(image, own, asked.sign, first=first), "</svg>"]
        first = False
    shown = frozenset(one for place, _, _, one in found if place in places)
    sheets = tuple(page + 1 for _, page in places)
    return Marked(way="sheet", html="".join(html).encode(), placed=shown, sheets=sheets)


def _box(outline: Outline, square: Square) -> Box | None:
    row, column = square.row - outline.row, square.column
    if square.table != outline.table or not (0 <= row < len(outline.ys) - 1 and 0 <= column < len(outline.xs) - 1):
        return None
    return outline.xs[column], outline.ys[row], outline.xs[column + 1], outline.ys[row + 1]


class _Pdf:
    """A PDF that is drawn and searched by PDFium."""

    def __init__(self, body: bytes) -> None:
        import pypdfium2

        self._pdf = pypdfium2.PdfDocument(body)

    def draw(self, number: int, outline: Outline | None) -> Any:
        page = self._pdf[number]
        if outline is None or not outline.recognised:
            page.set_cropbox(*page.get_mediabox())  # what our reader measures text in
        width, height = page.get_size()
        scale = min(DPI / 72, (LARGEST / max(width * height, 1)) ** 0.5)
        return _upright(page.render(scale=scale, may_draw_forms=False).to_pil(), outline)

    def find(self, words: str) -> Iterator[tuple[int, Box]]:
        """Where words stand, line by line, on the first page that has them."""
        wanted = bare(words)
        for number in range(min(len(self._pdf), SEARCHED) if wanted else 0):
            page = self._pdf[number]
            text = page.get_textpage()
            every = [(i, c) for i, c in enumerate(text.get_text_range()) if not c.isspace()]
            at = "".join(c for _, c in every).find(wanted)
            if at < 0:
                continue
            first, last = every[at][0], every[at + len(wanted) - 1][0]
            left, bottom, right, top = page.get_mediabox()
            width, height = right - left, top - bottom
            for n in range(text.count_rects(first, last - first + 1)):
                x0, y0, x1, y1 = text.get_rect(n)
                yield number, ((x0 - left) / width, (top - y1) / height, (x1 - left) / width, (top - y0) / height)
            return


def _picture(asked: Asked, place: Place, outline: Outline | None) -> Any:
    """A page of the body, which is a picture, or of a picture in it."""
    from PIL import Image, ImageOps

    body = media.bare(asked.body)
    number, frame = place
    if number is not None:
        pictures = READERS[media.media_type(body)](body, asked.snapshot.mime).pictures
        one = pictures[number]
        found = one.body if one.body is not None else captured(asked.pictures, asked.snapshot.url, one.name)
        if found is None:
            raise Unreadable("the picture was not captured")
        body = found
    with Image.open(io.BytesIO(body), formats=picture.FORMATS) as opened:
        if opened.width * opened.height > picture.LARGEST:
            raise Unreadable(f"the picture has more than {picture.LARGEST} pixels")
        if frame:
            opened.seek(frame)
        upright = ImageOps.exif_transpose(opened)
        paper = Image.new("RGBA", upright.size, "white")
        return _upright(Image.alpha_composite(paper, upright.convert("RGBA")).convert("RGB"), outline)


def _upright(image: Any, outline: Outline | None) -> Any:
    if outline and outline.turns:
        image = image.rotate(90 * outline.turns, expand=True)
    if image.width * image.height > LARGEST:
        image.thumbnail((2400, 2400))
    return image


# The page that is shown


def _head(sign: str) -> str:
    style = (
        "body{margin:0;background:#8a8d91}"
        "svg{display:block;width:100%;max-width:1100px;margin:0 auto 12px;background:#fff}"
        f"[data-{sign}]{{fill:#ffd54a55;stroke:#b3261e;scroll-margin:35vh}}text{{fill:#b3261e;font:700 1px sans-serif}}"
    )
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{sign}</title><style>{style}</style></head><body>'


def _sheet(
    image: Any, own: Sequence[tuple[Outline | None, Box, Square | Quote]], sign: str, *, first: bool
) -> Iterator[str]:
    width, height = image.size
    packed = io.BytesIO()
    image.convert("RGB").save(packed, "JPEG", quality=80)
    address = "data:image/jpeg;base64," + base64.b64encode(packed.getvalue()).decode()
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
    yield f'<image href="{address}" width="{width}" height="{height}"/>'
    stroke = max(width / 400, 1)
    told: set[Square | Quote] = set()  # a mark in several pieces has its label once
    for outline, (x0, y0, x1, y1), one in own:
        corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        lean = outline.lean if outline else 0.0
        points = [_leaning(x * width, y * height, lean, width, height) for x, y in corners]
        name = f' id="{sign}"' if first else ""
        first = False
        said = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polygon{name} data-{sign}="{one.label}" points="{said}" stroke-width="{stroke:.1f}"/>'
        if not one.label or one in told:
            continue
        told.add(one)
        x, y = points[1]
        yield f'<text x="{x + stroke:.1f}" y="{y:.1f}" style="font-size:{width / 60:.0f}px">{one.label}</text>'


def _leaning(x: float, y: float, lean: float, width: float, height: float) -> tuple[float, float]:
    """Where a point of the page that was made straight stands on the page as it lies."""
    angle = math.radians(lean)
    dx, dy = x - width / 2, y - height / 2
    return (
        width / 2 + dx * math.cos(angle) - dy * math.sin(angle),
        height / 2 + dx * math.sin(angle) + dy * math.cos(angle),
    )
