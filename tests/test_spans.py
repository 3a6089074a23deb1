"""Several processes read a file in parts and find what one finds; heads of records are read as warcio reads them."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from archive import index
from archive.store import Archive
from archive.warcs import spans
from archive.warcs.captures import captures
from archive.warcs.members import Member, next_record
from archive.warcs.record import LOADER, Malformed, parse
from archive.warcs.spans import in_parallel
from parsers.forms import INDICATORS
from tests.captures import HOST, capture, fill, rows, writer
from tests.test_import import foreign, whole_in_one


def damaged(data: bytes, places: list[int]) -> bytes:
    changed = bytearray(data)
    for place in places:
        changed[place % len(data)] ^= 0x41
    return bytes(changed)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What we write, what others write, a WARC file inside a WARC file, and what is no WARC file at all."""
    directory = tmp_path_factory.mktemp("spans")
    with Archive.open(directory / "data", INDICATORS) as archive:
        snapshots = fill(archive, 20)
        ours = (archive.warc / snapshots[0].filename).read_bytes()
        with writer(archive) as into:
            inner = [("Content-Type", "application/warc")]
            nested = [capture(archive, into, url=f"{HOST}/{n}", body=ours, response_headers=inner) for n in range(3)]
        within = (archive.warc / nested[0].filename).read_bytes()
    return [ours, within, ours + within + foreign(), foreign(), whole_in_one(foreign()), b"", b"<html>" * 999]


def test_the_one_file_holds_members_that_are_no_records_of_it(files: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(files[1])
    whole = {snapshot.offset for snapshot in captures(path).snapshots}
    with path.open("rb") as file:
        inside = next_record(file, max(whole) + 400)
    assert inside
    assert inside not in whole


@settings(max_examples=150, deadline=None)
@given(data=st.data(), which=st.integers(0, 6), size=st.integers(300, 9000))
def test_cut_anywhere_it_says_the_same(
    data: st.DataObject, files: list[bytes], tmp_path_factory: pytest.TempPathFactory, which: int, size: int
) -> None:
    whole = files[which]
    places = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)) if whole else []
    cut = data.draw(st.integers(0, min(len(whole), 200)))
    path = tmp_path_factory.mktemp("cut") / "x.warc.gz"
    path.write_bytes(damaged(whole, places)[: len(whole) - cut])
    told: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "SPAN", size)
        assert list(in_parallel([path], 1, lambda done, total: told.append((done, total)))) == [captures(path)]
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size,) * 2


def test_processes_say_the_same_as_one(files: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "SPAN", 2000)
    paths = [tmp_path / f"{n}.warc.gz" for n in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(damaged(data, [700, 3000]) if data else data)
    assert list(in_parallel(paths, 3)) == list(in_parallel(paths, 1)) == [captures(path) for path in paths]


HEAD = st.lists(
    st.sampled_from(
        [
            "WARC-Type: response", "warc-type:request", "WARC-Type: a, b", "Content-Length: 5", "Content-Length: 05",
            "Content-Length: 6", "Content-Length: -1", "Content-Length: five", "Content-Length:\t5", "no colon",
            " folded: x", "\tfolded", "X-Y : 1 ", "X-Y: 年报", "X-Y: \x85a\xa0", "X-Y:", ": x", "X-Y: a\rb",
            "X-Y: a\nb",
            "WARC-Target-URI: http://a/", "WARC-Target-URI: <http://a/>", "WARC-Target-URI: http://a/ b",
            "WARC-Record-ID: <urn:uuid:1>", "X\x00: \x1f", "",
        ]
    ),
    max_size=6,
)  # fmt: skip
START = st.sampled_from(["WARC/1.0", "WARC/1.1", "WARC/1.1 ", "warc/1.1", "WARC/0.18", "WARC/2.0", "HTTP/1.1 200", ""])


@settings(max_examples=600, deadline=None)
@given(START, HEAD, st.sampled_from(["\r\n", "\n"]), st.sampled_from(["", "\r\n\r\n", "\r\n", "\r\n\r\nx"]))
def test_a_head_is_read_as_warcio_reads_it(start: str, head: list[str], line: str, tail: str) -> None:
    for charset in ("utf-8", "gb18030"):
        text = line.join([start, *head, "", "hello"]) + tail
        member = Member(offset=0, length=1, data=text.encode(charset))
        assert ours(member) == theirs(member.data)


def ours(member: Member) -> object:
    try:
        record = parse(member)
    except Malformed:
        return None
    return record.type, record.headers, record.block


def theirs(data: bytes) -> object:
    stream = BytesIO(data)
    try:
        record = LOADER.parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError):
        return None
    block = record.raw_stream.read()
    if len(block) != record.length or stream.read().strip(b"\r\n"):
        return None
    return record.rec_type or "", record.rec_headers.headers, block


def test_a_second_record_of_the_same_name_is_told(tmp_path: Path) -> None:
    record = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2016-02-03T04:05:06Z\r\n"
    http = "HTTP/1.1 200 OK\r\n\r\n"
    pages = [f"{record}WARC-Target-URI: {HOST}/{n}\r\nContent-Length: 19\r\n\r\n{http}\r\n\r\n" for n in (1, 2, 2)]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"".join(gzip.compress(page.encode()) for page in pages[:1] * 2))
    assert captures(path).damage == []
    path.write_bytes(b"".join(gzip.compress(page.encode()) for page in pages[:2]))
    (damage,) = captures(path).damage
    assert (damage.url, damage.problem[:21]) == (f"{HOST}/2", "another record of thi")


def test_records_without_a_name_are_told_apart(tmp_path: Path) -> None:
    record = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2016-02-03T04:05:06Z\r\nContent-Length: 19\r\n"
    path = tmp_path / "x.warc.gz"
    pages = [f"{record}WARC-Target-URI: {HOST}/{n}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n\r\n" for n in (1, 2, 2)]
    path.write_bytes(b"".join(gzip.compress(page.encode()) for page in pages))
    assert [snapshot.url for snapshot in captures(path).snapshots] == [f"{HOST}/1", f"{HOST}/2"]


def test_killed_while_it_reads_it_leaves_the_database_and_no_process(tmp_path: Path) -> None:
    with Archive.open(tmp_path, INDICATORS) as archive:
        fill(archive, 30)
        archive.db.execute("DELETE FROM snapshots WHERE status = 302")  # so that a rebuild would show
    before = rows(tmp_path)
    script = (
        "import os, sys; from pathlib import Path; from archive import index; from archive.warcs import spans\n"
        "from parsers.forms import INDICATORS\n"
        "spans.SPAN = 500\n"
        "def told(done, total):\n"
        "    if done > total / 2:\n"
        "        import multiprocessing; print(*(c.pid for c in multiprocessing.active_children()), flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
        "index.rebuild(Path(sys.argv[1]), INDICATORS, told, 2)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script, tmp_path], cwd=root, check=False, stdout=subprocess.PIPE)
    assert done.returncode == -signal.SIGKILL
    assert rows(tmp_path) == before
    children = [int(pid) for pid in done.stdout.split()]
    assert len(children) == 2
    while any(is_running(pid) for pid in children):  # they end by themselves, or this test never does
        time.sleep(0.05)
    index.rebuild(tmp_path, INDICATORS, jobs=2)
    assert len(rows(tmp_path)["snapshots"]) == len(before["snapshots"]) + 1


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
