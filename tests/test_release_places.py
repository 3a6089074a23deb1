"""Where a release may be written and where not: links, files, full disks, and two commands at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.alone import alone
from archive.releases import stage
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import writer
from tests.released import CITY, add, build, did, finish, of, real, run, sums

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("places") / "data")


@pytest.fixture(scope="module")
def first(whole: Path) -> Path:
    did("export", "--archive", whole, "--out", whole.parent / "first")
    return whole.parent / "first"


def test_a_link_to_nowhere_and_a_way_round_are_there_already(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    for target in ("link", "new/..", "."):
        result = run("export", "--archive", whole, "--out", target)
        assert (result.exit_code, "is there already" in result.stderr) == (1, True), result.output
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_below_a_file_is_said_in_one_line(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("export", "--archive", whole, "--out", tmp_path / "file" / "release")
    assert result.exit_code == 1
    assert "reading" not in result.stderr, "hours of reading come before it"
    assert result.stderr.startswith("nianbao: cannot write")
    assert "--out" in result.stderr
    assert "--archive" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_would_fail_at_the_end_is_said_at_the_beginning(whole: Path, first: Path, tmp_path: Path) -> None:
    """Reading all WARC files of a country takes hours."""
    broken = Path(shutil.copytree(first, tmp_path / "broken"))
    (broken / "offline" / "app.js").unlink()
    (tmp_path / "words").write_text("no key")
    for more, said in (
        (["--sign", tmp_path / "nowhere"], "nowhere"),
        (["--sign", tmp_path / "words"], "no key"),
        (["--since", broken], "app.js is missing"),
        (["--since", first, "--date", "2001-01-01"], "name a later day"),
    ):
        result = run("export", "--archive", whole, "--out", tmp_path / "release", *more)
        assert (result.exit_code, result.stderr.count("nianbao: "), "reading" in result.stderr) == (1, 1, False), said
        assert said in result.stderr.replace("\n", " ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "words"]


def test_two_at_once_do_not_undo_each_other(whole: Path, first: Path, tmp_path: Path) -> None:
    at_work = [tmp_path / f".release.{name}" for name in ("part", "work", "lock")]
    for path in at_work:
        path.mkdir()
        (path / "theirs").touch()
    with alone(at_work[-1], "written"):
        result = run("export", "--archive", whole, "--out", tmp_path / "release")
        assert (result.exit_code, "let it finish, or stop it" in " ".join(result.stderr.split())) == (1, True)
        assert all((path / "theirs").exists() for path in at_work)
    did("export", "--archive", whole, "--out", tmp_path / "release")  # that one was killed, and what it left is gone
    assert sums(tmp_path / "release") == sums(first)
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_release_is_proved_from_inside(whole: Path, first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(first)
    assert "every byte" in did("export", "--archive", whole, "--check", ".")
    assert sorted(path.name for path in whole.parent.iterdir()) == ["data", "first"]


def test_what_came_while_files_were_read_is_no_part_of_it(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole crawl, read and checked, goes on between the digests and the copy of the tables."""
    data = Path(shutil.copytree(whole, tmp_path / "data"))
    copied = stage.copy

    def crawled(*arguments: Any, **more: Any) -> None:
        with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
            add(archive, into, "2023", of(CITY, 2023, "2021"))
        finish(data)
        copied(*arguments, **more)

    monkeypatch.setattr(stage, "copy", crawled)
    result = run("export", "--archive", data, "--out", tmp_path / "release")
    assert (result.exit_code, "other files than when this began" in result.stderr) == (1, True), result.output
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


CORES = """
import os, runpy, sys
cores = int(sys.argv.pop(1))
os.cpu_count = lambda: cores
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


@pytest.mark.parametrize("cores", [1, 7])
def test_the_number_of_cores_changes_no_byte(whole: Path, first: Path, tmp_path: Path, cores: int) -> None:
    command = [sys.executable, "-c", CORES, str(cores), str(ROOT / "nianbao.py"), "export", "--archive", str(whole)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"}
    subprocess.run([*command, "--out", str(tmp_path / "release"), "--jobs", "1"], env=env, check=True,
                   capture_output=True)  # fmt: skip
    assert sums(tmp_path / "release") == sums(first)


@pytest.mark.parametrize("size", ["300k", "2m", "4m"])
def test_a_full_disk_leaves_nothing(whole: Path, tmp_path: Path, size: str) -> None:
    """A real one: where SQLite, DuckDB and a ZIP find the end."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(tmp_path)]
    try:
        done = os.getuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("a small disk can be mounted only by root")
    try:
        result = run("export", "--archive", whole, "--out", tmp_path / "release")
        assert result.exit_code == 1, result.output
        said = result.stderr[result.stderr.index("nianbao: ") :].replace("\n", " ")
        assert said.startswith(f"nianbao: cannot write {tmp_path}/release: "), said
        assert "space" in said or "full" in said
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_an_archive_made_again_gives_the_same_release(tmp_path: Path) -> None:
    """From the WARC files alone: the order in which rows came in is another one."""
    release = real(tmp_path)
    again = tmp_path / "again"
    shutil.copytree(tmp_path / "data", again, ignore=shutil.ignore_patterns("nianbao.db*"))
    did("index", "--archive", again)
    did("parse", "--archive", again)
    did("check", "--archive", again, "--as-of", "2026-01-31")
    did("export", "--archive", again, "--out", tmp_path / "made")
    assert sums(tmp_path / "made") == sums(release)
