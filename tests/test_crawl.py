"""Crawls of a real portal on loopback: what is asked for, what is kept, what is said about it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.records import Source
from archive.store import Archive
from archive.warcs.warc import iterate
from crawler.run import CrawlError, user_agent
from tests.crawled import NOWHERE, PDF, REPORT
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows, start

TEXT = "一、总体情况。" * 200
GZIPPED = page(f"<div class='TRS_Editor'>{TEXT}</div><a href='./P020260120000000000001.pdf'>附件</a>")


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
    again = crawl(crawled.archive, crawled.portal.source(), delay=3600.0)
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
