"""Crawls of a real portal on loopback: what is asked for, what is kept, what is said about it."""

from __future__ import annotations

import gzip
import hashlib
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from archive.records import Source
from archive.store import Archive
from archive.warcs.warc import iterate
from crawler.run import CrawlError, user_agent
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, finish, list_page, page, rows, start

NOWHERE = "http://127.0.0.1:9"  # the port that nothing listens on
REPORT = "青石县{}2025年政府信息公开工作年度报告"
TEXT = "一、总体情况。" * 200
GZIPPED = page(f"<div class='TRS_Editor'>{TEXT}</div><a href='./P020260120000000000001.pdf'>附件</a>")
PDF = {"Content-Type": "application/pdf"}
SITE: Pages = {
    "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /secret/\n", headers={"Content-Type": "text/plain"}),
    COLUMN: list_page(
        [
            ("./202601/t20260120_1.html", REPORT.format("财政局"), "2026-01-20"),
            ("./202601/t20260121_2.html", "关于做好2025年政府信息公开年度报告编制工作的通知", "2026-01-21"),
            ("./202601/t20260122_3.html", "政府网站工作年度报表（2025年度）", "2026-01-22"),
            ("./202601/t20260123_4.html", "青河镇", "2026-01-23"),
            ("/secret/t20260124_5.html", REPORT.format("公安局"), "2026-01-24"),
            ("http://www.qingshi.gov.cn.evil.test/t20260125_6.html", REPORT.format("司法局"), "2026-01-25"),
            ("http://10.0.0.1/t20260125_7.html", REPORT.format("民政局"), "2026-01-25"),
        ],
        pages=2,
    ),
    COLUMN + "index_1.html": list_page(
        [
            ("./202601/P020260126000000000008.pdf", REPORT.format("水利局"), "[2026.01.26]"),
            ("./202601/t20260127_9.html", REPORT.format("教育局"), "2026/01/27"),
            ("./202601/t20260128_10.html", REPORT.format("人社局"), "2026/01/28"),
            ("./202601/t20260129_11.html", REPORT.format("商务局"), "2026/01/29"),
            ("../../zcjd/202601/t20260129_12.html", "青石县部署春耕", "2026/01/29"),
        ],
        pages=2,
    ),
    COLUMN + "202601/t20260120_1.html": Answer(
        body=gzip.compress(GZIPPED.body, mtime=0),
        headers={"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "X-Name": "\xc4\xea\xb1\xa8"},
    ),
    COLUMN + "202601/P020260120000000000001.pdf": Answer(body=b"%PDF-1.4 one", headers=PDF),
    COLUMN + "202601/t20260123_4.html": page("<a href='files/年报.docx'>2025年年报</a><a href='gone.doc'>没有了</a>"),
    COLUMN + "202601/files/%E5%B9%B4%E6%8A%A5.docx": Answer(body=b"PK\x03\x04", headers={}),
    COLUMN + "202601/P020260126000000000008.pdf": Answer(body=b"%PDF-1.4 two", headers=PDF),
    COLUMN + "202601/t20260127_9.html": Answer(status=302, headers={"Location": "http://evil.test/login?from=gov"}),
    COLUMN + "202601/t20260128_10.html": Answer(status=301, headers={"Location": "/new/t20260128_10.html"}),
    "/new/t20260128_10.html": page("<div class='TRS_Editor'>搬到这里<img src='table.png'></div>"),
    "/new/table.png": Answer(body=b"\x89PNG", headers={}),
}


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """A portal that was crawled once, and what was asked of it."""

    portal: Portal
    archive: Path
    report: dict[str, Any]
    asked: list[Asked]

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.report["results"]["qingshi"]
        return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    archive = tmp_path_factory.mktemp("whole") / "data"
    with Portal(SITE) as portal:
        report = crawl(archive, portal.source(), contact="archive@example.org")
        yield Crawled(portal=portal, archive=archive, report=report, asked=portal.asked[:])


def test_what_is_asked_for(crawled: Crawled) -> None:
    paths = [asked.path for asked in crawled.asked]
    assert sorted(paths) == sorted(
        [
            "/robots.txt",
            COLUMN,
            COLUMN + "index_1.html",
            "/new/t20260128_10.html",
            "/new/table.png",
            *(
                f"{COLUMN}202601/{name}"
                for name in (
                    "t20260120_1.html",
                    "P020260120000000000001.pdf",
                    "t20260123_4.html",
                    "files/%E5%B9%B4%E6%8A%A5.docx",
                    "gone.doc",
                    "P020260126000000000008.pdf",
                    "t20260127_9.html",
                    "t20260128_10.html",
                    "t20260129_11.html",
                )
            ),
        ]
    )
    assert paths[:2] == ["/robots.txt", COLUMN]


