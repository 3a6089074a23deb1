"""Reports whose tables are pictures in a page or a Word file: read at their place, or said to be unread."""

from __future__ import annotations

import base64
import io
import sys
import zipfile
from pathlib import Path

import pytest

from archive.beside import pictures
from archive.records import Parsed
from archive.store import Archive
from commands.reading import parse_archive
from parsers import pictured
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from parsers.readers import docx, html
from tests.captures import capture, table, writer
from tests.maker.compare import compare
from tests.maker.picture import Printer, as_bytes
from tests.maker.report import HEADINGS, make
from tests.reports import captured, read

MADE = make("2021", 3)
REVIEW = [i for i in MADE.values if i.startswith("review.")]
URL = "http://www.example.gov.cn/a/t1.html"
SMALL = as_bytes(Printer(dpi=20).strip(MADE))


def only_review(grids: object, rng: object) -> object:
    return tuple(grid for grid in grids if grid.table == "review")  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def picture() -> bytes:
    """Table four alone."""
    printer = Printer(dpi=150, shape=only_review)  # type: ignore[arg-type]
    return as_bytes(printer.strip(MADE))


def page(shown: str) -> bytes:
    headings = "".join(f"<p>{heading}</p><p>文字。</p>" for heading in HEADINGS[:4])
    rest = "".join(f"<p>{heading}</p><p>文字。</p>" for heading in HEADINGS[4:])
    return f"<title>{MADE.title}</title><body><h1>{MADE.title}</h1>{headings}{shown}{rest}".encode()


