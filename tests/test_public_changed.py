"""`nianbao serve --public` over a file that is changed after all: it shows nothing more, until it is restarted."""

from __future__ import annotations

import os
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

import nianbao
from archive.database import NAME, transaction
from archive.shown.serving import Serving
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


def test_a_file_that_is_being_sent_is_cut_off(directory: Path, tmp_path: Path) -> None:
    many = 60_000
    with opened(directory) as archive, transaction(archive.db):
        rows = ((f"http://x.cn/{n:06}/{'x' * 250}", "robots", "2026", "", "", "", "") for n in range(many))
        archive.db.executemany("INSERT INTO skips VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    with serving(directory, log=tmp_path / "log", serving=Serving(public=True)) as site:
        place = urlsplit(site)
        connection = HTTPConnection(str(place.hostname), place.port)
        connection.request("GET", "/nianbao/skips.csv?_stream=1")
        answer = connection.getresponse()
        begun = answer.read(1000)
        os.utime(directory / NAME)  # as whoever withholds something writes to it
        with pytest.raises(IncompleteRead) as cut:  # what is on its way comes; the end does not
            answer.read()
        lines = (begun + cut.value.partial).count(b"\n")
        assert 0 < lines < many
        connection.close()
        assert get(f"{site}/nianbao/skips.csv?_stream=1").status == 503
    log = (tmp_path / "log").read_text("utf-8")
    assert "Traceback" not in log
