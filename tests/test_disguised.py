"""Word files that are something else, lack parts or are locked: read as what they are, or one clear word of why not."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from archive.records import Parsed
from parsers import media
from tests import packs, sheets
from tests.maker.compare import compare
from tests.maker.html import STYLES
from tests.maker.report import blanked, make
from tests.maker.word import W, Word
from tests.reports import needs_office, office, read

MADE = blanked(make("2021", 5), 0.2, 5)
DOCX = Word()(MADE, 5)
PAGE = dict(STYLES)["clean"](MADE, 5)
with zipfile.ZipFile(io.BytesIO(DOCX)) as pack:
    PARTS = {name: pack.read(name) for name in pack.namelist()}
DOCUMENT = PARTS["word/document.xml"]


def changed(parts: Mapping[str, bytes], without: Collection[str] = ()) -> bytes:
    """The Word file with other parts."""
    return packs.zipped({name: data for name, data in (PARTS | dict(parts)).items() if name not in without})


def assert_read(parsed: Parsed, kind: str) -> None:
    result = compare(MADE, parsed)
    assert (parsed.media_type, parsed.kind, result.wrong, result.lost) == (kind, "report", {}, {})


def refusal(body: bytes) -> str:
    """The only thing that is said of a file."""
    parsed = read(body)
    (finding,) = parsed.findings
    assert (parsed.kind, parsed.facts, finding.rule) == ("unreadable", (), "unreadable")
    assert "\n" not in finding.message_en
    return finding.message_en


def saved(encoding: str, data: bytes) -> bytes:
    """A page saved by a browser or by Word as one file, a picture behind it."""
    head = "From: <Saved>\r\nSubject: =?utf-8?B?5bm0?=\r\n =?utf-8?B?5oql?=\r\nMIME-Version: 1.0\r\n"
    head += "Content-Type: multipart/related;\r\n"
    part = f'Content-Transfer-Encoding: {encoding}\r\nContent-Type: text/html;\r\n\tcharset="utf-8"\r\n\r\n'
    picture = (
        b"\r\n--_X_\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--_X_--\r\n"
    )
    return f'{head}\tboundary="_X_"\r\n\r\n本文件\r\n\r\n--_X_\r\n{part}'.encode() + data + picture


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("base64", base64.encodebytes(PAGE)), ("quoted-printable", quopri.encodestring(PAGE)), ("8bit", PAGE)],
)
def test_a_doc_that_is_a_saved_page(encoding: str, data: bytes) -> None:
    assert_read(read(saved(encoding, data)), media.MHT)


def test_a_saved_page_that_was_cut_off() -> None:
    whole = saved("base64", base64.encodebytes(PAGE))
    for length in (150, 400, len(whole) // 2, len(whole) - 150):
        assert "no whole HTML page" in refusal(whole[:length])
    assert "damaged or cut off" in refusal(saved("base64", base64.encodebytes(PAGE)[:1002]))


def test_a_docx_that_is_a_page_and_a_page_that_is_a_docx() -> None:
    assert_read(read(PAGE, url="report.docx", mime=media.DOCX), media.HTML)
    assert_read(read(DOCX, url="report.html", mime="text/html; charset=gbk"), media.DOCX)
    assert_read(read(packs.zipped({"年报/年报.docx": DOCX}), url="report.docx"), media.ZIP)


def test_a_docx_saved_as_strict_open_xml() -> None:
    strict = DOCUMENT.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert_read(read(changed({"word/document.xml": strict})), media.DOCX)


def test_a_docx_whose_text_stands_where_its_package_says() -> None:
    relations = PARTS["_rels/.rels"].replace(b'"word/document.xml', b'"/word/document2.xml')
    parts = {"_rels/.rels": relations, "word/document2.xml": DOCUMENT}
    assert_read(read(changed(parts, without=["word/document.xml"])), media.DOCX)


@pytest.mark.parametrize("without", ["[Content_Types].xml", "_rels/.rels", "docProps/core.xml"])
def test_a_docx_without_a_part_that_it_can_do_without(without: str) -> None:
    assert_read(read(changed({}, without=[without])), media.DOCX)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (changed({"word/styles.xml": b"<x/>"}, without=["word/document.xml"]), "damaged or cut off"),
        (changed({"word/document.xml": DOCUMENT[: len(DOCUMENT) // 2]}), "damaged or cut off"),
        (changed({"word/document.xml": b""}), "damaged or cut off"),
        (changed({"word/document.xml": PAGE}), "damaged"),
        (changed({"word/document.xml": b"<html><p>1</p></html>"}), "no Word document"),
        (changed({"_rels/.rels": b"<"}), "damaged or cut off"),
        (sheets.compound({"EncryptionInfo": b"1", "EncryptedPackage": b"2"}), "locked by a password"),
        *((DOCX[: len(DOCX) * part // 10], "damaged or cut off") for part in (1, 5, 9)),
    ],
)
def test_one_word_of_what_cannot_be_read(body: bytes, said: str) -> None:
    assert said in refusal(body)


def test_a_wps_of_before_windows_is_refused() -> None:
    assert "No reader for this format" in refusal(
        b"WPS\x00\x01" + bytes(range(256)) + "政府信息公开".encode("gbk") * 100
    )


@needs_office
@pytest.mark.office
def test_a_wps_is_a_doc_by_another_name_or_refused(tmp_path: Path) -> None:
    source = tmp_path / "report.docx"
    source.write_bytes(Word()(MADE, 5))
    body = office(source, "doc:MS Word 97", tmp_path).read_bytes()
    assert_read(read(body, url="年报.wps", mime="application/kswps"), media.DOC)
    assert "could not open it" in refusal(sheets.compound({"CONTENTS": "某县年报".encode("gbk") * 500}))
