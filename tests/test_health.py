"""What each crawl leaves of each source, what `status` says of it, and crawls that nobody watches."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.alone import alone_with
from archive.database import ADD_RUN
from archive.index import rebuild
from archive.records import Source
from archive.store import Archive
from archive.warcs.crawled import Crawled, crawled
from crawler.report import unread
from crawler.schedule import CHINA, list_is_due
from crawler.sources import COLUMNS
from parsers.forms import INDICATORS
from tests.ageing import age
from tests.portal import COLUMN, ROOT, Answer, Pages, Portal, crawl, finish, list_page, start

GOOD = Answer(body=b"<p>x</p>")
GONE = Answer(status=404)


def site(count: int) -> Pages:
    """A column with so many pages."""
    names = [f"t20260101_{n}.html" for n in range(count)]
    listed = list_page([(name, f"{n}镇2025年政府信息公开年报", "") for n, name in enumerate(names)])
    return {COLUMN: listed, **{COLUMN + name: GOOD for name in names}}


def nianbao(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "nianbao.py", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def registry(path: Path, sources: Sequence[Source]) -> Path:
    """A registry of these sources."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, COLUMNS)
        lines.writeheader()
        for source in sources:
            told = {"id": source.id, "organ": source.organ, "division": source.division, "level": source.level}
            why = {"evidence": "a test", "evidence_date": "2026-01-01"}
            lines.writerow(dict.fromkeys(COLUMNS, "") | told | why | {"url": source.url})
    return path


def rows_of(archive: Path, query: str) -> list[Any]:
    """A query of an archive that was made for the forms."""
    with Archive.open(archive, INDICATORS) as opened:
        return opened.db.execute(query).fetchall()


def health(archive: Path) -> dict[str, Any]:
    """What `status` says of the only source there is."""
    done = nianbao("status", "--archive", archive, "--json")
    (row,) = json.loads(done.stdout)
    assert done.returncode == (3 if row["broken"] or row["weaker"] else 0)
    assert isinstance(row, dict)
    return row


def test_a_crawl_leaves_a_row_for_each_source_that_a_rebuild_finds_again(tmp_path: Path) -> None:
    with Portal({**site(3), "/empty/": GONE}) as portal:
        crawl(tmp_path / "data", portal.source(), portal.source("empty", "/empty/"), forms=True)
    names = "source, pages, rows, seen, new, errors, family, completeness, stopped, failed"
    assert rows_of(tmp_path / "data", f"SELECT {names} FROM runs ORDER BY source") == [
        ("empty", 0, 0, 0, 0, 0, "", "", "", "HTTP 404"),
        ("qingshi", 1, 3, 3, 3, 0, "trs", "", "", ""),
    ]
    grown = rows_of(tmp_path / "data", "SELECT * FROM runs ORDER BY source")
    rebuild(tmp_path / "data", INDICATORS)
    assert rows_of(tmp_path / "data", "SELECT * FROM runs ORDER BY source") == grown
    assert all(run[1] <= run[2] for run in grown)


def test_status_says_what_broke_since_when_and_when_it_was_last_read_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Portal(site(2)) as portal:
        crawl(data, portal.source(), forms=True)
        good = health(data)
        assert (good["broken"], good["broken_since"], good["family"]) == ("", None, "trs")
        assert good["last_run"] == good["last_good_run"]
        portal.pages[COLUMN] = Answer(status=410)
        for _ in range(2):
            age(data, 2)
            crawl(data, portal.source(), forms=True)
        age(data, 2)
        broken = health(data)
        ended = [at for (at,) in rows_of(data, "SELECT ended FROM runs ORDER BY ended")]
        assert [broken[name] for name in ("last_good_run", "broken_since", "last_run")] == ended
        assert broken["broken"] == "HTTP 410"
        said = nianbao("status", "--archive", data).stdout
        assert said.splitlines()[-1].split() == ["qingshi", ended[1], ended[0], "HTTP", "410"]
        portal.pages.update(site(2))
        crawl(data, portal.source(), forms=True)
        mended = health(data)
        assert (mended["broken"], mended["broken_since"]) == ("", None)
        assert mended["last_good_run"] > ended[2]


def test_a_source_that_never_answered_is_broken_since_its_first_crawl(tmp_path: Path) -> None:
    with Portal() as portal:
        source = portal.source()
    crawl(tmp_path / "data", source, forms=True)
    row = health(tmp_path / "data")
    assert row["captures"] == 0
    assert row["broken"] == "robots.txt could not be had: connection refused"
    assert (row["broken_since"], row["last_good_run"]) == (row["last_run"], None)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"stopped": "interrupted"}, False),  # it did not come to this source
        ({"stopped": "interrupted", "rows": 5}, True),
        ({}, True),  # a list that says itself that it is empty
    ],
)
def test_a_crawl_that_was_stopped_too_early_says_nothing(tmp_path: Path, changes: dict[str, Any], counts: bool) -> None:
    runs = [
        Crawled(source="a", started="20260101000000", ended="20260101000001", failed="HTTP 404"),
        Crawled(source="a", started="20260102000000", ended="20260102000001", **changes),
    ]
    with Archive.open(tmp_path / "data", []) as archive:
        archive.db.executemany(ADD_RUN, [tuple(vars(run).values()) for run in runs])
        ((broken, last_good),) = archive.db.execute("SELECT broken, last_good FROM health").fetchall()
    assert (broken, last_good) == (("", "20260102000001") if counts else ("HTTP 404", None))


