"""Signing in under attack: passwords that are guessed, sessions that must end, forms that another site sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

import pytest
from lxml import html

from archive.shown import reviewers
from archive.shown.attempts import FREE, KEPT, LONGEST_WAIT, SHORTEST_WAIT, Attempts
from archive.shown.serving import Serving
from tests.audited import keep, made, opened
from tests.datasette_server import serving
from tests.test_reviewing import PASSWORD, Reader


class Far(Reader):
    """A browser at another address, as the server in front tells it."""

    def __init__(self, site: str, address: str) -> None:
        super().__init__(site)
        self.opener.addheaders = [("X-Forwarded-For", address)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "reviewers"
    reviewers.write(path, "周晓", PASSWORD)
    reviewers.write(path, "李明", PASSWORD)
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def site(file: Path, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("reviewed") / "data"
    with opened(directory) as archive:
        keep(archive, made(2021))
    with serving(directory, log=log, serving=Serving(public=True, reviewers=str(file))) as address:
        yield address
    assert "Traceback" not in log.read_text("utf-8")


def signed_in(reader: Reader) -> bool:
    return bool(reader.get("/findings").cssselect("form.sign-out"))


def test_a_name_that_is_guessed_has_to_wait_wherever_from(site: str, log: Path) -> None:
    for n in range(FREE):
        assert Far(site, f"192.0.2.{n}").sign_in("周晓", "not the password") == 403
    guesser = Far(site, "192.0.2.99")
    data = {"csrftoken": guesser.token("/sign-in"), "name": "周晓", "password": PASSWORD}
    with pytest.raises(HTTPError) as refused:
        guesser.opener.open(f"{site}/sign-in", urlencode(data).encode())
    with refused.value as answer:
        assert (answer.code, int(answer.headers["retry-after"]) > 0) == (429, True)
        assert "秒后再试" in answer.read().decode()
    assert Far(site, "192.0.2.99").sign_in("李明") == 200
    assert "wrong password for '周晓' from 192.0.2.4, 5 in a row" in log.read_text("utf-8")


def test_an_address_that_guesses_has_to_wait_whatever_the_name(site: str, log: Path) -> None:
    for n in range(FREE):
        assert Far(site, "198.51.100.1").sign_in(f"nobody {n}\r\n", "not the password") == 403
    assert Far(site, "198.51.100.1").sign_in("李明") == 429
    assert Far(site, "198.51.100.2").sign_in("李明") == 200
    assert "nobody" not in log.read_text("utf-8")


def test_the_wait_grows_to_its_longest_and_ends_with_the_right_password() -> None:
    now, waits = 0.0, []
    attempts = Attempts(clock=lambda: now)
    for _ in range(FREE + 10):
        attempts.failed("a", "b")
        waits.append(attempts.wait("a", "elsewhere"))
    assert waits[: FREE + 2] == [0] * (FREE - 1) + [SHORTEST_WAIT, 2 * SHORTEST_WAIT, LONGEST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    now = LONGEST_WAIT
    assert attempts.wait("a", "b") == 0
    attempts.succeeded("a", "b")
    assert attempts.failed("a", "b") == 1


def test_what_is_remembered_has_an_end() -> None:
    attempts = Attempts()
    for n in range(KEPT):
        attempts.failed(f"name {n}", f"address {n}")
    assert len(attempts.wrong) == KEPT


@pytest.mark.parametrize("how", ["another password", "taken out and in again"])
def test_a_session_ends_with_the_password(site: str, file: Path, how: str) -> None:
    reviewers.write(file, "陈红", PASSWORD)
    reader = Far(site, "203.0.113.1")
    assert reader.sign_in("陈红") == 200
    assert signed_in(reader)
    if how == "another password":
        reviewers.write(file, "陈红", "又一个足够长的密码 9")
    else:
        lines = [line for line in file.read_text("utf-8").split("\n") if not line.startswith("陈红")]
        file.write_text("\n".join(lines), "utf-8")
        assert not signed_in(reader)
        reviewers.write(file, "陈红", PASSWORD)
    assert not signed_in(reader)
    reviewers.write(file, "李红", PASSWORD)  # what others do ends nothing
    other = Far(site, "203.0.113.1")
    other.sign_in("李红")
    reviewers.write(file, "陈红", PASSWORD)
    assert signed_in(other)


def test_signing_out_works_on_every_page(site: str) -> None:
    for path in ("/findings", "/nianbao/reports", "/nianbao"):
        reader = Far(site, "203.0.113.2")
        assert reader.sign_in("李明") == 200
        forms = [form for form in reader.get(path).iter("form") if form.get("method") == "post"]
        assert forms
        assert {form.get("action") for form in forms} == {"/sign-out"}
        assert reader.post("/sign-out", csrftoken=reader.token(path)) == 200
        assert not signed_in(reader)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}])
def test_a_form_of_another_site_signs_nobody_in(site: str, header: dict[str, str]) -> None:
    stranger = Far(site, "203.0.113.3")
    data = urlencode({"name": "李明", "password": PASSWORD}).encode()
    with pytest.raises(HTTPError) as refused:
        stranger.opener.open(Request(f"{site}/sign-in", data, header))
    with refused.value as answer:
        assert answer.code == 403
        assert "ds_actor" not in str(answer.headers)
        assert "表单" in html.document_fromstring(answer.read().decode()).cssselect("p.lead")[0].text_content()
