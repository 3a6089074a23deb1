"""The text of a page as browsers lay it out: lines, and the cells of its data tables; worked out by libxslt, in C."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from parsers.numbers import PICTURE, in_line, in_square
from parsers.readers.article import SKIPPED, line_of
from parsers.readers.unseen import HIDDEN, HIDDEN_END

ICON = 100  # pixels; a picture that says to be smaller holds no table
DOT = 4  # pixels; a smaller one is seen by nobody, and only keeps others apart

Cells = list[tuple[str, int, int]]  # (text, rowspan, colspan) of the cells of a row

_BLOCKS = """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol pre section summary tbody td tfoot
    th thead tr ul ucapcontent""".split()
# What shows something that is not text, or may show it: in a square it stands for what nobody read.
_PICTURES = """img input textarea select button svg canvas object embed iframe math audio video script noscript
    template""".split()
_SHOWS = "select textarea input object iframe svg math audio video canvas embed".split()  # the same in a line
# Notes and readings of words stand beside a number, never in it.
_APART = "sup sub small rt rp".split()

# Code points that are no characters say in the result of _lay_out what begins or ends; `unmarked` keeps pages from it.
_END, _LINE, _TABLE, _TABLE_END, _ROW, _CELL, _TEXT, _PICTURE, _PICTURE_END = map(chr, range(0xFDD0, 0xFDD9))
_MARKS = re.compile(rb"\xef\xb7[\x90-\xaf]")
_MARKS_AS_NUMBERS = re.compile(rb"&#(?:[xX]0*[fF][dD][dDeE]|0*6497[6-9]|0*649[89]|0*6500)")

_OUTER = f" {_END}"
_SPAN = re.compile(r"\s*(\d{1,6})")
_PARTS = re.compile(f"([{HIDDEN}{HIDDEN_END}])")

_SHEET = f"""
    <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
      <xsl:output method="text"/>

      <xsl:template match="{"|".join(_BLOCKS)}">{_END}<xsl:apply-templates/>{_END}</xsl:template>
      <xsl:template match="p">{_END}<xsl:apply-templates/>{_LINE}</xsl:template>
      <xsl:template match="br">{_LINE}</xsl:template>
      <xsl:template match="img[number(@width) &lt; {ICON} or number(@height) &lt; {ICON}]"/>
      <xsl:template match="img">
        <xsl:text>{_PICTURE}</xsl:text>
        <xsl:choose>
          <xsl:when test="@data-original"><xsl:value-of select="@data-original"/></xsl:when>
          <xsl:when test="@data-src"><xsl:value-of select="@data-src"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="@src"/></xsl:otherwise>
        </xsl:choose>
        <xsl:text>{_PICTURE_END}</xsl:text>
      </xsl:template>
      <xsl:template match="{"|".join(sorted(SKIPPED.difference(_SHOWS)))}"/>
      <xsl:template match="{"|".join(_SHOWS)}">{PICTURE}</xsl:template>
      <xsl:template match="rt|rp"><xsl:text> </xsl:text><xsl:apply-templates/><xsl:text> </xsl:text></xsl:template>

      <!-- A table of data has none inside, and more than one cell. What stands beside its cells comes before it. -->
      <xsl:template match="table">
        <xsl:text>{_END}</xsl:text>
        <xsl:choose>
          <xsl:when test="not(.//table) and count(.//td) + count(.//th) &gt; 1">
            <xsl:apply-templates select="node()[not(self::tbody or self::thead or self::tfoot or self::tr)]
              | (tbody|thead|tfoot)/node()[not(self::tr)] | .//tr/node()[not(self::td or self::th)]"/>
            <xsl:text>{_END}{_TABLE}</xsl:text>
            <xsl:for-each select=".//tr">
              <xsl:text>{_ROW}</xsl:text><xsl:apply-templates mode="row"/>
            </xsl:for-each>
            <xsl:text>{_TABLE_END}{_END}</xsl:text>
            <xsl:apply-templates select=".//img[ancestor::td or ancestor::th]"/>
          </xsl:when>
          <xsl:otherwise><xsl:apply-templates/></xsl:otherwise>
        </xsl:choose>
        <xsl:text>{_END}</xsl:text>
      </xsl:template>

      <xsl:template mode="row" match="node()"/>
      <xsl:template mode="row" match="td|th">
        <xsl:text>{_CELL}</xsl:text><xsl:value-of select="@rowspan"/>
        <xsl:text>{_CELL}</xsl:text><xsl:value-of select="@colspan"/>
        <xsl:text>{_TEXT}</xsl:text><xsl:apply-templates mode="cell"/>
      </xsl:template>
      <xsl:template mode="cell" match="br|p|{"|".join(_BLOCKS)}">
        <xsl:text>{_END}</xsl:text><xsl:apply-templates mode="cell"/><xsl:text>{_END}</xsl:text>
      </xsl:template>
      <xsl:template mode="cell" match="{"|".join(sorted(SKIPPED.difference(_PICTURES)))}"/>
      <xsl:template mode="cell" match="{"|".join(_PICTURES)}">{PICTURE}</xsl:template>
      <xsl:template mode="cell" match="input[@type='hidden']"/>
      <xsl:template mode="cell" match="img[number(@width) &lt; {DOT} or number(@height) &lt; {DOT}]"/>
      <xsl:template mode="cell" match="{"|".join(_APART)}">
        <xsl:text> </xsl:text><xsl:value-of select="."/><xsl:text> </xsl:text>
      </xsl:template>
    </xsl:stylesheet>"""
_lay_out = etree.XSLT(etree.XML(_SHEET))
# What refers to a note in a page made by Word. Patterns of the sheet with conditions cost as much as all the others.
_REFERENCES = (
    etree.XPath("descendant::a/@href[contains(., '_ftn') or contains(., '_edn')]/.."),
    etree.XPath("descendant::span/@class[contains(., 'noteReference')]/.."),
)


def unmarked(page: bytes) -> bytes:
    """A page in UTF-8 without the code points that mark its flow."""
    return _MARKS_AS_NUMBERS.sub(b"&#65533", _MARKS.sub("\ufffd".encode(), page))


class Shown(NamedTuple):
    """A picture, by its address as printed."""

    address: str


class Veil(NamedTuple):
    """Where a part of a page begins that is not shown, or where it ends."""

    begins: bool


def flow(element: Any) -> Iterator[str | Shown | Veil | list[Cells]]:
    """Lines, data tables and pictures in document order; a line is empty only where a `br` or a `p` ends an empty one.

    A picture comes after the line or the table in which it stands.
    """
    for references in _REFERENCES:
        for reference in references(element):
            reference.tag = "sup"
    text = _folded_blanks(str(_lay_out(element)))
    before, *tables = text.split(_TABLE)
    yield from _lines(before)
    for piece in tables:
        table, _, after = piece.partition(_TABLE_END)
        yield [_cells(row) for row in table.split(_ROW)[1:]]
        yield from _lines(after)


def _folded_blanks(text: str) -> str:
    """White space folded, and none at the ends; a pattern would find single blanks, and put each of them back."""
    for blank in "\t\r\n\f":
        text = text.replace(blank, " ")
    return " ".join(filter(None, text.split(" ")))


def lines_in(element: Any) -> Iterator[str]:
    """The lines alone that are not empty, without pictures and data tables; around an article stand hundreds."""
    text = _without(_without(str(_lay_out(element)), _TABLE, _TABLE_END), _PICTURE, _PICTURE_END).replace(PICTURE, "")
    for mark in (_LINE, HIDDEN, HIDDEN_END):
        text = text.replace(mark, _END)
    return (line_of(line) for line in map(str.strip, text.split(_END)) if line)


def _without(text: str, begin: str, end: str) -> str:
    first, *others = text.split(begin)
    return "".join([first, *(other.partition(end)[2] for other in others)])


def _lines(text: str) -> Iterator[str | Shown | Veil]:
    if HIDDEN in text or HIDDEN_END in text:
        for part in _PARTS.split(text):
            yield from (Veil(part == HIDDEN),) if part in (HIDDEN, HIDDEN_END) else _lines(part)
        return
    for piece in filter(None, text.split(_END)):
        if _PICTURE in piece:
            yield from _with_pictures(piece)
        elif _LINE in piece or PICTURE in piece:
            yield from _written(piece)
        elif line := piece.strip():
            yield line


def _with_pictures(piece: str) -> Iterator[str | Shown]:
    for line in re.split(f"(?<={_LINE})", piece):
        first, *others = line.split(_PICTURE)
        parts = [other.partition(_PICTURE_END) for other in others]
        yield from _written(PICTURE.join([first, *(after for _, _, after in parts)]))
        yield from (Shown(address.strip()) for address, _, _ in parts if address.strip())


def _written(piece: str) -> Iterator[str]:
    if PICTURE in piece:
        piece = in_line(piece)
    if _LINE in piece:
        *ended, piece = piece.split(_LINE)
        yield from map(str.strip, ended)
    if line := piece.strip():
        yield line


def _cells(row: str) -> Cells:
    parts = row.split(_CELL)
    cells = []
    for rowspan, rest in zip(parts[1::2], parts[2::2], strict=True):
        colspan, _, text = rest.partition(_TEXT)
        text = text.strip(_OUTER)
        text = _folded(text) if _END in text else text.strip()
        down, across = _span(rowspan) if rowspan else 1, _span(colspan) if colspan else 1
        cells.append((in_square(text) if PICTURE in text else text, down, across))
    return cells


def _folded(text: str) -> str:
    return "\n".join(filter(None, map(str.strip, text.split(_END))))


def _span(value: str) -> int:
    found = _SPAN.match(value)
    return int(found[1]) if found else 1
