"""The processes that make the files of a release: one that is killed is told, and none outlives who began it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

import pytest

from archive.database import NAME
from archive.errors import ArchiveError
from archive.releases import files, stage
from archive.releases import makers as making
from archive.releases.makers import JOBS, makers
from archive.releases.plan import described
from tests.portal import ROOT
from tests.released import build, did, run, sums

BEGUN = """
import sys, time
from multiprocessing import active_children
from pathlib import Path
from archive.releases import files, stage
from archive.releases import makers as making
from archive.releases.makers import makers
from archive.releases.plan import described

if __name__ == "__main__":
    making.SMALL = 0
    tables, place = map(Path, sys.argv[1:])
    with makers(tables, place, place) as crew, stage.reading(tables) as db:
        crew.table(described(db, "reports"), files.column_types(db)).result()
        print(*(one.pid for one in active_children()), flush=True)
        time.sleep(600)
"""
NAMES = ("readings", "reports", "snapshots")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("makers") / "data") / NAME


@pytest.fixture(autouse=True)
def _by_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SMALL", 0)


def test_they_make_the_release_that_one_thread_makes(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, small in (("apart", 0), ("here", 1 << 30)):
        monkeypatch.setattr(making, "SMALL", small)
        did("export", "--archive", tables.parent, "--out", tmp_path / name)
    assert sums(tmp_path / "apart") == sums(tmp_path / "here")


def test_several_make_files_and_end(tables: Path, tmp_path: Path) -> None:
    with makers(tables, tmp_path, tmp_path) as crew, stage.reading(tables) as db:
        jobs = [crew.table(described(db, name), files.column_types(db)) for name in NAMES]
        assert 1 <= len(active_children()) <= JOBS
        for job in jobs:
            job.result()
    assert not active_children()
    assert sorted(path.stem for path in (tmp_path / files.CSV).iterdir()) == list(NAMES)
    assert not [path for path in tmp_path.iterdir() if path.name not in (files.CSV, files.PARQUET)]


def test_where_a_text_is_cut_changes_no_row(tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row in a piece of its own; one of them has ends of lines and quotes in it."""
    query = "SELECT * FROM '{place}/parquet/{name}/*.parquet'"
    found = []
    for name, piece in (("whole", files.PIECE), ("cut", 1)):
        place = tmp_path / name
        place.mkdir()
        monkeypatch.setattr(files, "PIECE", piece)
        with stage.reading(tables) as db, files.connect(tmp_path / "spilled") as duck:
            for table in ("reports", "sections"):
                files.write(db, duck, place, described(db, table), files.column_types(db))
            found.append(
                [duck.execute(query.format(place=place, name=one)).fetchall() for one in ("reports", "sections")]
            )
        assert sorted(path.name for path in place.iterdir()) == [files.CSV, files.PARQUET]
    assert found[0] == found[1]
    assert all(len(rows) > 1 for rows in found[0])
    assert any("\r\n" in str(value) for row in found[0][0] for value in row)


def test_one_that_is_killed_is_told(tables: Path, tmp_path: Path) -> None:
    def killed() -> None:
        with makers(tables, tmp_path, tmp_path) as crew, stage.reading(tables) as db:
            job = crew.table(described(db, "reports"), files.column_types(db))
            for one in active_children():
                os.kill(one.pid or 0, signal.SIGKILL)
            job.result()

    with pytest.raises(ArchiveError, match="was killed, perhaps for want of memory"):
        killed()
    assert not active_children()


def test_what_goes_wrong_in_one_is_told_as_it_is(tables: Path, tmp_path: Path) -> None:
    (tmp_path / files.CSV).touch()
    with makers(tables, tmp_path, tmp_path) as crew, stage.reading(tables) as db:
        job = crew.table(described(db, "reports"), files.column_types(db))
        with pytest.raises(FileExistsError):
            job.result()


def test_a_row_that_points_at_none_is_told(tables: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(tables.parent, data)
    with closing(sqlite3.connect(data / NAME)) as db, db:
        db.execute("UPDATE sections SET snapshot = '0123456789abcdef' WHERE id = (SELECT min(id) FROM sections)")
    result = run("export", "--archive", data, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "points at none of snapshots; run `nianbao index`" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_none_outlives_who_began_it(tables: Path, tmp_path: Path) -> None:
    script = tmp_path / "begun.py"
    script.write_text(BEGUN, encoding="utf-8")
    command = [sys.executable, str(script), str(tables), str(tmp_path)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as begun:
        assert begun.stdout
        children = [int(one) for one in begun.stdout.readline().split()]
        begun.kill()
    assert children
    until = time.monotonic() + 60
    while any(map(_lives, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [one for one in children if _lives(one)]


def _lives(process: int) -> bool:
    """One that ended and that nobody asked about yet lives no more."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
