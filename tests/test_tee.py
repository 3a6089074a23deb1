"""However an answer is cut into packets, what the tee gets is what came, and what is kept of it is the same."""

from __future__ import annotations

import gzip
import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.protocol import Protocol as Reader
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from archive.fixity.verify import verify
from archive.index import rebuild
from archive.store import Archive
from archive.warcs.record import iterate
from archive.warcs.warc import read
from archive.warcs.wire import Context, Tls, Wire
from crawler import tee as module
from crawler.tee import Protocol
from tests.captures import HOST, writer
from tests.test_warc import WARCIO

URL = f"{HOST}/a"


class Body(Reader):
    """What a client is told of a body."""

    def __init__(self) -> None:
        self.got = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.got += data


def answered(packets: list[bytes]) -> tuple[Wire, bytes, bytes]:
    """The wire of one exchange, the request as it was sent, and the body as Twisted gives it to Scrapy."""
    transport: Any = StringTransport()  # type: ignore[no-untyped-call]
    protocol = Protocol()  # type: ignore[no-untyped-call]
    got: list[Any] = []
    body = Body()
    protocol.makeConnection(transport)  # type: ignore[no-untyped-call]
    sent = Request(b"GET", b"/a", Headers({b"Host": [b"www.example.gov.cn"]}), None)  # type: ignore[no-untyped-call]
    protocol.request(sent).addBoth(got.append)
    for packet in packets:
        protocol.dataReceived(packet)
    (answer,) = got
    if answer.length:
        answer.deliverBody(body)
    return answer.tee.wire([]), transport.value(), body.got


TOKEN = st.text("ABCdef-_", min_size=1, max_size=9).map(str.encode)
VALUE = st.binary(max_size=20).map(lambda value: value.translate(None, b"\r\n"))
FOLD = st.sampled_from([b"", b"", b"\r\n\tx", b"\n  y: z"])
LINE = st.tuples(st.sampled_from([b"X-"]), TOKEN, st.sampled_from([b":", b": ", b" :\t"]), VALUE, FOLD).map(b"".join)
EOL = st.sampled_from([b"\r\n", b"\r\n", b"\n"])
START = st.tuples(
    st.sampled_from([b"HTTP/1.1 ", b"HTTP/1.0 "]),
    st.sampled_from([b"200", b"404", b"302", b"500"]),
    st.sampled_from([b"", b" "]),
).map(b"".join)
ENTITY = st.one_of(st.binary(max_size=300), st.just(gzip.compress(b"a" * 99, mtime=0)))
INTERIM = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 100\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 \nLink: <a>\n\nHTTP/1.1 102 x\r\n\r\n",
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """Interim answers, an answer, and the entity that it means."""
    eol, entity = draw(EOL), draw(ENTITY)
    lines = [draw(START), *draw(st.lists(LINE, max_size=4))]
    cuts = sorted({0, len(entity), *draw(st.lists(st.integers(0, len(entity)), max_size=4))})
    if draw(st.booleans()):
        body = b"".join(
            b"%x%s\r\n%s\r\n" % (end - start, draw(st.sampled_from([b"", b";a=b"])), entity[start:end])
            for start, end in pairwise(cuts)
        )
        body += b"0\r\n" + draw(st.sampled_from([b"", b"X-Sum: 1\r\n"])) + b"\r\n"
        framing = b"Transfer-Encoding: chunked"
    else:
        body, framing = entity, b"content-LENGTH: %d" % len(entity)
    lines.insert(draw(st.integers(1, len(lines))), framing)
    return draw(INTERIM), eol.join([*lines, b"", b""]) + body, entity


