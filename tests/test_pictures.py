"""Reports as pictures: every square right or flagged, nothing invented."""

from __future__ import annotations

import io
import random
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.maker.compare import compare
from tests.maker.grids import Grids
from tests.maker.picture import Printer, as_bytes
from tests.maker.report import blanked, make
from tests.reports import read

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")


@pytest.mark.parametrize(
    ("form", "printer"),
    [("2019", Printer(dpi=150)), ("2021", Printer(dpi=200, family="Noto Sans CJK SC", grey=160, shaded=True))],
)
def test_every_square_of_a_clean_picture_is_read(form: str, printer: Printer) -> None:
    made = blanked(make(form, 3), 0.2, 3)
    parsed = read(as_bytes(printer.strip(made)))
    result = compare(made, parsed)
    assert (result.wrong, result.lost) == ({}, {})
    assert {fact.method for fact in parsed.facts} == {"ocr"}
    assert (parsed.organ, parsed.year) == (made.organ, made.year)
    assert [s.number for s in parsed.sections if s.number] == [1, 2, 3, 4, 5, 6]
    assert Counter(fact.state for fact in parsed.facts)["blank"] == sum(n is None for n in made.values.values())


def table_four(grids: Grids, rng: random.Random) -> Grids:
    """Recognising takes long: one table is enough."""
    return tuple(grid for grid in grids if grid.table == "review")


def noisy(image: Image.Image, grain: float) -> Image.Image:
    grey = np.asarray(image).astype(float)
    grey += np.random.default_rng(1).normal(0, grain, grey.shape)
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)


def of_two_tones(image: Image.Image) -> Image.Image:
    return image.point(lambda grey: 255 * (grey > 140)).convert("1")


PRINTER = Printer(dpi=150, shape=table_four)
WORN: tuple[tuple[Printer, Callable[[Image.Image], Image.Image], dict[str, int], float], ...] = (
    (PRINTER, lambda image: noisy(image, 40), {}, 0.9),
    (replace(PRINTER, grey=190), lambda image: turned(image, -0.6), {}, 0.9),
    (replace(PRINTER, dpi=200), of_two_tones, {}, 0.9),
    (replace(PRINTER, dpi=100), lambda image: image, {}, 0.9),
    (replace(PRINTER, dpi=110, grey=150), lambda image: noisy(turned(image, 0.7), 15), {"quality": 40}, 0.8),
    (PRINTER, lambda image: turned(image.rotate(180), 3.0), {"quality": 40}, 0.9),
    (PRINTER, lambda image: image.rotate(90, expand=True), {}, 0.9),
    (replace(PRINTER, dpi=72), lambda image: noisy(image, 60), {}, 0.0),  # too coarse to be read: then no number is
)


@pytest.mark.parametrize(("printer", "wear", "options", "least"), WORN)
def test_of_a_worn_picture_no_number_is_invented(
    printer: Printer, wear: Callable[[Image.Image], Image.Image], options: dict[str, int], least: float
) -> None:
    made = blanked(make("2021", 5), 0.1, 5)
    kind = "JPEG" if options else "PNG"
    parsed = read(as_bytes(wear(printer.strip(made)), kind, **options))
    wanted = [i for i in made.values if i.startswith("review.")]
    result = compare(made, parsed, wanted)
    assert result.wrong == {}
    assert result.right >= least * len(wanted)
    assert {fact.method for fact in parsed.facts} <= {"ocr"}


SMALL = as_bytes(Printer(dpi=30).pages(make("2021", 1))[0])


def claiming(width: int, height: int) -> bytes:
    """A PNG whose head says that it is that large."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + SMALL[24:29]
    return SMALL[:12] + head + zlib.crc32(head).to_bytes(4, "big") + SMALL[33:]


def pages_of_tiff(count: int) -> bytes:
    body = io.BytesIO()
    page = Image.new("1", (8, 8))
    page.save(body, "TIFF", save_all=True, append_images=[page] * (count - 1))
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (SMALL[: len(SMALL) // 2], "damaged or cut off"),
        (claiming(100_000, 100_000), "pixels"),
        (claiming(6_000, 7_000), "pixels"),
        (pages_of_tiff(61), "more than 60 pages"),
        (as_bytes(Image.new("L", (1, 1))), "nothing was recognised"),
        (as_bytes(Image.new("L", (900, 900), 255)), "nothing was recognised"),
        (as_bytes(Image.new("L", (900, 900), 0)), "nothing was recognised"),
    ],
)
def test_pictures_that_are_refused(body: bytes, said: str) -> None:
    parsed = read(body)
    assert (parsed.kind, parsed.facts) == ("unreadable", ())
    (finding,) = parsed.findings
    assert said in finding.message_en


@pytest.mark.parametrize(("height", "width"), [(1, 1654), (1600, 3), (300, 400), (800, 900)])
def test_strips_are_filled_up_before_lines_are_looked_for(height: int, width: int) -> None:
    from parsers import eye

    picture = np.full((height, width), 255, np.uint8)
    picture[0, 0] = 7
    filled = eye.filled(picture)
    assert min(filled.shape) >= eye.SHORTEST
    assert (filled[:height, :width] == picture).all()
    assert filled.shape == (max(height, eye.SHORTEST), max(width, eye.SHORTEST))
