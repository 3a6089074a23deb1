"""`nianbao serve --public` over a file that is changed after all: it shows nothing more, until it is restarted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import nianbao
from archive.serving import Serving
from commands.serving import inspected
from tests.audited import keep, made, opened
from tests.datasette_server import get, serving

PATHS = (
    "/",
    "/nianbao/reports",
    "/nianbao/reports.json",
    "/search?q=a",
    "/findings",
    "/static/nianbao.css",
    "/nowhere",
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2021))
    return tmp_path / "data"


def test_what_is_withheld_meanwhile_is_shown_by_nobody(directory: Path, tmp_path: Path) -> None:
    with opened(directory) as archive:
        ((name, organ),) = archive.db.execute("SELECT snapshot, organ FROM reports")
    words = ["withhold", name, "--reason", "隐私", "--archive", str(directory)]
    with serving(directory, log=tmp_path / "log", serving=Serving(public=True)) as site:
        assert organ in get(f"{site}/nianbao/reports").text
        inspected(directory)  # what another server of it does at its start changes nothing
        assert get(f"{site}/archive-changed").status == 404
        assert get(f"{site}/").status == 200
        result = CliRunner().invoke(nianbao.main, words)
        assert (result.exit_code, "until it is restarted" in " ".join(result.output.split())) == (0, True), (
            result.output
        )
        for language, said in (("zh", "档案在展示期间有变动"), ("en", "was changed while it was being shown")):
            for path in PATHS:
                answer = get(f"{site}{path}", headers={"Accept-Language": language})
                assert (answer.status, answer.headers["cache-control"]) == (503, "no-store"), path
                assert said in answer.text
                assert organ not in answer.text
                assert "content-security-policy" in answer.headers
    with serving(directory, log=tmp_path / "again", serving=Serving(public=True)) as site:
        assert get(f"{site}/").status == 200
        assert organ not in get(f"{site}/nianbao/reports").text
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


@pytest.mark.parametrize("name", ["nianbao.db", "withheld.jsonl"])
def test_either_file_counts(directory: Path, tmp_path: Path, name: str) -> None:
    with serving(directory, log=tmp_path / "log", serving=Serving(public=True)) as site:
        assert get(f"{site}/").status == 200
        (directory / name).touch()
        os.utime(directory / name, (1, 1))
        assert get(f"{site}/").status == 503


def test_where_people_work_the_file_may_change(directory: Path, tmp_path: Path) -> None:
    with serving(directory, log=tmp_path / "log") as site:
        os.utime(directory / "nianbao.db", (1, 1))
        assert get(f"{site}/").status == 200
