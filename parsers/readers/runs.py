"""The text of a paragraph of Word: what is struck out, hidden, deleted or a note in it never joins what is not."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from parsers.numbers import PICTURE, STRUCK, UNSEEN, glance, goes_with_number, may_be_number, signed
from parsers.packed import DAMAGE, tree_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALL = 3  # half points of letters that nobody can read
LONGEST = 20  # signs of what a square says; longer lines that were deleted are prose
DEEPEST = 20  # styles that are based on one another

Styles = Mapping[str, frozenset[str]]  # name -> what it does, of _EFFECTS and _SHADED

_EFFECTS = ("strike", "dstrike", "vanish", "vertAlign")
_NOTES = ("otnoteReference", "ndnoteReference")  # styles of the numbers of notes, defined or not
_SHADED = "shd"
_GONE = (W + "del", W + "moveFrom")  # deleted or moved away, which is only not yet accepted
_RUBY = W + "rt"  # a reading above the word
_SIGNS = {"tab": "\t", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_SIGNS |= dict.fromkeys(("drawing", "pict", "object", "sym"), PICTURE)
_UNREAD = ("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath",)  # formulas
# Fields whose result is a text or a number of the document's own.
_FILLS_IN = re.compile(
    r"\s*(?:=|(?:MERGEFIELD|DOCVARIABLE|DOCPROPERTY|REF|LINK|SEQ|QUOTE|IF|INCLUDETEXT)\b)", re.IGNORECASE
)
_PLAIN = ("", "auto", "FFFFFF")  # what is behind letters where nothing is


def styles_in(pack: zipfile.ZipFile) -> Styles:
    """The styles that strike out, hide or shade; where their part is lost, the text may be whole all the same."""
    try:
        root = tree_of(pack, "word/styles.xml")
    except DAMAGE:
        return {}
    styles = {str(style.get(W + "styleId")): style for style in root.iter(W + "style")}
    return {name: effects for name, style in styles.items() if (effects := frozenset(_of_style(style, styles)))}


def _of_style(style: Any, styles: Mapping[str, Any]) -> Iterator[str]:
    """What a style does, by itself or by the styles that it is based on, of which the nearest that says so counts."""
    line = [style]
    while len(line) < DEEPEST and line[-1] is not None:
        based = line[-1].find(W + "basedOn")
        line.append(None if based is None else styles.get(based.get(W + "val", "")))
    own = [one.find(W + "rPr") for one in line if one is not None]
    for effect in _EFFECTS:
        said = [letters for letters in own if letters is not None and letters.find(W + effect) is not None]
        if said and _is_on(said[0], effect):
            yield effect
    if _is_shaded(style):
        yield _SHADED


def text_of(paragraph: Any, styles: Styles) -> str:
    """What is to be seen; where that is nothing, what is hidden or deleted and may be a number, signed as such."""
    parts: list[str] = []
    lost: list[str] = []
    general = styles.get(_name(paragraph, "pPr", "pStyle"), frozenset())
    for run in paragraph.iter(W + "r"):
        above = next(run.iterancestors(W + "p", _RUBY, *_GONE), None)
        text = "".join(map(_said, run))
        if above is not paragraph:
            if above is not None and above.tag in _GONE and next(above.iterancestors(W + "p"), None) is paragraph:
                lost.append(signed(text, STRUCK))
            continue
        own = run.find(W + "rPr")
        style = _name(run, "rPr", "rStyle")
        effects = _effects(own, general | styles.get(style, frozenset()), styles)
        raised = "vertAlign" in effects or style.endswith(_NOTES) or (own is not None and _number(own, "position") != 0)
        effects.discard("vertAlign")
        if "vanish" in effects:
            lost.append(signed(text, UNSEEN))
            parts.append(" ")
        elif effects:
            counts = may_be_number(text) or goes_with_number(text)
            parts.append(f" {signed(text, STRUCK) if counts else text} ")
        else:
            parts.append(f" {text} " if raised else text)
    if next(paragraph.iter(*_UNREAD), None) is not None:
        parts.append(PICTURE)
    seen = "".join(parts)
    if not seen.strip() and any(map(_FILLS_IN.match, _fields(paragraph))):
        return PICTURE  # it was never worked out
    if not lost or not glance(seen).is_blank:
        return seen
    bare = "".join(lost).replace(STRUCK, "").replace(UNSEEN, "").strip()
    return "".join(lost) if len(bare) <= LONGEST and may_be_number(bare) else seen


def _fields(paragraph: Any) -> Iterator[str]:
    """The instructions of the fields in a paragraph."""
    yield "".join(part.text or "" for part in paragraph.iter(W + "instrText"))
    yield from (str(field.get(W + "instr", "")) for field in paragraph.iter(W + "fldSimple"))


def _effects(own: Any, styled: frozenset[str], styles: Styles) -> set[str]:
    """How the letters of a run look, by what it says itself and by its styles."""
    found = {effect for effect in _EFFECTS if effect in styled}
    if own is None:
        return found
    for effect in _EFFECTS:
        if own.find(W + effect) is not None:
            (found.add if _is_on(own, effect) else found.discard)(effect)
    if _is_white(own, styles) or 0 < _number(own, "sz") <= SMALL:
        found.add("vanish")
    return found


def _is_white(own: Any, styles: Styles) -> bool:
    """Whether white letters stand on nothing: neither they nor their paragraph, their table or its style are shaded."""
    colour = own.find(W + "color")
    if colour is None or colour.get(W + "val", "").upper() != "FFFFFF":
        return False
    table = next(own.iterancestors(W + "tbl"), None)
    place = next(own.iterancestors(W + "p")) if table is None else table
    styled = table is not None and _SHADED in styles.get(_name(table, "tblPr", "tblStyle"), ())
    return not (styled or _is_shaded(place) or next(place.iter(W + "highlight"), None) is not None)


def _is_shaded(element: Any) -> bool:
    return any(shade.get(W + "fill", "").strip() not in _PLAIN for shade in element.iter(W + "shd"))


def _name(element: Any, *path: str) -> str:
    found = element.find("/".join(W + name for name in path))
    return "" if found is None else str(found.get(W + "val", ""))


def _number(element: Any, *path: str) -> int:
    value = _name(element, *path)
    return int(value) if value.isdigit() else 0


def _said(node: Any) -> str:
    if node.tag in (W + "t", W + "delText"):
        return node.text or ""
    return _SIGNS.get(str(node.tag).removeprefix(W), "")


def _is_on(style: Any, name: str) -> bool:
    found = style.find(W + name)
    return found is not None and found.get(W + "val") not in ("0", "false", "off", "baseline")
