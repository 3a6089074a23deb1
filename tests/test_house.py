"""The whole way, for real: portal, crawl, WARC, parse, rebuild, crawl again, kill -9, in processes of their own."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.store import Archive
from crawler.sources import COLUMNS
from demo.portal import Portal, sources
from parsers.forms import INDICATORS
from tests.captures import rows
from tests.reports import NAMES, ROOT, golden

OFFICE = shutil.which("soffice") is not None
FOUND = NAMES if OFFICE else tuple(name for name in NAMES if name != "weihai-2019")


def nianbao(*words: object) -> list[str]:
    return [sys.executable, str(ROOT / "nianbao.py"), *map(str, words)]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(nianbao(*words), capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)


def register(path: Path, portal: Portal, **more: str) -> Path:
    """A registry of the sample portal, and of one more source with some fields changed."""
    row = {name: value for name, value in asdict(sources(portal)).items() if name in COLUMNS}
    row |= {"hosts": portal.host, "since": "", "evidence": "the demo", "evidence_date": "2026-11-23"}
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
        if more:
            writer.writerow(row | more)
    return path


@dataclass
class House:
    """An archive that a real crawl of the portal filled, and the portal that still runs."""

    directory: Path
    registry: Path
    portal: Portal
    crawled: subprocess.CompletedProcess[str]
    parsed: subprocess.CompletedProcess[str]

    def crawl(self, *words: object) -> subprocess.CompletedProcess[str]:
        return run("crawl", "--archive", self.directory, "--registry", self.registry, "--delay", 0, *words)

    def asked(self) -> Counter[str]:
        return Counter(request.path for request in self.portal.requests)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with Portal(crawl_delay=0.05) as portal:
        house = House(folder / "a", register(folder / "sources.csv", portal), portal, None, None)  # type: ignore[arg-type]
        house.crawled = house.crawl("--json")
        house.parsed = run("parse", "--archive", house.directory)
        yield house


def tables(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in a fixed order."""
    return {name: sorted(found, key=repr) for name, found in rows(directory).items()}


def test_the_crawl_says_what_it_did(house: House) -> None:
    assert house.crawled.returncode == 0, house.crawled.stderr
    (result,) = json.loads(house.crawled.stdout)
    assert (result["source"], result["pages"], result["errors"], result["failed"]) == ("demo", 2, 0, "")
    assert (result["rows"], result["reports"], result["attachments"], result["skipped"]) == (12, 6, 2, 6)


def test_every_report_is_in_the_archive_square_by_square(house: House) -> None:
    assert house.parsed.returncode == 0, house.parsed.stderr
    with Archive.open_readonly(house.directory) as archive:
        reports = archive.db.execute("SELECT organ, year, snapshot FROM reports ORDER BY organ, year").fetchall()
        assert sorted((organ, year) for organ, year, _ in reports) == sorted(
            (golden(name)["organ"], golden(name)["year"]) for name in FOUND
        )
        for name in FOUND:
            expected = golden(name)
            (snapshot,) = [s for organ, year, s in reports if (organ, year) == (expected["organ"], expected["year"])]
            assert {f.indicator: f.value for f in archive.facts(snapshot)} == expected["facts"]


def test_list_dates_reach_the_reports_of_attachments(house: House) -> None:
    with Archive.open_readonly(house.directory) as archive:
        dates = dict(archive.db.execute("SELECT organ, published FROM reports").fetchall())
    assert dates["卫东区人民政府"] == "2021-01-28"
    assert dates["株洲市渌口区行政审批服务局"] == "2021-03-22"
    if OFFICE:
        assert dates["威海火炬高技术产业开发区行政审批服务局"] == "2020-01-21"


def test_what_is_no_report_is_left_out_and_said_so(house: House) -> None:
    with Archive.open_readonly(house.directory) as archive:
        skipped = archive.db.execute("SELECT reason, anchor FROM skips").fetchall()
    assert {reason for reason, _ in skipped} == {"out_of_scope"}
    assert sum("法治政府" in anchor for _, anchor in skipped) == 2
    assert not any(path.startswith("/internal") for path in house.asked())


def test_the_portal_was_asked_politely(house: House) -> None:
    first = house.portal.requests[0]
    assert first.path == "/robots.txt"
    assert max(house.asked().values()) == 1


def test_other_tools_read_the_warc_files(house: House) -> None:
    warcio = Path(sys.executable).with_name("warcio")
    for path in (house.directory / "warc").iterdir():
        assert path.name.endswith(".warc.gz")
        subprocess.run([warcio, "check", path], check=True, capture_output=True, timeout=60)


def test_the_database_can_be_deleted_and_made_again(house: House, tmp_path: Path) -> None:
    shutil.copytree(house.directory, tmp_path / "a", ignore=shutil.ignore_patterns("nianbao.db*"))
    assert run("index", "--archive", tmp_path / "a").returncode == 0
    assert run("parse", "--archive", tmp_path / "a", "--all", "--jobs", 1).returncode == 0
    before, after = tables(house.directory), tables(tmp_path / "a")
    assert before.keys() == after.keys()
    assert sum(map(len, before.values())) > 500
    for name in before:
        assert before[name] == after[name], name


def test_reading_again_changes_nothing(house: House) -> None:
    before = tables(house.directory)
    again = run("parse", "--archive", house.directory)
    assert again.returncode == 0
    assert "nothing new" in again.stdout or not OFFICE  # what waits for LibreOffice is tried each time
    assert run("parse", "--archive", house.directory, "--all").returncode == 0
    assert tables(house.directory) == before


