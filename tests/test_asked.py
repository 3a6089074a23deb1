"""What a request asked for beyond its address, in the words that pywb looks such captures up by."""

from __future__ import annotations

import pytest

from archive.warcs.asked import key, of, query
from archive.warcs.record import parse_http

FORM = "application/x-www-form-urlencoded"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="page"\r\n\r\n2\r\n'
    b'--x\r\nContent-Disposition: form-data; name="word"\r\n\r\n\xe5\xb9\xb4\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("method", "content_type", "body", "expected"),
    [
        ("GET", "", b"", ""),
        ("HEAD", "", b"", "__wb_method=HEAD"),
        ("POST", FORM, b"", "__wb_method=POST"),
        ("POST", FORM, b"page=2&word=%E5%B9%B4+%E6%8A%A5", "__wb_method=POST&page=2&word=年 报"),
        ("POST", FORM.title() + "; charset=GBK", b"page=\xc4\xea", "__wb_method=POST&__wb_post_data=cGFnZT3E6g=="),
        ("POST", "multipart/form-data; boundary=x", PARTS, "__wb_method=POST&page=2&word=%E5%B9%B4"),
        ("POST", "multipart/form-data", b"page=2", "__wb_method=POST&__wb_post_data=cGFnZT0y"),
        (
            "POST",
            "application/json",
            b'{"a": {"id": 1.0, "ok": true}, "id": [null, "x y"]}',
            "__wb_method=POST&id=1&ok=true&id.2_=null&id.3_=x+y",
        ),
        ("POST", "application/json", b"{page", "__wb_method=POST&__wb_post_data=e3BhZ2U="),
        ("POST", "application/json", b"[" * 9999, None),
        ("POST", "text/xml", b"<a/>", "__wb_method=POST&__wb_post_data=PGEvPg=="),
    ],
)
def test_words(method: str, content_type: str, body: bytes, expected: str | None) -> None:
    said = query(method, content_type, body)
    assert said == expected or expected is None
    assert key("http://h/a", said) == ("http://h/a" if not said else f"http://h/a?{said}"[: 4096 + 28])
    assert not said or key("http://h/a?b", said).startswith("http://h/a?b&__wb_method=")


def test_long_bodies_that_begin_alike_are_told_apart_though_pywb_does_not() -> None:
    one, other = (query("POST", FORM, b"a" * 5000 + end) for end in (b"1", b"2"))
    assert one != other
    assert len(one) < 4200
    assert key("http://h/", one) == key("http://h/", other) == "http://h/?__wb_method=POST&" + "a" * 4096


def test_a_request_as_it_was_sent() -> None:
    head = b"post /a HTTP/1.1\r\nCONTENT-type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert of(parse_http(head + b"3\r\na=1\r\n0\r\n\r\n")) == ("POST", "__wb_method=POST&a=1")