def word(body: bytes, name: str = "media/image1.png", more: str = "") -> bytes:
    """A .docx with a picture below the heading of section four."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    lines = [f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (MADE.title, *HEADINGS)]
    lines.insert(5, '<w:p><w:r><w:drawing><a:blip r:embed="rId7"/></w:drawing></w:r></w:p>')
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as out:
        out.writestr("word/document.xml", f"<w:document {w} {r} {a}><w:body>{''.join(lines)}</w:body></w:document>")
        out.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="x"><Relationship Id="rId7" Target="{name}" {more}/></Relationships>',
        )
        out.writestr("word/media/image1.png", body)
    return pack.getvalue()


def has_review(parsed: Parsed) -> None:
    result = compare(MADE, parsed, REVIEW)
    assert (result.wrong, result.unreported) == ({}, [])
    assert result.right > 0.9 * len(REVIEW)
    assert {fact.method for fact in parsed.facts} == {"ocr"}
    assert parsed.kind == "report"
    assert [f.evidence for f in parsed.findings if f.rule in ("unread_picture", "reader_missing")] == []


def unread(parsed: Parsed) -> list[tuple[str, str]]:
    return [(f.rule, f.evidence) for f in parsed.findings if f.rule in ("unread_picture", "reader_missing")]


@pytest.mark.case(61)
def test_a_picture_in_a_page_is_read_at_its_place(picture: bytes) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    shown = page("<p>见表：<img data-src='表 四.png' src='wait.gif'></p>")
    parsed = parse(captured(url=URL), shown, {"http://www.example.gov.cn/a/%E8%A1%A8%20%E5%9B%9B.png": picture})
    has_review(parsed)
    ours = [s.number for s in parsed.sections if "文字" in s.text]
    assert ours == [1, 2, 3, 4, 5, 6]
    assert [s.number for s in parsed.sections].index(4) == 4  # the picture has headings as well, below ours


def test_a_picture_in_a_word_file_is_read_at_its_place(picture: bytes) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    has_review(read(word(picture)))


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.delitem(sys.modules, "parsers.scanned", raising=False)


@pytest.mark.usefixtures("without_the_extra")
@pytest.mark.parametrize(
    ("body", "name"),
    [
        (page("<img src='a.png'>"), "a.png"),
        (page(f"<img src='data:image/png;base64,{base64.b64encode(SMALL).decode()}'>"), "data:image/png;base64"),
        (word(SMALL), "word/media/image1.png"),
    ],
)
def test_without_the_extra_tables_that_are_pictures_are_unread_not_blank(body: bytes, name: str) -> None:
    parsed = parse(captured(url=URL), body, {"http://www.example.gov.cn/a/a.png": SMALL})
    assert (parsed.kind, parsed.facts) == ("report", ())
    assert unread(parsed) == [("reader_missing", name)]
    missing = [f for f in parsed.findings if f.rule == "missing_row"]
    assert {f.verdict for f in missing} == {"NOT_ASSESSABLE"}
    assert all("pictures that were not read" in f.message_en for f in missing)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (page("<img src='//img.example.gov.cn/a.png'>"), "//img.example.gov.cn/a.png"),
        (page("<base href='/b/'><table><tr><td>表<td><img src=a.png></table>"), "/b/a.png"),
        (page("<img src='http://[a'>"), "http://[a"),
        (page("<img src='data:image/png;base64,AAAA'>"), "data:image/png;base64"),
        (word(b"\xd7\xcd\xc6\x9a a drawing of Windows"), "word/media/image1.png"),
        (word(b"", "media/image2.png"), "word/media/image2.png"),
        (word(b"", "http://www.example.gov.cn/a.png", 'TargetMode="External"'), "http://www.example.gov.cn/a.png"),
    ],
)
def test_pictures_that_cannot_be_had_or_read_are_named(body: bytes, name: str) -> None:
    parsed = parse(captured(url=URL), body)
    assert (parsed.kind, parsed.facts) == ("report", ())
    assert unread(parsed) == [("unread_picture", name)]


@pytest.mark.parametrize(
    "shown",
    [
        "<img src=a.png width=80>",
        "<img src=''>",
        "<noscript><img src=a.png></noscript>",
        "<img src=a.png><p>第二十条第（一）项<p>结转下年度继续办理<p>尚未审结",  # the tables are in the text
        "<img src=a.png><p>主动公开政府信息数",
    ],
)
def test_pictures_that_hold_no_table_are_left_alone(shown: str) -> None:
    assert unread(parse(captured(url=URL), page(shown))) == []


def test_icons_that_were_captured_are_left_alone() -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    icon = as_bytes(Printer(dpi=5).pages(MADE)[0])
    assert unread(parse(captured(url=URL), page("<img src=a.png>"), {"http://www.example.gov.cn/a/a.png": icon})) == []


def test_parse_hands_in_what_was_captured(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", INDICATORS) as archive, writer(archive) as into:
        capture(archive, into, url=URL, body=page("<img src=a.png><img src=b.png><img src=c.png>"))
        for name, status in (("a", 200), ("b", 404)):
            about = {"role": "picture", "via": URL, "status": status, "body": b"GIF89a"}
            capture(archive, into, url=f"http://www.example.gov.cn/a/{name}.png", **about)
        assert list(pictures(archive, archive.latest(URL))) == ["http://www.example.gov.cn/a/a.png"]  # type: ignore[arg-type]
        assert parse_archive(archive, False, 1)[1] == []
        told = {
            row["evidence"]: row["message_en"] for row in table(archive, "findings") if row["rule"] != "missing_row"
        }
        assert ["not captured" in str(told[name]) for name in ("a.png", "b.png c.png")] == [False, True]


def test_no_picture_breaks_the_text_around_it() -> None:
    document = html.read(b"<p>a<img src=1.png>b</p><div>c<img src=2.png><br>d</div>", "")
    assert [p.text for p in document.paragraphs] == ["ab", "c", "d"]
    assert [(one.name, one.before) for one in document.pictures] == [("1.png", 1), ("2.png", 2)]


def test_pictures_without_end_are_not_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    monkeypatch.setattr(pictured, "LARGEST", 10)
    body = as_bytes(Printer(dpi=50).pages(MADE)[0])
    parsed = parse(captured(url=URL), page("<img src=a.png>"), {"http://www.example.gov.cn/a/a.png": body})
    assert unread(parsed) == [("unread_picture", "a.png")]


def test_what_word_shows_twice_or_not_at_all_is_no_second_picture() -> None:
    body = word(SMALL)
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        assert len(docx.read(body, "").pictures) == 1
        text = pack.read("word/document.xml").decode()
    ns = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    blip = '<a:blip r:embed="rId7"/>'
    for gone in (f"<mc:Fallback {ns}>{blip}</mc:Fallback>", f"<w:del>{blip}</w:del>"):
        twice = io.BytesIO()
        with zipfile.ZipFile(twice, "w") as out:
            out.writestr("word/document.xml", text.replace(blip, blip + gone))
        assert len(docx.read(twice.getvalue(), "").pictures) == 1