def test_any_answer_cut_anywhere(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", []) as archive:
        with writer(archive) as into:

            @settings(max_examples=300, deadline=None)
            @given(answers(), st.lists(st.integers(1, 400), max_size=6))
            def any_answer(said: tuple[bytes, bytes, bytes], cuts: list[int]) -> None:
                interim, answer, entity = said
                stream = interim + answer
                places = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
                wire, sent, body = answered([stream[start:end] for start, end in pairwise(places)])
                assert (wire.request, wire.interim, wire.response, wire.surplus) == (sent, interim, answer, 0)
                assert body == entity
                snapshot = into.exchange(url=URL, wire=wire, context=Context(), revisit_of=None)
                archive.add(snapshot)
                assert archive.stored(snapshot).block == answer
                assert archive.exchange(snapshot).body == entity

            any_answer()
        assert verify(archive) == []
        check = subprocess.run([WARCIO, "check", *archive.warc.iterdir()], capture_output=True, text=True, check=False)
        assert (check.returncode, check.stdout) == (0, "")


def test_one_who_says_more_than_announced_is_not_asked_again_over_that_connection() -> None:
    wire, sent, body = answered([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n\r\n"])
    assert (wire.response[-2:], body, wire.surplus) == (b"ab", b"ab", 19)
    assert sent.startswith(b"GET /a HTTP/1.1\r\n")


@pytest.mark.parametrize("framing", [b"Content-Length: 9999", b"Transfer-Encoding: chunked", b"X-None: 1"])
def test_an_answer_too_long_to_keep_is_cut_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framing: bytes
) -> None:
    monkeypatch.setattr(module, "LIMIT", 500)
    head = b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n"
    stream = head + b"1;a=bcdefgh\r\ni\r\n" * 50
    wire, _, _ = answered([stream[:300], stream[300:600]])
    assert (wire.response, wire.ended) == (stream[:500], "too_long")
    with Archive.open(tmp_path / "data", []) as archive:
        with writer(archive) as into:
            snapshot = into.exchange(url=URL, wire=wire, context=Context(), revisit_of=None)
        record = read(archive.warc, snapshot.filename, snapshot.offset, snapshot.length)
        assert (record.header("WARC-Truncated"), snapshot.truncated) == ("length", True)


def test_each_file_holds_all_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.warcs.appender.ROTATE", 4000)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    wires = [
        Wire(
            request=b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
            response=answer,
            ip="127.0.0.1",
            tls=Tls(version="TLSv1.2", cipher="AES", certificates=(host, b"authority")),
        )
        for host in (b"one", b"two")
    ]
    with Archive.open(tmp_path / "data", []) as archive:
        with writer(archive) as into:
            for number in range(20):
                into.exchange(url=URL, wire=wires[number % 2], context=Context(), revisit_of=None)
        files = list(archive.warc.iterdir())
        assert len(files) > 2
        for file in files:
            told = [json.loads(record.block)["tls"] for record in iterate(file) if record.type == "metadata"]
            assert len({tls["sha256"] for tls in told}) == sum("certificates" in tls for tls in told)
            assert all("certificates" in tls for tls in told[:1])


def test_what_a_browser_made_of_a_page_is_no_answer(tmp_path: Path) -> None:
    dom = "<html>一、总体情况</html>".encode()
    wire = Wire(request=b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n", response=b"HTTP/1.1 200 OK\r\n\r\n<script>")
    with Archive.open(tmp_path / "data", []) as archive:
        with writer(archive) as into:
            context = Context(source="s", role="article", anchor="年报")
            served = into.exchange(url=URL, wire=wire, context=context, revisit_of=None)
            shown = into.rendered(
                url=URL, body=dom, mime="text/html; charset=utf-8", browser="Chromium/1", context=context
            )
        for snapshot in (served, shown):
            archive.add(snapshot)
        assert archive.latest(URL) == served
        assert archive.latest(URL, rendered=True) == shown
        assert (shown.record, archive.body(shown), archive.exchange(shown).body) == ("resource", dom, dom)
        assert {snapshot.id for snapshot in archive.unparsed("1")} == {served.id, shown.id}
        record = read(archive.warc, shown.filename, shown.offset, shown.length)
        assert (record.type, record.block, record.header("Content-Type")) == ("resource", dom, shown.mime)
        assert verify(archive) == []
        rows = archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall()
        rebuild(archive.directory, [])
        assert archive.db.execute("SELECT * FROM snapshots ORDER BY id").fetchall() == rows
