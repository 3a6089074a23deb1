"""What goes wrong while a WARC file is written or read costs no more than it must."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError, Damage
from archive.fixity import manifest
from archive.fixity.verify import verify
from archive.index import recover
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs import appender, members
from archive.warcs.importing import place
from archive.warcs.members import OPEN
from archive.warcs.warc import Record, Writer, iterate, read, repair, scan
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, fill, wired, writer
from tests.portal import ROOT


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def only_file(archive: Archive) -> Path:
    (path,) = archive.warc.iterdir()
    return path


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def open_file(archive: Archive, count: int = 4) -> tuple[list[int], bytes]:
    """A file as kill -9 leaves it: where what was acknowledged ends, and its bytes."""
    fill(archive, count)
    path = only_file(archive)
    data = path.read_bytes()
    path.unlink()
    behind = ("warcinfo", "metadata")  # the last of what is written together
    ends = [record.offset + record.length for record in _parsed(archive, data) if record.type in behind]
    return ends, data


NAME = "nianbao-20260101000000000-host-1.warc.gz"


def _parsed(archive: Archive, data: bytes) -> list[Record]:
    path = archive.directory / "whole.warc.gz"
    path.write_bytes(data)
    return list(iterate(path))


def test_a_torn_tail_costs_only_what_was_not_acknowledged(archive: Archive) -> None:
    ends, data = open_file(archive)
    parts = [record.offset for record in _parsed(archive, data)]
    torn = archive.warc / f"{NAME}.open"
    random_places = random.Random(2).sample(range(1, len(data)), 60)
    for size in sorted({*random_places, *parts[1:], *ends, ends[0] - 1, ends[0] + 1, ends[0] + 9}):
        torn.write_bytes(data[:size])
        kept = max((end for end in ends if end <= size), default=0)
        (done,) = repair(archive.warc)
        assert (done.kept, done.cut, done.deleted) == (kept, size - kept, kept == 0)
        left = list(archive.warc.iterdir())
        if kept:
            assert [path.name for path in left] == [NAME]
            assert left[0].read_bytes() == data[:kept]
            left[0].unlink()
        else:
            assert left == []


def test_of_a_file_that_others_wrote_every_whole_record_stays(archive: Archive) -> None:
    _, data = open_file(archive)
    (response,) = [record for record in _parsed(archive, data) if record.type == "response"][:1]
    end = response.offset + response.length
    (archive.warc / "foreign.warc.gz.open").write_bytes(data[:end])
    (done,) = repair(archive.warc)
    assert (done.kept, done.cut) == (end, 0)


def test_zeros_after_a_power_cut_are_a_torn_tail(archive: Archive) -> None:
    ends, data = open_file(archive)
    (archive.warc / f"{NAME}.open").write_bytes(data + bytes(70_000))
    (done,) = repair(archive.warc)
    assert (done.kept, done.cut) == (ends[-1], 70_000)


def test_a_repair_that_is_cut_short_is_done_again(archive: Archive) -> None:
    """Were the file closed before it is indexed, nobody would ever look for what the index lacks."""
    ends, data = open_file(archive)
    archive.db.execute("DELETE FROM snapshots")
    (archive.warc / f"{NAME}.open").write_bytes(data[:-1])

    def killed(path: Path, done: members.Repair) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        repair(archive.warc, killed)
    assert [path.name for path in archive.warc.iterdir()] == [f"{NAME}.open"]
    (done,) = recover(archive)
    assert done.kept == ends[-2]
    captures = sum(record.is_capture for record in _parsed(archive, data[: ends[-2]]))
    assert archive.db.execute("SELECT count(*) FROM snapshots").fetchone() == (captures,)
    assert verify(archive) == []


def test_a_file_that_is_being_written_is_not_repaired(archive: Archive) -> None:
    with writer(archive) as into:
        capture(archive, into)
        assert repair(archive.warc) == []
        snapshot = capture(archive, into, url=f"{HOST}/2")
    assert archive.body(snapshot) == PAGE


def test_two_writers_do_not_meet(archive: Archive) -> None:
    with writer(archive) as one, writer(archive) as two:
        snapshots = [capture(archive, into, url=f"{HOST}/{n}") for n in range(3) for into in (one, two)]
    assert len({snapshot.filename for snapshot in snapshots}) == 2
    assert all(archive.body(snapshot) == PAGE for snapshot in snapshots)


KILLED = """
import os, sys
from pathlib import Path
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import capture, writer
archive = Archive.open(Path(sys.argv[1]), INDICATORS)
into = writer(archive)
for n in range(1000):
    print(capture(archive, into, url=f"http://h/{n}").id, flush=True)
    if n == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
