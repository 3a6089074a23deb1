"""Who was asked and gave no answer is in the archive: that he was asked, when, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.index import rebuild
from archive.record import iterate
from tests.portal import COLUMN, Answer, Asked, Portal, crawl, list_page, rows

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


def test_a_robots_txt_that_never_came_is_told(tmp_path: Path) -> None:
    with Portal() as gone:
        dead = gone.source()
    report = crawl(tmp_path / "data", dead)
    assert "robots.txt could not be had" in report["results"]["qingshi"]["failed"]
    ((url, source, _, detail, _),) = rows(tmp_path / "data", SILENT)
    assert (url, source, detail) == (dead.url.replace(COLUMN, "/robots.txt"), "qingshi", "connection refused")
