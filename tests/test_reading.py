"""`nianbao parse` where something goes wrong: one document costs no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.records import Parsed, Snapshot
from archive.store import Archive
from commands import pool
from parsers.forms import INDICATORS
from parsers.pictured import Pictures
from parsers.pipeline import parse
from parsers.split import Further
from tests import packs
from tests.captures import HOST, PAGE, capture, fill, table, writer
from tests.maker.html import STYLES
from tests.maker.report import make

ROOT = Path(__file__).parent.parent


def run(archive: Archive, *words: str) -> Result:
    directory = str(archive.directory)
    return CliRunner().invoke(nianbao.main, ["parse", "--archive", directory, *words], catch_exceptions=False)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data", INDICATORS)


def failing(snapshot: Snapshot, body: bytes, pictures: Pictures, further: Sequence[Further]) -> Parsed:
    """What a defect in a reader does: raise, or take its process with it."""
    if snapshot.url.endswith("/2.html"):
        raise UnicodeDecodeError("gbk", b"x", 0, 1, "odd")
    if snapshot.url.endswith("/killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return parse(snapshot, body, pictures, further)


def endless(snapshot: Snapshot, body: bytes, pictures: Pictures, further: Sequence[Further]) -> Parsed:
    while snapshot.url.endswith("/2.html"):
        time.sleep(0.01)
    return parse(snapshot, body, pictures, further)


def busy(snapshot: Snapshot, body: bytes, pictures: Pictures, further: Sequence[Further]) -> Parsed:
    while snapshot.url.endswith("/2.html"):
        pass
    return parse(snapshot, body, pictures, further)


def test_a_damaged_record_stops_no_other(archive: Archive) -> None:
    snapshot = fill(archive, 12)[3]
    path = archive.warc / snapshot.filename
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[snapshot.offset + snapshot.length // 2] ^= 0xFF
    path.write_bytes(damaged)
    for _ in range(2):
        result = run(archive, "--jobs", "2")
        assert (result.exit_code, result.stderr.count("nianbao: ")) == (1, 1)
        assert snapshot.url in result.stderr
        assert len(table(archive, "readings")) == 13
    (finding,) = (row for row in table(archive, "findings") if row["snapshot"] == snapshot.id)
    assert (finding["rule"], finding["verdict"]) == ("damaged_record", "NOT_ASSESSABLE")
    assert finding["evidence"] == snapshot.digest
    path.write_bytes(whole)
    assert run(archive).exit_code == 0
    assert "nothing new" in run(archive).stdout


def test_a_failing_parser_and_a_killed_process_stop_no_other(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "parse", failing)
    with writer(archive) as into:
        killed = capture(archive, into, url=f"{HOST}/killed", body=PAGE, response_headers=[])
    snapshots = fill(archive, 30)
    result = run(archive, "--jobs", "2")
    assert (result.exit_code, result.stderr.count("nianbao: ")) == (1, 2)
    assert f"{killed.url}: the process that read it was killed twice" in result.stderr
    assert f"{snapshots[2].url}: the parser failed, UnicodeDecodeError" in result.stderr
    assert len(table(archive, "readings")) == 32
    failed = {row["snapshot"]: row for row in table(archive, "findings") if row["rule"] == "parser_failed"}
    assert {id_: row["evidence"] for id_, row in failed.items()} == {s.id: s.digest for s in (killed, snapshots[2])}
    assert "UnicodeDecodeError" in str(failed[snapshots[2].id]["message_en"])
    monkeypatch.undo()
    assert run(archive, "--all").exit_code == 0
    assert not [row for row in table(archive, "findings") if row["rule"] == "parser_failed"]


@pytest.mark.parametrize(("reader", "limit"), [(busy, "5 seconds of computing"), (endless, "10 seconds")])
def test_a_reader_that_never_ends_is_given_up(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, reader: Callable[..., Parsed], limit: str
) -> None:
    monkeypatch.setattr(pool, "LONGEST", 5)
    monkeypatch.setattr(pool, "PATIENCE", 2 if reader is endless else 600)
    monkeypatch.setattr(pool, "parse", reader)
    snapshots = fill(archive, 4)
    result = run(archive, "--jobs", "2")
    assert (result.exit_code, result.stderr.count("nianbao: ")) == (1, 1)
    assert f"{snapshots[2].url}: the parser failed, TimeoutError: not read within {limit}\n" in result.stderr
    assert len(table(archive, "readings")) == 5


def test_a_killed_run_leaves_no_process_and_goes_on_without_loss(archive: Archive) -> None:
    """kill -9 in the middle, twice; the end is that of a run that nobody killed."""
    with writer(archive) as into:
        for n in range(40):
            pages = {f"{m}.html": STYLES[m][1](make("2021", 3 * n + m), n) for m in range(3)}
            body = packs.zipped(pages) if n % 2 else pages["0.html"]
            capture(archive, into, url=f"{HOST}/{n}", body=body, response_headers=[])
    command = [sys.executable, "-m", "nianbao", "parse", "--jobs", "2", "--archive", str(archive.directory)]
    for wanted in (5, 15):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(table(archive, "readings")) < wanted:
            assert process.poll() is None
            time.sleep(0.01)
        workers = children(process.pid)
        process.kill()
        process.wait()
        assert workers
        for _ in range(1000):
            if not any(map(alive, workers)):
                break
            time.sleep(0.01)
        assert not any(map(alive, workers))
    assert 15 <= len(table(archive, "readings")) < 80
    assert run(archive).exit_code == 0
    names = ("readings", "reports", "facts", "findings", "sections", "extras")
    resumed = [[row | {"id": 0} for row in table(archive, name)] for name in names]  # an id tells the order of writing
    assert len(resumed[0]) == 20 + 20 * 4
    assert run(archive, "--all").exit_code == 0
    assert [[row | {"id": 0} for row in table(archive, name)] for name in names] == resumed


def children(pid: int) -> list[int]:
    """Processes that a process has begun and that are its own program still."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in listed]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_few_bodies_are_in_memory_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(archive, 40)
    had: list[str] = []
    body = Archive.body

    def counted(self: Archive, snapshot: Snapshot) -> bytes:
        had.append(snapshot.id)
        return body(self, snapshot)

    monkeypatch.setattr(Archive, "body", counted)
    done = pool.readings(archive, archive.unparsed("0"), 2)
    for number, _ in enumerate(done, 1):
        assert len(had) <= number + 2 * pool.AHEAD
    assert len(had) == 41
