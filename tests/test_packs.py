"""Packs: every report in them is read, in whichever format, and a pack that is broken or a trap ends in one finding."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.records import Parsed
from archive.store import Archive
from commands.reading import parse_archive
from nianbao import main
from parsers import media, packs, pieces
from parsers.document import ReaderMissing
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION
from parsers.readers import html
from parsers.unpack import MISSING
from tests import ofd as ofd_maker
from tests.captures import capture, rows, table, writer
from tests.packs import RAR5, rar4, rar5, seven, zipped
from tests.reports import REPORTS, golden, read, squares

Make = Callable[[Mapping[str, bytes]], bytes]
MAKERS = (zipped, rar4, rar5, seven)
TOWNS = ("zhoucun-2020", "weidong-2020", "weihai-2019")
PAGES = {f"各单位/{name}年报.html": (REPORTS / f"{name}.html").read_bytes() for name in TOWNS}
NOTE = {"说明.txt": "请下载后阅读".encode()}
ONE = {"年报.html": PAGES["各单位/weidong-2020年报.html"]}


def unreadable(body: bytes) -> str:
    """What is said of a pack of which nothing can be read."""
    parsed = read(body)
    assert (parsed.kind, parsed.facts, parsed.parts) == ("unreadable", (), ())
    (finding,) = parsed.findings
    assert finding.rule == "unreadable"
    return finding.message_en


def kinds(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(one.part, one.member, one.kind) for one in parsed.every]


@pytest.mark.parametrize("make", MAKERS)
def test_a_pack_of_three_reports(make: Make) -> None:
    parsed = read(make(PAGES))
    assert kinds(parsed) == [(0, "", "several"), *((n, name, "report") for n, name in enumerate(PAGES, start=1))]
    assert [squares(part) for part in parsed.parts] == [golden(name)["facts"] for name in TOWNS]
    assert [part.organ for part in parsed.parts] == [golden(name)["organ"] for name in TOWNS]
    assert parsed.media_type in packs.KINDS
    assert (parsed.facts, parsed.findings) == ((), ())


@pytest.mark.parametrize("make", MAKERS)
def test_one_report_in_a_pack_is_the_report(make: Make) -> None:
    parsed = read(make(ONE), anchor="2020年年报")
    assert kinds(parsed) == [(0, "年报.html", "report")]
    assert squares(parsed) == golden("weidong-2020")["facts"]
    assert parsed.media_type in packs.KINDS


def test_one_report_beside_others_is_the_report() -> None:
    more = {"图.png": b"\x89PNG\r\n\x1a\n", "__MACOSX/._年报.html": b"\x00", "坏.pdf": b"%PDF-1.4 broken"}
    parsed = read(zipped(NOTE | ONE | more))
    assert kinds(parsed) == [(0, "年报.html", "report"), (1, "说明.txt", "other"), (2, "坏.pdf", "unreadable")]
    (unread,) = (finding for finding in parsed.findings if finding.rule == "unread_member")
    assert unread.evidence == "图.png"
    assert [[finding.rule for finding in part.findings] for part in parsed.parts] == [["not_a_report"], ["unreadable"]]


def test_a_page_of_two_reports_in_a_pack() -> None:
    bodies = [PAGES[name].decode().partition("<article>")[2].partition("</article>")[0] for name in list(PAGES)[:2]]
    page = f"<html><body><article>{''.join(bodies)}</article></body></html>".encode()
    found = [(part.member, part.organ) for part in read(zipped({"汇编.html": page})).parts]
    assert found == [("汇编.html", golden(name)["organ"]) for name in TOWNS[:2]]


def test_packs_in_a_pack_are_opened_once() -> None:
    inner = rar5(ONE)
    parsed = read(zipped({"甲.rar": inner, "乙.zip": zipped({"丙.7z": seven(ONE)}), "丁.zip": b"PK\x03\x04broken"}))
    assert kinds(parsed)[:1] == [(0, "甲.rar/年报.html", "report")]
    said = [(part.member, part.findings[0].message_en) for part in parsed.parts]
    assert [name for name, _ in said] == ["乙.zip/丙.7z", "丁.zip"]
    assert "not opened" in said[0][1]
    assert "damaged" in said[1][1]


def test_names_in_gbk() -> None:
    raw = "甲局年报".encode("gbk")
    body = zipped({"A" * len(raw) + ".html": ONE["年报.html"]}).replace(b"A" * len(raw), raw)
    assert read(body).member == "甲局年报.html"


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", ["../../../../tmp/x.html", "/etc/x.html", "C:\\x.html"])
def test_a_name_leads_nowhere(make: Make, name: str) -> None:
    parsed = read(make({name: ONE["年报.html"]}))
    assert squares(parsed) == golden("weidong-2020")["facts"]
    (finding,) = (f for f in parsed.findings if f.rule == "climbing_name")
    assert (finding.verdict, finding.evidence) == ("WARN", parsed.member)
    assert not Path("/tmp/x.html").exists()  # noqa: S108
    assert not Path("/etc/x.html").exists()


def test_names_that_lead_out_are_named_wherever_they_stand() -> None:
    page, broken = ONE["年报.html"], b"%PDF-1.4 broken"
    inside = zipped({"../../二.pdf": broken})
    parsed = read(
        zipped({"a..b/..年报..html": page, "/一.png": b"\x89PNG\r\n\x1a\n", "三.zip": inside, "~/四.pdf": broken})
    )
    found = {(one.member, f.evidence) for one in parsed.every for f in one.findings if f.rule == "climbing_name"}
    assert found == {
        ("a..b/..年报..html", "/一.png"),
        ("三.zip/../../二.pdf", "三.zip/../../二.pdf"),
        ("~/四.pdf", "~/四.pdf"),
    }


@pytest.mark.parametrize("make", MAKERS)
def test_packs_that_are_too_much(make: Make) -> None:
    assert "more than 1000" in unreadable(make({f"{i}.txt": b"1" for i in range(10_000)}))
    assert "unpack" in unreadable(make({f"{i}.html": b" " * (60 << 20) for i in range(5)}))
    assert "more than" in unreadable(make({"x.html": b" " * ((64 << 20) + 1)}))


def test_packs_in_a_pack_are_too_much_together(monkeypatch: pytest.MonkeyPatch) -> None:
    body = zipped({f"{n}.zip": zipped({"a.txt": b"1" * 600}) for n in range(2)})
    assert [part.kind for part in read(body).parts] == ["other", "other"]
    many = zipped({f"{n}.zip": zipped({f"{m}.txt": b"1" for m in range(600)}) for n in range(2)})
    assert "more than 1000 members" in unreadable(many)
    monkeypatch.setattr(pieces, "UNPACKED", 1000)
    assert "unpack to more than" in unreadable(body)


def test_members_that_overlap() -> None:
    body = bytearray(zipped({"a.html": ONE["年报.html"], "b.html": ONE["年报.html"]}))
    second = body.rindex(b"PK\x01\x02")
    struct.pack_into("<I", body, second + 42, 0)
    assert "overlap" in unreadable(bytes(body))


def test_locked_packs() -> None:
    body = bytearray(zipped(ONE))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", body, body.index(mark) + place, 1)
    assert "locked by a password" in unreadable(bytes(body))
    assert "locked by a password" in unreadable(rar4(ONE, flags=4))


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
def test_half_a_pack(make: Make, share: float) -> None:
    whole = make(PAGES)
    parsed = read(whole[: int(len(whole) * share)])
    assert any(finding.rule == "unreadable" for one in parsed.every for finding in one.findings)
    for one in parsed.every:
        if one.facts:
            assert squares(one) == golden(one.member.split("/")[-1].removesuffix("年报.html"))["facts"]


@pytest.mark.parametrize(
    "body", [RAR5 + bytes(100), b"Rar!\x1a\x07\x00" + bytes(100), b"7z\xbc\xaf\x27\x1c" + bytes(100)]
)
def test_packs_of_nothing(body: bytes) -> None:
    assert media.media_type(body) in packs.KINDS
    assert unreadable(body)


@pytest.mark.parametrize("make", [rar4, rar5, seven])
def test_turned_bytes_end_in_findings(make: Make) -> None:
    whole = make(NOTE | {"a.txt": b"1" * 50})
    for place in range(len(whole)):
        turned = bytearray(whole)
        turned[place] ^= 0xFF
        if media.media_type(bytes(turned)) in packs.KINDS and place % 7 == 0:
            assert all(one.findings for one in read(bytes(turned)).parts or [read(bytes(turned))])


def test_without_libarchive_packs_wait(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "unpack.py"
    program.write_text(f"raise SystemExit({MISSING})", encoding="utf-8")
    monkeypatch.setattr(packs, "_PROGRAM", program)
    with pytest.raises(ReaderMissing):
        packs.members(rar5(ONE), media.RAR)
    assert [finding.rule for finding in read(rar5(ONE)).findings] == ["reader_missing"]


def test_two_formats_of_one_report_are_two_readings_of_it(tmp_path: Path) -> None:
    page = html.read(ONE["年报.html"], "")
    members = ONE | {"年报.ofd": ofd_maker.report(page)} | NOTE
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        with writer(archive) as into:
            headers = [("Content-Type", "application/octet-stream")]
            capture(archive, into, url="http://www.example.gov.cn/a", body=zipped(members), response_headers=headers)
            capture(archive, into, url="http://www.example.gov.cn/b", body=zipped(PAGES), response_headers=headers)
        assert dict(parse_archive(archive, everything=False, jobs=2)[0]) == {"report": 5, "other": 1, "several": 2}
        found = {(row["organ"], row["readings"]) for row in table(archive, "reports")}
        expected = {(golden(name)["organ"], 3 if name == "weidong-2020" else 1) for name in TOWNS}
        assert found == expected
        before = rows(tmp_path / "data")
        assert archive.unparsed(VERSION) == []
        parse_archive(archive, everything=True, jobs=1)
        assert rows(tmp_path / "data") == before


def test_extract_and_explain_print_every_part(tmp_path: Path) -> None:
    file = tmp_path / "年报.zip"
    file.write_bytes(zipped(PAGES))
    printed = json.loads(CliRunner().invoke(main, ["extract", str(file)]).stdout)
    assert [(part["part"], part["member"], len(part["facts"])) for part in printed["parts"]] == [
        (n, name, len(golden(town)["facts"])) for n, (name, town) in enumerate(zip(PAGES, TOWNS, strict=True), start=1)
    ]
    single = json.loads(CliRunner().invoke(main, ["extract", str(REPORTS / "weidong-2020.html")]).stdout)
    assert not {"part", "member", "parts"} & single.keys()
    lines = CliRunner().invoke(main, ["explain", str(file)]).stdout.splitlines()
    assert [line for line in lines if line.startswith("=== part")] == [
        "=== part 0",
        *(f"=== part {n}  {name}" for n, name in enumerate(PAGES, start=1)),
    ]
    assert sum(line.startswith("table 1:") for line in lines) == len(TOWNS)
