"""Reports as OFD files, written by hand as word processors write them: placed text and ruling lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from parsers.document import Document
from tests import press
from tests.press import HEIGHT, LEADING, SIZE, WIDTH

NAMESPACE = "http://www.ofdspec.org/2016"
THIN = 0.2  # millimetres

ROOT = f"""<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody>
<ofd:DocInfo><ofd:Title>{{title}}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""
DOCUMENT = f"""<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:PageArea>
<ofd:PhysicalBox>0 0 {WIDTH} {HEIGHT}</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>
<ofd:Pages>{{pages}}</ofd:Pages></ofd:Document>"""
PAGE = f"""<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Content>
<ofd:Layer ID="1">{{objects}}</ofd:Layer></ofd:Content></ofd:Page>"""


def packed(pages: Sequence[str], title: str = "") -> bytes:
    """An OFD of these page objects."""
    places = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i, _ in enumerate(pages))
    parts = {"OFD.xml": ROOT.format(title=escape(title)), "Doc_0/Document.xml": DOCUMENT.format(pages=places)}
    parts |= {f"Doc_0/Pages/Page_{i}/Content.xml": PAGE.format(objects=page) for i, page in enumerate(pages)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in parts.items():
            pack.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def report(document: Document, *, filled: bool = False) -> bytes:
    """A report laid out on A4; `filled` draws the ruling lines as thin areas, as some programs do."""
    return packed(press.pages(document, text_object, area if filled else line), document.title)


def text_object(text: str, x: float, y: float) -> str:
    """One line; `g` repeats a step, and a half-width character takes half a step."""
    steps = [SIZE / 2 if ord(c) < 128 else SIZE for c in text[:-1]]
    runs: list[list[float]] = []
    for step in steps:
        if runs and runs[-1][1] == step:
            runs[-1][0] += 1
        else:
            runs.append([1, step])
    delta = " ".join(f"g {int(n)} {step:g}" if n > 1 else f"{step:g}" for n, step in runs)
    return (
        f'<ofd:TextObject Boundary="{x:.3f} {y:.3f} {WIDTH} {LEADING}" Font="1" Size="{SIZE}">'
        f'<ofd:TextCode X="0" Y="{0.88 * SIZE:.3f}" DeltaX="{delta}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return _path(x0, y0, x1, y1, f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}", 'LineWidth="0.2"')


def area(x0: float, y0: float, x1: float, y1: float) -> str:
    wide, high = max(x1 - x0, THIN), max(y1 - y0, THIN)
    data = f"M 0 0 L {wide:.3f} 0 L {wide:.3f} {high:.3f} L 0 {high:.3f} C"
    return _path(x0, y0, x1, y1, data, 'Fill="true" Stroke="false"')


def _path(x0: float, y0: float, x1: float, y1: float, data: str, how: str) -> str:
    wide, high = max(x1 - x0, THIN), max(y1 - y0, THIN)
    return (
        f'<ofd:PathObject Boundary="{x0:.3f} {y0:.3f} {wide:.3f} {high:.3f}" {how}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )
