"""The index of words: what is asked is found, exactly; whatever changes in the archive changes in it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive import reviews, search, withheld
from archive.database import transaction
from archive.index import rebuild
from archive.records import Finding, Section
from archive.scripts import simplified
from archive.shown import results
from archive.shown.asking import LONGEST, Unsearchable, matching, understood
from archive.shown.results import CAP, KINDS, answer, counted, counts_of_many
from archive.store import Archive
from archive.withholding import withhold
from bench.search import fill
from bench.synthetic import put, reports
from parsers.forms import INDICATORS
from tests.archive_contents import Contents
from tests.captures import HOST, PAGE, capture, reading, refuse_stale_index, writer

pytest_plugins = ["tests.archive_fixture"]

WORDS = ("复议", "诉讼", "12345", "2020年", "行政許可", "区")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", "empty"), (" \u3000", "empty"), ("，。/", "no_word"), ('""', "no_word"), ("复\0议", "control"),
     ("复" * (LONGEST + 1), "long")],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_finds_nothing(archive: Archive, typed: str, problem: str) -> None:
    with pytest.raises(Unsearchable) as error:
        understood(typed)
    assert error.value.problem == problem
    put(archive, reports(10))
    search.rebuild(archive.db)
    query = "SELECT count(*) FROM sections_fts WHERE sections_fts MATCH ?"
    assert archive.db.execute(query, (matching(typed),)).fetchone() == (0,)


# Exactly what is there


def liked(db: sqlite3.Connection, words: str) -> int:
    """How many sections have it by LIKE over the folded text."""
    db.create_function("fold", 1, lambda text: simplified(unicodedata.normalize("NFKC", text)))
    query = "SELECT count(*) FROM sections WHERE fold(heading || char(10) || text) LIKE '%' || fold(?) || '%'"
    return int(db.execute(query, (words,)).fetchone()[0])


def hits(db: sqlite3.Connection, words: str, index: str = "sections_fts") -> int:
    query = f"SELECT count(*) FROM {index} WHERE {index} MATCH ?"
    return int(db.execute(query, (matching(words),)).fetchone()[0])


@pytest.mark.parametrize("words", WORDS)
def test_as_many_are_found_as_like_finds(contents: Contents, words: str) -> None:
    with Archive.open_readonly(contents.directory) as archive:
        assert hits(archive.db, words) == liked(archive.db, words) > 0


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda archive: fill(archive, 3_000), (*WORDS, "政府信息公开", "财政局", "社区试点公开目录")),
        (lambda archive: put(archive, reports(300)), ("区", "若干件", "财政局", "政府信息公开")),
    ],
)
def test_as_many_are_found_as_like_finds_among_made_ones(
    archive: Archive, made: Callable[[Archive], None], words: Sequence[str]
) -> None:
    made(archive)
    with transaction(archive.db):
        search.rebuild(archive.db)
    refuse_stale_index(archive.db)
    for one in words:
        assert hits(archive.db, one) == liked(archive.db, one) > 0, one
    assert all(hits(archive.db, one) == liked(archive.db, one) for one in WORDS)


def test_punctuation_and_lines_part_words(archive: Archive) -> None:
    texts = ("执行政策", "执行，政策", "执行\n政策", "执 行 政 策", "執行政策", "2020 年", "12020年")
    for number, text in enumerate(texts):
        keep(archive, str(number), text)
    assert found_in(archive, "行政") == ["0", "3", "4"]
    assert found_in(archive, "行，政") == ["0", "1", "2", "3", "4"]  # two words
    assert found_in(archive, '"行，政"') == ["1"]
    assert found_in(archive, "2020年") == ["5"]


def keep(archive: Archive, name: str, text: str, **changes: Any) -> str:
    """One reading with this text, of a page of that name; returns the capture's."""
    with writer(archive) as into:
        page = capture(archive, into, url=f"{HOST}/{name}", body=PAGE + name.encode(), response_headers=[])
    values = {"organ": f"示例市{name}局", "sections": (Section(number=1, heading="一、总体情况", text=text),)} | changes
    archive.replace_parsed(page, reading("2021", **values))
    return page.id


