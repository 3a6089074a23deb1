"""Portals that are dead, endless or odd: each is told, and never stops another."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crawled import NOWHERE, PDF, REPORT, certificate
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows


def test_one_bad_source_never_stops_the_others(tmp_path: Path) -> None:
    good = list_page([("t20260120_1.pdf", REPORT.format(""), "2026-01-20")])
    pages: Pages = {
        "/robots.txt": Answer(body=b"User-agent: nianbao\nDisallow: /closed/\n"),
        "/empty/": list_page([]),
        "/other/": page("<div id='app'></div>"),
        "/blocked/": Answer(status=412, body=b"<meta content='x' r='m'>"),
        "/pdf/": Answer(body=b"%PDF-1.4\0\1", headers=PDF),
        "/large/": Answer(body=b"x", length=300 * 2**20),
        "/circle/": Answer(status=302, headers={"Location": "/circle/"}),
        "/away/": Answer(status=302, headers={"Location": "http://example.test/"}),
        "/closed/": good,
        "/good/": good,
        "/good/t20260120_1.pdf": Answer(body=b"%PDF-1.4"),
    }
    names = [name.strip("/") for name in pages if name.endswith("/")]
    with Portal(pages) as portal, Portal(pages, tls=certificate(tmp_path)) as secure:
        sources = [portal.source(name, f"/{name}/") for name in (*names, "gone")]
        report = crawl(
            tmp_path / "data",
            *sources,
            secure.source("certificate", "/good/"),
            replace(portal.source("dead"), url=f"{NOWHERE}/"),
            # A proxy of the environment cannot reach our loopback.
            env={"http_proxy": NOWHERE, "https_proxy": NOWHERE, "no_proxy": ""},
        )
    failed = {name: result["failed"] for name, result in report["results"].items()}
    assert failed.pop("good") == ""
    assert report["results"]["good"]["reports"] == 1
    assert failed == {
        "certificate": "robots.txt could not be had: its certificate does not hold",
        "dead": "robots.txt could not be had: connection refused",
        "large": "too large",
        "empty": "the list has no rows",
        "other": "no platform family recognises the page",
        "blocked": "blocked (ruishu)",
        "pdf": "not a page: application/pdf",
        "circle": "max redirections reached",
        "away": "not_official_host: http://example.test/",
        "closed": "forbidden by robots.txt",
        "gone": "HTTP 404",
    }
    assert "Traceback" not in report["log"]
    reasons = set(rows(tmp_path / "data", "SELECT source, reason FROM skips"))
    mute = {(source, reason) for source in ("certificate", "dead") for reason in ("robots", "unreachable")}
    told = {("large", "too_large"), ("away", "not_official_host"), ("closed", "robots"), ("blocked", "blocked")}
    assert reasons == mute | told


def notices(name: str) -> list[tuple[str, str, str]]:
    return [(f"t20260101_{name}.html", "关于做好政府信息公开年度报告的通知", "2026-01-01")]


def numbered(asked: Asked) -> Answer:
    number = re.search(r"_(\d+)\.html", asked.path)
    return list_page(notices(number[1] if number else "0"), pages=10**12)


def test_how_lists_end(tmp_path: Path) -> None:
    pages: Pages = {
        "/repeat/": list_page(notices("1"), pages=9),
        "/repeat/index_1.html": list_page(notices("1"), pages=9),
        "/refresh/": list_page(notices("2"), pages=9),
        "/refresh/index_1.html": Answer(body=b"<meta http-equiv='refresh' content='0;url=./'>"),
        "/hole/": list_page(notices("3"), pages=4),
        "/hole/index_2.html": list_page(notices("4"), pages=4),
        "/hole/index_3.html": list_page(notices("5"), pages=4),
        "/holes/": list_page(notices("6"), pages=9),
        "/linked/": page("<a href='t20260101_7.html'>通知</a><a href='index_1.html'>下一页</a>"),
        "/linked/index_1.html": page("<a href='t20260101_8.html'>通知</a><a href='index_2.html'>下一页</a>"),
        "/linked/index_2.html": page("<a href='t20260101_9.html'>通知</a><a href='index_1.html'>上一页</a>"),
        "/endless/": numbered,
        **{f"/endless/index_{number}.html": numbered for number in range(1, 300)},
    }
    names = ["repeat", "refresh", "hole", "holes", "linked", "endless"]
    with Portal(pages) as portal:
        report = crawl(tmp_path / "data", *(portal.source(name, f"/{name}/") for name in names))
        asked = {name: [path for path in portal.paths() if path.startswith(f"/{name}/")] for name in names}
    results = report["results"]
    assert {name: results[name]["failed"] for name in names} == {
        name: f"none of {results[name]['rows']} rows gave a page that may be a report" for name in names
    }
    assert {name: (results[name]["pages"], results[name]["errors"]) for name in names} == {
        **{"repeat": (1, 0), "refresh": (1, 0), "hole": (3, 1)},
        **{"holes": (1, 2), "linked": (3, 0), "endless": (200, 0)},
    }
    assert asked["repeat"] == ["/repeat/", "/repeat/index_1.html"]
    assert asked["hole"] == ["/hole/", *(f"/hole/index_{number}.html" for number in (1, 2, 3))]
    assert asked["holes"] == ["/holes/", "/holes/index_1.html", "/holes/index_2.html"]
    assert asked["endless"][-1] == "/endless/index_199.html"
    assert rows(tmp_path / "data", "SELECT url, detail FROM skips WHERE reason = 'budget'") == [
        (f"{portal.url}/endless/index_200.html", "more than 200 list pages")
    ]


@pytest.mark.case(94)
def test_odd_answers(tmp_path: Path) -> None:
    """Cookies set by a redirect to itself, bodies that break off, errors that are tried again and that are not."""
    titles = ["cookie", "cut", "open", "broken", "busy", "later", "plain"]

    def cookie(asked: Asked) -> Answer:
        if "seen=1" in asked.headers.get("Cookie", ""):
            return page("<div class='TRS_Editor'>报告</div>")
        return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "seen=1; path=/"})

    pages: Pages = {
        COLUMN: list_page([(f"t20260101_{n}.html", REPORT.format(title), "") for n, title in enumerate(titles)]),
        COLUMN + "t20260101_0.html": cookie,
        COLUMN + "t20260101_1.html": Answer(body=b"<p>half", length=1000),
        COLUMN + "t20260101_2.html": Answer(body=b"<p>whole</p>", length=-1),
        COLUMN + "t20260101_3.html": Answer(status=500),
        COLUMN + "t20260101_4.html": Answer(status=503),
        COLUMN + "t20260101_5.html": Answer(status=429),
        COLUMN + "t20260101_6.html": Answer(body="一、总体情况".encode(), headers={"Content-Type": "text/plain"}),
    }
    with Portal(pages) as portal:
        two = [portal.source(), portal.source("twice")]
        first = crawl(tmp_path / "data", *two)
        counts = [portal.paths().count(f"{COLUMN}t20260101_{n}.html") for n in range(len(titles))]
        assert counts == [2, 1, 1, 3, 1, 1, 1]  # though two sources name them
        asked = len(portal.asked)
        crawl(tmp_path / "data", *two)
        again = [portal.paths()[asked:].count(f"{COLUMN}t20260101_{n}.html") for n in range(len(titles))]
        assert again == [0, 1, 1, 3, 1, 1, 0]
        asked = len(portal.asked)
        crawl(tmp_path / "data", *two)
        third = portal.paths()[asked:]
    results = first["results"].values()
    assert sum(result["reports"] for result in results) == 3  # cookie, open, plain
    assert sum(result["errors"] for result in results) == 4
    # A body that the closing connection ended is whole if it comes out the same twice; one that is too short never is.
    assert f"{COLUMN}t20260101_2.html" not in third
    assert f"{COLUMN}t20260101_1.html" in third
    query = "SELECT truncated FROM snapshots WHERE url LIKE '%t20260101_{}.html' ORDER BY timestamp, record"
    assert rows(tmp_path / "data", query.format(1)) == [(1,), (1,), (1,)]
    assert rows(tmp_path / "data", query.format(2)) == [(1,), (0,)]
