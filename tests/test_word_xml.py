"""Word files in one XML file are read as .docx are: merged cells, changes, comments, pictures and titles."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from parsers import media
from tests.maker.compare import compare
from tests.maker.report import blanked, make
from tests.maker.word import WORDS, Word
from tests.maker.wordxml import flat, of_2003
from tests.reports import read

SAVED: dict[str, Callable[[bytes], bytes]] = {"flat": flat, "2003": of_2003}


@pytest.mark.parametrize("saved", SAVED)
@pytest.mark.parametrize(("name", "style"), WORDS, ids=[name for name, _ in WORDS])
def test_every_square_is_read(name: str, style: Word, saved: str) -> None:
    seed = len(name)
    made = blanked(make(("2019", "2021")[seed % 2], seed), 0.2, seed)
    parsed = read(SAVED[saved](style(made, seed)), url="report.xml", mime="text/xml")
    result = compare(made, parsed)
    assert (parsed.media_type, parsed.kind, result.wrong, result.lost) == (media.WORD_XML, "report", {}, {})
    assert (parsed.title, parsed.organ, parsed.year) == (made.title, made.organ, made.year)


@pytest.mark.parametrize("saved", SAVED)
def test_a_file_that_breaks_off_is_damaged(saved: str) -> None:
    body = SAVED[saved](Word()(make("2021", 3), 3))
    for part in (2, 5, 9):
        parsed = read(body[: len(body) * part // 10])
        (finding,) = parsed.findings
        assert (parsed.kind, parsed.facts, finding.rule) == ("unreadable", (), "unreadable")
        assert "damaged or cut off" in finding.message_en


def test_a_picture_in_a_square_is_no_blank_and_one_in_the_text_is_named() -> None:
    made = make("2021", 5)
    number = '<w:r><w:t xml:space="preserve">249</w:t></w:r>'
    data = base64.encodebytes(b"\x89PNG").decode()
    picture = (
        f'<w:binData w:name="wordml://1.png">{data}</w:binData><v:shape><v:imagedata src="wordml://1.png"/></v:shape>'
    )
    shown = f"<w:r><w:pict>{picture}</w:pict></w:r>"
    body = of_2003(Word()(made, 5)).decode()
    assert body.count(number) == 1
    (fact,) = (f for f in read(body.replace(number, shown).encode()).facts if f.raw == "\ufffc")
    assert (fact.indicator, fact.state) == ("requests.new.natural_person", "unreadable")
    begin, end = body.index("<w:tbl>"), body.rindex("</w:tbl>") + len("</w:tbl>")
    parsed = read(f"{body[:begin]}<w:p>{shown}</w:p>{body[end:]}".encode())
    assert any("word/media/0" in f.evidence for f in parsed.findings if f.rule in ("unread_picture", "reader_missing"))
