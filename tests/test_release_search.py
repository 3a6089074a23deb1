"""The index of words in a release: made of its rows alone, numbered by their keys, and in no other file."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from archive.database import NAME
from archive.releases.compose import FULL, SLIM
from archive.releases.plan import INTERNAL
from archive.search import INDEXES, ROWS
from archive.shown.asking import matching
from archive.shown.serving import Serving
from archive.store import Archive
from archive.wide import wide_tables
from parsers.forms import INDICATORS
from tests.captures import HOST, refuse_stale_index, writer
from tests.datasette_server import get, serving
from tests.released import CITY, COUNTY, PROSE, add, build, changed, did, finish, of, old, sums

SLIMMED = {
    *("audits", "copies", "coverage", "crosswalk", "events", "extras", "facts", "findings", "indicators", "ledger"),
    *("ledger_years", "measures", "owed", "panel", "places", "report_findings"),
    *(
        "report_years",
        "reports",
        "reviews",
        "rules",
        "sources",
        "striking",
        "tallies",
        "totals",
        "touches",
        "uncrossed",
    ),
    *(table.name for table in wide_tables(INDICATORS)),
}
FURTHER = {  # what the full one has besides
    *("health", "imports", "lacking", "readings", "runs", "sections", "skips", "snapshots", "source_totals"),
    *("statements", "withheld", "withholdings"),
}
ORDERED = "SELECT {key}, {sign}row_number() OVER (ORDER BY {key}) FROM {table} ORDER BY {key}"
KEYS = {
    "sections": "snapshot, part, position",
    "reports": "organ, year, division",
    "findings": "snapshot, part, position",
    "audits": "key",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("searched") / "data")


@pytest.fixture(scope="module")
def release(data: Path) -> Path:
    did("export", "--archive", data, "--out", data.parent / "release")
    return data.parent / "release"


def unpacked(release: Path, into: Path, name: str = FULL) -> Path:
    with zipfile.ZipFile(release / f"{name}.zip") as pack:
        return Path(pack.extract(name, into))


@pytest.fixture
def full(release: Path, tmp_path: Path) -> Path:
    return unpacked(release, tmp_path)


@pytest.fixture
def db(full: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(full)) as connection:
        yield connection


def names(db: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    return {name for (name,) in db.execute(query)}


def test_the_full_database_has_the_index_of_its_rows(db: sqlite3.Connection) -> None:
    refuse_stale_index(db)
    db.execute("ROLLBACK") if db.in_transaction else None
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    count = "SELECT count(*) FROM {0} WHERE {0} MATCH ?"
    words = {"sections_fts": "全文检索", "reports_fts": CITY, "findings_fts": "合计"}
    assert words.keys() == INDEXES.keys()
    found = {index: db.execute(count.format(index), (matching(word),)).fetchone()[0] for index, word in words.items()}
    prose = db.execute("SELECT count(*) FROM sections WHERE text LIKE '%全文检索%'").fetchone()[0]
    reports = db.execute("SELECT count(*) FROM reports WHERE organ = ?", (CITY,)).fetchone()[0]
    assert (found["sections_fts"], found["reports_fts"]) == (prose, reports)
    assert prose > 0 < found["findings_fts"]


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the command line of SQLite is not installed")
def test_the_query_of_its_readme_finds_what_is_asked(release: Path, full: Path) -> None:
    query = (release / "README.md").read_text("utf-8").partition("```sql\n")[2].partition("```")[0]
    assert "行 政 复 议" in query
    asked = query.replace("行 政 复 议", "全 文 检 索")
    said = subprocess.run(["sqlite3", "-readonly", full, asked], check=True, capture_output=True, text=True).stdout
    assert {line.split("|")[0] for line in said.splitlines()} == {CITY, COUNTY}
    assert all("[全文检索]" in line for line in said.splitlines())
    said = subprocess.run(["sqlite3", "-readonly", full, query], check=True, capture_output=True, text=True).stdout
    assert "[行政复议]" in said  # of the real report


def test_the_full_database_can_be_served(full: Path, tmp_path: Path) -> None:
    with serving(full.parent, log=tmp_path / "log", serving=Serving(public=True)) as site:
        title = get(f"{site}/")
        others = {path: get(f"{site}{path}").status for path in ("/findings", "/events", "/coverage", "/map", "/rules")}
        assert (title.status, set(others.values())) == (200, {200}), others
        assert CITY in title.text
        tables = html.document_fromstring(title.text).xpath("//dl[@class='tables']//a/@href")
        assert len(tables) > 20
        assert "/nianbao/reports" in tables
        assert not [path for path in tables if path.split("/")[-1] in INTERNAL]


def test_every_table_has_its_place(release: Path, db: sqlite3.Connection, tmp_path: Path) -> None:
    with closing(sqlite3.connect(unpacked(release, tmp_path / "slim", SLIM))) as slim:
        assert names(slim) == SLIMMED
    index = {name for name in names(db) if name.startswith(tuple(INDEXES))}
    assert index >= {*INDEXES, *(f"{name}_words" for name in INDEXES)}
    assert names(db) - index == SLIMMED | FURTHER
    for folder, without in (("csv", {"facts", "panel"}), ("parquet", {"facts"})):
        assert {path.stem for path in (release / folder).iterdir()} == (SLIMMED | FURTHER) - without


def test_ids_are_numbered_by_the_keys(db: sqlite3.Connection) -> None:
    assert KEYS.keys() == ROWS.keys()
    for table, key in KEYS.items():
        sign = "-" if table == "audits" else ""
        wanted = db.execute(ORDERED.format(key=key, sign=sign, table=table)).fetchall()
        assert db.execute(f"SELECT {key}, id FROM {table} ORDER BY {key}").fetchall() == wanted != [], table


def ids(directory: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(directory / NAME)) as db:
        return {table: db.execute(f"SELECT {key}, id FROM {table}").fetchall() for table, key in KEYS.items()}


def filled_otherwise(data: Path) -> None:
    """The same rows, come in another order."""
    everything = {"2016": old(2016), "2020": of(CITY, 2020, "2019"), "2021": of(CITY, 2021, "2021")}
    for readings in ({name: replace(one, organ="庚市人民政府") for name, one in everything.items()}, everything):
        with Archive.open(data, INDICATORS) as archive:
            for name, parsed in reversed(readings.items()):
                query = "SELECT id FROM snapshots WHERE url = ?"
                ((id,),) = archive.db.execute(query, (f"{HOST}/{name}.html",)).fetchall()
                snapshot = archive.snapshot(id)
                assert snapshot
                archive.replace_parsed(snapshot, parsed)
        finish(data)


def test_the_order_in_which_an_archive_was_filled_is_not_in_it(data: Path, release: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(data, tmp_path / "data"))
    filled_otherwise(other)
    before, after = ids(data), ids(other)
    assert all(after[table] != rows for table, rows in before.items() if table != "findings")
    assert "every byte" in did("export", "--archive", other, "--check", release)


def test_a_delta_has_what_differs_and_no_numbers(data: Path, release: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(data, tmp_path / "data"))
    filled_otherwise(other)
    with Archive.open(other, INDICATORS) as archive, writer(archive) as into:
        edited = {"requests.disclosed.total": {"value": 777, "raw": "777"}}
        first = replace(changed(of(COUNTY, 2022, "2021"), edited), organ="一县教育局")  # by name before all others
        add(archive, into, "0", first)
    finish(other)
    did("export", "--archive", other, "--out", tmp_path / "second", "--since", release)
    with closing(sqlite3.connect(tmp_path / "second.delta")) as delta:
        assert [row[0] for row in delta.execute("SELECT organ FROM reports")] == ["一县教育局"]
        assert delta.execute("SELECT text FROM sections").fetchall() == [(PROSE,)]
        for table in KEYS:
            assert "id" not in [column for _, column, *_ in delta.execute(f"PRAGMA table_info({table})")]
    did("apply", tmp_path / "second.delta", "--to", release, "--out", tmp_path / "applied")
    assert sums(tmp_path / "applied") == sums(tmp_path / "second")
    with closing(sqlite3.connect(unpacked(tmp_path / "applied", tmp_path))) as db:
        refuse_stale_index(db)
        assert db.execute("SELECT id FROM reports WHERE organ = '一县教育局'").fetchone() == (1,)
