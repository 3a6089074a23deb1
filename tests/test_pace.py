"""How fast hosts are asked and when they are left alone, read off the servers' own logs."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from statistics import median

import pytest
from scrapy.http import Response

from crawler.pace import FAILURES, Pace, retry_after
from crawler.politeness import LONGEST_DELAY
from tests.ageing import age
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, rows

Reply = Answer | Callable[[Asked], Answer]
NOW = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)
GOOD = Answer(body=b"<p>x</p>")


def site(answers: Iterable[Reply]) -> Pages:
    """A column with a page for each answer, in order."""
    pages = {f"t20260101_{n}.html": answer for n, answer in enumerate(answers)}
    listed = list_page([(name, f"{n}镇2025年政府信息公开年报", "") for n, name in enumerate(pages)])
    return {COLUMN: listed, **{COLUMN + name: answer for name, answer in pages.items()}}


def refusing(*, by_date: bool) -> Reply:
    """A page that says once when to come back, in one to two seconds, and is there the second time."""
    seen: list[Asked] = []

    def answer(asked: Asked) -> Answer:
        seen.append(asked)
        then = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return GOOD if len(seen) > 1 else Answer(status=429, headers={"Retry-After": then if by_date else "1"})

    return answer


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999", 999999999),
        ("Mon, 05 Jan 2026 12:01:30 GMT", 90),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0),
        ("Mon, 05 Jan 2026 20:00:10 +0800", 10),
        ("Mon, 05 Jan 2026 12:00:10 -0000", 10),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Mon, 99 Jan 2026 12:01:30 GMT", None),
    ],
)
def test_what_retry_after_asks_for(said: str, seconds: float | None) -> None:
    assert retry_after(Response("http://x/", status=429, headers={"Retry-After": said}), NOW) == seconds


def test_the_longest_of_all_delays_holds() -> None:
    assert Pace(ours=2).delay == 2
    assert Pace(ours=2, asked=7).delay == 7
    assert Pace(ours=2, latency=3).delay == 3
    assert Pace(ours=2, latency=100).delay == 30
    assert Pace(ours=2, asked=7, latency=3, slowed=9).delay == 9


def test_a_host_that_is_asked_too_fast_is_asked_half_as_fast_up_to_a_limit() -> None:
    pace = Pace(ours=2)
    delays = []
    for _ in range(8):
        pace.slow_down(0)
        delays.append(pace.delay)
    assert delays[:3] == [4, 8, 16]
    assert delays[-1] == LONGEST_DELAY


def test_a_slow_host_is_asked_slowly(tmp_path: Path) -> None:
    with Portal(site([Answer(body=b"<p>x</p>", wait=0.3)] * 4)) as portal:
        crawl(tmp_path / "data", portal.source())
        assert len(portal.asked) == 6
        assert min(portal.gaps()[3:]) >= 0.55


def test_a_connection_that_breaks_is_no_reason_to_ask_at_once(tmp_path: Path) -> None:
    """The client library would send such a request again at once, and nobody would know."""
    broken: list[str] = []

    def breaks(asked: Asked) -> Answer:
        if asked.path in broken:
            return GOOD
        broken.append(asked.path)
        raise ConnectionAbortedError  # the server hangs up without an answer

    pages = site([GOOD] * 4)
    names = [path for path in pages if path.endswith("_1.html")]
    with Portal({**pages, **dict.fromkeys(names, breaks)}) as portal:
        report = crawl(tmp_path / "data", portal.source(), delay=0.4)
        assert broken == names
        assert portal.paths().count(*names) == 2
        assert min(portal.gaps()) >= 0.38
    assert report["results"]["qingshi"]["reports"] == 4


def test_a_host_that_is_asked_too_fast_gets_half_the_requests_and_no_other_does(tmp_path: Path) -> None:
    busy = Portal(site([GOOD, Answer(status=503), GOOD, GOOD]), address="127.0.0.1")
    other = Portal(site([GOOD] * 4), address="127.0.0.2")
    with busy, other:
        report = crawl(tmp_path / "data", busy.source("busy"), other.source("other"), delay=0.25)
        assert [len(portal.asked) for portal in (busy, other)] == [6, 6]
        refused = next(n for n, path in enumerate(busy.paths()) if path.endswith("_1.html"))
        assert min(busy.gaps()[refused:]) >= 0.45
        assert median(other.gaps()) < 0.45  # one late turn of a busy machine is no slower pace
    assert {name: result["reports"] for name, result in report["results"].items()} == {"busy": 3, "other": 4}


@pytest.mark.parametrize("by_date", [False, True])
def test_a_host_that_says_when_to_come_back_is_asked_again_then(tmp_path: Path, by_date: bool) -> None:
    with Portal(site([refusing(by_date=by_date), GOOD, GOOD])) as portal:
        report = crawl(tmp_path / "data", portal.source())
        waits = [gap for gap in portal.gaps() if gap >= 0.8]
        assert waits
        assert len(portal.asked) == 6
    result = report["results"]["qingshi"]
    assert (result["reports"], result["errors"], result["failed"]) == (3, 0, "")


def test_a_robots_txt_that_says_when_to_come_back_is_asked_for_again(tmp_path: Path) -> None:
    with Portal({**site([GOOD]), "/robots.txt": refusing(by_date=False)}) as portal:
        report = crawl(tmp_path / "data", portal.source())
        assert portal.paths()[:3] == ["/robots.txt", "/robots.txt", COLUMN]
    assert report["results"]["qingshi"]["failed"] == ""


def test_a_host_that_asks_for_hours_is_left_alone_and_the_others_are_not(tmp_path: Path) -> None:
    away = Answer(status=503, headers={"Retry-After": "7200"})
    closed, other = Portal(site([GOOD, GOOD, away, GOOD])), Portal(site([GOOD] * 4))
    with closed, other:  # Scrapy asks for the last first
        report = crawl(tmp_path / "data", closed.source("closed"), other.source("other"))
        assert [len(closed.asked), len(other.asked)] == [4, 6]
    said = f"{closed.url} says to come back in 7200 seconds (Retry-After), more than 120"
    assert report["results"]["closed"]["failed"] == said
    assert report["results"]["closed"]["skipped"] == 2
    assert report["results"]["other"]["failed"] == ""
    found = rows(tmp_path / "data", "SELECT url, reason, detail FROM skips WHERE reason <> 'blocked' ORDER BY url")
    assert found == [(f"{closed.url}{COLUMN}t20260101_{n}.html", "rate_limited", said) for n in (0, 1)]


def test_a_host_whose_pages_all_fail_is_left_alone_until_the_next_crawl(tmp_path: Path) -> None:
    broken, other = Portal(site([Answer(status=500)] * 15)), Portal(site([GOOD] * 8))
    with broken, other:
        sources = broken.source("broken"), other.source("other")
        report = crawl(tmp_path / "data", *sources)
        assert [len(set(broken.paths())), len(set(other.paths()))] == [2 + FAILURES, 10]
        said = f"{broken.url} gave nothing for 10 addresses in a row, the last: HTTP 500"
        assert report["results"]["broken"]["failed"] == said
        assert (report["results"]["broken"]["errors"], report["results"]["broken"]["skipped"]) == (0, 15)
        assert report["results"]["other"]["reports"] == 8
        assert rows(tmp_path / "data", "SELECT count(*) FROM skips WHERE reason = 'unreachable'") == [(15,)]
        broken.pages = site([GOOD] * 15)
        report = crawl(tmp_path / "data", *sources)
        assert (report["results"]["broken"]["reports"], report["results"]["broken"]["failed"]) == (15, "")


def test_single_failures_among_good_pages_close_nothing(tmp_path: Path) -> None:
    with Portal(site([Answer(status=500), GOOD] * 12)) as portal:
        report = crawl(tmp_path / "data", portal.source())
    result = report["results"]["qingshi"]
    assert (result["reports"], result["errors"], result["skipped"], result["failed"]) == (12, 12, 0, "")


def test_a_server_that_goes_away_in_the_middle_is_not_asked_for_all_that_is_left(tmp_path: Path) -> None:
    gone = Portal()
    pages = site([GOOD] * 30)
    listed = pages[COLUMN]
    assert isinstance(listed, Answer)

    def last(_: Asked) -> Answer:
        gone._server.socket.shutdown(socket.SHUT_RDWR)
        return Answer(body=listed.body, headers={**listed.headers, "Connection": "close"})

    gone.pages = {COLUMN: last}
    with gone, Portal(site([GOOD] * 4)) as other:
        report = crawl(tmp_path / "data", gone.source("gone"), other.source("other"))
    result = report["results"]["gone"]
    assert result["failed"] == f"{gone.url} gave nothing for 10 addresses in a row, the last: connection refused"
    assert (result["errors"], result["skipped"]) == (0, 30)
    assert report["results"]["other"]["reports"] == 4


def test_a_robots_txt_is_read_again_each_day_however_long_lists_are_fresh(tmp_path: Path) -> None:
    with Portal(site([GOOD])) as portal:
        crawl(tmp_path / "data", portal.source(), forms=True)
        age(tmp_path / "data", 0.9)
        crawl(tmp_path / "data", portal.source(), forms=True, fresh_hours=1000.0)
        assert portal.paths() == ["/robots.txt", COLUMN, f"{COLUMN}t20260101_0.html"]
        age(tmp_path / "data", 0.2)
        crawl(tmp_path / "data", portal.source(), forms=True, fresh_hours=1000.0)
        assert portal.paths().count("/robots.txt") == 2
        assert portal.paths().count(COLUMN) == 1
