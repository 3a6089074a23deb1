"""Other people's WARC files are taken into the archive."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import nianbao
from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.index import Imported, import_file, rebuild
from archive.store import Archive
from archive.warcs.record import Record, iterate
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, fill, rows


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def import_warc(archive: Archive, path: Path) -> Imported:
    (imported,) = import_file(archive, path, "a disk in a cellar")
    return imported


class Foreign:
    """WARC files as other crawlers write them."""

    def __init__(self, *, compress: bool = True) -> None:
        self.out = BytesIO()
        self.writer = WARCWriter(self.out, gzip=compress)
        self.writer.write_record(self.writer.create_warcinfo_record("other.warc.gz", {"software": "other/1.0"}))

    def put(self, kind: str, url: str, body: bytes, http: StatusAndHeaders | None = None, **headers: str) -> str:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        record = self.writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=named
        )
        self.writer.write_record(record)
        return str(record.rec_headers["WARC-Record-ID"])

    def answer(self, path: str, body: bytes, mime: str, **headers: str) -> str:
        http = StatusAndHeaders("200 OK", [("Content-Type", mime), ("Transfer-Encoding", "chunked")], "HTTP/1.1")
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return self.put("response", HOST + path, chunked, http, **headers)


def foreign(*, compress: bool = True) -> bytes:
    """Request after response, chunks kept, a POST, a revisit that names no digest of ours, a DNS record."""
    made = Foreign(compress=compress)
    made.answer("/old.html", PAGE, "text/html", WARC_Date="2016-02-03T04:05:06Z")
    made.answer("/old.doc", b"\xd0\xcf\x11\xe0", "application/octet-stream")
    made.answer("/logo.png", b"png", "image/png")
    made.answer("/robots.txt", b"", "text/plain")
    listed = made.answer("/list", b"{}", "application/json")
    start = StatusAndHeaders("/list HTTP/1.1", [], "POST")
    made.put("request", f"{HOST}/list", b"page=2", start, WARC_Concurrent_To=listed)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    sha1 = "sha1:" + base64.b32encode(hashlib.sha1(chunked).digest()).decode()  # noqa: S324
    again = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
    url = f"{HOST}/old.html"
    made.writer.write_record(made.writer.create_revisit_record(url, sha1, url, "2016-02-03T04:05:06Z", again))
    made.put("response", "dns:www.example.gov.cn", b"127.0.0.1", Content_Type="text/dns")
    return made.out.getvalue()


def whole_in_one(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("old crawl.warc.gz", foreign()),
        ("plain.warc", foreign(compress=False)),
        ("gzipped-as-a-whole.warc.gz", whole_in_one(foreign())),
        ("旧.warc.gz", foreign()),
    ],
)
def test_a_foreign_file_is_taken_in(archive: Archive, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = import_warc(archive, path)
    assert (result.already, result.snapshots, result.damage) == (False, 6, ())
    found = {(one.url.removeprefix(HOST), one.record): one for one in archive.captured_in(result.filename)}
    assert {key: (one.role, one.method, one.source) for key, one in found.items()} == {
        ("/old.html", "response"): ("article", "GET", ""),
        ("/old.doc", "response"): ("article", "GET", ""),
        ("/logo.png", "response"): ("other", "GET", ""),
        ("/robots.txt", "response"): ("robots", "GET", ""),
        ("/list", "response"): ("other", "POST", ""),
        ("/old.html", "revisit"): ("article", "GET", ""),
    }
    old = found["/old.html", "response"]
    assert old.timestamp == "20160203040506"
    assert archive.body(old) == archive.body(found["/old.html", "revisit"]) == PAGE
    assert archive.exchange(old).headers == [("Content-Type", "text/html")]
    assert archive.exchange(old).body == PAGE
    assert verify(archive) == []
    grown = rows(archive.directory)
    assert import_warc(archive, path) == replace(result, already=True)
    rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory) == grown
    assert len(list(archive.warc.iterdir())) == 1


def test_a_revisit_finds_an_original_that_comes_later(archive: Archive, tmp_path: Path) -> None:
    data = foreign()
    records = [(record.offset, record.length, record) for record in iterate_bytes(tmp_path, data)]
    originals, revisits = tmp_path / "b.warc.gz", tmp_path / "a.warc.gz"
    originals.write_bytes(b"".join(data[o : o + n] for o, n, record in records if record.type != "revisit"))
    revisits.write_bytes(b"".join(data[o : o + n] for o, n, record in records if record.type in ("revisit", "request")))
    import_warc(archive, revisits)
    (problem,) = verify(archive)
    assert problem.problem == "the capture that it repeats is not in this archive"
    import_warc(archive, originals)
    assert verify(archive) == []


def iterate_bytes(directory: Path, data: bytes) -> list[Record]:
    path = directory / "whole.warc.gz"
    path.write_bytes(data)
    return list(iterate(path))


def test_nothing_is_ever_overwritten(archive: Archive, tmp_path: Path) -> None:
    contents = [foreign() for _ in range(3)]
    for data in contents:
        path = tmp_path / "same.warc.gz"
        path.write_bytes(data)
        import_warc(archive, path)
    kept = {path.name: path.read_bytes() for path in archive.warc.iterdir()}
    assert len(kept) == 3
    assert "same.warc.gz" in kept
    for data in contents:
        assert [whole for whole in kept.values() if whole.startswith(data)]


def test_an_archive_takes_in_another_with_its_context(archive: Archive, tmp_path: Path) -> None:
    snapshots = fill(archive)
    with Archive.open(tmp_path / "other", INDICATORS) as other:
        import_warc(other, archive.warc / snapshots[0].filename)
    assert rows(tmp_path / "other")["snapshots"] == rows(archive.directory)["snapshots"]
    assert rows(tmp_path / "other")["skips"] == rows(archive.directory)["skips"]


def test_the_same_captures_twice_are_once(archive: Archive, tmp_path: Path) -> None:
    snapshots = fill(archive)
    path = tmp_path / "a-copy.warc.gz"
    path.write_bytes((archive.warc / snapshots[0].filename).read_bytes() + foreign())
    import_warc(archive, path)
    assert archive.snapshot(snapshots[0].id) == replace(snapshots[0], filename="a-copy.warc.gz")
    grown = rows(archive.directory)
    rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory) == grown
    assert verify(archive) == []


@pytest.mark.parametrize("compress", [True, False])
def test_a_torn_tail_is_left_behind(archive: Archive, tmp_path: Path, compress: bool) -> None:
    path = tmp_path / f"torn.warc{'.gz' if compress else ''}"
    path.write_bytes(foreign(compress=compress)[:-20])
    result = import_warc(archive, path)
    (left,) = result.damage
    assert result.snapshots == 6
    size = path.stat().st_size - left.offset
    assert (left.filename, f"of {path.name} was left behind: {size} bytes" in left.problem) == (result.filename, True)
    assert verify(archive) == []
    grown = archive.db.execute("SELECT torn FROM imports").fetchall()
    assert f"at {left.offset}: {size} bytes" in grown[0][0]
    assert import_warc(archive, path) == replace(result, already=True)
    rebuild(archive.directory, INDICATORS)
    assert archive.db.execute("SELECT torn FROM imports").fetchall() == grown


def test_a_torn_file_that_is_packed_as_a_whole_is_told(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "torn.warc.gz"
    path.write_bytes(whole_in_one(foreign())[:-60])
    result = import_warc(archive, path)
    assert [left.offset for left in result.damage] == [path.stat().st_size]
    assert result.snapshots
    assert verify(archive) == []


@pytest.mark.parametrize(
    "data", [b"", b"<html>", gzip.compress(b"<html>"), b"\x1f\x8b\x08", b"PK\x03\x04", foreign()[:100], bytes(1000)]
)
def test_what_is_no_warc_is_refused(archive: Archive, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"x\.warc\.gz: (it is not a WARC file|the WACZ is damaged)"):
        import_warc(archive, path)
    with pytest.raises(ArchiveError, match="No such file"):
        import_warc(archive, tmp_path / "none.warc.gz")
    assert list(archive.warc.iterdir()) == []


def test_hostile_records_stay_harmless(archive: Archive, tmp_path: Path) -> None:
    made = Foreign()
    id = made.answer("/a", PAGE, "text/html", WARC_Filename="../../evil")
    made.put("metadata", HOST, b'{"role": "boss", "via": 7, "source": ["x"]}', WARC_Concurrent_To=id,
             Content_Type="application/json")  # fmt: skip
    made.put("metadata", HOST, b'{"skip": {"reason": 1}}', Content_Type="application/json")
    made.put("metadata", HOST, b'["skip"]', Content_Type="application/json")
    made.put("metadata", HOST, b"{", Content_Type="application/json")
    made.answer("/[::1", b"", "text/html")
    path = tmp_path / ".._..%2f-x.warc.gz"
    path.write_bytes(made.out.getvalue())
    result = import_warc(archive, path)
    assert [path.name for path in archive.warc.iterdir()] == [result.filename]
    first = archive.captured_in(result.filename)[0]
    assert (first.role, first.via, first.source) == ("other", "", "")


def test_an_import_begins_no_archive_where_a_disk_is_not_mounted(tmp_path: Path) -> None:
    (tmp_path / "mnt").mkdir()
    (tmp_path / "old.warc.gz").write_bytes(foreign())
    words = ["import", str(tmp_path / "old.warc.gz"), "--archive", str(tmp_path / "mnt")]
    done = CliRunner().invoke(nianbao.main, words)
    assert (done.exit_code, "mount its disk; --new begins another one" in done.stderr) == (1, True)
    assert list((tmp_path / "mnt").iterdir()) == []
    assert CliRunner().invoke(nianbao.main, [*words, "--new"]).exit_code == 0
    assert (tmp_path / "mnt" / "warc").is_dir()
