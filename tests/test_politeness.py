"""Manners, read off the servers' own logs: official hosts, robots.txt, delays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from archive.official import is_official
from archive.records import Source
from archive.warcs.warc import iterate
from crawler.hosts import is_loopback, refusal
from crawler.politeness import ROBOTS_READ, as_far_as_read, requested_delay
from tests.portal import COLUMN, ROOT, Answer, Asked, Pages, Portal, crawl, list_page, rows

SOURCE = Source(
    id="qingshi",
    organ="青石县人民政府",
    division="",
    level="county",
    url="http://122.137.242.24:8080/ndbg/",
    hosts=("oss.example.cn", "files.example.cn:8443", "127.0.0.1:8000", "[::1]:80"),
)
# What Scrapy 2.19.0 does by itself: the same requests, its own middleware.
STOCK = """
import sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

class Stock(Spider):
    name = "stock"
    async def start(self):
        for url in sys.argv[1:]:
            yield Request(url)
    def parse(self, response):
        pass

process = CrawlerProcess({"ROBOTSTXT_OBEY": True, "REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
process.crawl(Stock)
process.start()
"""


@pytest.mark.case(97, 100, 101)
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.qingshi.gov.cn/a", None),
        ("http://gov.cn/", None),
        ("http://WWW.QingShi.GOV.cn:8080/", None),
        ("http://122.137.242.24:8080/x", None),
        ("https://oss.example.cn/x", None),
        ("http://oss.example.cn/x", None),
        ("https://files.example.cn:8443/x", None),
        ("http://127.0.0.1:8000/x", None),
        ("http://[::1]/x", None),
        ("http://122.137.242.24/x", "not_official_host"),
        ("https://oss.example.cn:444/x", "not_official_host"),
        ("https://files.example.cn/x", "not_official_host"),
        ("http://www.qingshi.gov.cn.evil.test/", "not_official_host"),
        ("http://xgov.cn/", "not_official_host"),
        ("http://gov.cn-abc.top/", "not_official_host"),
        ("http://fzggw.nx.gov.cn./", "not_official_host"),
        ("http://a..gov.cn/", "not_official_host"),
        ("http://www.qingshi.gov.cn@evil.test/", "not_official_host"),
        ("http://evil.test\\@www.qingshi.gov.cn/", "not_official_host"),
        ("http://evil.test/?www.qingshi.gov.cn", "not_official_host"),
        ("ftp://www.qingshi.gov.cn/a.pdf", "not_official_host"),
        ("file:///etc/passwd", "not_official_host"),
        ("http://www.qingshi.gov.cn:x/", "not_official_host"),
        ("http:///a", "not_official_host"),
        ("http://8.8.8.8/", "not_official_host"),
        ("http://127.0.0.1:8001/", "redirect_private"),
        ("http://127.1/", "redirect_private"),
        ("http://2130706433/", "redirect_private"),
        ("http://0x7f000001/", "redirect_private"),
        ("http://017700000001/", "redirect_private"),
        ("http://localhost:8000/", "redirect_private"),
        ("http://[::1]:8000/", "redirect_private"),
        ("http://[::ffff:10.0.0.1]/", "redirect_private"),
        ("http://[fe80::1%25eth0]/", "redirect_private"),
        ("http://10.1.2.3/", "redirect_private"),
        ("http://192.168.0.1/", "redirect_private"),
        ("http://169.254.169.254/latest/meta-data/", "redirect_private"),
        ("http://0.0.0.0/", "redirect_private"),
    ],
)
def test_which_hosts_may_be_asked(url: str, reason: str | None) -> None:
    assert refusal(url, SOURCE) == reason
    if url.startswith(
        ("http://122", "https://oss", "http://oss", "https://files", "http://127.0.0.1:8000", "http://[::1]/")
    ):
        assert refusal(url, None)


def test_hosts() -> None:
    assert is_official("www.gov.cn")
    assert not is_official("gov.cn.")
    assert is_loopback("http://127.0.0.1:8000/")
    assert is_loopback("http://localhost/")
    assert not is_loopback("http://www.qingshi.gov.cn/")
    assert not is_loopback("http://10.0.0.1/")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: nianbao\nCrawl-delay: 7\nUser-agent: *\nCrawl-delay: 1", 7.0),
        ("User-agent: *\nRequest-rate: 1/5", 5.0),
        ("User-agent: *\nRequest-rate: 10/1m\nCrawl-delay: 2", 6.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: -3", 0.0),
        ("User-agent: other\nCrawl-delay: 9", 0.0),
        ("<html>not found</html>", 0.0),
        ("", 0.0),
    ],
)
def test_the_delay_that_a_robots_txt_asks_for(text: str, delay: float) -> None:
    assert requested_delay(ProtegoRobotParser(text.encode(), None), "nianbao") == delay


def test_of_a_robots_txt_500_kib_are_read_in_whole_lines() -> None:
    line = b"Disallow: /a-long-directory/b/c\n"
    most = ROBOTS_READ // len(line)
    assert as_far_as_read(line * most) == line * most
    assert as_far_as_read(line * (most + 9)) == line * most  # no rule that forbids but a part of what was meant
    exact = b"a" * (ROBOTS_READ - 1)
    for end in (b"\n", b"\r", b"\r\n"):
        assert as_far_as_read(exact + b"b" + end + line) == exact + b"b"
    assert as_far_as_read(b"x" * (ROBOTS_READ + 1)) == b"x" * ROBOTS_READ


def test_a_robots_txt_that_is_too_long_is_kept_whole_and_obeyed_as_far_as_it_is_read(tmp_path: Path) -> None:
    first, last = b"User-agent: *\nDisallow: /first/\n", b"\nDisallow: /last/\n"
    body = first + b"# padding\n" * (ROBOTS_READ // 10) + last
    robots = Answer(body=body, headers={"Content-Type": "text/plain"})
    listed = list_page([("t20260120_7001.html", "2025年政府信息公开工作年度报告", "")])
    pages: Pages = {"/robots.txt": robots, "/first/": listed, "/last/": listed}
    with Portal(pages) as portal:
        crawl(tmp_path, portal.source("first", "/first/"), portal.source("last", "/last/"))
        assert "/first/" not in portal.paths()
        assert "/last/" in portal.paths()
    kept = [record.block for file in (tmp_path / "warc").iterdir() for record in iterate(file)]
    assert any(block.endswith(body) for block in kept)


def test_scrapy_leaks_past_a_robots_txt_that_is_still_loading_and_we_do_not(tmp_path: Path) -> None:
    """Fails when Scrapy is mended: then `Robots` can shrink to what is its own."""
    pages: Pages = {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /closed", wait=0.5),
        **{f"/closed{n}/": list_page([("t20260101_1.pdf", "年报", "")]) for n in range(4)},
    }
    with Portal(pages) as portal:
        urls = [f"{portal.url}/closed{n}/" for n in range(4)]
        subprocess.run([sys.executable, "-c", STOCK, *urls], check=True, capture_output=True, timeout=30, cwd=ROOT)
        assert any(path.startswith("/closed") for path in portal.paths())
    with Portal(pages) as portal:
        sources = [portal.source(f"closed{n}", f"/closed{n}/") for n in range(4)]
        report = crawl(tmp_path / "data", *sources)
        assert portal.paths() == ["/robots.txt"]
    assert {result["failed"] for result in report["results"].values()} == {"forbidden by robots.txt"}


@pytest.mark.case(95)
def test_what_a_robots_txt_that_is_no_robots_txt_means(tmp_path: Path) -> None:
    """4xx and pages in its place: no rules. 5xx, 429, silence and flights to other hosts: not now."""
    answers = {
        "missing": Answer(status=404),
        "forbidden": Answer(status=403),
        "html": Answer(body=b"<html><h1>404</h1></html>"),
        "home": Answer(status=302, headers={"Location": "/"}),
        "gbk": Answer(body="# 禁止\nUser-agent: *\nDisallow: /closed/".encode("gbk")),
        "error": Answer(status=503),
        "challenge": Answer(status=521),
        "busy": Answer(status=429),
        "away": Answer(status=302, headers={"Location": "http://example.test/robots.txt"}),
        "silent": Answer(length=10),
    }
    column = list_page([("t20260101_1.pdf", "年报", "")])
    there = {"/": Answer(), COLUMN: column, f"{COLUMN}t20260101_1.pdf": Answer(body=b"%PDF-1.4")}
    portals = {name: Portal({"/robots.txt": answer, **there}) for name, answer in answers.items()}
    for portal in portals.values():
        portal.__enter__()
    report = crawl(tmp_path / "data", *(portal.source(name) for name, portal in portals.items()))
    for portal in portals.values():
        portal.__exit__()
    failed = {name: result["failed"] for name, result in report["results"].items()}
    asked = {name for name, portal in portals.items() if COLUMN in portal.paths()}
    assert asked == {name for name, reason in failed.items() if not reason}
    assert {name: reason for name, reason in failed.items() if reason} == {
        "error": "robots.txt could not be had: HTTP 503",
        "challenge": "robots.txt could not be had: HTTP 521",
        "busy": "robots.txt could not be had: HTTP 429",
        "silent": "robots.txt could not be had: it breaks off",
        "away": "robots.txt could not be had: not_official_host: http://example.test/robots.txt",
    }
    skipped = dict(rows(tmp_path / "data", "SELECT source, detail FROM skips WHERE reason = 'robots'"))
    assert skipped == {name: reason for name, reason in failed.items() if reason}
    roles = rows(tmp_path / "data", "SELECT count(*) FROM snapshots WHERE role = 'robots' AND url LIKE '%/robots.txt'")
    assert roles == [(len(answers),)]


def test_the_gaps_that_hosts_ask_for_are_kept(tmp_path: Path) -> None:
    """Ours, Crawl-delay, Request-rate; on a host that is only reached by redirects, too; never two requests at once."""

    def pages(robots: str, target: str = "") -> Pages:
        def article(asked: Asked) -> Answer:
            there = Answer(status=302, headers={"Location": target + asked.path})
            return there if target else Answer(body=b"<p>x</p>", wait=0.05)

        names = [f"t20260101_{n}.html" for n in range(4)]
        return {
            "/robots.txt": Answer(body=robots.encode()),
            COLUMN: list_page([(name, f"{n}镇2025年政府信息公开年报", "") for n, name in enumerate(names)]),
            **{COLUMN + name: article for name in names},
        }

    ours = Portal(pages(""), address="127.0.0.1")
    slow = Portal(pages("User-agent: *\nCrawl-delay: 0.7"), address="127.0.0.2")
    rated = Portal(pages("User-agent: *\nRequest-rate: 2/1"), address="127.0.0.3")
    there = Portal(pages("User-agent: *\nCrawl-delay: 0.7"), address="127.0.0.4")
    here = Portal(pages("", target=there.url), address="127.0.0.5")
    with ours, slow, rated, here, there:
        sources = [portal.source(f"s{n}") for n, portal in enumerate((ours, slow, rated))]
        crawl(tmp_path / "data", *sources, here.source("here", hosts=(there.host,)), delay=0.3)
        counts = [len(portal.asked) for portal in (ours, slow, rated, here, there)]
        assert counts == [6, 6, 6, 6, 5]
        for portal, delay in ((ours, 0.3), (slow, 0.7), (rated, 0.5), (here, 0.3), (there, 0.7)):
            # a busy machine takes note of a request late, and so sees a gap before the next that is too short
            assert min(portal.gaps()) >= delay * 0.8, portal.url
            assert portal.most_at_once == 1


def test_a_redirect_does_not_lead_into_the_house(tmp_path: Path) -> None:
    with Portal({"/": Answer(body=b"secret")}, address="127.0.0.2") as private:
        pages: Pages = {
            COLUMN: list_page([("t20260101_1.html", "年报", ""), (private.url + "/a.pdf", "政府信息公开年报", "")]),
            COLUMN + "t20260101_1.html": Answer(status=302, headers={"Location": private.url + "/"}),
        }
        with Portal(pages) as portal:
            for _ in range(2):  # what is known is not written down again
                report = crawl(tmp_path / "data", portal.source(), fresh_hours=0)
                assert report["results"]["qingshi"]["skipped"] == 2
        assert private.asked == []
    found = rows(tmp_path / "data", "SELECT url, reason, via FROM skips ORDER BY url")
    assert found == [
        (private.url + "/", "redirect_private", portal.url + COLUMN + "t20260101_1.html"),
        (private.url + "/a.pdf", "redirect_private", portal.url + COLUMN),
    ]
    written = [
        next(kind for kind in (b"skip", b"watched", b"crawled") if kind in record.block)
        for file in (tmp_path / "data" / "warc").iterdir()
        for record in iterate(file)
        if record.type == "metadata" and not record.header("WARC-Concurrent-To")
    ]
    assert sorted(written) == [b"crawled", b"crawled", b"skip", b"skip", b"watched"]


def test_a_delay_of_hours_is_not_slept_through(tmp_path: Path) -> None:
    slow = Answer(body=b"User-agent: *\nCrawl-delay: 3600")
    with Portal({"/robots.txt": slow, COLUMN: list_page([("t20260101_1.pdf", "年报", "")])}) as portal:
        report = crawl(tmp_path / "data", portal.source())
        assert portal.paths() == ["/robots.txt"]
    said = "robots.txt asks for 3600 seconds between requests, more than 120"
    assert report["results"]["qingshi"]["failed"] == said
    assert rows(tmp_path / "data", "SELECT reason, detail FROM skips") == [("robots", said)]
