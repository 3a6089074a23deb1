"""What a source may cost, and when nobody is asked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.crawling import crawl_command
from crawler.limits import WORKING, Budget, Hours
from crawler.lists import COLUMN_LIMIT, PAGE_LIMIT
from crawler.schedule import CHINA
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows
from tests.test_health import nianbao, registry

GOOD = Answer(body=b"<p>x</p>")
LARGE = Answer(body=b"<p>" + b"x" * 400_000)


def site(count: int, answer: Answer = GOOD) -> Pages:
    """A column with so many pages."""
    titles = {f"t20260101_{n}.html": f"{n}镇2025年政府信息公开年报" for n in range(count)}
    listed = list_page([(name, title, "") for name, title in titles.items()])
    return {COLUMN: listed, **{COLUMN + name: said(title, answer) for name, title in titles.items()}}


def said(title: str, answer: Answer) -> Answer:
    """The answer with its title: pages that are all the same stand for what is missing."""
    return replace(answer, body=page(title).body + answer.body)


def test_a_budget_of_pages_is_kept_and_the_next_crawl_goes_on(tmp_path: Path) -> None:
    with Portal(site(7)) as portal, Portal(site(2)) as other:
        counts = []
        for _ in range(3):
            before = len(portal.asked)
            report = crawl(tmp_path / "data", portal.source(), other.source("other"), budget={"pages": 4})
            counts.append(len(portal.asked) - before)
            assert report["results"]["other"]["cut"] == report["results"]["other"]["failed"] == ""
        assert counts == [1 + 1 + 3, 4, 0]  # a robots.txt is free; what is in the archive is as well
        assert len(other.asked) == 4
    skipped = rows(tmp_path / "data", "SELECT DISTINCT reason, detail, source FROM skips")
    assert skipped == [("budget", "more than 4 pages", "qingshi")]


def test_what_a_budget_cuts_off_is_told(tmp_path: Path) -> None:
    with Portal(site(7)) as portal:
        result = crawl(tmp_path / "data", portal.source(), budget={"pages": 4})["results"]["qingshi"]
    found = {name: result[name] for name in ("rows", "reports", "skipped", "errors", "cut", "failed")}
    assert found == {"rows": 7, "reports": 3, "skipped": 4, "errors": 0, "cut": "more than 4 pages", "failed": ""}


def test_a_budget_of_megabytes_ends_with_the_answer_that_uses_it_up(tmp_path: Path) -> None:
    with Portal(site(9, LARGE)) as portal:
        result = crawl(tmp_path / "data", portal.source(), budget={"megabytes": 1})["results"]["qingshi"]
        assert len(portal.asked) == 2 + 3
    assert (result["reports"], result["skipped"], result["cut"]) == (3, 6, "more than 1 MB")


def test_a_budget_of_time_ends_a_slow_source_and_no_other(tmp_path: Path) -> None:
    slow = Portal(site(30, Answer(body=b"<p>x</p>", wait=0.4)), address="127.0.0.2")
    with slow, Portal(site(9)) as other:
        report = crawl(tmp_path / "data", slow.source("slow"), other.source("other"), budget={"minutes": 0.05})
        assert 2 < len(slow.asked) < 12
        assert len(other.asked) == 11
    results = report["results"]
    assert [results[name]["cut"] for name in ("slow", "other")] == ["more than 0.05 minutes", ""]
    assert results["slow"]["reports"] + results["slow"]["skipped"] == 30


def test_there_is_a_budget_unless_it_is_taken_away() -> None:
    defaults = {param.name: param.default for param in crawl_command.params}
    assert (defaults["max_pages"], defaults["max_mb"], defaults["max_minutes"]) == (4_000, 10_000, 720)
    help = CliRunner().invoke(crawl_command, ["--help"]).output
    assert "[default: 4000;" in help
    assert Budget() == Budget(pages=0, megabytes=0, minutes=0)


def test_no_budget_is_none(tmp_path: Path) -> None:
    lines = tmp_path / "sources.csv"
    with Portal(site(7)) as portal:
        registry(lines, [portal.source()])
        none = ("--max-pages", "0", "--max-mb", "0", "--max-minutes", "0")
        done = nianbao("crawl", "--archive", tmp_path / "data", "--registry", lines, "--delay", "0", "--json", *none)
    assert (done.returncode, [row["reports"] for row in json.loads(done.stdout)]) == (0, [7])


def test_a_list_without_end_is_told(tmp_path: Path) -> None:
    def endless(asked: Asked) -> Answer:
        number = int((re.search(r"_(\d+)\.html", asked.path) or [0, 0])[1])
        return list_page([(f"t20260101_{7000 + number}.html", "财政预算公开", "2026-01-01")], pages=10**6)

    pages: Pages = {COLUMN: endless, **{f"{COLUMN}index_{n}.html": endless for n in range(1, PAGE_LIMIT + 9)}}
    with Portal(pages) as portal:
        result = crawl(tmp_path / "data", portal.source())["results"]["qingshi"]
        assert len(portal.asked) == PAGE_LIMIT + 1
    assert (result["rows"], result["cut"]) == (PAGE_LIMIT, f"more than {PAGE_LIMIT} list pages")


def test_columns_without_end_are_told(tmp_path: Path) -> None:
    years = "".join(f"<a href='{n}/'>{2003 + n % 20}年</a>" for n in range(COLUMN_LIMIT))
    named = page(f"<div class='path'>政府信息公开年报</div>{years}")
    robots = Answer(body=f"User-agent: *\nDisallow: {COLUMN}*/\n".encode(), headers={"Content-Type": "text/plain"})
    with Portal({COLUMN: named, "/robots.txt": robots}) as portal:  # to which columns they are is none of this test
        result = crawl(tmp_path / "data", portal.source())["results"]["qingshi"]
    assert result["cut"] == f"more than {COLUMN_LIMIT} columns"


@pytest.mark.parametrize(
    ("there", "working"),
    [
        ("2026-01-05 08:29", False),  # a Monday
        ("2026-01-05 08:30", True),
        ("2026-01-09 17:59", True),
        ("2026-01-09 18:00", False),
        ("2026-01-10 12:00", False),
        ("2026-01-11 12:00", False),
    ],
)
def test_working_hours_are_those_of_china(there: str, working: bool) -> None:
    now = datetime.fromisoformat(there).replace(tzinfo=CHINA)
    assert Hours().hold(now) is Hours().hold(now.astimezone(UTC)) is working


def test_nobody_is_asked_in_working_hours(tmp_path: Path) -> None:
    with Portal(site(2)) as portal:
        report = crawl(tmp_path / "data", portal.source(), avoid=["00:00", "23:59:59.999999"])
        assert portal.asked == []
    assert (report["results"], report["stopped"]) == ({}, WORKING)


def test_a_crawl_that_reaches_working_hours_stops_and_goes_on_after_them(tmp_path: Path) -> None:
    begin = datetime.now(CHINA) + timedelta(seconds=20)
    assert begin.hour or begin.minute  # at midnight these hours cannot be told
    with Portal(site(100)) as portal:
        hours = [f"{begin:%H:%M:%S}", "23:59:59.999999"]
        report = crawl(tmp_path / "data", portal.source(), avoid=hours, delay=0.3)
        assert report["stopped"] == WORKING
        assert 0 < report["results"]["qingshi"]["reports"] < 100
        report = crawl(tmp_path / "data", portal.source())
        assert (report["stopped"], report["results"]["qingshi"]["reports"]) == ("", 100)
        assert len(portal.asked) == 102
