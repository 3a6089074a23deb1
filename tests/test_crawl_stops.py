"""A crawl that is stopped, or whose disk is full or gone: it goes on later, and loses nothing."""

from __future__ import annotations

import hashlib
import re
import signal
import time
from pathlib import Path

import pytest

from tests.crawled import REPORT
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, finish, list_page, page, rows, start


def many() -> Pages:
    """A list of thirty reports."""
    names = [f"t20260101_{n}.html" for n in range(30)]
    return {
        COLUMN: list_page([(name, REPORT.format(n), "") for n, name in enumerate(names)]),
        **{COLUMN + name: page(f"<div class='TRS_Editor'>{name}</div>") for name in names},
    }


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_crawl_that_is_stopped_goes_on_where_it_was(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with Portal(many()) as portal:
        process = start(tmp_path / "data", portal.source(), delay=0.1)
        while len(portal.asked) < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        if code:
            process.communicate()
        else:
            report = finish(process)
            assert report["interrupted"] is True
            assert report["results"]["qingshi"]["failed"] == ""
            assert "Traceback" not in report["log"]
        assert process.returncode == code
        asked = set(portal.paths())
        assert len(asked) < 20  # thirty were waiting for their turn
        whole = crawl(tmp_path / "data", portal.source())
        repeated = [path for path in portal.paths() if portal.paths().count(path) > 1]
    assert whole["results"]["qingshi"]["reports"] == 30
    assert whole["interrupted"] is False
    assert len(set(repeated)) <= 1  # what was under way when it was killed
    assert rows(tmp_path / "data", "SELECT count(DISTINCT url) FROM snapshots WHERE role = 'article'") == [(30,)]
    assert rows(tmp_path / "data", "SELECT * FROM skips") == []
    assert not list((tmp_path / "data" / "warc").glob("*.open"))


def test_a_crawl_that_cannot_keep_what_it_gets_stops(tmp_path: Path) -> None:
    pages = many()
    pages[COLUMN + "t20260101_29.html"] = Answer(body=hashlib.shake_256(b"random").digest(2**23))
    with Portal(pages) as portal:
        process = start(tmp_path / "data", portal.source(), delay=0.1, largest_file=2**22)  # a new database: 1 MB
        _, log = process.communicate(timeout=30)
        assert len(portal.asked) < 30
    assert process.returncode == 1
    assert re.search(r"CrawlError: http://\S+/t20260101_29.html could not be kept, so the crawl was stopped", log)


def test_a_crawl_whose_disk_is_unmounted_stops_and_loses_nothing(tmp_path: Path) -> None:
    """What it has open it could write to, for ever; here the directory is moved away, and comes back."""
    data, away = tmp_path / "data", tmp_path / "away"
    with Portal(many()) as portal:
        process = start(data, portal.source(), delay=0.4)
        while len(portal.asked) < 6:
            time.sleep(0.05)
        data.rename(away)
        _, log = process.communicate(timeout=60)
        asked = portal.paths()
        assert len(asked) < 25
        assert process.returncode == 1
        assert "check that the path exists and its disk is mounted" in log.splitlines()[-1]
        away.rename(data)
        whole = crawl(data, portal.source())
        repeated = [path for path in portal.paths() if portal.paths().count(path) > 1]
    assert whole["results"]["qingshi"]["reports"] == 30
    assert repeated == []
