"""Releases are proved, brought up to date by deltas, signed, and never made of what is half done or damaged."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from archive.releases.plan import described, tables
from archive.store import Archive
from archive.withheld import NAME as WITHHELD
from parsers.forms import INDICATORS
from tests.captures import HOST, capture, writer
from tests.released import CITY, COUNTY, add, build, changed, did, finish, of, run, sums


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("proof") / "data")


@pytest.fixture(scope="module")
def first(whole: Path) -> Path:
    did("export", "--archive", whole, "--out", whole.parent / "first")
    return whole.parent / "first"


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy that may be harmed."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def grown(data: Path) -> Path:
    """A year on: a report that is new, one whose number was edited, one that is withheld."""
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        add(archive, into, "2023", of(CITY, 2023, "2021"))
        edited = {"requests.disclosed.total": {"value": 777, "raw": "777"}}
        add(archive, into, "2020-new", changed(of(CITY, 2020, "2019"), edited))
    did("withhold", f"{HOST}/states.html", "--archive", data, "--reason", "个人信息")
    return finish(data)


def refused(data: Path, said: str, *more: object) -> None:
    """One line, nothing of a release, whatever was there."""
    target = data.parent / "refused"
    result = run("export", "--archive", data, "--out", target, *more)
    told = result.stderr.replace("\n", " ")
    assert (result.exit_code, said in told, told.count("nianbao: ")) == (1, True, 1), result.output
    assert not list(data.parent.glob("*refused*"))


def test_a_release_is_proved(whole: Path, first: Path) -> None:
    assert "every byte" in did("export", "--archive", whole, "--check", first)


def test_another_archive_does_not_prove_it(data: Path, first: Path) -> None:
    grown(data)
    found = run("export", "--archive", data, "--check", first)
    assert (found.exit_code, "nianbao.db.zip is another one" in found.stdout) == (10, True)
    assert "warc.sha256 is another one" in found.stdout


@pytest.mark.parametrize("harm", ["changed", "missing", "more"])
def test_a_release_that_was_touched_is_told(whole: Path, first: Path, tmp_path: Path, harm: str) -> None:
    copy = Path(shutil.copytree(first, tmp_path / "copy"))
    file = copy / "CODEBOOK.en.md"
    if harm == "changed":
        file.write_bytes(file.read_bytes() + b" ")
    elif harm == "missing":
        file.unlink()
    else:
        file = copy / "more.txt"
        file.touch()
    found = run("export", "--archive", whole, "--check", copy)
    assert (found.exit_code, file.name in found.stdout) == (10, True)


def test_a_signature_is_that_of_the_sums(whole: Path, tmp_path: Path) -> None:
    key, release = tmp_path / "key", tmp_path / "signed"
    did("manifest", "keygen", key)
    did("export", "--archive", whole, "--out", release, "--sign", key)
    command = "openssl pkeyutl -verify -pubin -inkey SHA256SUMS.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig"
    subprocess.run(command.split(), cwd=release, check=True, capture_output=True)
    did("export", "--archive", whole, "--check", release)
    signature = release / "SHA256SUMS.sig"
    signature.write_bytes(signature.read_bytes()[::-1])
    found = run("export", "--archive", whole, "--check", release)
    assert (found.exit_code, "the signature is not" in found.stdout) == (10, True)


def test_a_delta_makes_the_full_release(data: Path, first: Path, tmp_path: Path) -> None:
    grown(data)
    full = tmp_path / "second"
    did("export", "--archive", data, "--out", full, "--since", first)
    did("apply", tmp_path / "second.delta", "--to", first, "--out", tmp_path / "applied")
    assert sums(tmp_path / "applied") == sums(full)
    _says_what_changed(full)
    assert "every byte" in did("export", "--archive", data, "--check", full, "--since", first)
    for path in full.rglob("*.zip"):
        with zipfile.ZipFile(path) as pack:
            assert all(b"=1+1" not in pack.read(name) for name in pack.namelist()), path
    _takes_no_other(first, full, tmp_path)


def test_every_table_has_a_key_by_which_deltas_go(whole: Path) -> None:
    with Archive.open_readonly(whole) as archive:
        assert [name for name in tables(archive.db) if not described(archive.db, name).key] == []


def _says_what_changed(full: Path) -> None:
    said = (full / "CHANGES.md").read_text("utf-8")
    assert "| 报告 reports | 1 | 1 | 1 |" in said
    assert "facts | 200 | 1 | 200 |" in said
    with duckdb.connect() as duck:
        query = f"SELECT change, organ, year, count(*) FROM '{full}/changes.parquet' GROUP BY ALL ORDER BY 1, 2, 3"
        found = duck.execute(query).fetchall()
        edits = f"SELECT indicator, was, value FROM '{full}/changes.parquet' WHERE change = 'changed'"
        assert duck.execute(edits).fetchall() == [("requests.disclosed.total", 43.0, 777.0)]
    squares = {(change, organ, year): count for change, organ, year, count in found}
    assert squares == {("changed", CITY, 2020): 1, ("gone", COUNTY, 2022): 200, ("new", CITY, 2023): 200}


def _takes_no_other(first: Path, full: Path, tmp_path: Path) -> None:
    other = run("apply", tmp_path / "second.delta", "--to", full, "--out", tmp_path / "other")
    assert (other.exit_code, "is not for" in other.stderr) == (1, True)
    nothing = run("apply", first / "nianbao.db.zip", "--to", first, "--out", tmp_path / "other")
    assert (nothing.exit_code, "is no delta" in nothing.stderr) == (1, True)
    for harm, said in (("DELETE FROM reports", "did not lead to"), ("DROP TABLE reviews", "cannot be applied")):
        with closing(sqlite3.connect(tmp_path / "second.delta")) as delta, delta:
            delta.execute(harm)
        harmed = run("apply", tmp_path / "second.delta", "--to", first, "--out", tmp_path / "other")
        assert (harmed.exit_code, said in harmed.stderr.replace("\n", " ")) == (1, True), harmed.stderr
    assert not list(tmp_path.glob("*other*"))


def test_the_release_before_must_be_whole(data: Path, first: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(first, tmp_path / "copy"))
    (copy / "README.md").unlink()
    refused(data, "README.md is missing", "--since", copy)
    (copy / "SHA256SUMS").unlink()
    refused(data, "is no release", "--since", copy)


def test_a_damaged_file_is_told_or_listed(data: Path, tmp_path: Path) -> None:
    (path,) = (data / "warc").glob("*.warc.gz")
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    path.write_bytes(body)
    refused(data, "run `nianbao verify`")
    did("export", "--archive", data, "--out", tmp_path / "damaged", "--with-damage")
    assert path.name in (tmp_path / "damaged" / "damage.csv").read_text("utf-8")


def test_a_crawl_that_goes_on_is_no_release(data: Path) -> None:
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        capture(archive, into, url=f"{HOST}/now.html", role="list")
        refused(data, "is still open")


def _unread(data: Path) -> None:
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        capture(archive, into, url=f"{HOST}/now.html")


def _unchecked(data: Path) -> None:
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        add(archive, into, "now", of(CITY, 2023, "2021"))


def _unsynced(data: Path) -> None:
    line = {"at": "2026-01-01T00:00:00Z", "by": "x", "act": "withheld", "reason": "y", "url": f"{HOST}/2021.html"}
    (data / WITHHELD).write_text(json.dumps(line) + "\n", encoding="utf-8")


def _judged(data: Path) -> None:
    (one, *_) = json.loads(did("review", "list", "--archive", data, "--json"))
    did("review", "dismiss", one["key"], "--archive", data, "--by", "甲")


def _gone(data: Path) -> None:
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        capture(archive, into, url=f"{HOST}/2021.html", status=404, body=b"")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        *((_unread, "run `nianbao parse`"), (_unchecked, "run `nianbao check`"), (_unsynced, "has changed since")),
        *((_judged, "older than what they are made from"), (_gone, "older than what they are made from")),
    ],
)
def test_what_is_half_done_comes_first(data: Path, harm: Callable[[Path], None], said: str) -> None:
    harm(data)
    refused(data, said)


@contextmanager
def _room(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [100_000, 400_000, 1_000_000])
def test_no_room_leaves_no_half_release(data: Path, size: int) -> None:
    """Where SQLite, a text, or DuckDB finds the end."""
    with _room(size):
        result = run("export", "--archive", data, "--out", data.parent / "refused")
    assert result.exit_code == 1, result.output
    assert result.stderr.splitlines()[-1].startswith("nianbao: cannot write")
    assert not list(data.parent.glob("*refused*"))


def test_waczs_are_listed_with_their_digests(data: Path, tmp_path: Path) -> None:
    did("export", "--archive", data, "--out", tmp_path / "release", "--wacz", tmp_path / "wacz")
    listed = (tmp_path / "release" / "wacz.sha256").read_text("utf-8").splitlines()
    assert len(listed) == len(list((tmp_path / "wacz").iterdir())) > 0
    check = ["sha256sum", "-c", str(tmp_path / "release" / "wacz.sha256")]
    subprocess.run(check, cwd=tmp_path / "wacz", check=True, capture_output=True)
    did("export", "--archive", data, "--check", tmp_path / "release")


def test_the_day_can_be_said(data: Path, tmp_path: Path) -> None:
    did("export", "--archive", data, "--out", tmp_path / "release", "--date", "2026-01-31")
    assert json.loads((tmp_path / "release" / "release.json").read_bytes())["date"] == "2026-01-31"
    assert run("export", "--archive", data, "--date", "2026-02-30").exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        *(["--out", "a", "--cdxj", "b"], ["--out", "a", "--check", "."], ["--check", ".", "--cdxj", "b"]),
        *(["--cdxj", "a", "--date", "2026-01-01"], ["--wacz", "a", "--sign", "k"]),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(data: Path, options: list[str]) -> None:
    assert run("export", "--archive", data, *options).exit_code == 2
