"""Closed WARC files at an address elsewhere: a directory of this machine, and a real server that speaks S3."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.index import rebuild
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs import storage
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, fill, rows, writer
from tests.environments import free_port, installed, listening

MOTO = ("moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5", "py-partiql-parser==0.6.3", "pyyaml==6.0.4")
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that speaks S3."""
    programs, port = installed("moto", *MOTO), free_port()
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as out:
        command = [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
        running = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            listening(running, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(timeout=20)


@pytest.fixture(params=["s3", "file"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that nothing was sent to yet."""
    if request.param == "file":
        return f"file://{tmp_path}/there/warc"
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": request.getfixturevalue("server")}.items():
        monkeypatch.setenv(name, value)
    s3fs = pytest.importorskip("s3fs")
    bucket = f"b{abs(hash(tmp_path))}"
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir(bucket)
    storage._remote.cache_clear()
    return f"s3://{bucket}/nianbao/warc"


def run(*words: object) -> Result:
    return CliRunner().invoke(nianbao.main, [*map(str, words)])


def filled(directory: Path) -> list[Snapshot]:
    with Archive.open(directory, INDICATORS) as archive:
        found = fill(archive, 3)
        return [*found, *fill(archive, 2)]


def here(directory: Path) -> list[str]:
    return [path.name for path in (directory / "warc").iterdir()]


def test_what_is_sent_is_read_verified_indexed_and_brought_back(tmp_path: Path, elsewhere: str) -> None:
    directory = tmp_path / "a"
    snapshots = filled(directory)
    before, names = rows(directory), sorted(here(directory))
    done = run("store", elsewhere, "--archive", directory)
    assert done.exit_code == 0, done.output
    assert here(directory) == []
    with Archive.open_readonly(directory) as archive:
        assert [path.name for path in storage.warc_files(archive.warc)] == names
        for one in snapshots:
            archive.body(one)  # raises if it is not what was captured
        assert verify(archive) == []
    assert run("verify", "--archive", directory).exit_code == 0
    (directory / "nianbao.db").unlink()
    assert rebuild(directory, INDICATORS, jobs=2).damage == ()
    assert rows(directory) == before
    assert run("store", "--back", "--archive", directory).exit_code == 0
    assert sorted(here(directory)) == names
    assert not (directory / "warc.url").exists()
    with Archive.open_readonly(directory) as archive:
        assert verify(archive) == []


def test_what_is_being_written_stays_and_a_later_file_is_sent(tmp_path: Path, elsewhere: str) -> None:
    directory = tmp_path / "a"
    filled(directory)
    assert run("store", elsewhere, "--archive", directory).exit_code == 0
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        snapshot = capture(archive, into, url=f"{HOST}/new")
        assert storage.send(archive.warc, {}) == []
        assert archive.body(snapshot) == PAGE
    assert len(here(directory)) == 1
    assert run("store", "--send", "--archive", directory).exit_code == 0
    assert here(directory) == []
    with Archive.open_readonly(directory) as archive:
        assert archive.body(snapshot) == PAGE


def test_a_file_leaves_only_when_what_arrived_is_the_same(tmp_path: Path, elsewhere: str) -> None:
    """A half copy, as a kill in the middle leaves it, is no copy: the file that is here is read, and sent again."""
    directory = tmp_path / "a"
    filled(directory)
    (directory / "warc.url").write_text(elsewhere)
    path = sorted((directory / "warc").iterdir())[0]
    half = storage.locate(directory / "warc", path.name)
    assert half == path
    target = storage._remote(elsewhere) / path.name
    target.fs.makedirs(target.parent.path, exist_ok=True)  # type: ignore[attr-defined]
    target.fs.pipe_file(target.path, path.read_bytes()[:100])  # type: ignore[attr-defined]
    whole = path.read_bytes()
    storage.send(directory / "warc", {})
    assert not path.exists()
    assert storage.locate(directory / "warc", path.name).read_bytes() == whole


def test_a_file_leaves_only_when_the_copy_is_on_its_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read back may stand in memory alone: a power cut would take both."""
    there = tmp_path / "there"
    filled(tmp_path / "data")
    before, synced = here(tmp_path / "data"), []

    def fsync(handle: int, fsync: Any = os.fsync) -> None:
        fsync(handle)
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))

    storage.claim(tmp_path / "data" / "warc", str(there))
    monkeypatch.setattr(os, "fsync", fsync)
    assert storage.send(tmp_path / "data" / "warc", {}) == sorted(before)
    assert {str(there), *(str(there / name) for name in before)} <= set(synced)


def test_a_damaged_file_never_replaces_the_good_copy(tmp_path: Path) -> None:
    """Brought back, what was sent stays there; sent again, the file here would overwrite it."""
    data, there = tmp_path / "data", tmp_path / "there"
    filled(data)
    assert run("store", there, "--archive", data).exit_code == 0
    assert run("store", "--back", "--archive", data).exit_code == 0
    rotten, other = sorted((data / "warc").iterdir())
    good = rotten.read_bytes()
    rotten.write_bytes(good[:-9] + bytes([good[-9] ^ 1]) + good[-8:])
    result = run("store", there, "--archive", data)
    assert result.exit_code == 1
    assert f"{rotten} is not what the manifest says, and stays here; run `nianbao verify`" in " ".join(
        result.stderr.split()
    )
    assert (there / rotten.name).read_bytes() == good
    assert rotten.exists()
    assert not other.exists()


def test_damage_elsewhere_is_found(tmp_path: Path, elsewhere: str) -> None:
    directory = tmp_path / "a"
    filled(directory)
    assert run("store", elsewhere, "--archive", directory).exit_code == 0
    first, second = storage.warc_files(directory / "warc")
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    first.fs.pipe_file(first.path, bytes(data))  # type: ignore[attr-defined]
    second.fs.rm_file(second.path)  # type: ignore[attr-defined]
    with Archive.open_readonly(directory) as archive:
        damage = verify(archive)
    assert {item.filename for item in damage} == {first.name, second.name}
    assert any("missing" in item.problem for item in damage if item.filename == second.name)


def test_what_is_withheld_for_good_is_destroyed_there_too(tmp_path: Path, elsewhere: str) -> None:
    directory = tmp_path / "a"
    (snapshot, *_) = filled(directory)
    assert run("store", elsewhere, "--archive", directory).exit_code == 0
    words = ("--reason", "个人信息", "--destroy", "--archive", directory)
    assert run("withhold", snapshot.id, *words).exit_code == 0
    with Archive.open_readonly(directory) as archive:
        with pytest.raises(ArchiveError):
            archive.body(snapshot)
        assert verify(archive) == []
    assert here(directory) == []


def test_an_address_that_does_not_answer_is_said_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("s3fs").S3FileSystem.clear_instance_cache()
    storage._remote.cache_clear()
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    directory = tmp_path / "a"
    filled(directory)
    done = run("store", "s3://nowhere/x", "--archive", directory)
    assert done.exit_code == 1
    assert "cannot list s3://nowhere/x" in done.output
    assert len(here(directory)) == 2
    assert not (directory / "warc.url").exists()
    done = run("store", "nosuch://x/y", "--archive", directory)
    assert done.exit_code == 1
    assert "cannot use nosuch://x/y" in done.output


def test_storage_that_vanishes_is_said_in_a_line(tmp_path: Path) -> None:
    """As a mount that is gone: nothing is lost, and what to do next is said."""
    directory, there = tmp_path / "a", tmp_path / "there"
    (snapshot, *_) = filled(directory)
    assert run("store", f"file://{there}", "--archive", directory).exit_code == 0
    shutil.move(there, tmp_path / "away")
    with Archive.open_readonly(directory) as archive, pytest.raises(ArchiveError, match=r"cannot read .*there"):
        archive.body(snapshot)
    done = subprocess.run(
        [sys.executable, "nianbao.py", "verify", "--archive", directory],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ},
        check=False,
    )
    assert done.returncode == 10
    assert "missing" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}/../warc"])
