"""Pictures and scans -> document: ruling lines and recognised characters, by way of the extra `ocr`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from parsers.document import NO_OCR, Document, ReaderMissing, Unread, Unreadable

if TYPE_CHECKING:
    from parsers.straight import Grey

FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
LARGEST = 40_000_000  # pixels of all pages
PAGES = 60


def read(body: bytes, mime: str) -> Document:
    """The pages of a picture; only a TIFF has more than one."""
    try:
        from parsers.scanned import document_of_pictures
    except ImportError:
        return Document(blocks=(), unread=(Unread(name="", problem=ReaderMissing(NO_OCR)),))
    return document_of_pictures(pages_of(body))


def pages_of(body: bytes) -> Iterator[Grey]:
    """Its pages in grey, one at a time."""
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as picture:
            pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            if pages > PAGES:
                raise Unreadable(f"the picture has more than {PAGES} pages")
            pixels = 0
            for page in range(pages):
                picture.seek(page)
                pixels += picture.width * picture.height
                if pixels > LARGEST:
                    raise Unreadable(f"the picture has more than {LARGEST} pixels")
                yield np.asarray(_on_paper(ImageOps.exif_transpose(picture)))
    except UnidentifiedImageError as error:
        raise Unreadable("the picture is damaged or cut off") from error
    except Image.DecompressionBombError as error:
        raise Unreadable(f"the picture has more than {LARGEST} pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError) as error:
        raise Unreadable(f"the picture is damaged or cut off ({error})") from error


def _on_paper(picture: Any) -> Any:
    """In grey; what is transparent shows white paper, and of deep greys the upper eight bits are kept."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        return _of_eight_bits(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    return picture.convert("L")


def _of_eight_bits(picture: Any) -> Any:
    """Greys of 16 or 32 bits from black to the lightest that is there: formats do not say how light white is."""
    import numpy as np

    deep = np.nan_to_num(np.asarray(picture, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    darkest, lightest = min(float(deep.min()), 0.0), float(deep.max())
    if lightest > 255 or darkest < 0 or lightest <= 1:
        deep = (deep - darkest) * (255 / max(lightest - darkest, 1e-9))
    return deep.clip(0, 255).astype(np.uint8)
