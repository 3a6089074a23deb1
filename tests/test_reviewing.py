"""Judging in the browser: who may, what is written, what is refused; and nothing of it where nobody asked for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest
from lxml import etree, html

from archive.errors import ArchiveError
from archive.reviews import read as read_reviews
from archive.shown import reviewers
from archive.shown.serving import Serving
from archive.store import Archive
from tests.audited import keep, made, opened
from tests.captures import table
from tests.datasette_server import get, serving
from tests.explored import finding

PASSWORD = "一个足够长的密码 123"  # noqa: S105
ORGAN = "青石县财政局"
NAMELESS = [(f"a{sign}b", PASSWORD) for sign in "\u2028\u2029\x85\x0b\u200b\u3000\ud800"] + [("a ", PASSWORD)]
REPORT = f"/report/{quote(ORGAN)}/2021"


class Reader:
    """A browser with cookies and nothing else."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> etree._Element:
        with self.opener.open(self.site + path, timeout=30) as answer:
            return html.document_fromstring(answer.read().decode())

    def post(self, path: str, **values: str) -> int:
        """Status of the answer, redirects followed."""
        try:
            with self.opener.open(self.site + path, urlencode(values).encode(), timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code

    def token(self, path: str) -> str:
        return str(self.get(path).xpath("//input[@name='csrftoken']/@value")[0])

    def sign_in(self, name: str = "周晓", password: str = PASSWORD) -> int:
        return self.post("/sign-in", csrftoken=self.token("/sign-in"), name=name, password=password, to=REPORT)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reviewed") / "data"
    with opened(path) as archive:
        keep(archive, made(2021, findings=(finding("row_total", "FAIL", 2.0), finding("period", "WARN", 3.0))))
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "reviewers"
    reviewers.write(path, "周晓", PASSWORD)
    return path


@pytest.fixture(scope="module")
def site(directory: Path, file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("log") / "log"
    with serving(directory, log=log, serving=Serving(reviewers=str(file))) as address:
        yield address
    assert "Traceback" not in log.read_text("utf-8")


def key(directory: Path, rule: str) -> str:
    with Archive.open_readonly(directory) as archive:
        return str(next(row["key"] for row in table(archive, "findings") if row["rule"] == rule))


def said(root: etree._Element) -> Mapping[str, str]:
    """Rule -> what stands beside its finding."""
    cards = root.cssselect("article.finding")
    return {
        card.cssselect("a.rule")[0].get("title"): " ".join(one.text_content() for one in card.cssselect(".judgement"))
        for card in cards
    }


def test_who_signed_in_judges_as_the_command_does(site: str, directory: Path) -> None:
    reader = Reader(site)
    assert not reader.get(REPORT).cssselect("form.judging")
    assert reader.sign_in() == 200
    forms = reader.get(REPORT).cssselect("form.judging")
    assert len(forms) == 2
    sent = {field.get("name"): field.get("value") or "" for field in forms[0].cssselect("input")}
    assert reader.post("/judge", **sent | {"judgement": "dismissed", "note": "<b>原件如此"}) == 200
    (review,) = read_reviews(directory / "reviews.jsonl")
    assert (review.key, review.by, review.judgement, review.note) == (
        key(directory, "row_total"), "周晓", "dismissed", "<b>原件如此",
    )  # fmt: skip
    assert json.loads((directory / "reviews.jsonl").read_text("utf-8"))["message"] == "合计<i>不符</i>"
    everyone = Reader(site)
    assert "<b>原件如此" in said(everyone.get(REPORT))["row_total"]
    assert "另有 1 处经人判为不成立" in everyone.get(REPORT).text_content()
    assert everyone.get("/findings?judgement=dismissed").cssselect("article.dismissed")
    sent["csrftoken"] = reader.token(REPORT)
    assert reader.post("/judge", **sent | {"judgement": "withdrawn", "note": ""}) == 200
    assert said(everyone.get(REPORT))["row_total"] == ""
    assert [one.judgement for one in read_reviews(directory / "reviews.jsonl")] == ["dismissed", "withdrawn"]
    token = reader.token(REPORT)
    assert reader.post("/sign-out", csrftoken=token) == 200
    assert not reader.get(REPORT).cssselect("form.judging")


@pytest.mark.parametrize(
    ("name", "password"), [("周晓", "另一个够长的密码"), ("nobody", PASSWORD), ("", ""), ("周晓", "x" * 5000)]
)
def test_a_wrong_name_or_password_is_refused_alike(site: str, name: str, password: str) -> None:
    reader = Reader(site)
    assert reader.sign_in(name, password) == 403
    assert not reader.get(REPORT).cssselect("form.judging")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"judgement": "PASS"}, 400),
        ({"judgement": ""}, 400),
        ({"note": "长" * 2001}, 400),
        ({"key": "0" * 16}, 404),
        ({"key": "' OR 1=1"}, 404),
        ({"judgement": "withdrawn"}, 404),
        ({"csrftoken": "none"}, 403),
    ],
)
def test_what_cannot_be_judged_is_refused_and_not_written(
    site: str, directory: Path, changes: dict[str, str], status: int
) -> None:
    reader = Reader(site)
    reader.sign_in()
    before = read_reviews(directory / "reviews.jsonl")
    sent = {"csrftoken": reader.token(REPORT), "key": key(directory, "period"), "judgement": "confirmed", "to": REPORT}
    assert reader.post("/judge", **sent | changes) == status
    assert read_reviews(directory / "reviews.jsonl") == before


