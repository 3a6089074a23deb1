"""Files that are broken, locked, too large or made to do harm: each ends in one finding, without an exception."""

from __future__ import annotations

import contextlib
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Parsed
from parsers import media
from parsers.document import Document, Unreadable
from parsers.readers import READERS, html, ofd, pdf
from tests import ofd as ofd_maker
from tests import packs, sheets
from tests import pdf as pdf_maker
from tests.reports import REPORTS, read

PAGE = html.read((REPORTS / "weidong-2020.html").read_bytes(), "")
OFD = ofd_maker.report(PAGE)
WHOLE = {
    "ofd": OFD,
    "xlsx": sheets.xlsx(sheets.cells(PAGE)),
    "xls": sheets.xls(sheets.cells(PAGE)),
    "ods": sheets.ods(sheets.cells(PAGE)),
    "pdf": pdf_maker.pdf(pdf_maker.grid([["规章", "1", "2"], ["规范性文件", "3", "4"]])),
}


def unreadable(body: bytes) -> str:
    """What is said of a file that cannot be read."""
    parsed = read(body)
    assert (parsed.kind, parsed.facts) == ("unreadable", ())
    (finding,) = parsed.findings
    assert finding.rule == "unreadable"
    return finding.message_en


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_half_a_file(name: str, share: float) -> None:
    assert "damaged" in unreadable(WHOLE[name][: int(len(WHOLE[name]) * share)])


@pytest.mark.parametrize("name", WHOLE)
def test_flipped_bytes_end_in_a_parsed(name: str) -> None:
    chance = random.Random(name)
    for _ in range(4 if name.startswith("xls") else 40):
        body = bytearray(WHOLE[name])
        for _ in range(chance.randint(1, 30)):
            body[chance.randrange(4, len(body))] ^= 1 << chance.randrange(8)
        assert isinstance(read(bytes(body)), Parsed)


# Size


@pytest.mark.parametrize(
    "body",
    [b"<html><body>" + bytes([32]) * 17_000_000, "一".encode() * 700_000, b"{\\rtf1 " + b"a" * 34_000_000],
    ids=["html", "text", "rtf"],
)
def test_a_file_far_larger_than_any_report(body: bytes) -> None:
    assert f"it has {len(body)} bytes, more than" in unreadable(body)


def test_a_row_of_thousands_of_digits_and_a_letter_behind_them_ends() -> None:
    rows = "\n".join(f"（一）予以公开{'1' * 20_000}x{n}\n（二）部分公开\t1\t2\t3\t4\t5\t6\t21" for n in range(5))
    head = "自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"
    text = f"某县某局2021年政府信息公开工作年度报告\n{head}\n{rows}"
    assert read(text.encode()).kind == "report"


@pytest.mark.parametrize("style", ["width:{}px;display:none", "display:none;margin-left:{}"])
def test_a_number_of_thousands_of_digits_in_a_style(style: str) -> None:
    page = (
        f"<p style='{style.format('9' * 5000)}'>1</p><h1>某县某局2021年政府信息公开工作年度报告</h1><p>一、总体情况</p>"
    )
    assert read(f"{page}<p>{'文' * 300}</p>".encode()).kind == "report"
    sheet = f"<style>p {{ {style.format('9' * 5000)} }}</style>{page}"
    assert read(sheet.encode()).kind in ("report", "unreadable")


def test_hundreds_of_brackets_in_a_style_and_characters_that_no_xml_may_hold() -> None:
    title = "<h1>某县某局2021年政府信息公开工作年度报告</h1><p>一、总体情况</p>"
    for style in (f"display:none;width:{'(' * 900}", f"text-decoration:line-through;font:{'[' * 900}"):
        assert read(f"{title}<p style='{style}'>12</p><p>{'文' * 300}</p>".encode()).kind == "report"
    page = f"{title}<p>{'文' * 300}</p><p><s>1&#1;2\x0c</s>3&#xFFFF;<b style='display:block'>\x024</b>\x0b</p>"
    assert read(page.encode()).kind == "report"


def test_more_lines_than_any_report_has() -> None:
    assert "it has 20001 lines" in unreadable(b"<html><body>" + b"<p>x" * 20_001)


# PDF


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_any_drawing_ends_in_a_document_or_unreadable(data: bytes) -> None:
    assert isinstance(read(pdf_maker.pdf(data)), Parsed)


def test_a_locked_pdf() -> None:
    lock = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
    body = pdf_maker.pdf("", objects={100: lock}, trailer="/Encrypt 100 0 R /ID [<00> <00>]")
    assert "locked by a password" in unreadable(body)


def test_a_pdf_of_many_pages() -> None:
    assert "more than 300 pages" in unreadable(pdf_maker.pdf(*[""] * 301))


def test_a_pdf_that_lost_pages_is_not_read_as_if_it_were_whole() -> None:
    page = pdf_maker.text("123", 60, 100)
    body = pdf_maker.pdf(page, page).replace(b"/Count 2 ", b"/Count 3 ")
    assert "2 of its 3 pages" in unreadable(body)


def test_a_pdf_whose_parts_unpack_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 1024 * 1024)
    assert "unpack to more" in unreadable(pdf_maker.pdf(b" " * 2 * 1024 * 1024))


def test_a_font_that_maps_billions_of_codes() -> None:
    codes = b"/CIDInit begincmap 1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange endcmap"
    assert "unpack to more" in unreadable(pdf_maker.pdf("", objects={100: pdf_maker.stream(codes)}))


