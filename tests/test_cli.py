"""The front door: every command of DESIGN section 6, its help, its exit codes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import socket
import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.reports import REPORTS

COMMANDS = (
    "demo crawl parse check rules status events explain extract verify index import export apply serve store".split()
)
GROUPS = {
    "sources": {"list", "check", "find"},
    "review": {"list", "confirm", "dismiss", "withdraw", "import", "password"},
    "manifest": {"keygen", "sign", "check"},
    "withhold": {"this", "list", "lift"},
}


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(nianbao.main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    Archive.open(tmp_path / "a", INDICATORS).close()
    return tmp_path / "a"


def test_every_command_is_there_and_explains_itself() -> None:
    assert set(nianbao.main.commands) == {*COMMANDS, *GROUPS}
    for name, command in nianbao.main.commands.items():
        result = run(name, "--help")
        assert result.exit_code == 0
        assert command.help
        if name in GROUPS:
            assert set(command.commands) == GROUPS[name]  # type: ignore[attr-defined]


def test_extract_prints_the_object_of_the_design() -> None:
    result = run("extract", REPORTS / "zhoucun-2020.html")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert (said["media_type"], said["organ"], said["year"], said["forms"]) == (
        "text/html",
        "周村区行政审批服务局",
        2020,
        ["2019"],
    )
    assert [s["number"] for s in said["sections"]] == [0, 1, 2, 3, 4, 5, 6]
    (fact,) = [f for f in said["facts"] if f["indicator"] == "proactive.licensing.change"]
    assert {k: fact[k] for k in ("value", "raw", "state", "method")} == {
        "value": 42,
        "raw": "增42",
        "state": "number",
        "method": "grid",
    }
    (finding,) = [f for f in said["findings"] if f["verdict"] == "FAIL"]
    assert (finding["rule"], set(finding["message"])) == ("zero_claim", {"zh", "en"})


def test_explain_shows_squares_leftovers_and_findings() -> None:
    page = run("explain", REPORTS / "ankang-2020.html").stdout
    assert "40.35万元 = proactive.procurement.amount 40.35" in page
    assert "0 LEFT OVER" in page
    assert "FAIL  missing_row" in page
    text = run("explain", REPORTS / "lukou-2020.txt").stdout
    assert "· = requests.new.total blank" in text
    assert "486 = proactive.licensing.decisions" in text


def test_rules_are_listed_in_both_languages() -> None:
    listed = json.loads(run("rules", "--json").stdout)
    assert {"flow_balance", "zero_claim"} <= {rule["name"] for rule in listed}
    assert "上年结转" in run("rules").stdout


def test_the_registry_is_listed_and_checked(tmp_path: Path) -> None:
    listed = json.loads(run("sources", "list", "--json").stdout)
    assert all(source["url"].startswith("http") and source["evidence"] for source in listed)
    assert "every line is well formed" in run("sources", "check", "--offline").stdout
    wrong = tmp_path / "sources.csv"
    wrong.write_text(
        "id,organ,division,level,url,family,since,hosts,evidence,evidence_date\nx,某局,,county,ftp://x,,,,seen,2026-11-01\n",
        encoding="utf-8",
    )
    result = run("sources", "check", "--registry", wrong)
    assert result.exit_code == 1
    assert "sources.csv:2: url:" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_crawl_of_strangers_needs_a_contact(tmp_path: Path) -> None:
    result = run("crawl", "--archive", tmp_path / "a", "--contact", "")
    assert result.exit_code == 1
    assert "--contact" in result.stderr


def test_an_unknown_source_is_wrong_usage(tmp_path: Path) -> None:
    result = run("crawl", "--archive", tmp_path / "a", "--source", "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


@pytest.mark.parametrize("command", ["status", "check", "verify", "serve", "export"])
def test_what_is_no_archive_is_said_in_one_line(tmp_path: Path, command: str) -> None:
    result = run(command, "--archive", tmp_path / "nothing")
    assert result.exit_code == 1
    assert "is not an archive" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_empty_archive_is_whole(empty: Path) -> None:
    assert run("verify", "--archive", empty).exit_code == 0
    assert "nothing new" in run("parse", "--archive", empty).stdout
    assert json.loads(run("status", "--archive", empty, "--json").stdout) == []
    assert run("check", "--archive", empty).stdout == "no finding in 0 reports\n"
    assert json.loads(run("check", "--archive", empty, "--json").stdout) == []


def test_a_release_of_an_empty_archive_is_whole(empty: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    assert run("export", "--archive", empty, "--out", target).exit_code == 0
    lines = (target / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert {"nianbao.db.zip", "csv/reports.zip", "csv/requests.zip", "CHANGES.md"} <= set(sums)
    for name, digest in sums.items():
        assert hashlib.sha256((target / name).read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(target / "csv" / "indicators.zip") as pack:
        text = pack.read("indicators.csv").decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(INDICATORS)
    again = run("export", "--archive", empty, "--out", target)
    assert again.exit_code == 1
    assert "is there already" in again.stderr


def test_only_a_finding_that_is_there_can_be_judged(empty: Path) -> None:
    result = run("review", "confirm", "--archive", empty, "0123456789abcdef")
    assert result.exit_code == 2
    assert "no such finding" in result.stderr


@pytest.mark.parametrize("day", ["2999-01-01", "2008-04-30", "0001-01-01", "2026-13-01", "yesterday", ""])
def test_a_day_that_decides_nothing_is_wrong_usage(empty: Path, day: str) -> None:
    result = run("check", "--archive", empty, "--as-of", day)
    assert result.exit_code == 2
    assert "--as-of" in result.stderr


def test_a_day_since_the_law_is_as_good_as_today(empty: Path) -> None:
    assert run("check", "--archive", empty, "--as-of", "2008-05-01").exit_code == 0


@pytest.mark.parametrize("command", ["status", "check", "verify", "parse", "index", "events"])
def test_a_directory_may_have_any_name(tmp_path: Path, command: str) -> None:
    Archive.open(tmp_path / "\udcff", INDICATORS).close()
    assert run(command, "--archive", tmp_path / "\udcff").exit_code == 0


def test_a_release_whose_name_no_database_takes_is_refused(empty: Path, tmp_path: Path) -> None:
    result = run("export", "--archive", empty, "--out", tmp_path / "\udcff")
    assert (result.exit_code, "is not UTF-8" in result.stderr) == (1, True)
    assert not list(tmp_path.glob("*\udcff*"))


def test_what_is_no_report_is_shown_and_fails(tmp_path: Path) -> None:
    page = tmp_path / "weather.html"
    page.write_text("<html><body><h1>天气预报</h1><p>今天晴。</p></body></html>", encoding="utf-8")
    for command, shown in (("extract", '"kind": "other"'), ("explain", "kind       other")):
        result = run(command, page)
        assert (result.exit_code, shown in result.stdout) == (1, True)
        assert "holds no report: it was read as other" in result.stderr


@pytest.mark.parametrize("command", ["status", "events", "review list", "check", "parse", "export", "serve"])
def test_a_database_of_another_version_is_told_with_what_to_do(empty: Path, command: str) -> None:
    with sqlite3.connect(empty / "nianbao.db") as db:
        db.executescript("DROP VIEW report_findings; DROP TABLE events; DROP TABLE owed; PRAGMA user_version = 7")
    db.close()
    result = run(*command.split(), "--archive", empty)
    assert (result.exit_code, "run `nianbao index`" in result.stderr) == (1, True)
    assert len(result.stderr.strip().splitlines()) == 1 or command == "export"


def test_an_address_that_cannot_be_had_is_said_before_datasette_begins(empty: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        used = run("serve", "--archive", empty, "--port", port)
        assert (used.exit_code, "name another port with --port" in used.stderr) == (1, True)
        strange = run("serve", "--archive", empty, "--host", "192.0.2.1", "--port", port)
    assert (strange.exit_code, "name another address with --host" in strange.stderr) == (1, True)