def test_what_is_sent_to_where_it_is_stays(tmp_path: Path, form: str) -> None:
    directory = tmp_path / "a"
    filled(directory)
    names = sorted(here(directory))
    refused = run("store", form.format(directory / "warc"), "--archive", directory)
    said = " ".join(refused.stderr.split())  # a long path breaks the line
    assert (refused.exit_code, "itself; name another place" in said) == (1, True)
    assert not (directory / "warc.url").exists()
    (directory / "warc.url").write_text(f"{tmp_path}/link\n")  # by hand, through a link
    (tmp_path / "link").symlink_to(directory / "warc")
    assert run("store", "--send", "--archive", directory).exit_code == 1
    assert sorted(here(directory)) == names


def test_a_plain_path_means_the_same_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "a"
    filled(directory)
    monkeypatch.chdir(tmp_path)
    assert run("store", "there", "--archive", directory).exit_code == 0
    monkeypatch.chdir("/")
    assert run("verify", "--archive", directory).exit_code == 0
    assert storage.address(directory / "warc") == f"{tmp_path}/there"


def test_two_archives_do_not_share_an_address(tmp_path: Path, elsewhere: str) -> None:
    """Files of one name would overwrite each other."""
    one, other = tmp_path / "one", tmp_path / "other"
    filled(one)
    filled(other)
    assert run("store", elsewhere, "--archive", one).exit_code == 0
    done = run("store", elsewhere, "--archive", other)
    assert done.exit_code == 1
    assert "another archive keeps its files at" in done.output
    assert len(here(other)) == 2
    assert run("store", elsewhere, "--archive", one).exit_code == 0
    assert run("store", "--back", "--archive", one).exit_code == 0
    assert run("store", elsewhere, "--archive", one).exit_code == 0
