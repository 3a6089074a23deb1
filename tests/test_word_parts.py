"""Parts of Word files beside the text: automatic numbers, inserted pages, merged cells that hide numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from archive.records import Parsed
from parsers.numbers import UNSEEN, signed
from parsers.readers import docx
from tests import packs
from tests.maker.compare import compare
from tests.maker.html import STYLES
from tests.maker.report import HEADINGS, make
from tests.maker.word import W, Word, packed, paragraph, run
from tests.reports import read
from tests.test_torn_office import saved

MADE = make("2021", 5)
SPACE = f'xmlns:w="{W}"'


def lists(*levels: tuple[str, str], num: str = "", start: int = 1) -> str:
    """One list with these levels: format and text."""
    said = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    own = f'<w:num w:numId="4"><w:abstractNumId w:val="2"/>{num}</w:num>'
    return f'<w:numbering {SPACE}><w:abstractNum w:abstractNumId="2">{said}</w:abstractNum>{own}</w:numbering>'


def numbered(text: str, level: int = 0, style: str = "") -> str:
    about = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="4"/></w:numPr>'
    return f"<w:p><w:pPr>{style or about}</w:pPr>{run(text)}</w:p>"


def lines(body: str, numbering: str, parts: Mapping[str, str] | None = None) -> list[str]:
    extra = {"word/numbering.xml": numbering} | dict(parts or {})
    return [p.text for p in docx.read(packed(body, parts=extra.items()), "").paragraphs]


COUNTED = ("chineseCountingThousand", "%1、")


def test_headings_have_the_numbers_that_word_prints() -> None:
    """Headings without their numerals are sections all the same, and those that Word counts are numbered."""
    style = Word()
    body = style(MADE, 5)
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    text = parts["word/document.xml"].decode()
    for heading in HEADINGS:
        plain = paragraph(run(heading))
        assert text.count(plain) == 1
        text = text.replace(plain, numbered(heading[2:]))
    parts |= {"word/document.xml": text.encode(), "word/numbering.xml": lists(COUNTED).encode()}
    parsed = read(packs.zipped(parts))
    assert [(s.number, s.heading) for s in parsed.sections if s.number] == list(enumerate(HEADINGS, start=1))
    assert compare(MADE, parsed).lost == {}


def test_levels_count_below_each_other_and_begin_anew() -> None:
    levels = lists(COUNTED, ("japaneseCounting", "（%2）"), ("decimal", "%3"))
    body = (
        numbered("甲") + numbered("乙", 1) + numbered("丙", 2) + numbered("丁", 1) + numbered("戊") + numbered("己", 1)
    )
    assert lines(body, levels)[:6] == ["一、甲", "（一）乙", "1 丙", "（二）丁", "二、戊", "（一）己"]


def test_an_empty_numbered_paragraph_counts_and_stays_empty() -> None:
    assert lines(numbered("甲") + numbered("") + numbered("乙"), lists(COUNTED))[:3] == ["一、甲", "", "三、乙"]


@pytest.mark.parametrize(
    ("start", "said"), [(9, "九、甲"), (10, "十、甲"), (21, "二十一、甲"), (30, "三十、甲"), (100, "甲")]
)
def test_numbers_in_words(start: int, said: str) -> None:
    assert lines(numbered("甲"), lists(COUNTED, start=start))[0] == said


def test_a_style_may_number_its_paragraphs_and_one_of_them_not() -> None:
    about = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    sheet = f'<w:styles {SPACE}><w:style w:styleId="h1">{about}</w:style></w:styles>'
    own, without = '<w:pStyle w:val="h1"/>', '<w:pStyle w:val="h1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = numbered("甲", style=own) + numbered("乙", style=without) + numbered("丙", style=own)
    assert lines(body, lists(COUNTED), {"word/styles.xml": sheet})[:3] == ["一、甲", "乙", "二、丙"]


@pytest.mark.parametrize(
    "numbering",
    [
        lists(("upperRoman", "%1.")),
        lists(("bullet", "●")),
        lists(COUNTED, num='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
        "<w:numbering",
        lists(COUNTED).replace('w:ilvl="0"', 'w:ilvl="x"'),
    ],
)
def test_what_is_not_plain_has_no_number(numbering: str) -> None:
    assert lines(numbered("甲"), numbering)[0] == "甲"


def with_page(page: bytes, name: str = "afchunk.mht") -> bytes:
    """As html-docx-js writes it: nothing but an inserted page."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    chunk = f'<w:altChunk xmlns:r="{space}" r:id="c1"/>'
    with zipfile.ZipFile(io.BytesIO(packed(chunk, MADE.title))) as pack:
        parts = {one: pack.read(one) for one in pack.namelist()}
    relation = f'<Relationships><Relationship Id="c1" Target="/word/{name}"/></Relationships>'.encode()
    return packs.zipped(parts | {"word/_rels/document.xml.rels": relation, f"word/{name}": page})


def whole(parsed: Parsed) -> None:
    result = compare(MADE, parsed)
    assert (parsed.kind, result.wrong, result.lost, parsed.title) == ("report", {}, {}, MADE.title)


def test_an_inserted_page_is_read_in_its_place() -> None:
    page = dict(STYLES)["word paste"](MADE, 5)
    whole(read(with_page(page, "chunk.html")))
    whole(read(with_page(saved(page, "quoted-printable"))))


@pytest.mark.parametrize(
    ("page", "said"), [(b"\x89PNG", "is not read"), (b"PK\x03\x04", "is not read"), (b"", "is not read")]
)
def test_what_is_inserted_and_cannot_be_read_is_said(page: bytes, said: str) -> None:
    parsed = read(with_page(page))
    (finding,) = parsed.findings
    assert (parsed.kind, finding.rule) == ("unreadable", "unreadable")
    assert said in finding.message_en
    lost = read(with_page(page).replace(b"word/afchunk", b"word/another"))
    assert "missing or damaged" in lost.findings[0].message_en


def test_a_number_hidden_in_a_merged_cell_is_no_blank() -> None:
    """What a cell held before it was merged with the one above Word keeps, and does not show."""
    rows = (("规章", "<w:vMerge w:val='restart'/>", ""), ("规范性文件", "<w:vMerge/>", "37"))
    cells = "".join(
        f"<w:tr><w:tc>{paragraph(run(a))}</w:tc><w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(run(b))}</w:tc></w:tr>"
        for a, merge, b in rows
    )
    (table,) = docx.read(packed(f"<w:tbl>{cells}</w:tbl>"), "").tables
    assert table.grid[0][1] is table.grid[1][1]
    assert table.grid[0][1].text == signed("37", UNSEEN)
