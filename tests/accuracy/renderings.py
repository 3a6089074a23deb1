"""Every way of writing a made report, by format and form."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parsers.document import Document
from tests import ofd, pdf, sheets
from tests.maker import flat, html, picture, statistics, word
from tests.maker.paper import PAPERS, Paper
from tests.maker.report import Made

FORMS = ("2019", "2021")
STATISTICS = ("2014", "fujian", "shanghai", "anhui")
PRINTERS: dict[str, Callable[[Document], bytes]] = {
    "pdf": pdf.report,
    "ofd": ofd.report,
    "xlsx": lambda document: sheets.xlsx(sheets.cells(document)),
    "xls": lambda document: sheets.xls(sheets.cells(document)),
    "ods": lambda document: sheets.ods(sheets.cells(document)),
}

Write = Callable[[Made, int], bytes]


@dataclass(frozen=True, kw_only=True)
class Rendering:
    format: str
    name: str
    write: Write
    forms: tuple[str, ...] = FORMS
    slow: bool = False  # seconds, not milliseconds, to read


def renderings() -> Iterator[Rendering]:
    yield Rendering(format="html", name="mixed", write=_mixed_html)
    for name, style in html.STYLES:
        yield Rendering(format="html", name=name, write=style)
    for name, layout in flat.LAYOUTS:
        yield Rendering(format="text", name=name, write=layout)
        yield Rendering(format="text", name=f"{name}, varied", write=_varied(layout))
    yield Rendering(format="docx", name="mixed", write=_mixed_word)
    for name, words in word.WORDS:
        yield Rendering(format="docx", name=name, write=words)
    for format_, printer in PRINTERS.items():
        for name, paper in PAPERS:
            yield Rendering(format=format_, name=name, write=_printed(printer, paper))
    for name, shape in statistics.STYLES.items():
        yield Rendering(format="html", name=name, forms=STATISTICS, write=_statistics_html(shape))
        yield Rendering(format="docx", name=name, forms=STATISTICS, write=_statistics_word(shape))
    for name in statistics.SHAPES:
        yield Rendering(format="text", name=name, forms=STATISTICS, write=_statistics_text(name))
    if importlib.util.find_spec("rapidocr"):
        for dpi in (110, 150, 200):
            yield Rendering(format="picture", name=f"{dpi} dpi", write=_drawn(picture.Printer(dpi=dpi)), slow=True)


def _mixed_html(made: Made, seed: int) -> bytes:
    return html.mixed(seed)(made, seed)


def _mixed_word(made: Made, seed: int) -> bytes:
    return word.mixed(seed)(made, seed)


def _varied(layout: flat.Flat) -> Write:
    return lambda made, seed: flat.varied(layout, seed)(made, seed)


def _printed(printer: Callable[[Document], bytes], paper: Paper) -> Write:
    return lambda made, seed: printer(paper(made, seed))


def _drawn(printer: picture.Printer) -> Write:
    return lambda made, seed: picture.as_bytes(printer.strip(made))


def _statistics_html(shape: Callable[[Made], statistics.Grid]) -> Write:
    return lambda made, seed: statistics.html_of(made, [shape(made)])


def _statistics_word(shape: Callable[[Made], statistics.Grid]) -> Write:
    return lambda made, seed: word.with_statistics(made, shape(made), statistics.HEADINGS)


def _statistics_text(name: str) -> Write:
    return lambda made, seed: statistics.text_of(made, name, statistics.plain(made))
