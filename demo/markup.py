"""A clean report in the clothes that portals give it: pasted from Word, or the plain tables of an older editor."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from lxml import etree
from lxml import html as lxml_html

RUNS = re.compile(r"[0-9]+(?=[0-9])|[0-9]|[^\S\n]+|[^0-9\s]+")
LINE = "\n"

WORD_HEAD = (
    "<style type=text/css>.TRS_Editor P{line-height:1.8;font-family:宋体;font-size:12pt}</style>"
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->\n"
)
WORD_TABLE = (
    '<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 width="100%" '
    "style='border-collapse:collapse;border:none;mso-border-alt:solid windowtext .5pt;mso-yfti-tbllook:1184'><tbody>\n"
)


def article(report: bytes) -> etree._Element:
    """The `article` element of a page in reports/."""
    found = lxml_html.document_fromstring(report.decode()).find(".//article")
    if found is None:
        raise ValueError("a report must have an article element")
    return found


def word(report: etree._Element) -> str:
    """As pasted from Word into TRS: MsoNormal paragraphs, one span a run, numbers split over spans."""
    return WORD_HEAD + "\n".join(_blocks(report, _word_paragraph, _word_table)) + "\n"


def plain(report: etree._Element) -> str:
    """As an older editor wrote it: upper-case tags, bold headings, bordered tables."""
    return "\n".join(_blocks(report, _plain_paragraph, _plain_table))


def _blocks(
    parent: etree._Element,
    paragraph: Callable[[str, str], str],
    table: Callable[[etree._Element], str],
) -> Iterator[str]:
    for element in parent:
        if element.tag == "section":
            yield from _blocks(element, paragraph, table)
        elif element.tag == "table":
            yield table(element)
        else:
            yield paragraph(str(element.tag), _text(element))


def _text(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag != "br":
            raise ValueError(f"unexpected <{child.tag}> inside <{element.tag}>")
        parts += [LINE, child.tail or ""]
    return "".join(parts)


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\xa0", "&nbsp;").replace(LINE, "<br>")


def _spans(cell: etree._Element, quote: str) -> str:
    spans = (f" {name}={quote}{cell.get(name)}{quote}" for name in ("rowspan", "colspan") if cell.get(name))
    return "".join(spans)


def _word_runs(text: str) -> str:
    runs = []
    for line in text.split(LINE):
        spans = (
            f"<span lang=EN-US style='font-family:宋体'>{run}</span>"
            if run.isdigit()
            else f"<span style='font-family:宋体;mso-hansi-font-family:Calibri'>{_escape(run)}</span>"
            for run in RUNS.findall(line)
        )
        runs.append("".join(spans))
    return "<br>".join(runs)


def _word_paragraph(tag: str, text: str) -> str:
    if tag == "h1":
        return f"<p class=MsoNormal align=center style='font-size:18pt'>{_word_runs(text)}<o:p></o:p></p>"
    runs = f"<b>{_word_runs(text)}</b>" if tag == "h2" else _word_runs(text)
    return f"<p class=MsoNormal style='text-indent:24.0pt;mso-char-indent-count:2.0'>{runs}<o:p></o:p></p>"


def _word_table(table: etree._Element) -> str:
    rows = []
    for row in table.iter("tr"):
        cells = (
            f"<td{_spans(cell, '')} valign=center style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'>"
            f"<p class=MsoNormal align=center style='text-align:center'>{_word_runs(_text(cell))}<o:p></o:p></p></td>"
            for cell in row
        )
        rows.append("<tr style='mso-yfti-irow:0'>" + "\n".join(cells) + "</tr>\n")
    return WORD_TABLE + "".join(rows) + "</tbody></table>"


def _plain_paragraph(tag: str, text: str) -> str:
    if tag == "h1":
        return f'<P align="center"><FONT size="5"><STRONG>{_escape(text)}</STRONG></FONT></P>'
    if tag == "h2":
        return f"<P>　　<STRONG>{_escape(text)}</STRONG></P>"
    return f"<P>　　{_escape(text)}</P>"


def _plain_table(table: etree._Element) -> str:
    rows = []
    for row in table.iter("tr"):
        cells = (f'<TD{_spans(cell, chr(34))} align="center">{_escape(_text(cell))}</TD>' for cell in row)
        rows.append("<TR>" + "".join(cells) + "</TR>\n")
    return '<TABLE border="1" cellspacing="0" cellpadding="3" width="100%">\n' + "".join(rows) + "</TABLE>"
