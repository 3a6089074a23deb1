"""What servers say, odd as it may be, stands in the WARC files byte for byte, and so does what they were asked."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.fixity.verify import verify
from archive.index import rebuild
from archive.store import Archive
from archive.warcs.record import Record, iterate
from tests.portal import COLUMN, ROOT, crawl, list_page
from tests.raw import RawServer, Said, ask, certificates
from tests.test_warc import WARCIO

TITLE = "青石县{}2025年政府信息公开工作年度报告"
TEXT = (
    "<html><div class='TRS_Editor'>" + "一、总体情况：主动公开、依申请公开、行政复议。" * 20 + "</div></html>"
).encode()
PACKED = gzip.compress(TEXT, mtime=0)
GBK = "青石县年报".encode("gbk")


def sized(body: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n") -> bytes:
    return head + b"Content-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
ODD = {
    "case, order and repeats": Said(
        answer=sized(
            TEXT, b"HTTP/1.1 200 OK\r\nserver: x\r\nset-COOKIE: a=1\r\nX-A:  b \r\nSet-cookie: c=2\r\nx-a:d\r\n"
        )
    ),
    "gbk": Said(answer=sized(TEXT, b"HTTP/1.1 200 " + GBK + b"\r\nX-Title: " + GBK + b"\r\n")),
    "no reason": Said(answer=sized(TEXT, b"HTTP/1.1 200\r\n")),
    "empty reason": Said(answer=sized(TEXT, b"HTTP/1.1 200 \r\n")),
    "http 1.0": Said(answer=b"HTTP/1.0 200 Okay then\r\nContent-type: text/html\r\n\r\n" + TEXT, close=True),
    "folded": Said(answer=sized(TEXT, b"HTTP/1.1 200 OK\r\nX-Long: a\r\n\tb\r\n   c: d\r\n")),
    "bare line feeds": Said(answer=b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 3\n\n\r\na"),
    "no colon": Said(answer=sized(TEXT, b"HTTP/1.1 200 OK\r\n<!-- debug -->\r\nX-B: c\r\n")),
    "names": Said(
        answer=b"HTTP/1.1 200 OK\r\nContent-Length : %d\r\n" % len(TEXT) + GBK + b": 1\r\n: 2\r\n\r\n" + TEXT
    ),
    "chunks": Said(
        answer=CHUNKED
        + b"Content-Encoding: gzip\r\nTrailer: X-Sum\r\n\r\n"
        + b"0005;name=value\r\n%s\r\n" % PACKED[:5]
        + chunks(PACKED[5:6], PACKED[6:])
        + b"0\r\nX-Sum: "
        + GBK
        + b"\r\n\r\n"
    ),
    "no chunk": Said(answer=CHUNKED + b"\r\n0\r\n\r\n"),
    "interim": Said(
        answer=sized(TEXT),
        interim=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\nX: " + GBK + b"\r\n\r\n",
    ),
    "no encoding though it says so": Said(answer=sized(TEXT, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n")),
    "nothing": Said(answer=b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"),
    "gone": Said(answer=sized(b"<h1>410</h1>", b"HTTP/1.1 410 " + GBK + b"\r\n")),
    "wall": Said(answer=sized(b"<script>1</script>", b"HTTP/1.1 521 \r\nSet-Cookie: jsl=1\r\n")),
    "failure": Said(answer=sized(b"<h1>500</h1>", b"HTTP/1.1 500 Oh\r\n")),
    "redirect": Said(answer=b"HTTP/1.1 302 Moved\r\nlocation: target.html\r\nContent-Length: 4\r\n\r\nmove"),
    "surplus": Said(answer=sized(TEXT), surplus=b"\r\n<!-- 0.1 s -->"),
}
BROKEN = {
    "short": Said(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + TEXT, close=True),
    "no end": Said(answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + TEXT, close=True),
    "no last chunk": Said(answer=CHUNKED + b"\r\n" + chunks(TEXT), close=True),
    "half a chunk": Said(answer=CHUNKED + b"\r\n" + chunks(TEXT)[:-9], close=True),
    "no chunk size": Said(answer=CHUNKED + b"\r\n" + chunks(TEXT) + b"zz\r\nabc\r\n0\r\n\r\n", close=True),
}
PATHS = {name: f"{COLUMN}202601/t20260120_{place}.html" for place, name in enumerate(ODD | BROKEN)}
LIST = list_page(
    [(f"202601/t20260120_{place}.html", TITLE.format(name), "") for place, name in enumerate(ODD | BROKEN)]
)
SITE = {
    "/robots.txt": Said(answer=b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 14\r\n\r\nUser-agent: *\n"),
    COLUMN: Said(answer=sized(LIST.body)),
    f"{COLUMN}202601/target.html": Said(answer=sized(TEXT)),
    **{PATHS[name]: said for name, said in (ODD | BROKEN).items()},
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A crawl of the odd site, its archive, and what the server was asked."""

    server: RawServer
    archive: Archive
    files: list[Path]
    chain: list[bytes] | None  # DER; None over plain TCP

    def of(self, kind: str, path: str) -> list[Record]:
        """The records of one kind of one address, in order."""
        records = (record for file in self.files for record in iterate(file))
        return [record for record in records if record.type == kind and record.url == self.server.url + path]


