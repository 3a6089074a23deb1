"""Office files and saved pages that are torn, locked or begin late: read where all is there, or one clear word."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
from collections.abc import Callable

import pytest

from parsers import media
from tests import packs, pdf, sheets
from tests.maker.compare import compare
from tests.maker.html import STYLES
from tests.maker.report import blanked, make
from tests.maker.word import WORDS
from tests.reports import read

MADE = blanked(make("2021", 7), 0.2, 7)
WORD = dict(WORDS)["clean"](MADE, 7)
PAGE = dict(STYLES)["clean"](MADE, 7)
BOOK = sheets.xlsx([(0, 0, "信息内容", 1, 1), (0, 1, "制发件数", 1, 1), (1, 0, "规章", 1, 1), (1, 1, "3", 1, 1)])
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.encodebytes,
    "quoted-printable": quopri.encodestring,
    "8bit": bytes,
}
MAIN = "word/document.xml"
SHEET = "xl/worksheets/sheet1.xml"


def members(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def changed(body: bytes, name: str, data: bytes) -> bytes:
    return packs.zipped(members(body) | {name: data})


def without(body: bytes, name: str) -> bytes:
    return packs.zipped({member: data for member, data in members(body).items() if member != name})


def locked(body: bytes) -> bytes:
    """As if each member was encrypted."""
    marked = bytearray(body)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = body.find(mark)
        while place >= 0:
            marked[place + at] |= 1
            place = body.find(mark, place + 4)
    return bytes(marked)


def saved(page: bytes, how: str, *, nested: bool = False) -> bytes:
    """A page as browsers and Word save it in one file, with a picture and an empty frame."""
    part = f"Content-Type: text/html\nContent-Transfer-Encoding: {how}\n\n".encode() + CODINGS[how](page)
    if nested:
        part = b'Content-Type: multipart/alternative; boundary="b.2"\n\n--b.2\n' + part + b"\n--b.2--"
    picture = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    frame = b"Content-Type: text/html\n\n<html><body></body></html>"
    head = (
        b'From: <x>\nSubject: =?utf-8?B?5bm0?=\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary="b"\n'
    )
    whole = head + b"\n" + b"".join(b"--b\n" + one + b"\n" for one in (frame, part, picture)) + b"--b--\n"
    return whole.replace(b"\n", b"\r\n")


def assert_whole(body: bytes, kind: str) -> None:
    parsed = read(body)
    result = compare(MADE, parsed)
    assert (parsed.media_type, parsed.kind, result.wrong, result.lost) == (kind, "report", {}, {})
    assert (parsed.organ, parsed.year) == (MADE.organ, MADE.year)


@pytest.mark.parametrize("how", CODINGS)
@pytest.mark.parametrize("nested", [False, True])
def test_a_saved_page_under_any_name_is_read(how: str, nested: bool) -> None:
    assert_whole(saved(PAGE, how, nested=nested), media.MHT)


@pytest.mark.parametrize("ahead", [b"\r\n\r\n", b"\xef\xbb\xbf", b" \n\t\xef\xbb\xbf\n"])
def test_blank_lines_of_a_server_page_before_a_file_are_none_of_it(ahead: bytes) -> None:
    assert_whole(ahead + WORD, media.DOCX)
    page = pdf.pdf(pdf.grid([["规章", "1", "2"], ["规范性文件", "3", "4"]]))
    assert read(ahead + page) == read(page)
    assert read(ahead + page).media_type == media.PDF


def test_a_word_file_that_lost_its_title_is_read() -> None:
    assert_whole(changed(WORD, "docProps/core.xml", b"<torn"), media.DOCX)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (without(WORD, MAIN), media.DOCX, "damaged or cut off"),
        (locked(WORD), media.DOCX, "locked by a password"),
        (without(BOOK, "xl/workbook.xml"), media.XLSX, "the workbook is damaged"),
        (without(BOOK, SHEET), media.XLSX, "the workbook is damaged"),
        (without(BOOK, "xl/sharedStrings.xml"), media.XLSX, "the workbook is damaged"),
        (changed(BOOK, SHEET, b"<worksheet><sheetData><row"), media.XLSX, "the workbook is damaged"),
        (locked(BOOK), media.XLSX, "locked by a password"),
        (packs.zipped({}), media.ZIP, "no document in the pack that can be read: it is empty"),
        (packs.zipped({"a.png": b"\x89PNG"}), media.ZIP, "no document in the pack"),
        (saved(PAGE, "base64")[:4000], media.MHT, "damaged or cut off"),
        (saved(PAGE, "base64").replace(b"text/html", b"text/css"), media.MHT, "damaged or cut off"),
        (saved(b"MIME-Version: 1.0", "8bit").replace(b"--b\r\n", b""), media.MHT, "damaged or cut off"),
    ],
)
def test_what_is_lost_or_locked_is_said_in_one_finding(body: bytes, kind: str, said: str) -> None:
    parsed = read(body)
    assert (parsed.media_type, parsed.kind, parsed.facts, parsed.sections) == (kind, "unreadable", (), ())
    (finding,) = parsed.findings
    assert finding.rule == "unreadable"
    assert said in finding.message_en
    assert "Traceback" not in finding.message_en


def test_a_saved_page_of_very_many_parts_is_refused() -> None:
    many = saved(PAGE, "8bit").replace(b"--b\r\n", b"--b\r\n" * 1001, 1)
    assert "more than 1000 parts" in read(many).findings[0].message_en


def test_parts_in_parts_without_end_are_a_damaged_page() -> None:
    levels = "".join(f'Content-Type: multipart/related; boundary="{i}"\n\n--{i}\n' for i in range(3000))
    assert read(f"MIME-Version: 1.0\n{levels}".encode()).kind == "unreadable"
