"""An archived body with its squares marked: the served page and nothing but marks, the sheet of a PDF, a rendering."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import html

from archive.records import Parsed, Snapshot
from parsers import media
from parsers.pipeline import parse
from parsers.readers.html import read as read_html
from parsers.replay.asked import Asked, Marked, Quote, Square
from parsers.replay.choice import marked
from parsers.replay.words import bare
from tests import pdf
from tests.reports import ROOT, needs_office

SITE = ROOT / "demo" / "site" / "zwgk" / "zfxxgk" / "zfxxgknb"
ZHOUCUN = SITE / "202101" / "t20210122_700101.html"
SIGN = "nianbao-0123456789ab"


class Read(NamedTuple):
    """A body and what it says."""

    snapshot: Snapshot
    body: bytes
    parsed: Parsed


def captured(body: bytes, mime: str = "") -> Read:
    about: dict[str, Any] = {"timestamp": "", "digest": "", "filename": "", "offset": 0, "length": 0, "status": 200}
    snapshot = Snapshot(id="", url="http://www.example.gov.cn/1.html", mime=mime, **about)
    return Read(snapshot, body, parse(snapshot, body))


def asked(read: Read, squares: tuple[Square, ...], quotes: tuple[Quote, ...] = ()) -> Asked:
    return Asked(
        snapshot=read.snapshot,
        part=0,
        body=read.body,
        pictures={},
        outlines=read.parsed.outlines,
        squares=squares,
        quotes=quotes,
        addresses={},
        sign=SIGN,
    )


def squares(read: Read) -> tuple[Square, ...]:
    """All squares of a reading, each with the number of its fact for a label."""
    return tuple(
        Square(label=str(n), table=fact.table, row=fact.row, column=fact.column, raw=fact.raw)
        for n, fact in enumerate(read.parsed.facts)
    )


def plain(marked: Marked) -> bytes:
    """The page with everything taken out again that was put in."""
    page = re.sub(rb"<style>\[data-nianbao.*?</style>", b"", marked.html, count=1, flags=re.DOTALL)
    page = re.sub(rb"<mark(?: id=\"[^\"]*\")? data-nianbao-[^>]*>|</mark>", b"", page)
    return re.sub(rb'(?: id="nianbao-[^"]*")? data-nianbao-0123456789ab="[^"]*"', b"", page)


def said(marked: Marked, label: int) -> str:
    """What stands in the element that was marked."""
    found = html.document_fromstring(marked.html, html.HTMLParser(encoding="utf-8")).xpath(
        f"//*[@data-{SIGN}=$label]", label=str(label)
    )
    return bare("".join(one.text_content() for one in found))


def test_every_square_of_a_page_is_marked_and_nothing_else_changed() -> None:
    read = captured(ZHOUCUN.read_bytes())
    found = marked(asked(read, squares(read)))
    assert (found.way, len(found.placed)) == ("page", 198)
    assert plain(found) == media.as_utf8(read.body)[0]
    for n, fact in enumerate(read.parsed.facts):
        assert said(found, n) == bare(fact.raw), fact.indicator


@pytest.mark.parametrize("charset", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_page_is_marked_in_whichever_charset_it_came(charset: str) -> None:
    text = media.decode(ZHOUCUN.read_bytes())[0].removeprefix("\ufeff")
    read = captured(text.encode(charset))
    one = replace(squares(read)[40], label="7")
    found = marked(asked(read, (one,)))
    assert said(found, 7) == bare(one.raw)
    assert "周村区行政审批服务局" in found.html.decode()


def test_a_square_that_says_something_else_is_not_marked() -> None:
    read = captured(ZHOUCUN.read_bytes())
    moved = replace(squares(read)[0], raw="4711")
    outside = (
        replace(moved, table=99, label="1"),
        replace(moved, row=999, label="2"),
        replace(moved, column=99, label="3"),
    )
    found = marked(asked(read, (moved, *outside)))
    assert (found.way, found.placed) == ("page", frozenset())
    assert plain(found) == media.as_utf8(read.body)[0]


def test_a_sentence_is_marked_across_its_tags() -> None:
    read = captured(ZHOUCUN.read_bytes())
    sentences = tuple(Quote(label=str(n), text=one.sentence) for n, one in enumerate(read.parsed.statements))
    assert sentences
    found = marked(asked(read, (), sentences[:1]))
    assert said(found, 0) == bare(sentences[0].text)
    assert plain(found) == media.as_utf8(read.body)[0]
    body = "<p>本年<b>共收到&nbsp;&#30003;请</b>12件<!-- 34件 -->。</p><script>共收到申请12件</script>".encode()
    across = marked(asked(captured(body), (), (Quote(label="5", text="共收到申请12件。"),)))
    assert said(across, 5) == "共收到申请12件。"
    assert across.html.count(b"<mark") == 3


def test_squares_of_a_text_that_lost_its_grid(tmp_path: Path) -> None:
    read = captured((SITE / "202103" / "t20210322_700105.txt").read_bytes())
    in_page = captured(b"<!doctype html><title>1</title><body><pre>" + read.body + b"</pre></body>")
    for one, way in ((read, "drawn"), (in_page, "page")):
        wanted = squares(one)[:60]
        found = marked(asked(one, wanted))
        assert (found.way, len(found.placed)) == (way, 60)
        for n, square in enumerate(wanted):
            assert bare(square.raw) in said(found, n)


def test_what_only_a_script_shows_is_a_rendering() -> None:
    article = ZHOUCUN.read_text("utf-8")
    read = captured(json.dumps({"data": {"docTitle": "报告", "docClob": article}}).encode(), "application/json")
    assert len(read.parsed.facts) == 198
    found = marked(asked(read, squares(read)))
    assert (found.way, len(found.placed)) == ("drawn", 198)


@needs_office
def test_word_is_a_rendering_with_its_square_marked() -> None:
    read = captured((SITE / "202001" / "P020200121506677889900.doc").read_bytes())
    found = marked(asked(read, squares(read)))
    assert (found.way, len(found.placed)) == ("drawn", len(read.parsed.facts))
    assert all(bare(fact.raw) in said(found, n) for n, fact in enumerate(read.parsed.facts))


def test_pages_of_a_pdf_with_rectangles() -> None:
    pytest.importorskip("pypdfium2", reason="the extra ocr is not installed")
    read = captured(pdf.report(read_html(ZHOUCUN.read_bytes(), "")))
    assert {outline.page for outline in read.parsed.outlines} == {0, 1, 2}
    sentence = Quote(label="999", text=read.parsed.statements[0].sentence)
    found = marked(asked(read, squares(read), (sentence,)))
    assert (found.way, found.sheets, len(found.placed)) == ("sheet", (1, 2, 3), 199)
    import pypdfium2

    text = {}
    for number, page in enumerate(pypdfium2.PdfDocument(read.body)):
        text[number] = (page.get_size(), page.get_textpage())
    sheets = html.document_fromstring(found.html).xpath("//svg")
    for number, sheet in enumerate(sheets):
        (across, down), words = text[number]
        _, _, width, height = map(float, sheet.get("viewbox").split())
        for mark in sheet.xpath("polygon"):
            n = int(mark.get(f"data-{SIGN}"))
            if n == 999:
                continue
            corners = [tuple(map(float, point.split(","))) for point in mark.get("points").split()]
            (left, top), (right, bottom) = corners[0], corners[2]
            box = (
                left * across / width,
                down - bottom * down / height,
                right * across / width,
                down - top * down / height,
            )
            assert bare(read.parsed.facts[n].raw) in bare(words.get_text_bounded(*box)), read.parsed.facts[n].indicator


def test_where_a_scan_lies_askew_or_on_its_side_the_squares_lie_with_it() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    import numpy as np
    from PIL import Image, ImageDraw

    from tests.maker.picture import Printer
    from tests.maker.report import make
    from tests.test_scans import first_and_last

    page = Printer(dpi=150, shape=first_and_last, height=370).pages(make("2021", 3))[0]
    for picture in (page.rotate(3, fillcolor=255, expand=True), page.rotate(-90, expand=True)):
        packed = io.BytesIO()
        picture.save(packed, "PNG")
        read = captured(packed.getvalue())
        wanted = squares(read)
        assert wanted
        found = marked(asked(read, wanted))
        assert (found.way, len(found.placed)) == ("sheet", len(wanted))
        (sheet,) = html.document_fromstring(found.html).xpath("//svg")
        upright = picture.rotate(90 * read.parsed.outlines[0].turns, expand=True)
        _, _, width, height = map(int, sheet.get("viewbox").split())
        assert (width, height) == upright.size
        for polygon in sheet.xpath("polygon"):
            corners = [tuple(map(float, point.split(","))) for point in polygon.get("points").split()]
            ruled = Image.new("L", upright.size, 0)
            ImageDraw.Draw(ruled).line([*corners, corners[0]], fill=255, width=9)
            dark = np.asarray(upright.convert("L"))[np.asarray(ruled) > 0] < 160
            assert dark.mean() > 0.1, "no lines where the square is said to be"


def test_the_program_marks_and_refuses() -> None:
    read = captured(ZHOUCUN.read_bytes())
    one = squares(read)[5]
    told = {
        "snapshot": asdict(read.snapshot),
        "part": 0,
        "sizes": [len(read.body)],
        "pictures": [],
        "outlines": [],
        "squares": [asdict(one)],
        "quotes": [],
        "addresses": {},
        "sign": SIGN,
    }
    command = [sys.executable, "-m", "parsers.replay"]
    done = subprocess.run(command, input=json.dumps(told).encode() + b"\n" + read.body, capture_output=True, cwd=ROOT)
    head, _, page = done.stdout.partition(b"\n")
    assert json.loads(head) == {"way": "page", "sheets": [], "squares": [True], "quotes": []}
    assert page == marked(asked(read, (one,))).html
    told |= {"sizes": [9], "outlines": [], "squares": [asdict(one)]}
    broken = subprocess.run(command, input=json.dumps(told).encode() + b"\n%PDF-1.7\n", capture_output=True, cwd=ROOT)
    head, _, page = broken.stdout.partition(b"\n")
    assert (broken.returncode, json.loads(head)["squares"]) == (0, [False])


@pytest.mark.parametrize("seed", range(4))
def test_broken_pages_are_marked_or_left_alone(seed: int) -> None:
    """Whatever a page is made of, taking the marks out gives the page again."""
    rng = random.Random(seed)
    body = bytearray(ZHOUCUN.read_bytes())
    read = captured(bytes(body))
    for _ in range(40):
        place = rng.randrange(len(body))
        cut = rng.choice((b"<td", b"</table>", b"<!--", b"<script>", b"'\"", b"<table><tr>", b"\x00", b"</td></tr>"))
        body[place:place] = cut
    hurt = read._replace(body=bytes(body))
    found = marked(asked(hurt, squares(read)))
    assert found.way == "page"
    assert plain(found) == media.as_utf8(hurt.body)[0]
