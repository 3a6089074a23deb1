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
from PIL import Image, ImageDraw

from parsers.numbers import PICTURE
from parsers.readers import picture as reader
from tests.maker.compare import compare
from tests.maker.grids import Grids
from tests.maker.picture import Printer, as_bytes, font
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


@pytest.fixture(scope="module")
def row() -> Image.Image:
    """A table of one row between words: all that a format has to carry."""
    image = Image.new("L", (640, 150), 255)
    draw = ImageDraw.Draw(image)
    for n, word in enumerate(("结果维持", "28", "0", "其他结果", "134")):
        draw.rectangle((20 + 120 * n, 20, 140 + 120 * n, 62), outline=0)
        draw.text((34 + 120 * n, 24), word, fill=0, font=font("Noto Serif CJK SC", 22))
    draw.text((20, 90), "政府信息公开工作年度报告", fill=0, font=font("Noto Serif CJK SC", 22))
    return image


def as_palette(image: Image.Image) -> Image.Image:
    """Colours whose numbers say nothing of how light they are."""
    palette = image.point(lambda grey: 7 if grey > 128 else 200).convert("P")
    palette.putpalette([255, 255, 240] * 200 + [0, 0, 90] * 56)
    return palette


def as_deep(image: Image.Image, most: int) -> Image.Image:
    """16 bits, from which the lower eight say next to nothing."""
    return Image.fromarray((np.asarray(image).astype(np.uint32) * most // 255).astype(np.uint16))


def with_exif(image: Image.Image) -> bytes:
    """Stored on its side, and told to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    body = io.BytesIO()
    image.rotate(90, expand=True).save(body, "JPEG", quality=90, exif=exif)
    return body.getvalue()


def animated(image: Image.Image) -> bytes:
    body = io.BytesIO()
    image.save(body, "GIF", save_all=True, append_images=[Image.new("L", image.size, 255 - n) for n in range(1, 200)])
    return body.getvalue()


def on_glass(image: Image.Image) -> Image.Image:
    """Ink on nothing, and black where nothing is."""
    glass = Image.new("RGBA", image.size)
    glass.putalpha(image.point(lambda grey: 255 - grey))
    return glass


@pytest.mark.parametrize(("grain", "grey"), [(0, 200), (15, 200), (45, 200), (0, 225), (3, 225)])
def test_a_faint_number_is_no_blank_square(row: Image.Image, grain: float, grey: int) -> None:
    faint = np.asarray(row).copy()
    faint[25:58, 262:378] = np.where(faint[25:58, 142:258] < 128, grey, 255)  # 28 where 0 stood
    (table,) = reader.read(as_bytes(noisy(Image.fromarray(faint), grain)), "").tables
    assert table.grid[0][2].text == PICTURE


@pytest.mark.parametrize(
    "write",
    [
        lambda image: as_bytes(image.convert("CMYK"), "JPEG", quality=90),
        lambda image: as_bytes(as_palette(image)),
        lambda image: as_bytes(as_deep(image, 65535)),
        lambda image: as_bytes(as_deep(image, 4095), "TIFF"),
        lambda image: as_bytes(Image.fromarray(np.asarray(image).astype(np.float32) / 255), "TIFF"),
        lambda image: as_bytes(on_glass(image), "WEBP"),
        with_exif,
        animated,
    ],
    ids=["cmyk", "palette", "16 bits", "12 bits", "float", "glass", "exif", "animated"],
)
def test_what_a_picture_shows_is_the_same_in_every_format(
    row: Image.Image, write: Callable[[Image.Image], bytes]
) -> None:
    document = reader.read(write(row), "")
    (table,) = document.tables
    assert [cell.text for cell in table.grid[0]] == ["结果维持", "28", "0", "其他结果", "134"]
    assert [p.text for p in document.paragraphs] == ["政府信息公开工作年度报告"]
    assert document.unread == ()


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


def rings() -> Image.Image:
    """Frames within frames: each piece of ink is around all others."""
    frame = np.minimum.outer(*[np.minimum(np.arange(n), n - 1 - np.arange(n)) for n in (1600, 1600)])
    return Image.fromarray(np.where(frame % 4 < 2, 0, 255).astype(np.uint8))


def squares() -> Image.Image:
    image = Image.fromarray(
        np.tile(np.pad(np.asarray(Printer(dpi=72).pages(make("2021", 1))[0])[60:73, 150:176], 3), (90, 90))
    )
    draw = ImageDraw.Draw(image)
    for at in range(0, 2900, 19):
        draw.line((0, at, 2900, at), fill=0)
    for at in range(0, 2900, 32):
        draw.line((at, 0, at, 2900), fill=0)
    return image


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 400), np.uint8)),
        rings(),
        squares(),
        Image.new("L", (100_000, 8), 200),
    ],
    ids=["noise", "rings", "squares", "strip"],
)
def test_pictures_of_nothing_end_in_one_finding(image: Image.Image) -> None:
    parsed = read(as_bytes(image))
    assert (parsed.facts, parsed.sections) == ((), ())
    (finding,) = parsed.findings
    assert finding.rule in ("unreadable", "not_a_report")


def test_a_page_with_more_text_than_any_costs_no_other(monkeypatch: pytest.MonkeyPatch, row: Image.Image) -> None:
    from parsers import eye

    body = io.BytesIO()
    twice = Image.new("L", (640, 300), 255)
    for y in (0, 150):
        twice.paste(row, (0, y))
    twice.save(body, "TIFF", save_all=True, append_images=[row])
    monkeypatch.setattr(eye, "MOST", 700)
    document = reader.read(body.getvalue(), "")
    assert [(one.name, str(one.problem)) for one in document.unread] == [
        ("第1页", "the picture shows more text than the pages of a report")
    ]
    assert len(document.tables) == 1


@pytest.mark.parametrize(("height", "width"), [(1, 1654), (1600, 3), (300, 400), (800, 900)])
def test_strips_are_filled_up_before_lines_are_looked_for(height: int, width: int) -> None:
    from parsers import eye

    picture = np.full((height, width), 255, np.uint8)
    picture[0, 0] = 7
    filled = eye.filled(picture)
    assert min(filled.shape) >= eye.SHORTEST
    assert (filled[:height, :width] == picture).all()
    assert filled.shape == (max(height, eye.SHORTEST), max(width, eye.SHORTEST))