def test_strangers_and_forged_names_cannot_judge(site: str, directory: Path) -> None:
    before = read_reviews(directory / "reviews.jsonl")
    stranger = Reader(site)
    token = stranger.token("/sign-in")
    assert stranger.post("/judge", csrftoken=token, key=key(directory, "period"), judgement="confirmed") == 403
    forged = {"Cookie": 'ds_actor="eyJhIjp7ImlkIjoiXHU1NDY4In19.x"'}
    assert get(f"{site}{REPORT}", headers=forged).status == 200
    assert b"judging" not in get(f"{site}{REPORT}", headers=forged).body
    assert get(f"{site}/judge").status == 405
    assert get(f"{site}/sign-out").status == 405
    assert read_reviews(directory / "reviews.jsonl") == before


def test_whoever_is_taken_out_of_the_file_is_out(site: str, file: Path, directory: Path) -> None:
    reviewers.write(file, "李明", PASSWORD)
    reader = Reader(site)
    assert reader.sign_in("李明") == 200
    assert reader.get(REPORT).cssselect("form.judging")
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("李明:")]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    assert not reader.get(REPORT).cssselect("form.judging")
    assert Reader(site).sign_in("李明") == 403


def test_the_way_back_leads_nowhere_else(site: str) -> None:
    for bad in ("//elsewhere.example/", "https://elsewhere.example", "/\\elsewhere.example"):
        reader = Reader(site)
        sent = {"csrftoken": reader.token("/sign-in"), "name": "周晓", "password": PASSWORD, "to": bad}
        with closing(reader.opener.open(f"{site}/sign-in", urlencode(sent).encode())) as answer:
            assert answer.url == f"{site}/"


def test_what_has_a_name_in_it_is_kept_by_nobody(site: str) -> None:
    reader = Reader(site)
    reader.sign_in()
    with closing(reader.opener.open(f"{site}{REPORT}")) as answer:
        assert answer.headers["cache-control"] in ("private", "private, no-store")
        assert "public" not in answer.headers["cache-control"]


def test_nobody_may_where_nobody_was_named(directory: Path, tmp_path: Path) -> None:
    with serving(directory, log=tmp_path / "log") as site:
        assert [get(f"{site}/{path}").status for path in ("sign-in", "sign-out", "judge")] == [404, 404, 404]
        assert "sign-in" not in get(f"{site}/").text


def test_the_file_of_reviewers(tmp_path: Path) -> None:
    path = tmp_path / "people"
    command = [sys.executable, "nianbao.py", "review", "password", str(path), "周晓"]
    for password in (PASSWORD, "又一个足够长的密码 9"):
        subprocess.run(command, input=f"{password}\n{password}\n", check=True, capture_output=True, text=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text("utf-8")
    assert [*reviewers.read(path)] == ["周晓"]
    assert reviewers.knows(path, "周晓", "又一个足够长的密码 9")
    assert not reviewers.knows(path, "周晓", PASSWORD)
    for name, password in (("a:b", PASSWORD), ("", PASSWORD), ("a", "short"), ("a\nb", PASSWORD), *NAMELESS):
        with pytest.raises(ArchiveError):
            reviewers.write(path, name, password)
    path.write_text("周晓:not a hash\n", "utf-8")
    run = subprocess.run(
        [sys.executable, "nianbao.py", "serve", "--archive", str(tmp_path), "--reviewers", str(path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (run.returncode, "1: not name:salt:hash" in " ".join(run.stderr.split())) == (1, True)
    assert "Traceback" not in run.stderr