def found_in(archive: Archive, words: str, kind: str = "prose", **chosen: str) -> list[str]:
    """Names of the organs that a search finds, without what they have in common."""
    told = answer(archive.db, KINDS[kind], understood(words), chosen, size=100)
    assert len(told.rows) == told.total == counted(archive.db, KINDS[kind], understood(words), chosen)
    return sorted(row["organ"].removeprefix("示例市").removesuffix("局") for row in told.rows)


# In step


def test_the_index_follows_what_is_read(archive: Archive) -> None:
    first = keep(archive, "a", "甲乙丙")
    assert found_in(archive, "乙") == ["a"]
    page = archive.snapshot(first)
    assert page
    section = Section(number=5, heading="五、问题", text="丁戊")
    archive.replace_parsed(page, reading("2021", organ="示例市b局", sections=(section,)))
    refuse_stale_index(archive.db)
    assert found_in(archive, "乙") == []
    assert found_in(archive, "丁戊", section="5") == ["b"]
    assert found_in(archive, "丁戊", section="4") == []
    assert found_in(archive, "示例市", "reports") == ["b"]
    archive.replace_parsed(page, reading("2021", organ="", year=None, kind="other", sections=(section,)))
    refuse_stale_index(archive.db)
    assert found_in(archive, "丁戊") == []  # of no report any more, though the reading is still there
    assert hits(archive.db, "丁戊") == 1
    assert found_in(archive, "示例市", "reports") == []


def test_of_two_readings_the_current_one_is_found(archive: Archive) -> None:
    few = reading("2021").facts[:20]
    keep(archive, "x", "旧说法", organ="示例市甲局", facts=few)
    assert found_in(archive, "旧说法") == ["甲"]
    keep(archive, "y", "新说法", organ="示例市甲局")
    refuse_stale_index(archive.db)
    assert (found_in(archive, "旧说法"), found_in(archive, "新说法")) == ([], ["甲"])
    keep(archive, "z", "又一说", organ="示例市甲局", facts=few, division="370300")
    refuse_stale_index(archive.db)
    assert found_in(archive, "说法", province="37", city="3703", county="370306") == ["甲"]


def test_a_reading_that_is_current_again_is_found_again(archive: Archive) -> None:
    keep(archive, "x", "旧说法", organ="示例市甲局", facts=reading("2021").facts[:20])
    second = archive.snapshot(keep(archive, "y", "新说法", organ="示例市甲局"))
    assert second
    nothing = reading("2021", organ="示例市甲局", facts=(), sections=(Section(number=1, heading="", text="无数字"),))
    archive.replace_parsed(second, nothing)
    refuse_stale_index(archive.db)
    assert (found_in(archive, "旧说法"), found_in(archive, "无数字")) == (["甲"], [])
    archive.replace_parsed(second, replace(nothing, organ="示例市乙局"))
    refuse_stale_index(archive.db)
    assert (found_in(archive, "旧说法"), found_in(archive, "无数字")) == (["甲"], ["乙"])


def test_a_finding_lies_where_its_report_lies(archive: Archive) -> None:
    finding = Finding(rule="period", version=1, verdict="WARN", indicators=(), message_zh="甲", message_en="A")
    keep(archive, "x", "甲", organ="示例市甲局", findings=(finding,))
    keep(archive, "y", "乙", organ="示例市甲局", findings=(finding,), facts=(), division="370306")
    assert archive.db.execute("SELECT division FROM reports").fetchall() == [("370306",)]
    assert {row[0] for row in archive.db.execute("SELECT division FROM findings")} == {"370306"}