def test_verify_finds_one_flipped_bit(house: House, tmp_path: Path) -> None:
    assert run("verify", "--archive", house.directory).returncode == 0
    shutil.copytree(house.directory, tmp_path / "a")
    (path,) = (tmp_path / "a" / "warc").iterdir()
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 4
    path.write_bytes(body)
    result = run("verify", "--archive", tmp_path / "a", "--json")
    assert result.returncode == 10
    assert {damage["filename"] for damage in json.loads(result.stdout)} == {path.name}


def test_crawling_again_asks_nothing_and_then_only_the_lists(house: House) -> None:
    before, stored = house.asked(), tables(house.directory)
    assert house.crawl().returncode == 0
    assert house.asked() == before
    after = tables(house.directory)
    runs = [[row[0] for row in found.pop("runs")] for found in (stored, after)]  # each crawl leaves one, and no more
    assert runs == [["demo"], ["demo", "demo"]]
    assert after == stored
    assert house.crawl("--fresh", 0).returncode == 0
    again = house.asked() - before
    column = house.portal.column_url.removeprefix(house.portal.url)
    assert again == Counter(["/robots.txt", column, f"{column}index_1.html"])
    now = tables(house.directory)
    now.pop("runs")
    added = [row for row in now.pop("snapshots") if row not in stored["snapshots"]]
    assert {row[7] for row in added} == {"revisit"}  # record
    assert now == {name: rows for name, rows in stored.items() if name != "snapshots"}
    assert run("verify", "--archive", house.directory).returncode == 0


def test_a_killed_crawl_goes_on_where_it_was(tmp_path: Path) -> None:
    with Portal(crawl_delay=0.3) as portal:
        registry = register(tmp_path / "sources.csv", portal)
        words = ["crawl", "--archive", tmp_path / "a", "--registry", registry, "--delay", 0]
        for wanted in (4, 8):
            process = subprocess.Popen(nianbao(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while len(portal.requests) < wanted and process.poll() is None:
                time.sleep(0.02)
            process.kill()
            process.wait()
        assert run(*words).returncode == 0
        asked = Counter(request.path for request in portal.requests)
        assert sum(asked.values()) <= len(asked) + 2  # at most the one in flight at each kill
        assert run("parse", "--archive", tmp_path / "a").returncode == 0
        assert run("verify", "--archive", tmp_path / "a").returncode == 0
    with Archive.open_readonly(tmp_path / "a") as archive:
        assert archive.db.execute("SELECT count(*) FROM reports").fetchone() == (len(FOUND),)


def test_ctrl_c_says_that_it_can_go_on(tmp_path: Path) -> None:
    with Portal(crawl_delay=0.5) as portal:
        registry = register(tmp_path / "sources.csv", portal)
        words = ["crawl", "--archive", tmp_path / "a", "--registry", registry, "--delay", 0]
        process = subprocess.Popen(nianbao(*words), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        while len(portal.requests) < 4 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 4
    assert b"run the same command again to go on" in output
    assert b"Traceback" not in output


def test_a_dead_source_does_not_stop_the_others(tmp_path: Path) -> None:
    with Portal() as gone:
        dead = gone.url
    with Portal(crawl_delay=0) as portal:
        registry = register(tmp_path / "sources.csv", portal, id="dead", url=f"{dead}/zfxxgknb/", hosts="")
        result = run("crawl", "--archive", tmp_path / "a", "--registry", registry, "--delay", 0, "--json")
    assert result.returncode == 3
    said = {row["source"]: row for row in json.loads(result.stdout)}
    assert said["dead"]["failed"]
    assert (said["demo"]["reports"], said["demo"]["failed"]) == (6, "")
    assert "Traceback" not in result.stderr


def test_reviews_outlive_the_database(house: House, tmp_path: Path) -> None:
    archive = tmp_path / "a"
    shutil.copytree(house.directory, archive)
    (finding,) = [
        f
        for f in json.loads(run("review", "list", "--archive", archive, "--json").stdout)
        if f["year"] == 2020 and f["rule"] == "zero_claim"
    ]
    said = run("review", "confirm", "--archive", archive, finding["key"], "--note", "读过原文", "--by", "reader")
    assert said.returncode == 0, said.stderr
    for path in archive.glob("nianbao.db*"):
        path.unlink()
    assert run("index", "--archive", archive).returncode == 0
    assert run("parse", "--archive", archive, "--all").returncode == 0
    listed = json.loads(run("review", "list", "--archive", archive, "--json").stdout)
    assert [f["review"] for f in listed if f["key"] == finding["key"]] == ["confirmed"]


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed: the .doc report cannot be read")
def test_demo_once(tmp_path: Path) -> None:
    with Portal() as free:
        port = free.port
    words = ["demo", "--once", "--archive", tmp_path / "a", "--portal-port", port]
    result = run(*words)
    assert result.returncode == 0, result.stderr
    for name in NAMES:
        assert golden(name)["organ"] in result.stdout
    assert "正文说没有行政诉讼，表中却有 1 件。" in result.stdout


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with Portal() as taken:
        result = run("demo", "--once", "--archive", tmp_path / "a", "--portal-port", taken.port)
    assert result.returncode == 1
    assert "--portal-port" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_forms_are_in_the_database(house: House) -> None:
    with Archive.open_readonly(house.directory) as archive:
        assert archive.db.execute("SELECT count(*) FROM indicators").fetchone() == (len(INDICATORS),)
