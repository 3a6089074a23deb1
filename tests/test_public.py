"""`nianbao serve --public`: nothing for strangers to mend, how long answers may be kept, robots, a path and https."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from archive.shown.serving import Serving
from commands.serving import PUBLIC, Shown, inspected
from commands.terminal import Failure
from tests.audited import keep, made, opened
from tests.datasette_server import Answer, get, serving

DEBUG = (
    "versions settings plugins metadata threads databases actor patterns messages allow-debug permissions config logout"
    " auth-token"
).split()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shown") / "data"
    with opened(path) as archive:
        keep(archive, made(2021))
    return path


@pytest.fixture(scope="module")
def site(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("log") / "log"
    told = Serving(public=True, block_robots=True)
    with serving(directory, log=log, serving=told, base_url="/nb/", https=True) as address:
        yield address
    assert "Traceback" not in log.read_text("utf-8")


def kept(answer: Answer) -> str:
    return answer.headers.get("cache-control", "")


def test_pages_for_those_who_mend_the_server_are_not_there(site: str) -> None:
    for name in DEBUG:
        for end in ("", ".json", "/"):
            answer = get(f"{site}/-/{name}{end}")
            assert answer.status == 404, name
            assert b"python" not in answer.body.lower()
    assert get(f"{site}/-/static/app.css").status == 200


def test_answers_may_be_kept_as_long_as_they_are_true(site: str) -> None:
    wanted = f"public, max-age={PUBLIC['default_cache_ttl']}"
    assert [kept(get(f"{site}{path}")) for path in ("/", "/findings", "/feeds/events.atom")] == [wanted] * 3
    assert kept(get(f"{site}/nianbao/reports.json")) == wanted
    assert kept(get(f"{site}/static/nianbao.css")) == "public, max-age=86400"
    assert kept(get(f"{site}/nowhere")) == "no-store"
    assert kept(get(f"{site}/language/en", redirect=False)).endswith("no-store")
    assert get(f"{site}/").headers["vary"] == "Cookie, Accept-Language"


@pytest.mark.parametrize(
    "asked", ["_ttl=0", "_ttl=99999999", "_size=1&_ttl=9", "%5Fttl=9&_size=1", "_ttl=%C2%B2", "_ttl="]
)
def test_no_reader_says_how_long_answers_are_kept(site: str, asked: str) -> None:
    for page in ("reports.json", "reports"):
        answer = get(f"{site}/nianbao/{page}?{asked}")
        assert (answer.status, kept(answer)) == (200, f"public, max-age={PUBLIC['default_cache_ttl']}")
    answer = get(f"{site}/nianbao/reports.json?{asked}", headers={"Cookie": "language=en"})
    assert kept(answer) == "private, no-store"


def test_robots_stay_away_where_they_are_asked_to(site: str, directory: Path, tmp_path: Path) -> None:
    assert get(f"{site}/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert get(f"{site}/findings").headers["x-robots-tag"] == "noindex"
    with serving(directory, log=tmp_path / "log") as other:
        answer = get(f"{other}/robots.txt")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert "Disallow: /snapshot/*/raw\n" in answer.text
        assert "Disallow: /snapshot/*/rendered\n" in answer.text
        assert "Disallow: /\n" not in answer.text
        assert "x-robots-tag" not in get(f"{other}/").headers


def test_addresses_begin_with_the_path_and_https(site: str) -> None:
    root = html.document_fromstring(get(f"{site}/findings").text)
    addresses = root.xpath("//@href | //@src | //@action")
    assert addresses
    ours = [one for one in addresses if not one.startswith(("#", "https://datasette.io/"))]
    assert [one for one in ours if not one.startswith("/nb/")] == []
    feed = get(f"{site}/feeds/events.atom").text
    assert 'rel="self"' in feed
    assert f'href="{site.replace("http:", "https:")}/feeds/events.atom"' in feed


def test_the_file_is_opened_as_one_that_does_not_change(directory: Path) -> None:
    shown = Shown(directory=directory, serving=Serving(public=True))
    command = shown.command()
    assert command[command.index("-i") + 1] == str(directory / "nianbao.db")
    assert "--inspect-file" in command
    judged = Shown(directory=directory, serving=Serving(public=True, reviewers="people"))
    assert "-i" not in judged.command()
    assert "-i" not in Shown(directory=directory).command()


def test_a_file_that_another_command_writes_to_is_not_opened_as_one_that_does_not_change(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        keep(archive, made(2021))
        with closing(sqlite3.connect(tmp_path / "data" / "nianbao.db")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM reports").fetchone()
            keep(archive, made(2022))
            with pytest.raises(Failure, match="another command is at work"):
                inspected(tmp_path / "data")
    counts = inspected(tmp_path / "data").read_text("utf-8")
    assert '"reports": {"count": 2}' in counts


def test_counts_are_those_of_the_tables(site: str) -> None:
    root = html.document_fromstring(get(f"{site}/nianbao/reports").text)
    assert root.cssselect("h3")[0].text_content().strip().startswith("1 行")


def test_no_word_is_folded_to_count_the_index(directory: Path, tmp_path: Path) -> None:
    """With a view behind the index that cannot be read, the server would not start if it counted that one's rows."""
    shutil.copytree(directory, tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "nianbao.db")) as db, db:
        db.execute("DROP VIEW sections_fts_words")
        db.execute("CREATE VIEW sections_fts_words AS SELECT 1 AS id, no_such() AS words, '' AS marks")
        wanted = {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("findings", "sections")
        }
    ((about,),) = [json.loads(inspected(tmp_path / "data").read_text("utf-8")).values()]
    counts = {name: table["count"] for name, table in about["tables"].items()}
    assert counts["sections_fts"] == wanted["sections"]
    assert counts["findings_fts"] >= wanted["findings"]
    assert counts["reports"] == counts["reports_fts"] == 1