def test_what_is_withheld_leaves_the_index_and_the_file(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with Archive.open(directory, INDICATORS) as archive:
        keep(archive, "b", "别的")
        gone = keep(archive, "a", "龘龘与〇〇公司")
        assert found_in(archive, "龘") == ["a"]
        withhold(archive, gone, reason="法院裁定", by="甲")
        refuse_stale_index(archive.db)
        assert hits(archive.db, "龘") == 0
        assert found_in(archive, "a局", "reports") == []
        assert found_in(archive, "别的") == ["b"]
    for path in directory.glob("nianbao.db*"):
        assert "龘".encode() not in path.read_bytes(), path


def test_findings_are_found_in_both_languages_without_those_dismissed(archive: Archive) -> None:
    one = Finding(
        rule="row_total", version=1, verdict="FAIL", indicators=("requests.new.total",), expected=3, actual=2,
        message_zh="合计不符", message_en="the total differs",
    )  # fmt: skip
    keep(archive, "a", "甲", findings=(one, replace(one, expected=4, verdict="WARN")))
    assert found_in(archive, "合计", "findings") == ["a", "a"]
    assert found_in(archive, '"total differs"', "findings", verdict="WARN") == ["a"]
    ((key,),) = archive.db.execute("SELECT key FROM findings WHERE expected = 4").fetchall()
    named = {"key": key, "organ": "示例市a局", "year": 2021, "rule": "row_total", "message": "合计不符"}
    file = archive.directory / reviews.NAME
    reviews.judge(file, [named], judgement="dismissed", note="", by="甲")
    reviews.sync(archive.db, file)
    assert found_in(archive, "合计", "findings") == ["a"]
    assert found_in(archive, "合计", "findings", verdict="WARN") == []


def test_the_index_is_made_again(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with Archive.open(directory, INDICATORS) as archive:
        keep(archive, "a", "甲乙丙")
        archive.db.execute("INSERT INTO sections_fts (sections_fts) VALUES ('delete-all')")
        assert found_in(archive, "甲乙") == []
    rebuild(directory, INDICATORS)
    with Archive.open(directory, INDICATORS) as archive:
        assert found_in(archive, "甲乙") == ["a"]
        refuse_stale_index(archive.db)
        archive.db.execute("INSERT INTO sections_fts (sections_fts) VALUES ('rebuild')")  # by SQLite itself, alike
        refuse_stale_index(archive.db)
        assert found_in(archive, "甲乙") == ["a"]
        withheld.sync(archive.db, archive.tables, archive.directory / withheld.NAME)
        refuse_stale_index(archive.db)


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 command is not installed")
def test_the_plain_command_line_searches_as_documented(contents: Contents) -> None:
    query = (
        "SELECT id, replace(snippet(sections_fts, 0, '[', ']', '…', 20), ' ', '')"
        """ FROM sections_fts JOIN sections ON id = sections_fts.rowid WHERE sections_fts MATCH '"复 议"'"""
    )
    command = ["sqlite3", "-readonly", str(contents.directory / "nianbao.db"), query]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    with Archive.open_readonly(contents.directory) as archive:
        assert len(told.splitlines()) == hits(archive.db, "复议")
    assert all("[复议]" in line for line in told.splitlines())


# What is shown


@pytest.mark.parametrize("cap", [CAP, 100])
def test_pages_give_each_once_newest_first(archive: Archive, cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there are too many to be looked at before the first of them are shown."""
    fill(archive, 1_200)
    with transaction(archive.db):
        search.rebuild(archive.db)
    monkeypatch.setattr(results, "CAP", cap)
    kind, question = KINDS["prose"], understood("公开")
    every = liked(archive.db, "公开")
    pages = [answer(archive.db, kind, question, {}, start, 50) for start in range(0, every + 50, 50)]
    assert {told.total for told in pages} == {min(every, cap + 1)}
    rows = [row for told in pages for row in told.rows]
    assert len({row["id"] for row in rows}) == len(rows) == every > 500
    assert [row["year"] for row in rows] == sorted((row["year"] for row in rows), reverse=True)
    assert [(told.counts is None) for told in pages] == [cap == 100] * len(pages)


@pytest.mark.parametrize("chosen", [{}, {"year": "2021"}, {"province": "11"}, {"level": "county", "section": "3"}])
def test_facets_add_up_however_they_are_counted(archive: Archive, chosen: dict[str, str]) -> None:
    fill(archive, 900)
    with transaction(archive.db):
        search.rebuild(archive.db)
    kind, question = KINDS["prose"], understood("公开")
    told = answer(archive.db, kind, question, chosen)
    assert told.counts == dict(counts_of_many(archive.db, kind, question, chosen))
    assert told.counts
    for name, values in told.counts.items():
        assert sum(count for _, count in values) == told.total > 0, name
    assert not set(told.counts) & set(chosen)
