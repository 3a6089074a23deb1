"""Small whole files of every format, for the fuzzer to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parsers.document import Document
from parsers.readers import html
from parsers.readers.picture import FORMATS
from tests import ofd, packs, pdf, sheets
from tests.maker import statistics
from tests.maker.flat import LAYOUTS
from tests.maker.html import STYLES
from tests.maker.picture import Printer, as_bytes
from tests.maker.report import make
from tests.reports import COLUMN, REPORTS

FORMS = ("2019", "2021", "2014")


def pages() -> Iterator[bytes]:
    for n, (_, style) in enumerate(STYLES):
        yield style(make(FORMS[n % 2], n), n)
    for n, form in enumerate(("2014", "fujian", "shanghai", "anhui")):
        made = make(form, n)
        yield statistics.html_of(made, [statistics.plain(made)])
    for path in sorted(REPORTS.glob("*.html")):
        yield path.read_bytes()


def texts() -> Iterator[bytes]:
    for n, (_, flat) in enumerate(LAYOUTS):
        yield flat(make(FORMS[n % 2], n), n)
    for shape in statistics.SHAPES:
        made = make("2014", 3)
        yield statistics.text_of(made, shape, statistics.plain(made))
    for path in sorted(REPORTS.glob("*.txt")):
        yield path.read_bytes()


def word() -> Iterator[bytes]:
    for path in sorted(COLUMN.rglob("*.docx")):
        yield path.read_bytes()
    for form in ("2014", "fujian", "shanghai", "anhui"):
        made = make(form, 1)
        yield statistics.docx_of(made, statistics.plain(made))


def _documents() -> Iterator[Document]:
    for n, form in enumerate(FORMS[:2]):
        yield html.read(STYLES[0][1](make(form, n), n), "")


def workbooks() -> Iterator[bytes]:
    for document in _documents():
        placed = sheets.cells(document)
        yield sheets.xlsx(placed)
        yield sheets.xls(placed)


def open_workbooks() -> Iterator[bytes]:
    for document in _documents():
        yield sheets.ods(sheets.cells(document))


def ofds() -> Iterator[bytes]:
    for document in _documents():
        yield ofd.report(document)
        yield ofd.report(document, filled=True)


def pdfs() -> Iterator[bytes]:
    """Ruled tables, each on a page of its own below its prose."""
    for document in _documents():
        prose = [pdf.text(p.text[:50], 40, 20 + 12 * i, 8) for i, p in enumerate(document.paragraphs[:6])]
        grids = [[[cell.text[:8] for cell in row] for row in table.grid] for table in document.tables]
        yield pdf.pdf(*("".join(prose) + pdf.grid(grid, x=20, width=50, height=18) for grid in grids))
        yield pdf.pdf("".join(prose), pdf.frame(20, 20, 500, 700) + pdf.text("12", 30, 30))
    yield pdf.pdf("/N Do", objects={100: pdf.stream(b"/N Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")})


def packed() -> Iterator[bytes]:
    members = {
        "甲/2020年报.html": (REPORTS / "weidong-2020.html").read_bytes(),
        "乙.txt": next(texts()),
        "图.png": b"\x89PNG",
    }
    for make_pack in (packs.zipped, packs.rar4, packs.rar5, packs.seven):
        yield make_pack(members)
    yield packs.zipped({"里.zip": packs.zipped(members), "外.docx": next(word())})
    yield packs.zipped({"a.7z": packs.seven({"a.html": b"<p>1</p>"}), "b.rar": packs.rar5({"b.txt": b"2020"})})


def ole() -> Iterator[bytes]:
    for path in sorted(COLUMN.rglob("*.doc")):
        yield path.read_bytes()
    yield sheets.compound({"WordDocument": b"1" * 600, "1Table": b"2"})
    yield sheets.compound({"EncryptionInfo": b"1", "EncryptedPackage": b"2"})


def pictures() -> Iterator[bytes]:
    """Table four alone, small, in every format."""
    printer = Printer(dpi=90, shape=lambda grids, rng: tuple(grid for grid in grids if grid.table == "review"))
    image = printer.strip(make("2021", 5)).crop((40, 200, 704, 500))
    for kind in FORMATS:
        yield as_bytes(image.resize((332, 150)), kind)
    yield as_bytes(image)
    yield as_bytes(image.convert("1"), "BMP")
    yield as_bytes(image.convert("RGBA"))
    yield as_bytes(image.convert("CMYK"), "JPEG")
    yield as_bytes(image.resize((332, 150)).convert("I;16"), "TIFF")


READERS: dict[str, Callable[[], Iterator[bytes]]] = {
    "html": pages,
    "text": texts,
    "docx": word,
    "xls": workbooks,
    "ods": open_workbooks,
    "ofd": ofds,
    "pdf": pdfs,
    "packs": packed,
    "picture": pictures,
    "ole": ole,
}


def seeds(reader: str) -> list[bytes]:
    """Files to begin with; `pipeline` begins with those of all readers."""
    chosen = READERS.values() if reader == "pipeline" else [READERS[reader]]
    return [body for make_seeds in chosen for body in make_seeds()]
