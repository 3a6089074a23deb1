"""What servers do to a crawler (PORTALS, section 12): broken TLS, redirects to and fro, heads in GBK."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests import portal as portals
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, rows
from tests.raw import certificates

NAME = "青石县水利局2025年政府信息公开工作年度报告"
REPORT = "t20260120_1.html"


def column(href: str = REPORT) -> Answer:
    return list_page([(href, NAME, "2026-01-20")])


@pytest.mark.case(92, 93)
def test_http_that_leads_to_a_certificate_that_does_not_hold(tmp_path: Path) -> None:
    _, server, _ = certificates(tmp_path)  # nobody whom the crawler trusts signed it
    with Portal({COLUMN: column()}, tls=server) as secure:
        away = Answer(status=302, headers={"Location": secure.url + COLUMN})
        with Portal({COLUMN: away}) as plain, Portal({COLUMN: column("a.pdf"), COLUMN + "a.pdf": Answer()}) as good:
            report = crawl(tmp_path / "data", plain.source("plain", hosts=(secure.host,)), good.source("good"))
        assert secure.paths() == []
    assert "its certificate does not hold" in report["results"]["plain"]["failed"]
    assert report["results"]["good"]["failed"] == ""


@pytest.mark.case(93)
@pytest.mark.parametrize("weak", ["old", "dh"])
def test_a_server_that_speaks_only_weak_tls_fails_and_says_so(tmp_path: Path, weak: str) -> None:
    authority, server, _ = certificates(tmp_path)
    portal = Portal({COLUMN: column()}, tls=server)
    context = portal._server.socket.context  # type: ignore[attr-defined]
    context.maximum_version = ssl.TLSVersion.TLSv1_1 if weak == "old" else ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:@SECLEVEL=0" if weak == "old" else "AECDH:ADH:@SECLEVEL=0")
    with portal:
        report = crawl(tmp_path / "data", portal.source(), env={"SSL_CERT_FILE": str(authority)})
    assert report["results"]["qingshi"]["failed"].startswith("robots.txt could not be had: ")
    assert "Traceback" not in report["log"]
    assert portal.paths() == []


@pytest.mark.case(98)
def test_https_and_http_that_lead_to_each_other(tmp_path: Path) -> None:
    authority, server, _ = certificates(tmp_path)
    with Portal(tls=server) as secure, Portal() as plain:
        secure.pages[COLUMN] = Answer(status=302, headers={"Location": plain.url + COLUMN})
        plain.pages[COLUMN] = Answer(status=302, headers={"Location": secure.url + COLUMN})
        source = plain.source(hosts=(secure.host,))
        report = crawl(tmp_path / "data", source, env={"SSL_CERT_FILE": str(authority)})
        assert plain.paths().count(COLUMN) + secure.paths().count(COLUMN) <= 6
    assert report["results"]["qingshi"]["failed"] == "max redirections reached"


@pytest.mark.case(67, 68)
def test_a_download_that_asks_whence_one_comes_and_names_its_file_in_gbk(tmp_path: Path) -> None:
    def download(asked: Asked) -> Answer:
        if not asked.headers.get("Referer", "").endswith(REPORT):
            return Answer(status=403)
        name = "2025年报.pdf".encode("gbk").decode("latin-1")
        head = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}
        return Answer(body=b"%PDF-1.4 report", headers=head)

    text = f"<html><meta charset=utf-8><div class=TRS_Editor><a href='/download?id=7'>{NAME}.pdf</a></div></html>"
    pages: Pages = {COLUMN: column(), COLUMN + REPORT: Answer(body=text.encode()), "/download": download}
    with Portal(pages) as portal:
        report = crawl(tmp_path / "data", portal.source())
    assert report["results"]["qingshi"]["errors"] == 0
    assert rows(tmp_path / "data", "SELECT status FROM snapshots WHERE url LIKE '%/download?id=7'") == [(200,)]


@pytest.mark.parametrize("named", [False, True])
def test_an_official_name_that_leads_into_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    """The answer of the DNS is laid into Scrapy's cache of such answers, in the process of the crawl."""
    known = "from scrapy.resolver import dnscache\ndnscache['www.qingshi.gov.cn'] = '127.0.0.1'\n"
    monkeypatch.setattr(portals, "CRAWL", known + portals.CRAWL)
    with Portal({COLUMN + REPORT: Answer(body=b"<p>secret</p>")}) as portal:
        host = portal.host.replace("127.0.0.1", "www.qingshi.gov.cn")
        portal.pages[COLUMN] = column(f"http://{host}{COLUMN}{REPORT}")
        report = crawl(tmp_path / "data", portal.source(hosts=(host,) if named else ()))
        assert (COLUMN + REPORT in portal.paths()) == named
    assert ("a private network" in report["log"]) == (not named)
