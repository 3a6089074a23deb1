"""WARC files as written and as read back, byte by byte."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.store import Archive
from archive.warcs import appender
from archive.warcs.members import OPEN
from archive.warcs.warc import Record, iterate, read
from parsers.forms import INDICATORS
from tests.captures import EXCHANGE, HOST, PAGE, capture, fill, message, writer

WARCIO = Path(sys.executable).with_name("warcio")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def only_file(archive: Archive) -> Path:
    (path,) = archive.warc.iterdir()
    return path


def records(archive: Archive) -> list[Record]:
    return list(iterate(only_file(archive)))


def test_an_exchange_is_kept_as_served(archive: Archive) -> None:
    with writer(archive) as into:
        snapshot = capture(archive, into)
    record = read(archive.warc, snapshot.filename, snapshot.offset, snapshot.length)
    assert record.block == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nContent-Encoding: gzip\r\nX-Title: "
        + "年报目录".encode("gbk")
        + b"\r\n\r\n"
        + EXCHANGE["body"]
    )
    assert record.http.headers == EXCHANGE["response_headers"]
    assert (record.http.status, record.http.reason, record.http.body) == (200, "OK", EXCHANGE["body"])
    assert record.payload == archive.body(snapshot) == PAGE
    assert snapshot.digest == "sha256:" + hashlib.sha256(PAGE).hexdigest()


def test_records_stand_in_order_and_name_each_other(archive: Archive) -> None:
    with writer(archive) as into:
        snapshot = capture(archive, into)
    info, response, request, metadata = records(archive)
    assert [r.type for r in (info, response, request, metadata)] == ["warcinfo", "response", "request", "metadata"]
    fields = dict(line.split(": ", 1) for line in info.block.decode().splitlines())
    assert (fields["robots"], fields["operator"]) == ("obey", "tests")
    assert re.fullmatch(r"nianbao/\S+ Scrapy/2\.\S+ Twisted/\S+ warcio/\S+", fields["software"])
    assert b"http-header-user-agent: nianbao-test" in info.block
    assert request.http.start == "GET /zwgk/nb/2021.html HTTP/1.1"
    assert request.http.headers[0] == ("Host", "www.example.gov.cn")
    for record in (request, metadata):
        assert record.header("WARC-Concurrent-To") == response.header("WARC-Record-ID")
    assert response.header("WARC-IP-Address") == "127.0.0.1"
    notes = json.loads(metadata.block)
    context = ("source", "role", "via", "anchor", "list_date", "division")
    assert {key: notes[key] for key in context} == {key: EXCHANGE[key] for key in context}
    assert (notes["kind"], notes["ip"]) == ("plain", "127.0.0.1")
    assert (response.id, response.offset, response.length) == (snapshot.id, snapshot.offset, snapshot.length)


def test_warcio_finds_no_fault_and_the_same_places(archive: Archive) -> None:
    snapshots = fill(archive)
    check = subprocess.run([WARCIO, "check", only_file(archive)], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    with only_file(archive).open("rb") as file:
        reader = ArchiveIterator(file)
        places = {
            (record.rec_headers["WARC-Target-URI"], reader.get_record_offset(), reader.get_record_length())
            for record in reader
            if record.rec_type in ("response", "revisit")
        }
    assert places == {(s.url, s.offset, s.length) for s in snapshots}


def test_reading_works_while_the_file_is_open(archive: Archive) -> None:
    with writer(archive) as into:
        snapshot = capture(archive, into)
        assert only_file(archive).name == snapshot.filename + OPEN
        assert archive.body(snapshot) == PAGE
    assert only_file(archive).name == snapshot.filename
    assert archive.body(snapshot) == PAGE


def test_an_unchanged_page_becomes_a_revisit(archive: Archive) -> None:
    with writer(archive) as into:
        first = capture(archive, into)
        second = capture(archive, into, revisit_of=first)
        third = capture(archive, into, revisit_of=second)
    for again in (second, third):
        record = read(archive.warc, again.filename, again.offset, again.length)
        assert (again.record, again.digest) == ("revisit", first.digest)
        assert again.length < 500
        assert record.header("WARC-Profile").endswith("/identical-payload-digest")
        assert record.header("WARC-Refers-To-Target-URI") == first.url
        assert record.header("WARC-Refers-To-Date").replace("-", "").startswith(first.timestamp[:8])
        assert archive.body(again) == PAGE
        assert archive.exchange(again).body == EXCHANGE["body"]


def test_a_revisit_keeps_the_whole_head(archive: Archive) -> None:
    """A line of blanks, which ends a head for other readers, continues a header for whoever asks."""
    said = [[("Content-Encoding", "gzip"), ("X-Odd", "1\r\n "), ("Date", date)] for date in ("today", "tomorrow")]
    with writer(archive) as into:
        first = capture(archive, into, response_headers=said[0])
        again = capture(archive, into, response_headers=said[1], revisit_of=first)
    assert again.record == "revisit"
    assert archive.own(again).block == message("HTTP/1.1 200 OK", said[1], b"")


def test_a_304_confirms_the_earlier_answer(archive: Archive) -> None:
    with writer(archive) as into:
        first = capture(archive, into)
        again = capture(archive, into, status=304, response_headers=[("ETag", '"1"')], body=b"", revisit_of=first)
    record = read(archive.warc, again.filename, again.offset, again.length)
    assert record.header("WARC-Profile").endswith("/server-not-modified")
    assert (again.status, again.record, again.digest) == (304, "revisit", first.digest)
    assert archive.body(again) == PAGE
    assert archive.exchange(again) == archive.exchange(first)


@pytest.mark.parametrize("headers", [[("Content-Type", "text/html")], EXCHANGE["response_headers"]])
def test_no_revisit_unless_the_stored_bytes_are_the_same(archive: Archive, headers: list[tuple[str, str]]) -> None:
    body = PAGE if len(headers) == 1 else gzip.compress(PAGE, 1, mtime=7)
    with writer(archive) as into:
        first = capture(archive, into)
        other = capture(archive, into, response_headers=headers, body=body, revisit_of=first)
    assert (other.record, other.digest) == ("response", first.digest)
    assert archive.exchange(other).body == body


@pytest.mark.parametrize("changes", [{"status": 404}, {"role": "list"}])
def test_no_revisit_of_what_the_parser_does_not_read(archive: Archive, changes: dict[str, Any]) -> None:
    with writer(archive) as into:
        first = capture(archive, into, **changes)
        other = capture(archive, into, revisit_of=first)
    assert (other.record, other.digest) == ("response", first.digest)
    assert archive.unparsed("1") == [other]


def test_no_revisit_of_a_damaged_record(archive: Archive) -> None:
    with writer(archive) as into:
        first = capture(archive, into)
        again = capture(archive, into, revisit_of=replace(first, offset=first.offset + 1))
    assert again.record == "response"


def test_post_truncated_and_odd_addresses(archive: Archive) -> None:
    with writer(archive) as into:
        snapshot = capture(
            archive, into, url=f"{HOST}/列 表\r\nX: y", method="POST", request_body=b"page=2", ended="broken", ip=""
        )
    _, response, request, metadata = records(archive)
    assert snapshot.url == response.url == f"{HOST}/列%20表%0D%0AX:%20y"
    assert (request.http.start.split(" ")[0], request.http.body) == ("POST", b"page=2")
    assert json.loads(metadata.block)["method"] == "POST"
    assert response.header("WARC-Truncated") == "disconnect"
    assert response.header("WARC-IP-Address") == ""
    assert archive.latest(f"{HOST}/列 表\r\nX: y", "__wb_method=POST&page=2") == snapshot


def test_a_skip_is_a_record_too(archive: Archive) -> None:
    with writer(archive) as into:
        skip = into.skip(url=f"{HOST}/x", reason="robots", source="s", via="v", anchor="内部", detail="Disallow: /x")
    record = records(archive)[1]
    assert (record.type, record.url, record.timestamp) == ("metadata", skip.url, skip.timestamp)
    assert json.loads(record.block)["skip"]["anchor"] == "内部"


def test_files_are_rotated(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appender, "ROTATE", 3000)
    with writer(archive) as into:
        snapshots = [capture(archive, into, url=f"{HOST}/{n}") for n in range(12)]
    assert len({snapshot.filename for snapshot in snapshots}) > 1
    assert {path.name for path in archive.warc.iterdir()} == {snapshot.filename for snapshot in snapshots}
    assert all(archive.body(snapshot) == PAGE for snapshot in snapshots)
    assert all(next(iterate(path)).type == "warcinfo" for path in archive.warc.iterdir())


def test_a_writer_that_writes_nothing_leaves_nothing(archive: Archive) -> None:
    writer(archive).close()
    assert list(archive.warc.iterdir()) == []
