"""What is said of an address that was skipped is hidden with it, destroyed with it, and comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import nianbao
from archive.store import Archive
from archive.warcs.record import iterate
from parsers.forms import INDICATORS
from tests.captures import HOST, capture, rows, writer

PERSON, WHY, CAME = "关于张三的报告", "张三的登录页", b"HTTP/1.1 302 Found\r\nLocation: /zhangsan"
URL = f"{HOST}/person"


def blocks(directory: Path) -> str:
    return b"".join(record.block for path in (directory / "warc").iterdir() for record in iterate(path)).decode()


def did(directory: Path, *words: object) -> str:
    result = CliRunner().invoke(nianbao.main, [*map(str, words), "--archive", str(directory)])
    assert result.exit_code == 0, result.output
    return result.stdout


def skip(archive: Archive, url: str, reason: str = "blocked") -> None:
    with writer(archive) as into:
        said: dict[str, Any] = {"source": "zhoucun", "via": HOST, "anchor": PERSON, "detail": WHY, "received": CAME}
        archive.add_skip(into.skip(url=url, reason=reason, **said))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        skip(archive, URL)
    did(tmp_path / "data", "verify")
    return tmp_path / "data"


def told(directory: Path) -> bool:
    return PERSON in repr(rows(directory)) or WHY in repr(rows(directory))


def test_it_is_hidden_listed_and_comes_back(directory: Path) -> None:
    before = rows(directory)["skips"]
    did(directory, "withhold", URL, "--reason", "隐私")
    assert not told(directory)
    ((url, reason),) = [(row[0], row[1]) for row in rows(directory)["skips"]]
    assert (url, reason) == (URL, "blocked")
    ((snapshot, listed),) = [
        (one["snapshot"], one["url"]) for one in json.loads(did(directory, "withhold", "list", "--json"))
    ]
    assert (snapshot, listed) == ("", URL)
    with Archive.open(directory, INDICATORS) as archive:  # what a later crawl says of it is hidden at once
        skip(archive, URL, "robots")
    assert not told(directory)
    did(directory, "index")
    assert not told(directory)
    did(directory, "withhold", "lift", URL, "--reason", "已澄清")
    found = rows(directory)["skips"]
    assert [row for row in found if row[1] == "blocked"] == before
    assert len(found) == 2
    assert json.loads(did(directory, "withhold", "list", "--json")) == []


def test_the_address_of_a_withheld_capture_is_hushed_too(directory: Path) -> None:
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        one = capture(archive, into, url=URL, anchor=PERSON)
    did(directory, "withhold", one.id, "--reason", "隐私")
    assert not told(directory)
    did(directory, "withhold", "lift", one.id, "--reason", "已澄清")
    assert told(directory)


def test_destroyed_its_words_are_gone_from_the_file(directory: Path) -> None:
    words = (PERSON, WHY, "zhangsan")
    assert all(word in blocks(directory) for word in words)
    did(directory, "withhold", URL, "--reason", "隐私", "--destroy")
    assert not any(word in blocks(directory) for word in words)
    did(directory, "verify")
    did(directory, "index")
    assert [row[:2] for row in rows(directory)["skips"]] == [(URL, "blocked")]
    assert not told(directory)
