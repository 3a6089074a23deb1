"""A report as HTML, in the mark-up of portals, word processors and their editors."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape

from tests.maker import grids as shapes
from tests.maker import wording as words
from tests.maker.grids import Grid, Grids, Row, Shape, Td
from tests.maker.report import HEADINGS, Made
from tests.maker.wording import Dress, Wording

Inner = Callable[[Td, random.Random], str]  # what stands between <td> and </td>


@dataclass(frozen=True, kw_only=True)
class Skin:
    """How one editor marks up tables, rows, cells and paragraphs."""

    inner: Inner
    table: str = "<table>{}</table>"
    row: str = "<tr>{}</tr>"
    cell: str = "<td{spans}>{inner}</td>"
    head_cell: str = ""  # of head rows, if marked up otherwise
    paragraph: str = "<p>{}</p>"
    parts: bool = False  # caption, thead and tbody
    breaks: str = "<br>"

    def of_grid(self, grid: Grid, rng: random.Random) -> str:
        rows = [self._row(row, rng, head=i < len(grid.head)) for i, row in enumerate(grid.rows)]
        if not self.parts:
            return self.table.format("".join(rows))
        head, body = "".join(rows[: len(grid.head)]), "".join(rows[len(grid.head) :])
        caption = f"<caption>{HEADINGS[grid.section - 1][2:]}</caption>"
        return self.table.format(f"{caption}<thead>{head}</thead><tbody>{body}</tbody>")

    def _row(self, row: Row, rng: random.Random, *, head: bool) -> str:
        cell = self.head_cell if head and self.head_cell else self.cell
        cells = [cell.format(spans=_spans(td), inner=self.inner(td, rng).replace("\n", self.breaks)) for td in row]
        return self.row.format("".join(cells))


def _spans(td: Td) -> str:
    down = f' rowspan="{td.rows}"' if td.rows > 1 else ""
    return down + (f' colspan="{td.cols}"' if td.cols > 1 else "")


# What stands in a cell


def bare(td: Td, rng: random.Random) -> str:
    return escape(td.text)


def _runs(text: str) -> Iterator[str]:
    """A text as Word cuts it into runs: digits apart from Chinese."""
    run = ""
    for c in text:
        if run and c.isascii() != run[-1].isascii():
            yield run
            run = ""
        run += c
    if run:
        yield run


def word_runs(td: Td, rng: random.Random) -> str:
    """A paragraph of spans; now and then a number is cut in two of them; an empty cell holds a blank."""
    runs = []
    for run in _runs(td.text):
        at = rng.randrange(1, len(run)) if len(run) > 1 and rng.random() < 0.3 else len(run)
        for part in filter(None, (run[:at], run[at:])):
            lang = " lang=EN-US" if part.isascii() else ""
            runs.append(
                f"<span{lang} style='font-size:10.5pt;font-family:宋体;mso-bidi-font-family:宋体'>{escape(part)}</span>"
            )
    said = "".join(runs) or "<span lang=EN-US style='mso-bidi-font-size:10.5pt'>&nbsp;</span>"
    mark = "<span lang=EN-US><o:p></o:p></span>"
    return f"<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'>{said}{mark}</p>"


def ueditor(td: Td, rng: random.Random) -> str:
    if not td.text:
        return '<p style="text-align: center;"><br/></p>'
    span = f'<span style="font-family: 宋体; font-size: 14px;">{escape(td.text)}</span>'
    return f'<p style="text-align: center; line-height: 1.5em;">\n{span}\n</p>'


def wps(td: Td, rng: random.Random) -> str:
    """Pasted from WPS: a paragraph a line, an empty cell with a blank font."""
    lines = td.text.split("\n") if td.text else ["&nbsp;"]
    spans = (
        f'<span style="font-family:仿宋;font-size:12px"><font face="仿宋">{escape(x, quote=False)}</font></span>'
        for x in lines
    )
    return "".join(f'<p class="p" style="text-indent:0">{x.replace("&amp;nbsp;", "&nbsp;")}</p>' for x in spans)


def fonts(td: Td, rng: random.Random) -> str:
    return f"<FONT SIZE=2>&nbsp;{escape(td.text)}&nbsp;</FONT>"


def boxes(td: Td, rng: random.Random) -> str:
    return f"<div>\n  <div><span>{escape(td.text)}</span></div>\n</div>"


def mixed_inner(td: Td, rng: random.Random) -> str:
    return rng.choice([bare, ueditor, boxes, word_runs])(td, rng)


CLEAN = Skin(inner=bare)
SEMANTIC = Skin(inner=bare, parts=True, cell="<td{spans}>{inner}</td>", head_cell='<th scope="col"{spans}>{inner}</th>')
WORD = Skin(
    inner=word_runs,
    table="<div align=center><table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 "
    "style='border-collapse:collapse;mso-table-layout-alt:fixed;mso-padding-alt:0cm 5.4pt 0cm 5.4pt'>{}</table></div>",
    row="<tr style='mso-yfti-irow:1;height:22.7pt'>{}</tr>\n",
    cell="<td width=72{spans} style='width:54.2pt;border:solid windowtext 1.0pt;mso-border-alt:solid'>{inner}</td>",
    paragraph="<p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:仿宋_GB2312'>{}"
    "<span lang=EN-US><o:p></o:p></span></span></p>",
    breaks="<br clear=none>",
)
UEDITOR = Skin(
    inner=ueditor,
    table='<table width="700" cellspacing="0" cellpadding="0" border="1" align="center"><tbody>{}</tbody></table>',
    row='<tr style="height:36px" class="firstRow">{}</tr>',
    cell='<td width="90" valign="center"{spans} style="word-break: break-all; border: 1px solid;">{inner}</td>',
    paragraph='<p style="text-indent: 2em;"><span style="font-size: 16px;">{}</span></p>',
    breaks="<br/>",
)
WPS = Skin(
    inner=wps,
    table='<table class="MsoTableGrid" border="1">{}</table>',
    paragraph='<p class="p" ><font face="仿宋">{}</font></p>',
)
LOUD = Skin(
    inner=fonts,
    table="<TABLE BORDER=1 WIDTH=100% BORDERCOLOR=#000000>{}</TABLE>",
    row="<TR ALIGN=middle>{}\n",
    cell="<TD NOWRAP{spans}>{inner}",
    paragraph="<P>　　{}",
    breaks="<BR>",
)
BOXES = Skin(inner=boxes, row="\n<tr>\n{}\n</tr>\n", cell="<td{spans}>\n{inner}\n</td>", paragraph="<div>{}</div>")
NESTED = Skin(
    inner=ueditor,
    table='<table width="100%"><tr><td align="center"><table><tbody><tr><td>&nbsp;</td><td>'
    '<table border="1">{}</table></td><td>&nbsp;</td></tr></tbody></table></td></tr></table>',
)
MIXED = Skin(inner=mixed_inner, table="<center><table border=1><tbody>{}</tbody></table></center>")

# Pages around a report


def alone(title: str, body: str, head: str) -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def fragment(title: str, body: str, head: str) -> str:
    return f"{head}<title>{title}</title><p align=center><b>{title}</b></p>{body}"


def portal(title: str, body: str, head: str) -> str:
    """Navigation, counters, share bar, scripts that hold mark-up, footer with numbers."""
    links = "".join(
        f'<li><a href="/c{i}/">{name}</a></li>' for i, name in enumerate(("首页", "政务公开", "政府信息公开年报"))
    )
    junk = "<script>var t='<table><tr><td>行政许可<\\/td><td>99<\\/td><\\/tr><\\/table>';document.write(t)</script>"
    return (
        f"<!DOCTYPE html><html><head>{head}<title>{title}-某县人民政府门户网站</title>"
        f"<style>td{{padding:0}}</style>{junk}</head>"
        f'<body><div class="nav"><ul>{links}</ul></div><div class="crumb">当前位置：首页 &gt; 政府信息公开年报</div>'
        f'<table width="100%"><tr><td><h1>{title}</h1></td></tr>'
        '<tr><td>发布时间：2022-01-20　浏览次数：<span id="hits">1286</span>次'
        f"　字体：【大 中 小】</td></tr><tr><td><div id='zoom'>{body}</div></td></tr></table>{junk}"
        '<div class="share">分享到：<a>微信</a><span>12</span></div>'
        '<div class="footer">备案号：某ICP备05000001号　电话：0591-23160000'
        '<noscript><img src="/t.gif"></noscript></div></body></html>'
    )


def layouts(title: str, body: str, head: str) -> str:
    """Three layout tables inside each other, as pages of before 2010 have them."""
    for _ in range(3):
        beside = '<td width="10"></td>'
        body = f'<table width="980" align="center"><tr>{beside}<td>{body}</td>{beside}</tr></table>'
    return f"<html><head>{head}<title>{title}</title></head><body>{body}</body></html>"


def bodiless(title: str, body: str, head: str) -> str:
    return f"<html><head>{head}<title>{title}</title></head><h1>{title}</h1>{body}</html>"


def closed_early(title: str, body: str, head: str) -> str:
    """A template that ends before its content, as pages put together from two have it."""
    end = "</body></html>"
    return f"<html><head>{head}<title>{title}</title></head><body><p>当前位置：首页</p>{end}<h1>{title}</h1>{body}{end}"


def bodied_twice(title: str, body: str, head: str) -> str:
    return (
        f"<html><head>{head}<title>{title}</title></head><body><div>首页</div></body>"
        f"<body><h1>{title}</h1>{body}</body></html>"
    )


# Charsets: text -> bytes


def utf8(text: str) -> bytes:
    return text.replace("META", '<meta charset="utf-8">').encode()


def unsaid(text: str) -> bytes:
    return text.replace("META", "").encode()


def gbk(text: str) -> bytes:
    return text.replace("META", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">').encode(
        "gb18030"
    )


def gbk_as_utf8(text: str) -> bytes:
    return text.replace("META", '<meta charset="utf-8">').encode("gb18030")


def utf8_as_gbk(text: str) -> bytes:
    return text.replace("META", '<meta charset="gb2312">').encode()


def marked(text: str) -> bytes:
    return text.replace("META", '<meta charset="gbk">').encode("utf-8-sig")


def gbk_as_big5(text: str) -> bytes:
    return text.replace("META", '<meta http-equiv="Content-Type" content="text/html; charset=big5">').encode("gb18030")


def gbk_as_latin(text: str) -> bytes:
    return text.replace("META", '<meta charset="iso-8859-1">').encode("gb18030")


def big5(text: str) -> bytes:
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=big5">'
    return words.traditional(text.replace("META", meta)).encode("big5", "xmlcharrefreplace")


def traditional(text: str) -> bytes:
    return words.traditional(text.replace("META", "")).encode()


CHARSETS = (utf8, unsaid, gbk, gbk_as_utf8, utf8_as_gbk, marked)
SKINS = (CLEAN, SEMANTIC, WORD, UEDITOR, WPS, LOUD, BOXES, NESTED, MIXED)
FRAMES = (alone, fragment, portal, layouts)


@dataclass(frozen=True, kw_only=True)
class Style:
    """One way of marking up a report."""

    skin: Skin = CLEAN
    shape: Shape = shapes.as_printed
    wording: Wording = words.official
    dress: Dress = words.plain
    frame: Callable[[str, str, str], str] = alone
    charset: Callable[[str], bytes] = field(default=utf8)

    def grids(self, made: Made, rng: random.Random) -> Grids:
        return self.shape(words.worded(shapes.grids_of(made), self.wording, self.dress, rng), rng)

    def page(self, made: Made, grids: Grids, rng: random.Random) -> bytes:
        """Title, sections with their tables, signature."""
        parts = []
        for section, heading in enumerate(HEADINGS, start=1):
            parts += [self.skin.paragraph.format(heading), self.skin.paragraph.format(made.prose(section))]
            parts += [self.skin.of_grid(grid, rng) for grid in grids if grid.section == section]
        parts.append(self.skin.paragraph.format(f"{made.organ}　{made.year + 1}年1月20日"))
        return self.charset(self.frame(made.title, "\n".join(parts), "META"))

    def __call__(self, made: Made, seed: int = 0) -> bytes:
        rng = random.Random(f"{zlib.crc32(repr(sorted(made.values.items())).encode())} {seed}")
        return self.page(made, self.grids(made, rng), rng)


STYLES: tuple[tuple[str, Style], ...] = (
    ("clean", Style()),
    ("semantic", Style(skin=SEMANTIC, frame=portal)),
    ("word paste", Style(skin=WORD, frame=portal, charset=gbk, wording=words.heads_broken)),
    ("wps paste", Style(skin=WPS, frame=alone, dress=words.blanks_around)),
    ("ueditor", Style(skin=UEDITOR, frame=portal, wording=words.other_points)),
    ("nested layout", Style(skin=NESTED, frame=layouts, charset=unsaid)),
    ("loud and unclosed", Style(skin=LOUD, frame=fragment, charset=gbk)),
    ("boxes in cells", Style(skin=BOXES, dress=words.wide_digits, wording=words.blanks_inside)),
    ("thousands", Style(skin=UEDITOR, dress=words.grouped, charset=marked)),
    ("in words", Style(skin=MIXED, dress=words.in_words, wording=words.other_words, charset=utf8_as_gbk)),
    ("half width", Style(wording=words.half_width, charset=gbk_as_utf8)),
    ("numbering lost", Style(wording=words.number_lost, skin=WORD)),
    ("half brackets", Style(wording=words.half_bracket, skin=BOXES)),
    *((name, Style(shape=shape)) for name, shape in shapes.SHAPES[1:]),
    ("labels over two rows", Style(shape=shapes.labels_over_rows, skin=WPS)),
    ("with units", Style(dress=words.with_units, charset=gbk_as_latin)),
    ("in numerals", Style(dress=words.in_numerals, charset=gbk_as_big5)),
    ("blanks marked", Style(dress=words.marked_blanks, skin=UEDITOR)),
    ("without a body", Style(frame=bodiless)),
    ("behind the end", Style(frame=closed_early, skin=WORD)),
    ("two bodies", Style(frame=bodied_twice)),
    ("traditional", Style(skin=UEDITOR, charset=traditional)),
    ("big5", Style(skin=CLEAN, charset=big5)),
)


def mixed(seed: int) -> Style:
    """Any skin, shape, wording, dress, frame and charset together."""
    rng = random.Random(seed)
    return Style(
        skin=rng.choice(SKINS),
        shape=rng.choice(shapes.SHAPES)[1],
        wording=rng.choice(words.WORDINGS),
        dress=rng.choice(words.DRESSES),
        frame=rng.choice(FRAMES),
        charset=rng.choice(CHARSETS),
    )
