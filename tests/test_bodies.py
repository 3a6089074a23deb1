"""What is sent to the site: too much of it, what nobody can read, and cookies that are none; no tracebacks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.shown import reviewers
from archive.shown.serving import Serving
from tests.audited import keep, made, opened
from tests.datasette_server import get, serving

FORM = b"Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sent") / "data"
    with opened(path) as archive:
        keep(archive, made(2021))
    return path


@pytest.fixture(scope="module")
def site(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("people")
    reviewers.write(folder / "reviewers", "a", "long enough 1")
    with serving(
        directory, log=folder / "log", serving=Serving(reviewers=str(folder / "reviewers")), https=True
    ) as address:
        yield address
    assert "Traceback" not in (folder / "log").read_text("utf-8")


def raw(site: str, start: bytes, *headers: bytes, body: bytes = b"") -> tuple[int, str]:
    """Status and text of the answer to a request that is written byte by byte."""
    place = urlsplit(site)
    with socket.create_connection((str(place.hostname), int(place.port or 80)), timeout=30) as there:
        lines = (start + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers)
        there.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answer = b"".join(iter(lambda: there.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer.decode()


def sent(site: str, body: bytes, *headers: bytes) -> tuple[int, str]:
    return raw(site, b"POST /sign-in", FORM, b"Content-Length: %d" % len(body), *headers, body=body)


def test_a_body_that_is_too_long_is_not_read(site: str) -> None:
    status, text = raw(site, b"POST /sign-in", FORM, b"Content-Length: 1000000000")
    assert (status, "64 KB" in text) == (413, True)
    assert sent(site, b"name=a&password=" + b"x" * 60_000)[0] != 413


def test_bytes_are_counted_where_no_length_is_told(site: str) -> None:
    piece = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    chunked = b"Transfer-Encoding: chunked"
    assert raw(site, b"POST /sign-in", FORM, chunked, body=piece * 4 + b"1\r\nx\r\n")[0] == 413
    assert raw(site, b"POST /sign-in", FORM, chunked, body=piece * 3 + b"0\r\n\r\n")[0] == 403


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"name=a&password=\xff", ()),
        (b"name=a&password=\xff", (b"Cookie: a=b",)),
        (b"csrftoken=%C3%A9", (b"Cookie: a=b",)),
        (b"name=a", (b"Cookie: a=b", b"x-csrftoken: \xe9")),
    ],
)
def test_a_form_that_nobody_can_read_is_a_bad_request(site: str, body: bytes, headers: tuple[bytes, ...]) -> None:
    status, text = sent(site, body, *headers, b"Accept-Language: en")
    assert (status, "cannot be read" in text) == (400, True)


@pytest.mark.parametrize("cookie", [b"a(b=c", b"a=\xff"])
def test_cookies_that_are_none_are_a_bad_request(site: str, cookie: bytes) -> None:
    assert raw(site, b"GET /", b"Cookie: " + cookie)[0] == 400
    assert raw(site, b"POST /sign-in", b"Cookie: " + cookie, b"Content-Type: multipart/form-data")[0] == 400


@pytest.mark.parametrize("wanted", [b"en;q=\xb2", b"en;q=1e999", b"en;q=\xd9\xa1", b"en;q=" + b"9" * 5000])
def test_a_language_without_a_number_counts_nothing(site: str, wanted: bytes) -> None:
    status, text = raw(site, b"GET /sign-in", b"Accept-Language: " + wanted)
    assert (status, 'lang="zh-CN"' in text) == (200, True)


def test_every_cookie_is_for_https_alone_behind_https(site: str, directory: Path, tmp_path: Path) -> None:
    for path in ("/sign-in", "/language/en"):
        (cookie,) = [get(f"{site}{path}", redirect=False).headers["set-cookie"]]
        assert cookie.lower().count("; secure") == 1
    with serving(directory, log=tmp_path / "log") as plain:
        assert "secure" not in get(f"{plain}/language/en", redirect=False).headers["set-cookie"].lower()