def test_a_crawl_that_was_ended_in_mid_column_says_so_until_one_went_to_its_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Portal(site(30)) as portal:
        process = start(data, portal.source(), delay=0.1, forms=True)
        while len(portal.asked) < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert finish(process)["interrupted"]
        row = health(data)
        assert (row["completeness"], row["broken"], row["broken_since"]) == ("interrupted", "", None)
        assert "interrupted" in nianbao("status", "--archive", data).stdout
        crawl(data, portal.source(), forms=True)
    assert health(data)["completeness"] == ""


@pytest.mark.parametrize(
    ("expected", "had", "failed", "said"),
    [
        (0, 0, "", "interrupted"),
        (9, 9, "", "interrupted"),  # the list is whole, its pages may not be
        (9, 3, "", "incomplete (3, 9); interrupted"),
        (9, 3, "HTTP 404", ""),
    ],
)
def test_what_a_crawl_that_was_stopped_says_of_a_source(expected: int, had: int, failed: str, said: str) -> None:
    source = Source(id="a", organ="甲", division="", level="county", url="http://x/")
    (result,) = unread((source,), failed)
    notes = replace(result, expected=expected, had=had).notes("20260101000000", "interrupted")
    assert (notes["completeness"], notes["failed"]) == (said, failed)


def test_what_others_wrote_into_a_record_is_taken_as_far_as_it_makes_sense() -> None:
    notes = {"source": "a", "started": 7, "pages": "x", "rows": 2**70, "errors": -1, "new": 3, "failed": None, "x": 1}
    assert crawled(notes, "20260101000000") == Crawled(source="a", started="", ended="20260101000000", new=3)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-07-01 12:00", True),
        ("2026-01-05 23:59", "2026-01-06 00:01", True),
        ("2026-01-06 00:01", "2026-01-06 23:59", False),
        ("2026-04-29 12:00", "2026-04-30 01:00", True),
        ("2026-04-30 12:00", "2026-05-01 12:00", False),
        ("2026-05-01 12:00", "2026-05-07 23:59", False),
        ("2026-05-01 12:00", "2026-05-08 00:01", True),
        ("2026-12-30 12:00", "2026-12-31 12:00", False),
        ("2026-12-31 12:00", "2027-01-01 01:00", True),
        ("2026-07-02 12:00", "2026-07-01 12:00", False),
    ],
)
def test_lists_are_read_every_day_of_the_season_and_every_week_of_the_rest(
    last: str | None, now: str, due: bool
) -> None:
    then = datetime.fromisoformat(last).replace(tzinfo=CHINA) if last else None
    assert list_is_due(then, datetime.fromisoformat(now).replace(tzinfo=CHINA)) is due


def test_a_crawl_for_cron_reads_what_is_due_and_says_so_in_a_line(tmp_path: Path) -> None:
    with Portal({**site(2), "/gone/": GONE}) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source(), portal.source("gone", "/gone/")])
        command = ("crawl", "--due", "--delay", "0", "--archive", tmp_path / "data", "--registry", lines)
        done = nianbao(*command, "--new")
        said = "2 of 2 sources were due: 1 read, 2 new reports; 1 failed, `nianbao status` says why: gone\n"
        assert (done.stdout, done.returncode) == (said, 3)
        asked = len(portal.asked)
        done = nianbao(*command)
        assert (done.stdout, done.returncode) == ("none of 2 sources is due\n", 0)
        assert len(portal.asked) == asked
        age(tmp_path / "data", 8)
        done = nianbao(*command, "--source", "qingshi")
        assert (done.stdout, done.returncode) == ("1 of 1 sources were due: 1 read, 0 new reports\n", 0)
        done = nianbao(*command, "--json")
        assert [row["source"] for row in json.loads(done.stdout)] == ["gone"]


def test_no_archive_begins_where_a_disk_is_not_mounted(tmp_path: Path) -> None:
    mount = tmp_path / "mnt"
    mount.mkdir()
    with Portal(site(1)) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source()])
        for words in (("--archive", mount), ("--archive", mount, "--due"), ("--archive", mount / "data", "--due")):
            done = nianbao("crawl", *words, "--registry", lines, "--delay", "0")
            assert (done.returncode, "mount its disk; --new begins another one" in done.stderr) == (1, True)
            assert (list(mount.iterdir()), portal.asked) == ([], [])
        for words in (("--archive", mount / "data"), ("--archive", mount, "--new")):
            assert nianbao("crawl", *words, "--registry", lines, "--delay", "0").returncode == 0
            shutil.rmtree(mount / "data", ignore_errors=True)
    assert (mount / "nianbao.db").exists()


def test_two_crawls_into_one_archive_do_not_ask_one_host_at_once(tmp_path: Path) -> None:
    Archive.open(tmp_path / "data", INDICATORS).close()
    with Portal(site(1)) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source()])
        command = ("crawl", "--due", "--archive", tmp_path / "data", "--registry", lines, "--delay", "0")
        with alone_with(tmp_path / "data", [portal.host]):
            done = nianbao(*command)
        assert done.returncode == 1
        assert f"{portal.host} is being asked by another crawl" in done.stderr
        assert done.stdout == ""
        assert portal.asked == []
        with alone_with(tmp_path / "data", ["www.example.gov.cn"]):
            assert nianbao(*command).returncode == 0
        assert portal.asked != []
