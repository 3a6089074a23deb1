"""The search box of Datasette's tables asked in another way: the same rows, and the counts that LIKE has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from archive.folding import folded
from archive.shown import boxed
from archive.shown.asking import matching
from archive.shown.kept import generation, kept
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.archive_contents import Contents

pytest_plugins = ["tests.archive_fixture"]

# As Datasette 0.65 says it: tests/test_search_page.py asks Datasette itself.
ROWS = (
    "select id from {table} where id in (select rowid from {index} where {index} match escape_fts(:search)) order by id"
)
PRINTED = {
    "sections": ("sections_fts", "heading || char(10) || text"),
    "reports": ("reports_fts", "organ || char(10) || title"),
    "findings": ("findings_fts", "message_zh || char(10) || message_en"),
    "audits": ("findings_fts", "message_zh || char(10) || message_en"),
    "report_findings": ("findings_fts", "message_zh || char(10) || message_en"),
}
WORDS = ("复议", "诉讼", "12345", "2020年", "行政許可", "区", "政府", "公开 申请", "这里没有")


@pytest.fixture
def db(contents: Contents) -> Iterator[sqlite3.Connection]:
    with Archive.open_readonly(contents.directory) as archive:
        archive.db.create_function("escape_fts", 1, matching, deterministic=True)
        archive.db.create_function("folded", 1, folded, deterministic=True)
        yield archive.db


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("table", PRINTED)
def test_the_same_rows_in_both_ways_and_as_many_as_like_finds(db: sqlite3.Connection, table: str, words: str) -> None:
    index, printed = PRINTED[table]
    sql = ROWS.format(table=table, index=index)
    box = boxed.box(sql)
    assert box is not None
    assert (box.table, box.index) == (table, index)
    other = boxed.quicker(sql, box)
    assert other != sql
    rows = db.execute(sql, {"search": words}).fetchall()
    assert db.execute(other, {"search": words}).fetchall() == rows
    few = boxed.narrowed(db, sql, {"search": words}, box)
    assert few is not None
    assert few != sql
    assert db.execute(few, {"search": words}).fetchall() == rows
    like = " AND ".join(f"folded({printed}) LIKE ?" for _ in words.split())
    wanted = [f"%{folded(word)}%" for word in words.split()]
    (liked,) = db.execute(f"SELECT count(*) FROM {table} WHERE {like}", wanted).fetchone()
    assert boxed.count(db, box, words) == len(rows) == liked


@pytest.mark.parametrize("words", ["复议", "区", "这里没有"])
def test_a_view_in_no_order_is_read_page_by_page_in_that_of_the_index(db: sqlite3.Connection, words: str) -> None:
    sql = ROWS.format(table="report_findings", index="findings_fts").removesuffix(" order by id")
    box = boxed.box(sql)
    assert box is not None
    pages = []
    for offset in (0, 3, 6, 9):
        said = boxed.narrowed(db, f"{sql} limit 3 offset {offset}", {"search": words}, box)
        assert said is not None
        pages += db.execute(said).fetchall()
    wanted = db.execute(f"{sql} order by id limit 12", {"search": words}).fetchall()
    assert sorted(pages) == wanted


def test_there_is_something_to_find(db: sqlite3.Connection) -> None:
    found = [
        db.execute("SELECT count(*) FROM sections_fts WHERE sections_fts MATCH ?", (matching(one),)) for one in WORDS
    ]
    assert sum(count.fetchone()[0] > 0 for count in found) >= 6


def test_words_stand_everywhere_from_a_number_of_rows_on(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    (count,) = db.execute("SELECT count(*) FROM reports_fts WHERE reports_fts MATCH ?", (matching("政府"),)).fetchone()
    for most, often in ((count, False), (count - 1, True)):
        monkeypatch.setattr(boxed, "OFTEN", most)
        box = boxed.Box(table="reports", index="reports_fts", clause="true")
        asked = {"search": f"政府{' ' * most}"}  # blanks, so that nothing is kept
        assert (boxed.narrowed(db, "select id from reports where true", asked, box) is None) is often


@pytest.mark.parametrize(
    "sql",
    [
        "select * from sections where number = :p0",
        "select * from runs where id in (select rowid from sections_fts where sections_fts match escape_fts(:search))",
        "select * from sections where id in (select rowid from sections_fts where sections_fts match :search)",
    ],
)
def test_other_questions_are_left_alone(sql: str) -> None:
    assert boxed.box(sql) is None


SEARCHED = "where id in (select rowid from reports_fts where reports_fts match escape_fts(:search)) "
NARROWED = (
    "where year = :p0 ",
    "where year = :p0 and" + SEARCHED.removeprefix("where"),
    f"{SEARCHED}and year in (select year from reports) ",
    SEARCHED.replace("escape_fts(:search)", ":search"),
)
FACETED = """
    select year as value, count(*) as count from (
        select id, organ, year from reports {where}
    )
    where year is not null
    group by year order by count desc, value limit {limit}
"""


@pytest.mark.parametrize(
    ("where", "of_all"), [("", True), (SEARCHED, True), *((narrowed, False) for narrowed in NARROWED)]
)
def test_questions_of_all_readers_are_told_from_those_that_one_narrowed(where: str, of_all: bool) -> None:
    assert boxed.is_count_of_all(f"select count(*) from reports {where}") is of_all
    assert boxed.is_facet_of_all(FACETED.format(where=where, limit=31), 30) is of_all
    assert not boxed.is_facet_of_all(FACETED.format(where=where, limit=30), 30)


def test_what_is_kept_is_made_anew_after_each_commit(contents: Contents) -> None:
    made: list[int] = []
    with Archive.open_readonly(contents.directory) as archive:

        def make() -> int:
            made.append(len(made))
            return made[-1]

        assert [kept(archive.db, "a", make), kept(archive.db, "a", make), kept(archive.db, "b", make)] == [0, 0, 1]
        with Archive.open(contents.directory, INDICATORS) as other:
            before = generation(archive.db)
            other.db.execute("INSERT INTO lacking VALUES ('http://x.cn/', 'sha256:0', '20260101000000', '')")
            assert generation(archive.db) != before
            assert kept(archive.db, "a", make) == 2
            other.db.execute("DELETE FROM lacking WHERE url = 'http://x.cn/'")
            assert kept(archive.db, "a", make) == 3
        with Archive.open_readonly(contents.directory) as second:
            assert kept(second.db, "b", make) == 4  # of another connection, which may see another state
