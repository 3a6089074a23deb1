"""What a crawl closes is sent while it goes on; what cannot be sent stays, and is tried again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.fixity.verify import verify
from archive.store import Archive
from archive.warcs import appender, storage
from commands.storing import sending
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, writer
from tests.test_storage import elsewhere, here, run, server

__all__ = ["elsewhere", "server"]


def until(true: Callable[[], bool]) -> None:
    """Wait for another thread; a minute is more than it ever takes."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_full_file_is_sent_while_the_next_one_is_written(
    tmp_path: Path,
    elsewhere: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = tmp_path / "a"
    Archive.open(directory, INDICATORS).close()
    assert run("store", elsewhere, "--archive", directory).exit_code == 0
    monkeypatch.setattr(appender, "ROTATE", 1)
    with Archive.open(directory, INDICATORS) as archive, sending(directory, every=0.05):
        with writer(archive) as into:
            first = capture(archive, into, url=f"{HOST}/1")
            second = capture(archive, into, url=f"{HOST}/2")
            until(lambda: here(directory) == [f"{second.filename}.open"])
            assert archive.body(first) == archive.body(second) == PAGE
        until(lambda: here(directory) == [])
        assert verify(archive) == []


def test_what_cannot_be_sent_stays_and_is_sent_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory, there = tmp_path / "a", tmp_path / "there"
    Archive.open(directory, INDICATORS).close()
    assert run("store", f"file://{there}/warc", "--archive", directory).exit_code == 0
    there.rename(tmp_path / "gone")
    there.write_text("no directory any more")
    said: list[str] = []

    def heard() -> bool:
        said.append(capsys.readouterr().err)
        return "not sent yet, and kept here: " in "".join(said)

    with Archive.open(directory, INDICATORS) as archive, sending(directory, every=0.05):
        with writer(archive) as into:
            one = capture(archive, into)
        until(heard)
        assert here(directory) == [one.filename]
        there.unlink()
        (tmp_path / "gone").rename(there)
        until(lambda: here(directory) == [])
        assert archive.body(one) == PAGE
    assert storage.warc_files(directory / "warc")
    assert "".join(said).count("not sent yet") == 1
