"""`nianbao parse` where something goes wrong: one document costs no other."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.records import Parsed, Snapshot
from archive.store import Archive
from commands import pool
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from tests.captures import HOST, PAGE, capture, fill, table, writer


def run(archive: Archive, *words: str) -> Result:
    directory = str(archive.directory)
    return CliRunner().invoke(nianbao.main, ["parse", "--archive", directory, *words], catch_exceptions=False)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data", INDICATORS)


def failing(snapshot: Snapshot, body: bytes) -> Parsed:
    """What a defect in a reader does: raise, or take its process with it."""
    if snapshot.url.endswith("/2.html"):
        raise UnicodeDecodeError("gbk", b"x", 0, 1, "odd")
    if snapshot.url.endswith("/killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return parse(snapshot, body)


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
    assert f"{killed.url}: the process that read it was killed" in result.stderr
    assert f"{snapshots[2].url}: the parser failed, UnicodeDecodeError" in result.stderr
    assert len(table(archive, "readings")) == 31
    (finding,) = (row for row in table(archive, "findings") if row["rule"] == "parser_failed")
    assert (finding["snapshot"], finding["evidence"]) == (snapshots[2].id, "UnicodeDecodeError")
    monkeypatch.undo()
    assert run(archive).exit_code == 0
    assert len(table(archive, "readings")) == 32


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
