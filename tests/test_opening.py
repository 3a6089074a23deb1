"""Archives are opened, made and refused."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import nianbao
from archive.errors import ArchiveError
from archive.store import Archive
from archive.wide import wide_tables
from parsers.forms import INDICATORS
from tests.captures import capture, fill, reading, rows, writer


@pytest.mark.parametrize("words", [("extract",), ("explain",), ("import",)])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, words: tuple[str, ...]) -> None:
    os.mkfifo(tmp_path / "report.html")
    more = ["--archive", str(tmp_path / "data")] if words == ("import",) else []
    result = CliRunner().invoke(nianbao.main, [*words, *more, str(tmp_path / "report.html")])
    assert result.exit_code == 1
    assert "no file" in result.stderr


def test_a_pipe_among_the_warc_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    os.mkfifo(tmp_path / "warc" / "x.warc.gz")
    result = CliRunner().invoke(nianbao.main, ["index", "--archive", str(tmp_path)])
    assert (result.exit_code, "is no file" in result.stderr) == (1, True)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def test_the_same_columns_for_both_forms() -> None:
    by_name = {table.name: table for table in wide_tables(INDICATORS)}
    assert set(by_name) == {
        "statistics_2014",
        "statistics_fujian",
        "statistics_shanghai",
        "statistics_anhui",
        "proactive_2019",
        "proactive_2021",
        "requests",
        "review",
    }
    for name in ("requests", "review"):
        of_table = {i.indicator for i in INDICATORS if i.table == name}
        assert set(by_name[name].units) == of_table
        assert len(by_name[name].units) == len(of_table)


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    with Archive.open(tmp_path, INDICATORS) as archive:
        one = fill(archive)[0]
        archive.replace_parsed(one, reading())
    before = rows(tmp_path)
    with Archive.open(tmp_path, INDICATORS):
        pass
    assert rows(tmp_path) == before


def test_reading_alone_needs_no_forms_and_writes_nothing(tmp_path: Path) -> None:
    with Archive.open(tmp_path, INDICATORS) as archive:
        one = fill(archive)[0]
        archive.replace_parsed(one, reading())
    with Archive.open_readonly(tmp_path) as archive:
        assert archive.body(one).startswith(b"<html>")
        assert sorted(archive.facts(one.id), key=str) == sorted(reading().facts, key=str)
        with pytest.raises(ArchiveError, match="readonly"):
            archive.add(one)


def test_a_directory_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_bytes(b"x")
    with pytest.raises(ArchiveError, match=r"is not an archive: thesis\.doc is in it"):
        Archive.open(tmp_path, INDICATORS)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]
    with pytest.raises(ArchiveError, match="is not an archive"):
        Archive.open_readonly(tmp_path)
    with pytest.raises(ArchiveError, match="cannot open archive"):
        Archive.open(tmp_path / "thesis.doc", INDICATORS)


def test_a_missing_or_foreign_database_is_named(tmp_path: Path) -> None:
    with Archive.open(tmp_path, INDICATORS) as archive:
        fill(archive)
    with pytest.raises(ArchiveError, match=r"another version of nianbao; run `nianbao index`"):
        Archive.open(tmp_path, INDICATORS[:-1])
    (tmp_path / "nianbao.db").write_bytes(b"no database, but long enough to be looked at" * 100)
    with pytest.raises(ArchiveError, match=r"not a database; delete it and run `nianbao index`"):
        Archive.open(tmp_path, INDICATORS)
    (tmp_path / "nianbao.db").unlink()
    with pytest.raises(ArchiveError, match=r"nianbao\.db is missing; run `nianbao index`"):
        Archive.open(tmp_path, INDICATORS)


def test_a_locked_database_is_said(archive: Archive) -> None:
    archive.db.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(archive.directory / "nianbao.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with writer(archive) as into, pytest.raises(ArchiveError, match="another command is writing to it"):
            capture(archive, into)