"""


LARGE = """
import os, random, sys
from pathlib import Path
from archive.warcs.appender import Appender
from archive.warcs.making import PIECE
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import capture, writer
write = Appender._write
for last in range(1, 9):
    if not os.fork():
        def counted(self, file, data, start, left=[last]):
            write(self, file, data, start)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), 9)
        Appender._write = counted
        archive = Archive.open(Path(sys.argv[1]) / str(last), INDICATORS)
        capture(archive, writer(archive), body=random.randbytes(2 * PIECE + 7))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_large_answer_that_was_killed_before_its_context_is_asked_for_again(tmp_path: Path) -> None:
    """Its pieces are written one by one: a kill may fall between the last of them and what says whose they are."""
    done = subprocess.run([sys.executable, "-c", LARGE, tmp_path], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["-9"] * 7 + ["0"]
    sources = []
    for last in range(1, 9):
        with Archive.open(tmp_path / str(last), INDICATORS) as killed:
            recover(killed)
            sources.append([source for (source,) in killed.db.execute("SELECT source FROM snapshots")])
    assert sources == [[]] * 6 + [["zhoucun"]] * 2


def test_what_was_acknowledged_outlives_kill_9(archive: Archive) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, archive.directory, "20"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == -9
    repair(archive.warc)
    snapshots = [archive.snapshot(id) for id in done.stdout.split()]
    assert len(snapshots) == 21
    assert all(snapshot and archive.body(snapshot) == PAGE for snapshot in snapshots)


@pytest.fixture
def small_files() -> Iterator[int]:
    """Let no file grow beyond 64 KB: what a full disk looks like to a program."""
    size, before = 65_536, resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    yield size
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def no_earlier(snapshot: Snapshot) -> Record:
    raise ArchiveError(f"{snapshot.url} is not there")


def test_a_full_disk_is_said_and_leaves_no_half_record(tmp_path: Path, small_files: int) -> None:
    large = wired(body=noise(18_000))
    with Writer(tmp_path, operator="", user_agent="", stored=no_earlier) as into:
        for _ in range(3):
            into.exchange(**large)
        with pytest.raises(ArchiveError, match=r"cannot write to .*nianbao-.*"):
            into.exchange(**large)
        into.exchange(**wired())  # a small one still goes in
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size < small_files
    assert [record.type for record in iterate(path)].count("response") == 4


def test_a_disk_that_fails_to_sync_leaves_the_file_to_recover(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before is in the file and in no index; the next fsync would not say it again."""
    failing = [OSError(errno.EIO, "Input/output error")]

    def fsync(handle: int, fsync: Any = os.fsync) -> None:
        if failing:
            raise failing.pop()
        fsync(handle)

    with writer(archive) as into:
        capture(archive, into, url=f"{HOST}/1")
        monkeypatch.setattr(appender, "SYNC_EVERY", -1)
        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(ArchiveError, match="Input/output error"):
            capture(archive, into, url=f"{HOST}/2")
    (path,) = archive.warc.iterdir()
    assert path.suffix == OPEN
    recover(archive)
    assert archive.db.execute("SELECT count(*) FROM snapshots").fetchone() == (2,)
    assert verify(archive) == []


def test_names_reach_the_disk_as_bytes_do(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may take the name of a new file, though its bytes were synced."""
    other = tmp_path / "other.warc.gz"
    fill(archive)
    only_file(archive).rename(other)
    synced = []

    def fsync(handle: int, fsync: Any = os.fsync) -> None:
        fsync(handle)
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))

    monkeypatch.setattr(os, "fsync", fsync)
    with writer(archive) as into:
        capture(archive, into)
        assert str(archive.warc) in synced
    synced.clear()
    place(archive.warc, other)
    assert str(archive.warc) in synced
    manifest.complete(archive.directory)
    assert str(archive.directory) in synced


@pytest.mark.parametrize(
    "name", ["../nianbao.db", "/etc/passwd", "..", "", "a/b.warc.gz", "../x.warc.gz", "..\\x.warc.gz", "x.warc"]
)
def test_names_from_outside_never_leave_the_directory(archive: Archive, name: str) -> None:
    with pytest.raises(ArchiveError, match="not the name of a WARC file"):
        read(archive.warc, name, 0, 1)


def test_a_wrong_place_is_said(archive: Archive) -> None:
    snapshot = fill(archive)[0]
    for wrong in (
        replace(snapshot, offset=snapshot.offset + 3),
        replace(snapshot, length=1),
        replace(snapshot, offset=10**9),
        replace(snapshot, filename="none.warc.gz"),
    ):
        with pytest.raises(ArchiveError, match=r"cannot read .*\.warc\.gz"):
            archive.body(wrong)


def test_a_record_too_large_for_memory_is_passed_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer(archive) as into:
        capture(archive, into, url=f"{HOST}/large", body=bytes(50_000))
        capture(archive, into, url=f"{HOST}/small")
    monkeypatch.setattr(members, "LIMIT", 10_000)
    monkeypatch.setattr(members, "ROOM", 5_000)
    found = list(scan(only_file(archive)))
    assert [item.problem for item in found if isinstance(item, Damage)] == ["record is larger than 0 MB"]
    assert [item.url for item in found if isinstance(item, Record) and item.is_capture] == [f"{HOST}/small"]