def test_what_is_said(crawled: Crawled) -> None:
    counts = {name: value for name, value in crawled.result.items() if name != "source"}
    assert counts == {
        "pages": 2,
        "rows": 12,
        "expected": 0,
        "had": 0,
        "reports": 4,
        "new_reports": 4,
        "attachments": 2,
        "skipped": 7,
        "blocked": 0,
        "errors": 2,
        "captured": 15,  # the canary of the host among them
        "new": 15,
        **dict.fromkeys(("changed", "unchanged", "confirmed", "archived"), 0),
        "family": "trs",
        "cut": "",
        "failed": "",
    }
    assert crawled.report["interrupted"] is False
    last = crawled.report["ticks"][-1]
    assert (last["pages"], last["articles"], last["attachments"], last["queue"]) == (2, 4, 2, 0)
    assert "Traceback" not in crawled.report["log"]


def test_what_is_not_asked_for_and_why(crawled: Crawled) -> None:
    url = crawled.portal.url
    assert set(rows(crawled.archive, "SELECT url, reason, anchor, detail FROM skips")) == {
        (
            f"{url}{COLUMN}202601/t20260121_2.html",
            "out_of_scope",
            "关于做好2025年政府信息公开年度报告编制工作的通知",
            "notice",
        ),
        (
            f"{url}{COLUMN}202601/t20260122_3.html",
            "out_of_scope",
            "政府网站工作年度报表（2025年度）",
            "other_annual_report",
        ),
        (f"{url}/zcjd/202601/t20260129_12.html", "out_of_scope", "青石县部署春耕", "no"),
        (f"{url}/secret/t20260124_5.html", "robots", REPORT.format("公安局"), "forbidden by robots.txt"),
        ("http://www.qingshi.gov.cn.evil.test/t20260125_6.html", "not_official_host", REPORT.format("司法局"), ""),
        ("http://10.0.0.1/t20260125_7.html", "redirect_private", REPORT.format("民政局"), ""),
        ("http://evil.test/login?from=gov", "not_official_host", REPORT.format("教育局"), ""),
    }


def test_every_exchange_is_kept_with_its_context(crawled: Crawled) -> None:
    column = crawled.portal.url + COLUMN
    query = "SELECT url, status, role, source, via, anchor, list_date, record, truncated FROM snapshots"
    query += " WHERE role <> 'canary'"
    kept = {row[0].removeprefix(crawled.portal.url): row[1:] for row in rows(crawled.archive, query)}
    assert set(kept) == {asked.path for asked in crawled.asked}
    assert set(rows(crawled.archive, "SELECT division FROM snapshots")) == {("370300",)}
    end = ("response", 0)
    assert kept["/robots.txt"] == (200, "robots", "qingshi", "", "", "", *end)
    assert kept[COLUMN] == (200, "list", "qingshi", "", "", "", *end)
    assert kept[COLUMN + "index_1.html"] == (200, "list", "qingshi", column, "", "", *end)
    assert kept[COLUMN + "202601/t20260120_1.html"] == (
        *(200, "article", "qingshi", column, REPORT.format("财政局"), "2026-01-20"),
        *end,
    )
    pdf = kept[COLUMN + "202601/P020260120000000000001.pdf"]
    assert pdf == (200, "attachment", "qingshi", column + "202601/t20260120_1.html", "附件", "2026-01-20", *end)
    assert kept[COLUMN + "202601/P020260126000000000008.pdf"][1:6] == (
        *("article", "qingshi", column + "index_1.html"),
        *(REPORT.format("水利局"), "2026-01-26"),
    )
    assert kept["/new/t20260128_10.html"] == (
        *(200, "article", "qingshi", column + "202601/t20260128_10.html", REPORT.format("人社局"), "2026-01-28"),
        *end,
    )
    assert kept[COLUMN + "202601/t20260127_9.html"][0] == 302
    assert kept[COLUMN + "202601/t20260129_11.html"][:2] == (404, "article")


def test_bytes_are_kept_as_served(crawled: Crawled) -> None:
    url = crawled.portal.url + COLUMN + "202601/t20260120_1.html"
    with Archive.open(crawled.archive, []) as archive:
        snapshot = archive.latest(url)
        assert snapshot
        exchange = archive.exchange(snapshot)
        assert exchange.body == gzip.compress(GZIPPED.body, mtime=0)
        assert ("X-Name", "\xc4\xea\xb1\xa8") in exchange.headers
        assert archive.body(snapshot) == GZIPPED.body
        assert snapshot.digest == "sha256:" + hashlib.sha256(GZIPPED.body).hexdigest()


