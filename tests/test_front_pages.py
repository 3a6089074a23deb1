"""A source that the registry names by the front page of its portal: searched, remembered, searched again in time."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.database import NAME
from archive.index import rebuild
from crawler.searching import AGAIN, KEPT, is_front
from tests.portal import Answer, Pages, Portal, crawl, list_page, page, rows
from tests.test_check_sources import states
from tests.test_health import registry

ROWS = [("./202601/t20260120_1.html", "青石县2025年政府信息公开工作年度报告", "2026-01-20")]
REPORT = page("<h1>青石县2025年政府信息公开工作年度报告</h1><p>一、总体情况</p>")
PAGES: Pages = {
    "/robots.txt": Answer(body=b""),
    "/": page("<h1>青石县人民政府</h1><a href='/zfxxgk/'>政府信息公开</a><a href='/n/'>县长调研</a>"),
    "/zfxxgk/": page("<title>政府信息公开</title><a href='/zfxxgk/nb/'>政府信息公开年报</a>"),
    "/zfxxgk/nb/": list_page(ROWS),
    "/zfxxgk/nb/202601/t20260120_1.html": REPORT,
}
MOVED = {"/zfxxgk/": page("<title>政府信息公开</title><a href='/new/'>政府信息公开年报</a>"), "/new/": list_page(ROWS)}
MOVED["/new/202601/t20260120_1.html"] = REPORT
COLUMNS = "SELECT columns FROM sources"


def crawled(archive: Path, portal: Portal, path: str = "/") -> tuple[dict[str, Any], list[str]]:
    """How the source went, and what was asked for."""
    portal.asked.clear()
    report = crawl(archive, portal.source(path=path), fresh_hours=0)
    return report["results"]["qingshi"], portal.paths()


def older(archive: Path, days: int) -> None:
    """The last search was so many days ago."""
    with closing(sqlite3.connect(archive / NAME)) as db, db:
        done = db.execute(
            "UPDATE sources SET searched = strftime('%Y%m%d%H%M%S', 'now', ?) WHERE searched <> ''", (f"-{days} days",)
        )
        assert done.rowcount == 1


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://www.qingshi.gov.cn/", True),
        ("https://www.qingshi.gov.cn", True),
        ("https://www.qingshi.gov.cn/zfxxgk/", False),
        ("https://www.qingshi.gov.cn/?area=1", False),
    ],
)
def test_a_front_page_is_known_by_its_address(url: str, front: bool) -> None:
    assert is_front(url) == front


def test_a_crawl_searches_once_and_then_goes_by_what_it_found(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal:
        first, asked = crawled(tmp_path, portal)
        assert (first["failed"], first["rows"], first["reports"]) == ("", 1, 1)
        assert asked[:3] == ["/robots.txt", "/", "/zfxxgk/"]
        assert "/n/" not in asked
        assert rows(tmp_path, COLUMNS) == [(f"{portal.url}/zfxxgk/nb/",)]
        again, asked = crawled(tmp_path, portal)
        assert (again["failed"], again["rows"], again["reports"]) == ("", 1, 1)
        assert "/zfxxgk/nb/" in asked
        assert not {"/", "/zfxxgk/"} & {*asked}
        older(tmp_path, KEPT.days + 1)
        assert {"/", "/zfxxgk/"} <= {*crawled(tmp_path, portal)[1]}


def test_what_was_found_is_found_again_by_a_rebuild(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal:
        crawled(tmp_path, portal)
    before = rows(tmp_path, "SELECT * FROM sources")
    (tmp_path / NAME).unlink()
    rebuild(tmp_path, [])
    assert rows(tmp_path, "SELECT * FROM sources") == before


def test_where_none_of_its_columns_gives_a_row_any_more_it_is_searched_again(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal:
        crawled(tmp_path, portal)
        del portal.pages["/zfxxgk/nb/"]
        portal.pages.update(MOVED)
        at_once, asked = crawled(tmp_path, portal)
        assert at_once["failed"] == "HTTP 404"
        assert "/" not in asked
        older(tmp_path, AGAIN.days)
        later, asked = crawled(tmp_path, portal)
        assert (later["failed"], later["rows"]) == ("", 1)
        assert {"/zfxxgk/nb/", "/", "/new/"} <= {*asked}
        assert rows(tmp_path, COLUMNS) == [(f"{portal.url}/new/",)]


SHELL = "<title>{}</title><div id='app'></div><script src='/{}.js'></script>"
WRITTEN = "document.getElementById('app').innerHTML = `<a href='{}'>{}</a>`"
BY_SCRIPTS: Pages = {
    "/": page(SHELL.format("青石县人民政府", "home")),
    "/home.js": Answer(body=WRITTEN.format("/zfxxgk/", "政府信息公开").encode()),
    "/zfxxgk/": page(SHELL.format("政府信息公开", "open")),
    "/open.js": Answer(body=WRITTEN.format("/zfxxgk/nb/", "政府信息公开年报").encode()),
}


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_front_pages_that_scripts_make_are_searched_as_they_are_seen(tmp_path: Path) -> None:
    with Portal(PAGES | BY_SCRIPTS) as portal:
        result, asked = crawled(tmp_path, portal)
        assert (result["failed"], result["reports"]) == ("", 1)
        assert asked.count("/") == asked.count("/zfxxgk/") == 1
        assert rows(tmp_path, COLUMNS) == [(f"{portal.url}/zfxxgk/nb/",)]
        assert rows(tmp_path, "SELECT count(*) FROM snapshots WHERE record = 'resource'") == [(2,)]


def test_without_a_browser_such_a_front_page_was_not_searched(tmp_path: Path) -> None:
    with Portal(PAGES | BY_SCRIPTS) as portal:
        result = crawl(tmp_path, portal.source(path="/"), render=False)["results"]["qingshi"]
    assert "scripts" in result["failed"]
    assert rows(tmp_path, "SELECT columns, searched FROM sources") == [("", "")]


def test_a_search_in_vain_says_so_and_waits_before_the_next(tmp_path: Path) -> None:
    with Portal({**PAGES, "/zfxxgk/": page("<title>政府信息公开</title>")}) as portal:
        first, asked = crawled(tmp_path, portal)
        assert first["failed"].startswith("no column of annual reports was found from its front page in ")
        assert "/zfxxgk/" in asked
        again, asked = crawled(tmp_path, portal)
        assert "will be again after 7" in again["failed"]
        assert asked == []
        older(tmp_path, AGAIN.days)
        assert "/zfxxgk/" in crawled(tmp_path, portal)[1]


def test_a_search_in_vain_forgets_no_column(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal:
        crawled(tmp_path, portal)
        older(tmp_path, KEPT.days)
        portal.pages["/"] = page("<h1>网站改版</h1>")
        result, asked = crawled(tmp_path, portal)
    assert "/" in asked
    assert (result["failed"], result["rows"]) == ("", 1)


@pytest.mark.parametrize(
    ("home", "said"),
    [(Answer(status=500), "HTTP 500"), (Answer(status=403, body=b"Forbidden"), "blocked (http_403)")],
)
def test_a_front_page_that_does_not_come_is_why(tmp_path: Path, home: Answer, said: str) -> None:
    with Portal({**PAGES, "/": home}) as portal:
        assert said in crawled(tmp_path, portal)[0]["failed"]
        portal.pages["/"] = PAGES["/"]
        assert crawled(tmp_path, portal)[0]["failed"] == ""  # it need not wait for days


def test_a_budget_cuts_the_search_off_and_the_next_crawl_goes_on(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal:
        source = portal.source(path="/")
        cut = crawl(tmp_path, source, budget={"pages": 2})["results"]["qingshi"]
        assert cut["failed"].endswith("; more than 2 pages")
        assert rows(tmp_path, COLUMNS) == [("",)]
        whole = crawl(tmp_path, source)["results"]["qingshi"]
    assert (whole["failed"], whole["rows"]) == ("", 1)


def test_another_front_page_in_the_registry_is_searched_anew(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal, Portal({**PAGES}) as other:
        crawled(tmp_path, portal)
        assert "/zfxxgk/" in crawled(tmp_path, other)[1]
        assert rows(tmp_path, COLUMNS) == [(f"{other.url}/zfxxgk/nb/",)]


def test_a_check_of_the_registry_looks_at_the_front_page_or_at_what_was_found_from_it(tmp_path: Path) -> None:
    with Portal({**PAGES}) as portal, Portal({"/": page("<h1>青石县</h1>")}) as empty, Portal() as gone:
        named = [portal.source("way", "/"), empty.source("none", "/"), gone.source("gone", "/")]
        lines = registry(tmp_path / "sources.csv", named)
        code, found = states(tmp_path / "data", lines)
        assert code == 3
        assert {name: row["state"] for name, row in found.items()} == {"way": "fine", "none": "empty", "gone": "gone"}
        assert found["way"]["detail"] == "1 links of its front page may lead to the reports"
        assert portal.paths() == ["/robots.txt", "/"]
        crawl(tmp_path / "data", portal.source("way", "/"), forms=True)
        code, found = states(tmp_path / "data", lines, "way")
    assert (code, found["way"]["state"], found["way"]["reports"]) == (0, "fine", 1)
