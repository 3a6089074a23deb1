"""Fonts of a PDF that name a character only where the file does; pdfminer guesses the others by their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pdfminer.cmapdb import CMap, CMapBase
from pdfminer.encodingdb import name2unicode
from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFSimpleFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name

NAMELESS = 0x110000  # no font has so many characters
SYMBOLIC = 4  # flag of a font whose codes are its own


class Fonts(PDFResourceManager):
    """A store of fonts in which code 48 is no 0 unless the file says so: a wrong digit is worse than none."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        font = super().get_font(objid, spec)
        if isinstance(font, PDFCIDFont) and isinstance(font.cmap, CMap):
            font.cmap = _Whole(font.cmap)
        if isinstance(font, PDFSimpleFont):
            if _is_guessed(spec):
                font.cid2unicode = {}
            else:
                nameless = set(_nameless(resolve1(spec.get("Encoding"))))
                font.cid2unicode = {c: text for c, text in font.cid2unicode.items() if c not in nameless}
        return font


class _Whole(CMapBase):
    """A map of codes in which one that is not there is a nameless character; pdfminer leaves it out of the text."""

    def __init__(self, known: CMap) -> None:
        super().__init__(**known.attrs)
        self._known = known.code2cid
        self._single = not all(isinstance(place, dict) for place in self._known.values())  # codes of one byte too

    def decode(self, code: bytes) -> Iterator[int]:
        at = 0
        while at < len(code):
            place: object = self._known
            first = at
            while isinstance(place, dict) and at < len(code):
                place = place.get(code[at])
                at += 1
            if isinstance(place, int):
                yield place
                continue
            if at - first == 1 and not (self._single and code[first] < 128):
                at += 1  # codes are of two bytes where nothing is known of them
            yield NAMELESS


def _is_guessed(spec: Mapping[str, Any]) -> bool:
    """Whether the font is embedded with codes of its own that are listed nowhere."""
    descriptor = dict_value(spec.get("FontDescriptor", {}))
    embedded = "FontFile2" in descriptor or "FontFile3" in descriptor  # pdfminer reads the codes of a FontFile
    flags = resolve1(descriptor.get("Flags"))
    return embedded and "Encoding" not in spec and isinstance(flags, int) and bool(flags & SYMBOLIC)


def _nameless(encoding: Any) -> Iterator[int]:
    """Codes that the font gives a shape with a name like /g17."""
    if not isinstance(encoding, dict):
        return
    code = 0
    for item in list_value(encoding.get("Differences", [])):
        item = resolve1(item)
        if isinstance(item, int):
            code = item
        elif isinstance(item, PSLiteral):
            try:
                name2unicode(str(literal_name(item)))
            except (KeyError, ValueError):
                yield code
            code += 1