def test_who_asks(crawled: Crawled) -> None:
    agents = {asked.headers["User-Agent"] for asked in crawled.asked}
    assert agents == {"nianbao/0.1 (archive of OGI annual reports; +archive@example.org)"}
    assert {asked.headers["Accept-Language"] for asked in crawled.asked} == {"zh-CN,zh;q=0.9"}
    referers = {asked.path: asked.headers.get("Referer") for asked in crawled.asked}
    assert referers[COLUMN + "202601/gone.doc"] == crawled.portal.url + COLUMN + "202601/t20260123_4.html"


def test_running_it_again(crawled: Crawled) -> None:
    """At once it asks for nothing and waits for nothing; with stale lists it asks for lists and robots.txt alone."""
    before = rows(crawled.archive, "SELECT * FROM snapshots ORDER BY id"), rows(crawled.archive, "SELECT * FROM skips")
    warcs = sorted((crawled.archive / "warc").iterdir())
    started = time.monotonic()
    again = crawl(crawled.archive, crawled.portal.source(), delay=30.0)
    assert time.monotonic() - started < 20  # one wait alone would take longer
    assert len(crawled.portal.asked) == len(crawled.asked)
    result = again["results"]["qingshi"]
    assert result["captured"] == 0
    assert {**result, "captured": 15, "new": 15, "new_reports": 4, "archived": 0} == crawled.result
    assert result["archived"] == 14
    after = rows(crawled.archive, "SELECT * FROM snapshots ORDER BY id"), rows(crawled.archive, "SELECT * FROM skips")
    assert after == before
    added = set((crawled.archive / "warc").iterdir()) - set(warcs)
    assert [record.type for path in added for record in iterate(path)] == ["warcinfo", "metadata"]  # how it went

    crawl(crawled.archive, crawled.portal.source(), fresh_hours=0)
    asked = crawled.portal.paths()[len(crawled.asked) :]
    assert asked == ["/robots.txt", COLUMN, COLUMN + "index_1.html"]
    new = rows(crawled.archive, "SELECT role, record FROM snapshots ORDER BY timestamp, url")[-3:]
    assert {record for _, record in new} == {"revisit"}
    # From a revisit, too, the next crawl can be answered.
    assert crawl(crawled.archive, crawled.portal.source())["results"]["qingshi"]["captured"] == 0

    month_ago = f"{datetime.now(UTC) - timedelta(days=31):%Y%m%d%H%M%S}"
    with Archive.open(crawled.archive, []) as archive:
        archive.db.execute("UPDATE snapshots SET timestamp = ? WHERE url LIKE '%t20260120_1.html'", (month_ago,))
        archive.db.commit()
    crawl(crawled.archive, crawled.portal.source())
    assert crawled.portal.paths()[len(crawled.asked) + 3 :] == [COLUMN + "202601/t20260120_1.html"]


def certificate(directory: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = directory / "own.pem"
    private = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.case(92, 98)
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


def test_nobody_is_asked_without_an_address_to_complain_to(tmp_path: Path) -> None:
    here = Source(id="near", organ="某县", division="", level="county", url=NOWHERE)
    remote = [here, replace(here, id="far", url="https://www.x.gov.cn/nb/")]
    assert user_agent("", [here]) == "nianbao/0.1 (archive of OGI annual reports)"
    assert user_agent("https://x.org/bot", remote) == "nianbao/0.1 (archive of OGI annual reports; +https://x.org/bot)"
    for contact in ("", " "):
        with pytest.raises(CrawlError, match=r"give --contact .* the server of far"):
            user_agent(contact, remote)
    for contact in ("a\r\nX-Evil: 1", "某人"):
        with pytest.raises(CrawlError, match="must be plain ASCII"):
            user_agent(contact, [here])
    process = start(tmp_path / "data", remote[1])
    _, log = process.communicate(timeout=30)
    assert process.returncode == 1
    assert log.strip().splitlines()[-1].startswith("CrawlError: give --contact")
    assert not (tmp_path / "data").exists()


def test_a_damaged_capture_is_asked_for_again(tmp_path: Path) -> None:
    article = COLUMN + "t20260101_1.html"
    site: Pages = {COLUMN: list_page([("t20260101_1.html", REPORT.format(""), "")]), article: page(TEXT)}
    with Portal(site) as portal:
        crawl(tmp_path / "data", portal.source())
        with Archive.open(tmp_path / "data", []) as archive:
            snapshot = archive.latest(portal.url + article)
            assert snapshot
            path = archive.warc / snapshot.filename
            content = bytearray(path.read_bytes())
            content[snapshot.offset + snapshot.length // 2] ^= 0xFF
            path.write_bytes(content)
            for asked in (2, 2):
                report = crawl(tmp_path / "data", portal.source())
                assert report["results"]["qingshi"]["reports"] == 1
                assert portal.paths().count(article) == asked
            again = archive.latest(portal.url + article)
            assert again
            assert again.record == "response"
            assert archive.body(again) == site[article].body  # type: ignore[union-attr]
