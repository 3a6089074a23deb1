"""What servers do to a crawler (PORTALS, section 12): broken TLS, redirects to and fro, heads in GBK."""

from __future__ import annotations

import gzip
import socket
import ssl
import warnings
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dh
from scrapy.http import HtmlResponse

from archive.records import Source
from archive.store import Archive
from crawler.lists import read_list
from parsers.forms import INDICATORS
from tests import portal as portals
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, rows
from tests.portals import article
from tests.raw import certificates
from tests.test_health import nianbao

NAME = "青石县水利局2025年政府信息公开工作年度报告"
REPORT = "t20260120_1.html"

GROUP_2 = (  # 1,024 bits, of RFC 2409: as old appliances have it
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE65381FFFFFFFFFFFFFFFF"
)


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


@pytest.mark.case(93)
def test_a_key_exchange_that_is_too_weak(tmp_path: Path) -> None:
    authority, server, _ = certificates(tmp_path, old=True)
    weak = tmp_path / "dh.pem"
    with warnings.catch_warnings():  # that nobody should do so any more
        warnings.simplefilter("ignore")
        numbers = dh.DHParameterNumbers(int(GROUP_2, 16), 2).parameters()
    weak.write_bytes(numbers.parameter_bytes(serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3))
    portal = Portal({COLUMN: column()}, tls=server)
    context = portal._server.socket.context  # type: ignore[attr-defined]
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE:@SECLEVEL=0")
    context.load_dh_params(weak)
    with portal:
        report = crawl(tmp_path / "data", portal.source(), env={"SSL_CERT_FILE": str(authority)})
    assert "dh key too small" in report["results"]["qingshi"]["failed"]
    assert portal.paths() == []


@pytest.mark.case(93)
def test_a_server_that_knows_only_the_old_renegotiation(tmp_path: Path) -> None:
    """Its ServerHello lacks the extension of RFC 5746: OpenSSL leaves before anything is asked."""
    hello = b"\x03\x03" + bytes(range(32)) + b"\0" + b"\xc0\x2f" + b"\0"
    handshake = b"\x02" + len(hello).to_bytes(3) + hello
    alerts = []

    def answer(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                with listening.accept()[0] as connection:
                    connection.recv(65536)
                    connection.sendall(b"\x16\x03\x03" + len(handshake).to_bytes(2) + handshake)
                    alerts.append(connection.recv(65536)[:1])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=answer, args=(listening,), daemon=True).start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        source = Source(id="old", organ="青石县", division="370300", level="county", url=f"https://{host}{COLUMN}")
        report = crawl(tmp_path / "data", source)
    assert "unsafe legacy renegotiation disabled" in report["results"]["old"]["failed"]
    assert set(alerts) == {b"\x15"}


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


@pytest.mark.case(89)
@pytest.mark.parametrize(
    ("written", "said"), [("utf-8", "iso-8859-1"), ("gb18030", "utf-8"), ("gb18030", "iso-8859-1"), ("utf-8", "gbk")]
)
def test_what_a_head_says_of_the_charset_is_held_against_the_bytes(written: str, said: str) -> None:
    body = f"<html><body><ul><li><a href='{REPORT}'>{NAME}</a></li></ul></body></html>".encode(written)
    head = {"Content-Type": f"text/html; charset={said}"}
    response = HtmlResponse("http://www.qingshi.gov.cn/", body=body, headers=head)
    assert [row.title for row in read_list(response).rows] == [NAME]


@pytest.mark.case(89)
def test_reports_whose_head_says_latin_1_are_not_taken_for_one_page(tmp_path: Path) -> None:
    head = {"Content-Type": "text/html; charset=iso-8859-1"}
    names = [f"t20260120_700{n}.html" for n in range(4)]
    lines = [(name, NAME.replace("水利", ("水利", "财政", "教育", "民政")[n]), "") for n, name in enumerate(names)]
    pages: Pages = {COLUMN: Answer(body=list_page(lines).body, headers=head)}
    for name, title, _ in lines:
        pages[COLUMN + name] = Answer(body=article(2025, title[:6]), headers=head)
    with Portal(pages) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
        assert portal.canaries == []
    assert (result["reports"], result["errors"]) == (4, 0)
    anchors = rows(tmp_path / "data", "SELECT anchor FROM snapshots WHERE role = 'article' ORDER BY url")
    assert [anchor for (anchor,) in anchors] == [title for _, title, _ in lines]


@pytest.mark.case(91)
@pytest.mark.parametrize("declared", [True, False])
def test_pages_that_are_packed_whether_they_say_so_or_not(tmp_path: Path, declared: bool) -> None:
    head = {"Content-Type": "text/html"} | ({"Content-Encoding": "gzip"} if declared else {})
    report = article(2025, "青石县水利局")
    pages: Pages = {
        COLUMN: Answer(body=gzip.compress(column().body, mtime=0), headers=head),
        COLUMN + REPORT: Answer(body=gzip.compress(report, mtime=0), headers=head),
    }
    data = tmp_path / "data"
    with Portal(pages) as portal:
        result = crawl(data, portal.source(), forms=True)["results"]["qingshi"]
    assert (result["rows"], result["reports"], result["failed"]) == (1, 1, "")
    assert nianbao("parse", "--archive", data).stdout.strip() == "1 report"
    with Archive.open(data, INDICATORS) as archive:
        (kept,) = archive.db.execute("SELECT id FROM snapshots WHERE role = 'article'").fetchall()
        snapshot = archive.snapshot(*kept)
        assert snapshot
        assert snapshot.anchor == NAME
        assert archive.body(snapshot) == report
        assert archive.exchange(snapshot).body == gzip.compress(report, mtime=0)  # as it was sent


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