def test_drawings_that_call_each_other_without_end() -> None:
    """Forty forms, each drawing the next one twice."""
    names = {100 + i: f"/XObject << /N {101 + i} 0 R >>" for i in range(40)}
    about = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {} >>"
    forms = {number: pdf_maker.stream(b"/N Do /N Do", about.format(names[number])) for number in names}
    body = pdf_maker.pdf("/N Do", objects=forms, resources="/XObject << /N 100 0 R >>")
    assert "draws more" in unreadable(body)


def test_operands_that_nothing_takes() -> None:
    assert "draws more" in unreadable(pdf_maker.pdf(b"1 " * 1_000_000 + b"m " * 1000))


def test_a_large_part_that_breaks_off_in_its_middle() -> None:
    torn = zlib.compress(random.Random(1).randbytes(300_000))[:-4] + bytes(4)
    body = pdf_maker.pdf("", objects={100: b"<< /Length %d >>\nstream\n" % len(torn) + torn + b"\nendstream"})
    assert "does not unpack" in unreadable(body)


# OFD


def with_part(name: str, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(OFD)) as whole:
        return packs.zipped({member: data if member == name else whole.read(member) for member in whole.namelist()})


def test_entities_in_an_ofd_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密", encoding="utf-8")
    page = ofd_maker.PAGE.format(objects=ofd_maker.text_object("一、总体情况", 20, 20) + "&e;").replace(
        "总体情况", "总体情况&e;"
    )
    doctype = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    parsed = read(with_part("Doc_0/Pages/Page_0/Content.xml", (doctype + page).encode()))
    assert "机密" not in json.dumps([s.text + s.heading for s in parsed.sections], ensure_ascii=False)


def test_an_ofd_of_laughs() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    page = ofd_maker.PAGE.format(objects=ofd_maker.text_object("x", 20, 20).replace(">x<", ">&l11;<"))
    doctype = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>'
    assert isinstance(read(with_part("Doc_0/Pages/Page_0/Content.xml", (doctype + page).encode())), Parsed)


@pytest.mark.parametrize("place", ["../../../../etc/passwd", "/etc/passwd", "Pages/Page_9/Content.xml"])
def test_an_ofd_that_points_elsewhere(place: str) -> None:
    with zipfile.ZipFile(io.BytesIO(OFD)) as whole:
        document = whole.read("Doc_0/Document.xml").replace(b"Pages/Page_0/Content.xml", place.encode())
    assert "damaged" in unreadable(with_part("Doc_0/Document.xml", document))


def test_an_ofd_that_repeats_a_step_for_ever() -> None:
    page = ofd_maker.text_object("12", 20, 60).replace('DeltaX="', 'DeltaX="g 99999999999 1 ')
    assert [p.text for p in ofd.read(ofd_maker.packed([page]), "").paragraphs] == ["12"]


def test_an_ofd_of_many_pages_and_one_without_text() -> None:
    assert "more than 300 pages" in unreadable(ofd_maker.packed([""] * 301))
    assert "pages of the OFD are pictures" in unreadable(ofd_maker.packed(["<ofd:ImageObject/>"]))


# Workbooks


@pytest.mark.parametrize("make", [sheets.xlsx, sheets.xls])
def test_a_workbook_that_claims_a_million_rows(make: Callable[[list[sheets.Placed]], bytes]) -> None:
    last = (1_048_575, 16_383) if make is sheets.xlsx else (65_535, 65_535)
    assert "more cells than any report" in unreadable(make([(0, 0, "1", 1, 1), (*last, "2", 1, 1)]))


def test_an_ods_that_repeats_a_filled_row() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>1</text:p></table:table-cell>'
    )
    assert "more than 5000 rows" in unreadable(sheets.ods_of(f"<table:table>{row}</table:table-row></table:table>"))


def test_locked_workbooks() -> None:
    assert "locked by a password" in unreadable(sheets.compound({"EncryptionInfo": b"1", "EncryptedPackage": b"2"}))
    manifest = b"<manifest:encryption-data/>"
    assert "locked by a password" in unreadable(sheets.ods_of("", **{"META-INF__manifest_xml": manifest}))


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(100), media.JPEG, "the picture is damaged or cut off"),
        (sheets.compound({"PowerPoint Document": b"1"}), media.PPT, "No reader for this format yet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9, media.DOC, "damaged"),
    ],
)
def test_what_no_reader_opens(body: bytes, kind: str, said: str) -> None:
    assert media.media_type(body) == kind
    assert said in unreadable(body)


def test_a_word_file_with_a_workbook_in_it_is_a_word_file() -> None:
    assert media.media_type(sheets.compound({"WordDocument": b"1", "Workbook": b"2"})) == media.DOC
    assert media.media_type(sheets.compound({"Book": b"1"})) == media.XLS


def test_every_reader_reads_or_refuses_every_other_format() -> None:
    bodies = [*WHOLE.values(), b"", b"text", (REPORTS / "weidong-2020.html").read_bytes()]
    for kind, reader in READERS.items():
        if kind in (media.DOC, media.RTF, media.ODT):
            continue  # LibreOffice opens what it knows, whatever it is called
        for body in bodies:
            with contextlib.suppress(Unreadable):
                assert isinstance(reader(body, ""), Document)
