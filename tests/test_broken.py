"""Bad input on purpose: one clear line, the right exit code or finding, no traceback, nothing invented."""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import nianbao
from parsers import media
from parsers import packed as packed_parts
from parsers.document import SQUARE_LIMIT
from parsers.readers import html
from tests.reports import COLUMN, REPORTS, read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
DOCX = (COLUMN / "202101" / "P020210115401122334455.docx").read_bytes()
NO_TABLES = "<title>某县某局2020年政府信息公开工作年度报告</title><body><p>一、总体情况</p><p>{}</p></body>"
GONE = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已删除！</p></body></html>".encode()


def extract(tmp_path: Path, body: bytes, name: str = "file") -> Result:
    path = tmp_path / name
    path.write_bytes(body)
    return CliRunner().invoke(nianbao.main, ["extract", str(path)])


@pytest.mark.parametrize(
    ("body", "name", "kind", "said"),
    [
        (b"", "empty.html", "empty", "The file is empty."),
        (b" \r\n\t ", "blank.txt", "empty", "The file is empty."),
        (DOCX[: len(DOCX) // 2], "cut.docx", "unreadable", "damaged or cut off"),
        (DOCX[:40], "stub.docx", "unreadable", "damaged or cut off"),
        (PNG, "picture.html", "unreadable", "the picture is damaged or cut off"),
        (bytes(range(256)) * 64, "noise.html", "unreadable", "No reader for this format yet: application/octet-stream"),
        (b"%PDF-1.4\n%%EOF", "scan.pdf", "unreadable", "the PDF is damaged or cut off"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, body: bytes, name: str, kind: str, said: str) -> None:
    result = extract(tmp_path, body, name)
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    parsed = json.loads(result.stdout)
    assert (parsed["kind"], parsed["facts"]) == (kind, [])
    assert len(parsed["findings"]) == 1


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(nianbao.main, ["extract", str(tmp_path / "nowhere.html")])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


@pytest.mark.case(65)
def test_an_error_text_with_status_200_is_no_report() -> None:
    parsed = read(GONE)
    assert (parsed.kind, parsed.facts) == ("soft_404", ())
    assert [f.rule for f in parsed.findings] == ["not_a_report"]


def test_a_page_without_tables_says_so_table_by_table() -> None:
    body = NO_TABLES.format("某县某局认真贯彻落实条例，全年主动公开政府信息。" * 20)
    parsed = read(body.encode())
    assert parsed.kind == "report"
    assert [(f.verdict, f.evidence) for f in parsed.findings if f.rule == "missing_row"] == [
        ("NOT_ASSESSABLE", table) for table in ("proactive", "requests", "review")
    ]


def test_characters_that_no_charset_reads_are_counted_and_kept() -> None:
    body = (REPORTS / "weidong-2020.html").read_bytes().replace("卫东区".encode(), b"\xff\xfe\xff", 1)
    parsed = read(body)
    (finding,) = [f for f in parsed.findings if f.rule == "damaged_text"]
    assert finding.verdict == "WARN"
    assert int(finding.evidence) >= 1
    assert len(parsed.facts) == 198


def packed(**parts: bytes) -> bytes:
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return pack.getvalue()


def test_a_zip_bomb_is_refused() -> None:
    parsed = read(packed(word__document_xml=b" " * (packed_parts.LARGEST + 1)))
    assert parsed.kind == "unreadable"
    assert "unpacks to more than" in parsed.findings[0].message_en


def test_entities_in_a_docx_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("一、总体情况 机密", encoding="utf-8")
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    entity = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{secret}">]>'
    document = f'{entity}<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>x&e;</w:t></w:r></w:p></w:body></w:document>'
    parsed = read(packed(word__document_xml=document.encode()))
    assert "机密" not in json.dumps([s.text for s in parsed.sections], ensure_ascii=False)


def test_hostile_spans_are_capped() -> None:
    cells = '<td rowspan="100000" colspan="100000">1</td>' * 50
    page = f"<html><body><table>{f'<tr>{cells}</tr>' * 50}</table></body></html>"
    (table,) = html.read(page.encode(), "").tables
    assert len(table.grid) * table.width <= SQUARE_LIMIT + table.width


def test_deep_nesting_ends() -> None:
    page = "<html><body>" + "<table><tr><td>" * 5000 + "一、总体情况" + "</td></tr></table>" * 5000 + "</body></html>"
    assert read(page.encode()).facts == ()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=4000))
def test_any_bytes_end_in_a_parsed(body: bytes) -> None:
    if media.media_type(body) not in (media.DOC, media.RTF):
        assert read(body).facts == ()


def numbered() -> bytes:
    """A real page with a different number in each square, so that a shifted one shows."""
    count = itertools.count(101)
    page = (REPORTS / "weidong-2020.html").read_bytes()
    return re.sub(rb"(?<=>)-?[\d.]+(?=</td>)", lambda _: str(next(count)).encode(), page)


def test_the_numbered_page_is_read_in_order() -> None:
    facts = read(numbered()).facts
    assert [f.value for f in facts] == list(range(101, 299))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["td", "tr"]))
def test_a_page_that_lost_cells_loses_numbers_but_invents_none(data: st.DataObject, tag: str) -> None:
    """Whatever cells or rows are gone: no number is read for an indicator that had another one."""
    page = numbered()
    marks = [m.span() for m in re.finditer(rf"<{tag}\b.*?</{tag}>".encode(), page, re.DOTALL)]
    gone = data.draw(st.sets(st.sampled_from(marks), min_size=1, max_size=4))
    cut = page
    for begin, end in sorted(gone, reverse=True):
        cut = cut[:begin] + cut[end:]
    whole = {f.indicator: f.value for f in read(page).facts}
    left = {f.indicator: f.value for f in read(cut).facts if f.state == "number"}
    assert {i: (v, whole[i]) for i, v in left.items() if v != whole[i]} == {}
