"""What a source may cost, and when nobody is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.limits import WORKING, Hours
from crawler.schedule import CHINA
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page, rows

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