@pytest.fixture(scope="module", params=["http", "https"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    directory = tmp_path_factory.mktemp("wire")
    authority, server, chain = certificates(directory)
    secure = request.param == "https"
    with RawServer(SITE, tls=server if secure else None) as raw:
        report = crawl(directory / "data", raw.source(), env={"SSL_CERT_FILE": str(authority)}, contact="a@example.org")
        assert "Traceback" not in report["log"], report["log"]
        with Archive.open(directory / "data", []) as archive:
            files = sorted(archive.warc.iterdir())
            yield Kept(server=raw, archive=archive, files=files, chain=chain if secure else None)


@pytest.mark.parametrize("path", SITE)
def test_answers_are_kept_byte_for_byte(kept: Kept, path: str) -> None:
    said = SITE[path].answer
    (answer,) = kept.of("response", path)
    assert answer.block == said
    assert answer.header("WARC-IP-Address") == "127.0.0.1"
    # what was asked for again after an error was the same
    assert all(again.block == said[: -len(answer.http.body)] for again in kept.of("revisit", path))


@pytest.mark.parametrize("path", SITE)
def test_requests_are_kept_byte_for_byte(kept: Kept, path: str) -> None:
    asked = kept.server.asked[path]
    assert asked
    assert [record.block for record in kept.of("request", path)] == asked


def test_connections_carry_many_requests(kept: Kept) -> None:
    assert kept.server.connections < sum(len(asked) for asked in kept.server.asked.values()) / 2


@pytest.mark.parametrize("name", ODD | BROKEN)
def test_what_broke_off_is_marked(kept: Kept, name: str) -> None:
    answer = kept.of("response", PATHS[name])[0]
    unsure = name in BROKEN or name == "http 1.0"
    assert answer.header("WARC-Truncated") == ("disconnect" if unsure else "")
    snapshot = kept.archive.latest(answer.url)
    assert snapshot
    assert snapshot.truncated == unsure


@pytest.mark.parametrize(
    "name", ["chunks", "no last chunk", "case, order and repeats", "no encoding though it says so"]
)
def test_the_payload_is_what_was_meant(kept: Kept, name: str) -> None:
    snapshot = kept.archive.latest(kept.server.url + PATHS[name])
    assert snapshot
    assert kept.archive.body(snapshot) == TEXT
    assert snapshot.digest == f"sha256:{hashlib.sha256(TEXT).hexdigest()}"


def test_what_else_the_connection_said_stands_beside_it(kept: Kept) -> None:
    def notes(name: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(kept.of("metadata", PATHS[name])[0].block)
        return told

    assert notes("interim")["interim"].encode("latin-1") == ODD["interim"].interim
    assert notes("surplus")["surplus"] == len(ODD["surplus"].surplus)
    assert [notes(name)["ended"] for name in BROKEN] == ["broken", "close", "broken", "broken", "broken"]
    plain = notes("gbk")
    assert {"interim", "surplus", "ended"}.isdisjoint(plain)
    assert (plain["kind"], plain["ip"], plain["anchor"]) == ("plain", "127.0.0.1", TITLE.format("gbk"))


def test_certificates_are_kept(kept: Kept) -> None:
    metadata = (record for file in kept.files for record in iterate(file) if record.type == "metadata")
    told = [notes.get("tls") for record in metadata if "role" in (notes := json.loads(record.block))]
    if kept.chain is None:
        assert set(told) == {None}
        return
    assert {tls["sha256"] for tls in told} == {hashlib.sha256(kept.chain[0]).hexdigest()}
    assert {(tls["version"], tls["cipher"][:4]) for tls in told} == {("TLSv1.3", "TLS_")}
    (chain,) = [tls["certificates"] for tls in told if "certificates" in tls]  # once in the file
    assert [base64.b64decode(one) for one in chain] == kept.chain


def test_other_tools_and_ours_find_no_fault(kept: Kept) -> None:
    check = subprocess.run([WARCIO, "check", *kept.files], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    assert verify(kept.archive) == []


def test_an_index_made_again_is_the_same(kept: Kept) -> None:
    before = kept.archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall()
    rebuild(kept.archive.directory, [])
    assert kept.archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall() == before


def test_chunks_cut_elsewhere_and_unchanged_pages_are_revisits(tmp_path: Path) -> None:
    """The body is what counts, not how it was cut; but a reader of a revisit has to know how it was packed."""
    whole = CHUNKED + b"\r\n" + chunks(TEXT) + b"0\r\n\r\n"
    answers = [whole, CHUNKED + b"\r\n" + chunks(TEXT[:7], TEXT[7:]) + b"0\r\nX: y\r\n\r\n", sized(TEXT)]
    answers.append(whole.replace(b"\r\n", b'\r\nETag: "1"\r\n', 1))
    answers.append(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    with RawServer({}) as raw:
        for answer in answers:
            raw.answers["/"] = Said(answer=answer)
            ask(tmp_path / "data", [{"url": raw.url + "/"}], fresh_hours=0)
    with Archive.open(tmp_path / "data", []) as archive:
        snapshots = [one for file in sorted(archive.warc.iterdir()) for one in archive.captured_in(file.name)]
        kinds = [snapshot.record for snapshot in snapshots]
        assert kinds == ["response", "revisit", "response", "response", "revisit"]
        assert {archive.body(snapshot) for snapshot in snapshots} == {TEXT}
        assert all(snapshot.length < 500 for snapshot in snapshots if snapshot.record == "revisit")
        assert verify(archive) == []


def test_pages_of_a_list_that_is_asked_for_by_post_are_told_apart(tmp_path: Path) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    with RawServer({}) as raw:
        url, bodies = raw.url + "/dataproxy.jsp?columnid=1", [f"page={number}&词=年报" for number in (1, 2)]
        requests = [{"url": url, "method": "POST", "body": body, "headers": form} for body in bodies]
        raw.answers["/dataproxy.jsp?columnid=1"] = Said(answer=sized(b"page 1"))
        first = ask(tmp_path / "data", requests[:1])
        raw.answers["/dataproxy.jsp?columnid=1"] = Said(answer=sized(b"page 2"))
        second = ask(tmp_path / "data", requests[1:])
        again = ask(tmp_path / "data", [*requests, {"url": url}])
        asked = raw.asked["/dataproxy.jsp?columnid=1"]
    assert [*first, *second] == [[200, "page 1", False], [200, "page 2", False]]
    assert again == [[200, "page 1", True], [200, "page 2", True], [200, "page 2", False]]
    assert len(asked) == 3
    with Archive.open(tmp_path / "data", []) as archive:
        before = archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall()
        for number in (1, 2):
            snapshot = archive.latest(url, f"__wb_method=POST&page={number}&词=年报")
            assert snapshot
            assert (snapshot.method, archive.body(snapshot)) == ("POST", b"page %d" % number)
        rebuild(archive.directory, [])
        assert archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall() == before


@pytest.mark.parametrize(
    "broken",
    [
        "from scrapy.core.downloader.handlers import http11; del http11._ScrapyAgent",
        "from twisted.web import _newclient as n; n.Request.writeTo = lambda self, transport: None",
        "from twisted.web import _newclient as n; n.HTTPClientParser._finished = lambda self, rest: None",
        "from scrapy.core.downloader.handlers.http11 import _ScrapyAgent as A; A._cb_bodydone = lambda self, a: 0",
    ],
)
def test_a_scrapy_or_twisted_that_hides_the_wire_is_refused_at_start(tmp_path: Path, broken: str) -> None:
    call = "from crawler.run import crawl; from pathlib import Path; import sys\ntry:\n    crawl(Path(sys.argv[1]), []"
    call += ", indicators=[], delay=0, fresh_hours=0, contact='', log_level='ERROR', on_progress=print)"
    code = f"{broken}\n{call}\nexcept Exception as error:\n    print(type(error).__name__, error)"
    command = [sys.executable, "-c", code, str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("CrawlError Scrapy 2.19")
    assert "install the versions that requirements.txt names" in done.stdout
    assert not (tmp_path / "data").exists()
