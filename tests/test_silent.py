"""Who was asked and gave no answer is in the archive: that he was asked, when, and what came of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from archive.index import rebuild
from archive.warcs.record import iterate
from tests.portal import COLUMN, Answer, Asked, Portal, crawl, list_page, rows
from tests.raw import NOT_FOUND, RawServer, Said

SILENT = "SELECT url, source, anchor, detail, timestamp <> '' FROM skips WHERE reason = 'unreachable' ORDER BY url"
TITLE = "2025年政府信息公开年报"


def hangs_up(asked: Asked) -> Answer:
    raise SystemExit  # ends the thread of this connection without a word


def told(archive: Path) -> list[str]:
    """The addresses that gave no answer, once for each record that says so."""
    records = [record for path in sorted((archive / "warc").iterdir()) for record in iterate(path)]
    notes = [(record.url, json.loads(record.block)) for record in records if record.type == "metadata"]
    return [url for url, said in notes if said.get("skip", {}).get("reason") == "unreachable"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_answer_that_never_came_is_told_once_a_crawl(tmp_path: Path) -> None:
    archive = tmp_path / "data"
    with Portal({COLUMN: list_page([("t1.html", TITLE, "")]), COLUMN + "t1.html": hangs_up}) as portal:
        page = portal.url + COLUMN + "t1.html"
        for times in (1, 2):
            crawl(archive, portal.source(), fresh_hours=0.0)
            assert told(archive) == [page] * times
        asked = portal.paths().count(COLUMN + "t1.html")
    assert asked > 2  # Scrapy asks again, and that is no news
    ((url, source, anchor, detail, timed),) = grown = rows(archive, SILENT)
    assert (url, source, anchor, timed) == (page, "qingshi", TITLE, 1)
    assert "connection" in detail.lower()
    rebuild(archive, [])
    assert rows(archive, SILENT) == grown


def test_what_came_before_the_time_was_up_is_kept_as_what_it_is(tmp_path: Path) -> None:
    archive, head = tmp_path / "data", b"<html><body><p>" + TITLE.encode()
    slow = Answer(body=head, length=len(head) + 9, hang=30)
    with Portal({COLUMN: list_page([("t1.html", TITLE, "")]), COLUMN + "t1.html": slow}) as portal:
        page = portal.url + COLUMN + "t1.html"
        crawl(archive, portal.source(), timeout=1)
    found = [record for path in (archive / "warc").iterdir() for record in iterate(path) if record.type == "response"]
    (record,) = [record for record in found if record.url == page]  # of the last try alone
    assert record.header("WARC-Truncated") == "time"
    assert record.block.endswith(head)
    ((url, _, _, detail, _),) = rows(archive, SILENT)
    assert (url, detail) == (page, "no answer in time")
    assert rows(archive, f"SELECT status, truncated FROM snapshots WHERE url = '{page}'") == [(200, 1)]
    rebuild(archive, [])
    assert rows(archive, f"SELECT status, truncated FROM snapshots WHERE url = '{page}'") == [(200, 1)]


def test_names_that_nobody_has_hosts_that_are_mute_and_broken_tls_are_told(tmp_path: Path) -> None:
    with Portal({COLUMN: Answer(wait=30)}) as mute:
        secure = replace(mute.source("tls"), url=mute.url.replace("http:", "https:") + COLUMN)
        nobody = replace(mute.source("dns"), url="http://nobody.invalid" + COLUMN, hosts=("nobody.invalid",))
        crawl(tmp_path / "data", mute.source("mute"), secure, nobody, timeout=2, contact="a@example.org")
    told = {source: (url, detail) for url, source, _, detail, _ in rows(tmp_path / "data", SILENT)}
    assert told["mute"] == (mute.url + COLUMN, "no answer in time")
    assert told["dns"] == ("http://nobody.invalid/robots.txt", "host name not found")
    assert told["tls"][0] == secure.url.replace(COLUMN, "/robots.txt")
    assert "ssl" in told["tls"][1].lower()


def test_a_robots_txt_that_never_came_is_told(tmp_path: Path) -> None:
    with Portal() as gone:
        dead = gone.source()
    report = crawl(tmp_path / "data", dead)
    assert "robots.txt could not be had" in report["results"]["qingshi"]["failed"]
    ((url, source, _, detail, _),) = rows(tmp_path / "data", SILENT)
    assert (url, source, detail) == (dead.url.replace(COLUMN, "/robots.txt"), "qingshi", "connection refused")


LIST = list_page([("t1.html", TITLE, "")]).body
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
TORN = PLAIN + b"Set-Cookie: \xc4\xea\xb1"  # in the middle of a character of GBK


def received(archive: Path) -> list[tuple[str, bytes]]:
    """What came of heads that were not whole, by address."""
    records = [record for path in sorted((archive / "warc").iterdir()) for record in iterate(path)]
    skips = [(record.url, json.loads(record.block).get("skip", {})) for record in records if record.type == "metadata"]
    return [(url, skip["received"].encode("latin-1")) for url, skip in skips if "received" in skip]


@pytest.mark.parametrize("late", [False, True])
def test_what_came_of_a_head_that_breaks_off_is_kept(tmp_path: Path, late: bool) -> None:
    archive = tmp_path / "data"
    answers = {
        "/robots.txt": NOT_FOUND,
        COLUMN: Said(answer=PLAIN + b"Content-Length: %d\r\n\r\n%s" % (len(LIST), LIST)),
        COLUMN + "t1.html": Said(answer=TORN, hang=30, close=True) if late else Said(answer=TORN, close=True),
    }
    with RawServer(answers) as server:
        page = server.url + COLUMN + "t1.html"
        crawl(archive, server.source(), timeout=2)
    assert received(archive) == [(page, TORN)]
    ((url, _, anchor, detail, _),) = rows(archive, SILENT)
    assert (url, anchor) == (page, TITLE)
    assert detail == "no answer in time" if late else "connection" in detail.lower()
    assert rows(archive, f"SELECT * FROM snapshots WHERE url = '{page}'") == []  # no answer, so no capture
    grown = rows(archive, SILENT)
    rebuild(archive, [])
    assert rows(archive, SILENT) == grown


def test_what_came_of_a_robots_txt_until_the_time_was_up_is_kept(tmp_path: Path) -> None:
    archive, rules = tmp_path / "data", b"User-agent: *\n"
    with RawServer({"/robots.txt": Said(answer=PLAIN + b"Content-Length: 99\r\n\r\n" + rules, hang=30)}) as server:
        robots = server.url + "/robots.txt"
        crawl(archive, server.source(), timeout=2)
        assert len(server.asked["/robots.txt"]) > 1
    ((url, _, _, detail, _),) = rows(archive, SILENT)
    assert (url, detail) == (robots, "no answer in time")
    (kept,) = rows(archive, "SELECT url, role, status, truncated FROM snapshots")
    assert kept == (robots, "robots", 200, 1)  # of the last try alone
    records = [record for path in (archive / "warc").iterdir() for record in iterate(path) if record.type == "response"]
    assert [(record.header("WARC-Truncated"), record.http.body) for record in records] == [("time", rules)]
