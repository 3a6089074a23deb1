"""Word files: what is struck out, deleted or hidden in a square becomes no number, and joins none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from archive.records import Fact
from parsers.numbers import PICTURE, STRUCK, UNSEEN, signed
from tests import packs
from tests.maker.report import make
from tests.maker.word import W, Word
from tests.reports import needs_office, office, read

NAME = "requests.new.natural_person"
with zipfile.ZipFile(io.BytesIO(Word()(make("2021", 5), 5))) as pack:
    PARTS = {name: pack.read(name) for name in pack.namelist()}
SQUARE = '<w:r><w:t xml:space="preserve">249</w:t></w:r>'
DOCUMENT = PARTS["word/document.xml"].decode()
assert DOCUMENT.count(SQUARE) == 1

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
SEEN, EIGHT = "<w:r><w:t>24</w:t></w:r>", "<w:t>9</w:t>"


def written(square: str, styles: str = "", document: str = DOCUMENT) -> bytes:
    parts = PARTS | {"word/document.xml": document.replace(SQUARE, square).encode()}
    sheet = f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode()
    return packs.zipped(parts | {"word/styles.xml": sheet})


def square(body: bytes) -> Fact:
    parsed = read(body)
    (fact,) = (fact for fact in parsed.facts if fact.indicator == NAME)
    named = [f.indicators for f in parsed.findings if f.rule == "not_a_number"]
    assert named == ([] if fact.state in ("number", "blank") else [(NAME,)])
    return fact


@pytest.mark.parametrize(
    ("run", "raw"),
    [
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>249</w:t></w:r>", signed("249", STRUCK)),
        ('<w:r><w:rPr><w:dstrike w:val="1"/></w:rPr><w:t>249</w:t></w:r>', signed("249", STRUCK)),
        ('<w:r><w:rPr><w:rStyle w:val="old"/></w:rPr><w:t>249</w:t></w:r>', signed("249", STRUCK)),
        ("<w:del><w:r><w:delText>249</w:delText></w:r></w:del>", signed("249", STRUCK)),
        ("<w:moveFrom><w:r><w:t>249</w:t></w:r></w:moveFrom>", signed("249", STRUCK)),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>249</w:t></w:r>", signed("249", UNSEEN)),
        ('<w:r><w:rPr><w:color w:val="ffffff"/></w:rPr><w:t>249</w:t></w:r>', signed("249", UNSEEN)),
        ('<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>249</w:t></w:r>', signed("249", UNSEEN)),
        (f"{SEEN}<w:r><w:rPr><w:strike/></w:rPr>{EIGHT}</w:r>", f"24 9{STRUCK}"),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>减</w:t></w:r><w:r><w:t>249</w:t></w:r>", f"减{STRUCK} 249"),
        (f"{SEEN}<w:r><w:sym/></w:r>", f"24{PICTURE}"),
        (f'{SEEN}<m:oMath xmlns:m="{MATH}"><m:r><m:t>9</m:t></m:r></m:oMath>', f"24{PICTURE}"),
        (f"{SEEN}<w:r><w:drawing/></w:r>", f"24{PICTURE}"),
    ],
)
def test_a_number_that_is_struck_out_or_hidden_is_none(run: str, raw: str) -> None:
    old = '<w:style w:styleId="older"><w:rPr><w:strike/></w:rPr></w:style>'
    old += '<w:style w:styleId="old"><w:basedOn w:val="older"/></w:style>'
    fact = square(written(run, old))
    assert (fact.state, fact.value, fact.raw) == ("unreadable", None, raw)


@pytest.mark.parametrize(
    "run",
    [
        '<w:r><w:rPr><w:strike w:val="0"/><w:vanish w:val="false"/></w:rPr><w:t>249</w:t></w:r>',
        '<w:r><w:rPr><w:rStyle w:val="old"/><w:strike w:val="0"/></w:rPr><w:t>249</w:t></w:r>',
        '<w:r><w:rPr><w:color w:val="FFFFFF"/><w:shd w:fill="004488"/></w:rPr><w:t>249</w:t></w:r>',
        "<w:del><w:r><w:delText>37</w:delText></w:r></w:del><w:ins><w:r><w:t>249</w:t></w:r></w:ins>",
        "<w:r><w:t>249</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>8</w:t></w:r>",
        "<w:r><w:t>2</w:t></w:r><w:del><w:r><w:delText>8</w:delText></w:r></w:del><w:r><w:t>49</w:t></w:r>",
    ],
)
def test_a_number_that_is_seen_is_read(run: str) -> None:
    fact = square(written(run, '<w:style w:styleId="old"><w:rPr><w:strike/></w:rPr></w:style>'))
    assert (fact.state, fact.value) == ("number", 249)


@pytest.mark.parametrize(
    "letters", ['<w:position w:val="8"/>', '<w:rStyle w:val="FootnoteReference"/>', '<w:rStyle w:val="note"/>']
)
def test_the_number_of_a_note_joins_no_other(letters: str) -> None:
    note = '<w:style w:styleId="note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    fact = square(written(f"{SEEN}<w:r><w:rPr>{letters}</w:rPr>{EIGHT}</w:r>", note))
    assert (fact.state, fact.value, fact.raw) == ("text", None, "24 9")


def test_a_paragraph_is_struck_out_by_its_style() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="old"><w:rPr><w:dstrike/></w:rPr></w:style>'
    styled = f'<w:pPr><w:pStyle w:val="old"/></w:pPr>{SQUARE}'
    assert square(written(styled, styles)).raw == signed("249", STRUCK)
    assert square(written(styled, styles.replace("<w:dstrike/>", '<w:dstrike w:val="off"/>'))).value == 249


def test_styles_that_are_based_on_each_other_end() -> None:
    styles = "".join(
        f'<w:style w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>' for a, b in (("old", "older"), ("older", "old"))
    )
    assert square(written('<w:r><w:rPr><w:rStyle w:val="old"/></w:rPr><w:t>249</w:t></w:r>', styles)).value == 249


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("target", ["odt", "doc", "rtf"])
def test_the_same_in_the_formats_that_libreoffice_reads(target: str, tmp_path: Path) -> None:
    struck = tmp_path / "struck.docx"
    struck.write_bytes(written("<w:r><w:rPr><w:strike/></w:rPr><w:t>249</w:t></w:r>"))
    assert square(office(struck, target, tmp_path).read_bytes()).raw == signed("249", STRUCK)
    struck.write_bytes(written(f"{SEEN}<w:r><w:rPr><w:vanish/></w:rPr>{EIGHT}</w:r>"))
    assert square(office(struck, target, tmp_path).read_bytes()).value == 24


@pytest.mark.parametrize("kind", ["decimal", "upperRoman", "bullet"])
@pytest.mark.parametrize("text", ["", "249"])
def test_a_number_that_word_counts_off_itself_leaves_the_square_unread(kind: str, text: str) -> None:
    level = f'<w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="%1"/></w:lvl>'
    lists = f'<w:abstractNum w:abstractNumId="2">{level}</w:abstractNum>'
    lists += '<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>'
    begin = DOCUMENT.rindex("<w:p>", 0, DOCUMENT.index(SQUARE))
    about = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="4"/></w:numPr></w:pPr>'
    counted = f"{DOCUMENT[: begin + 5]}{about}{DOCUMENT[begin + 5 :].replace(SQUARE, f'<w:r><w:t>{text}</w:t></w:r>')}"
    parts = {"word/document.xml": counted, "word/numbering.xml": f'<w:numbering xmlns:w="{W}">{lists}</w:numbering>'}
    fact = square(packs.zipped(PARTS | {name: part.encode() for name, part in parts.items()}))
    assert (fact.state, fact.value) == ("unreadable", None)


CODE = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


@pytest.mark.parametrize(
    ("field", "state"),
    [
        ('<w:fldSimple w:instr=" =SUM(LEFT) "/>', "unreadable"),
        (f"{CODE.format('begin')}<w:r><w:instrText>MERGEFIELD a</w:instrText></w:r>{CODE.format('end')}", "unreadable"),
        (f'<w:fldSimple w:instr=" =SUM(LEFT) ">{SQUARE}</w:fldSimple>', "number"),
        ('<w:fldSimple w:instr="PAGE"/>', "blank"),
    ],
)
def test_a_field_that_was_never_worked_out_is_no_blank(field: str, state: str) -> None:
    assert square(written(field)).state == state
