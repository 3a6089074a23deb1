"""Squares in one document of several, in pictures of a page, and a program that fails or never ends."""

from __future__ import annotations

import asyncio
import base64
import io
import zipfile
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from archive.records import Parsed
from archive.shown import replaying
from archive.shown.replaying import Busy, Program, Replayed
from parsers.pipeline import parse
from parsers.readers.html import read as read_html
from parsers.replay.asked import Marked
from parsers.replay.choice import marked
from parsers.replay.words import bare
from tests import pdf, press
from tests.test_replay import SIGN, SITE, ZHOUCUN, Read, asked, captured, said, squares
from tests.test_several import TOWNS, body_of, page


def of_part(read: Read, parsed: Parsed) -> Marked:
    """All squares of one part marked; each says what its fact says."""
    one = read._replace(parsed=parsed)
    found = marked(replace(asked(one, squares(one)), part=parsed.part))
    assert len(found.placed) == len(parsed.facts) > 100
    for n, fact in enumerate(parsed.facts):
        assert said(found, n) == bare(fact.raw), (parsed.part, fact.indicator)
    return found


def test_each_report_of_a_page_has_its_own_squares() -> None:
    read = captured(page(*map(body_of, TOWNS)))
    assert [part.part for part in read.parsed.parts] == [1, 2, 3]
    assert {of_part(read, part).way for part in read.parsed.parts} == {"page"}


@pytest.mark.parametrize("about", ["/Rotate 90", "/Rotate 270", "/CropBox [30 60 565 800]"])
def test_pages_that_lie_on_their_side_or_are_cut(about: str) -> None:
    pytest.importorskip("pypdfium2", reason="the extra ocr is not installed")
    import numpy as np
    from PIL import Image, ImageDraw

    document = read_html(ZHOUCUN.read_bytes(), "")
    read = captured(pdf.pdf(*press.pages(document, pdf._placed, pdf._rule), about=about))
    found = marked(asked(read, squares(read)))
    assert (found.way, len(found.placed)) == ("sheet", 198)
    for sheet in html.document_fromstring(found.html).xpath("//svg"):
        address = sheet.xpath("*[local-name() = 'image']/@href")[0].partition("base64,")[2]
        image = Image.open(io.BytesIO(base64.b64decode(address))).convert("L")
        for polygon in sheet.xpath("polygon"):
            corners = [tuple(map(float, point.split(","))) for point in polygon.get("points").split()]
            ruled = Image.new("L", image.size, 0)
            ImageDraw.Draw(ruled).line([*corners, corners[0]], fill=255, width=5)
            dark = np.asarray(image)[np.asarray(ruled) > 0] < 200
            assert dark.mean() > 0.15, "no lines where the square is said to be"


def test_a_document_in_a_pack_is_a_rendering() -> None:
    document = (SITE / "202101" / "P020210115401122334455.docx").read_bytes()
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as members:
        for name in ("1.docx", "2.docx"):
            members.writestr(name, document)
    read = captured(pack.getvalue())
    assert {of_part(read, part).way for part in read.parsed.parts} == {"drawn"}


def test_a_table_that_a_picture_of_the_page_shows() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    from tests.maker.picture import Printer, as_bytes
    from tests.maker.report import make
    from tests.test_pictures import table_four

    made = make("2021", 5)
    strip = as_bytes(Printer(dpi=150, shape=table_four).strip(made), "PNG")
    body = (
        f"<html><title>{made.organ}{made.year}年政府信息公开工作年度报告</title><body><img src='a/b.png'></body></html>"
    )
    blank = captured(body.encode())
    pictures = {"http://www.example.gov.cn/a/other.png": b"", "http://www.example.gov.cn/a/b.png": strip}
    read = blank._replace(parsed=parse(blank.snapshot, blank.body, pictures))
    assert {(one.picture, one.page) for one in read.parsed.outlines} == {(0, 0)}
    found = marked(replace(asked(read, squares(read)), pictures=pictures))
    assert (found.way, len(found.placed)) == ("sheet", len(read.parsed.facts))
    assert len(html.document_fromstring(found.html).xpath(f"//polygon[@data-{SIGN}]")) == len(read.parsed.facts)
    lost = marked(asked(read, squares(read)[:1]))
    assert (lost.way, lost.placed) == ("page", frozenset())


@pytest.mark.parametrize("command", ["exit 4", "kill -9 $$", "sleep 60"])
def test_a_program_that_fails_or_never_ends_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(replaying, "SECONDS", 0.5)
    read = captured(b"<p>1</p>")
    program = Program(command=("sh", "-c", f"echo $$ > pid; {command}"), directory=tmp_path, made=OrderedDict())
    assert asyncio.run(program.replay(read.snapshot, read.body)) == Replayed()
    pid = (tmp_path / "pid").read_text().strip()
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_what_was_made_is_kept_for_a_while(tmp_path: Path) -> None:
    answer = (
        r'printf "%s\n" x >> runs; printf "{\"way\": \"page\", \"sheets\": [], \"squares\": [], \"quotes\": []}\nbody"'
    )
    program = Program(command=("sh", "-c", answer), directory=tmp_path, made=OrderedDict())
    read = captured(b"<p>1</p>")

    async def ask(part: int) -> Replayed:
        return await program.replay(read.snapshot, read.body, part=part)

    for part in (0, 0, *range(replaying.KEPT + 3), 0):
        assert asyncio.run(ask(part)) == Replayed(way="page", html=b"body")
    runs = (tmp_path / "runs").read_text().count("x")
    assert runs == replaying.KEPT + 3 + 1, "twice the same is made once; the oldest is made again"
    assert len(program.made) == replaying.KEPT


HEAD = r"{\"way\": \"page\", \"sheets\": [], \"squares\": [], \"quotes\": []}"
SLOW = f'echo x >> runs; sleep 0.5; printf "{HEAD}\\nbody"'


def test_who_asks_for_the_same_shares_one_run_and_too_many_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(command=("sh", "-c", SLOW), directory=tmp_path, made=OrderedDict())
    read = captured(b"<p>1</p>")

    async def ask(parts: list[int]) -> list[Replayed | BaseException]:
        monkeypatch.setattr(replaying, "AT_ONCE", asyncio.Semaphore(replaying.RUNNING))
        asked = [program.replay(read.snapshot, read.body, part=part) for part in parts]
        return await asyncio.gather(*asked, return_exceptions=True)

    most = replaying.RUNNING + replaying.WAITING
    found = asyncio.run(ask([0, 1] * (most // 2) + [2, 0]))
    assert found[:most] == [Replayed(way="page", html=b"body")] * most
    assert [type(one) for one in found[most:]] == [Busy, Busy]
    assert (tmp_path / "runs").read_text().count("x") == 2
    assert (program.running, program.waiting) == ({}, {})


def test_what_nobody_waits_for_any_longer_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "PATIENCE", 0.2)
    program = Program(command=("sh", "-c", "echo $$ > pid; exec sleep 60"), directory=tmp_path, made=OrderedDict())
    read = captured(b"<p>1</p>")

    async def ask() -> None:
        with pytest.raises(Busy):
            await program.replay(read.snapshot, read.body)
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    asyncio.run(ask())
    if (tmp_path / "pid").exists():
        state = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
        assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
    assert (program.made, program.running) == ({}, {})
