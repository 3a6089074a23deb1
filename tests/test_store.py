"""The database: what goes in comes out, and the order in which it went in leaves no trace."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.records import Parsed, Skip, Snapshot
from archive.rows import review_key
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import EXCHANGE, HOST, PAGE, capture, fill, indexed, of_form, reading, rows, table, writer


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


# Captures


def test_captures_are_found_again(archive: Archive) -> None:
    snapshots = fill(archive)
    for one in snapshots:
        assert archive.snapshot(one.id) == one
    assert archive.latest(snapshots[0].url) == snapshots[5]
    assert archive.latest(f"{HOST}/list") is None
    assert archive.latest(f"{HOST}/list", "__wb_method=POST&page=2") == snapshots[6]
    assert archive.latest(f"{HOST}/none") is None
    assert archive.captured_in(snapshots[0].filename) == snapshots


def test_adding_twice_is_adding_once(archive: Archive) -> None:
    fill(archive)
    before = rows(archive.directory)
    for one in archive.captured_in(fill_name(archive)):
        archive.add(one)
    assert rows(archive.directory) == before


def fill_name(archive: Archive) -> str:
    return next(archive.warc.iterdir()).name


def test_the_first_skip_counts_whenever_it_comes(archive: Archive) -> None:
    late = Skip(url="u", reason="robots", timestamp="20230101000000", source="b")
    early = replace(late, timestamp="20220101000000", source="a")
    for order in ([late, early], [early, late]):
        for skip in order:
            archive.add_skip(skip)
        assert table(archive, "skips")[0]["source"] == "a"


def test_a_revisit_needs_the_capture_that_it_repeats(archive: Archive) -> None:
    first, again = fill(archive)[0], fill(archive)[5]
    archive.db.execute("DELETE FROM snapshots WHERE record = 'response'")
    with pytest.raises(ArchiveError, match="import its WARC file"):
        archive.body(again)
    archive.add(first)
    assert archive.body(again) == archive.body(first)


def test_a_body_that_is_not_the_captured_one_is_refused(archive: Archive) -> None:
    one = fill(archive)[0]
    with pytest.raises(ArchiveError, match="nianbao verify"):
        archive.body(replace(one, digest="sha256:0"))


def test_unparsed(archive: Archive) -> None:
    for one in (
        indexed("a", timestamp="20220102000000"),
        indexed("b", timestamp="20220101000000", role="attachment"),
        indexed("c", role="list"),
        indexed("d", status=404),
        indexed("e", record="revisit"),
        indexed("f", timestamp="20220103000000"),
    ):
        archive.add(one)
    archive.replace_parsed(indexed("f"), reading(version="1"))
    assert [one.id for one in archive.unparsed("1")] == ["b", "a"]
    assert [one.id for one in archive.unparsed("2")] == ["b", "a", "f"]
    assert [one.id for one in archive.unparsed("1", everything=True)] == ["b", "a", "f"]


# Readings and reports


def test_replacing_leaves_nothing_behind(archive: Archive) -> None:
    archive.add(indexed("x"))
    archive.replace_parsed(indexed("x"), reading("2019", organ="A", year=2019))
    archive.replace_parsed(indexed("x"), reading("2021", organ="B", year=2021))
    once = rows(archive.directory)
    archive.replace_parsed(indexed("x"), reading("2021", organ="B", year=2021))
    assert rows(archive.directory) == once
    assert [(row["organ"], row["year"]) for row in table(archive, "reports")] == [("B", 2021)]
    assert table(archive, "proactive_2019") == []
    assert len(table(archive, "sections")) == len(table(archive, "findings")) == 1
    nothing = replace(reading(), kind="notice", facts=(), findings=(), sections=(), forms=())
    archive.replace_parsed(indexed("x"), nothing)
    assert [len(table(archive, name)) for name in ("reports", "sections", "findings", "requests", "readings")] == [
        0, 0, 0, 0, 1,
    ]  # fmt: skip


def test_what_a_reading_row_says(archive: Archive) -> None:
    archive.add(indexed("x"))
    archive.replace_parsed(indexed("x"), reading())
    (row,) = table(archive, "readings")
    assert (row["numbers"], row["blanks"], row["findings"]) == (len(of_form("2021")), 0, 1)
    assert (row["forms"], row["passed"]) == ("2021", '{"flow_balance": 7}')
    (finding,) = table(archive, "findings")
    assert finding["difference"] == -1
    assert finding["key"] == review_key(reading(), reading().findings[0].key)


def test_headlines_are_there_only_if_every_part_is_a_number(archive: Archive) -> None:
    parsed = reading()
    by_name = {one.indicator: one for one in parsed.facts}
    archive.add(indexed("x"))
    archive.replace_parsed(indexed("x"), parsed)
    (row,) = table(archive, "reports")
    direct, after = (
        by_name[f"review.{n}.total"].value for n in ("litigation_direct", "litigation_after_reconsideration")
    )
    assert row["requests_new"] == by_name["requests.new.total"].value
    assert row["lawsuits"] == (direct or 0) + (after or 0)
    blank = replace(by_name["review.litigation_direct.total"], value=None, raw="", state="blank")
    changed = tuple(blank if one.indicator == blank.indicator else one for one in parsed.facts)
    archive.replace_parsed(indexed("x"), replace(parsed, facts=changed))
    (row,) = table(archive, "reports")
    assert (row["lawsuits"], row["blanks"]) == (None, 1)
    assert row["reconsiderations"] == by_name["review.reconsideration.total"].value


def test_the_current_reading_is_the_fullest_then_the_latest(archive: Archive) -> None:
    full, half = reading(title="full"), reading(title="half", facts=reading().facts[:50])
    for name, when, parsed in (
        ("a", "20220101000000", full),
        ("b", "20220301000000", half),
        ("c", "20220201000000", full),
        ("d", "20220201000000", full),
    ):
        archive.add(indexed(name, timestamp=when))
        archive.replace_parsed(indexed(name), parsed)
    (row,) = table(archive, "reports")
    assert (row["snapshot"], row["readings"], row["title"]) == ("c", 4, "full")
    archive.replace_parsed(indexed("c"), replace(full, year=2020))
    assert [(row["year"], row["snapshot"]) for row in table(archive, "reports")] == [(2020, "c"), (2021, "d")]


def test_only_reports_with_organ_and_year_are_reports(archive: Archive) -> None:
    for name, changes in (("a", {"kind": "variant"}), ("b", {"organ": ""}), ("c", {"year": None})):
        archive.add(indexed(name))
        archive.replace_parsed(indexed(name), reading(**changes))
    assert table(archive, "reports") == []
    assert len(table(archive, "readings")) == len(table(archive, "requests")) == 3


def keep(archive: Archive, name: str, parsed: Parsed, when: str = "20220128000000") -> None:
    archive.add(indexed(name, timestamp=when))
    archive.replace_parsed(indexed(name), parsed)


def of_divisions(archive: Archive) -> list[tuple[object, ...]]:
    return [(row["division"], row["county"], row["snapshot"], row["readings"]) for row in table(archive, "reports")]


def test_organs_of_one_name_in_two_divisions_have_a_report_each(archive: Archive) -> None:
    here = reading(organ="朝阳区财政局", division="110105", city="", county="朝阳区")
    there = replace(here, division="220104", city="长春市", facts=here.facts[:5])
    keep(archive, "a", here)
    keep(archive, "b", there)
    keep(archive, "c", replace(there, charset="utf-8"), "20220129000000")
    assert of_divisions(archive) == [("110105", "朝阳区", "a", 1), ("220104", "朝阳区", "c", 2)]
    keep(archive, "b", replace(there, kind="notice"))
    assert of_divisions(archive) == [("110105", "朝阳区", "a", 1), ("220104", "朝阳区", "c", 1)]
    keep(archive, "c", replace(there, kind="notice"))
    assert of_divisions(archive) == [("110105", "朝阳区", "a", 1)]


def test_a_reading_that_names_no_division_is_of_the_only_organ_of_its_name(archive: Archive) -> None:
    here = reading(organ="朝阳区财政局", division="110105", city="", county="朝阳区")
    nowhere = replace(here, division="", province="", city="", county="")
    keep(archive, "a", replace(here, facts=here.facts[:9]))
    keep(archive, "b", nowhere)
    assert of_divisions(archive) == [("110105", "朝阳区", "b", 2)]
    keep(archive, "c", replace(here, division="220104"))
    assert of_divisions(archive) == [("", "", "b", 1), ("110105", "朝阳区", "a", 1), ("220104", "朝阳区", "c", 1)]


def test_the_order_of_work_leaves_no_trace(tmp_path: Path) -> None:
    work: list[tuple[Snapshot, Parsed]] = []
    for n in range(12):
        parsed = reading(("2019", "2021")[n % 2], start=n, organ=f"organ {n % 3}", year=2019 + n % 2)
        work.append(
            (indexed(f"s{n:02}", timestamp=f"202201{n + 1:02}000000"), replace(parsed, facts=parsed.facts[n % 4 :]))
        )
    seen = []
    for seed in range(3):
        random.Random(seed).shuffle(work)
        with Archive.open(tmp_path / str(seed), INDICATORS) as archive:
            for one, _ in work:
                archive.add(one)
            for one, _ in work[:6]:
                archive.replace_parsed(one, reading(organ="wrong"))
            for one, parsed in work:
                archive.replace_parsed(one, parsed)
        seen.append(rows(tmp_path / str(seed)))
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]["reports"]) == 6


def test_a_failed_replacement_changes_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add(indexed("x"))
    archive.replace_parsed(indexed("x"), reading())
    before = rows(archive.directory)
    archive.db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON reports BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(sqlite3.IntegrityError):
        archive.replace_parsed(indexed("x"), reading(organ="B"))
    assert rows(archive.directory) == before


# What the reviews found


def test_a_revisit_is_answered_from_its_own_address(archive: Archive) -> None:
    plain = [("Content-Type", "text/html")]
    with writer(archive) as into:
        capture(archive, into, url=f"{HOST}/a", response_headers=plain, body=PAGE)
        first = capture(archive, into, url=f"{HOST}/b")
        again = capture(archive, into, url=f"{HOST}/b", revisit_of=first)
        capture(archive, into, url=f"{HOST}/b", response_headers=plain, body=PAGE)
    assert again.record == "revisit"
    assert archive.exchange(again).body == archive.exchange(first).body == EXCHANGE["body"]
    assert archive.body(again) == PAGE
    archive.db.execute("DELETE FROM snapshots WHERE url = ? AND record = 'response'", (f"{HOST}/b",))
    other = archive.exchange(again)
    assert (other.headers, other.body) == (plain, PAGE)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("unreadable", "reader_missing"), ("unreadable", "damaged_record"), ("report", "reader_missing")],
)
def test_what_was_not_read_for_want_of_a_reader_is_tried_again(archive: Archive, kind: str, rule: str) -> None:
    archive.add(indexed("a"))
    finding = replace(reading().findings[0], rule=rule, verdict="NOT_ASSESSABLE")
    archive.replace_parsed(indexed("a"), reading(kind=kind, findings=(finding,)))
    assert [one.id for one in archive.unparsed("1")] == ["a"]
    archive.replace_parsed(indexed("a"), reading(kind="unreadable"))
    assert archive.unparsed("1") == []


def test_the_same_numbers_in_another_report_are_another_question(archive: Archive) -> None:
    for name, changes in (("a", {}), ("b", {}), ("c", {"organ": "B"}), ("d", {"year": 2020}), ("e", {"division": "1"})):
        archive.add(indexed(name))
        archive.replace_parsed(indexed(name), reading(**changes))
    keys = {str(row["snapshot"]): row["key"] for row in table(archive, "findings")}
    assert keys["a"] == keys["b"]
    assert len(set(keys.values())) == 4


def several(*parts: Parsed) -> Parsed:
    """A capture of several documents."""
    numbered = tuple(replace(part, part=n, member=f"{n}.docx") for n, part in enumerate(parts, start=1))
    return reading(kind="several", organ="", year=None, facts=(), findings=(), sections=(), parts=numbered)


def test_each_report_of_a_capture_is_kept_and_read_again_without_doubles(archive: Archive) -> None:
    archive.add(indexed("x"))
    parsed = several(reading(organ="A", start=1), reading(organ="B", start=7), reading(kind="other", organ="C"))
    for _ in range(2):
        archive.replace_parsed(indexed("x"), parsed)
        found = [(row["organ"], row["snapshot"], row["part"]) for row in table(archive, "reports")]
        assert found == [("A", "x", 1), ("B", "x", 2)]
        assert [row["member"] for row in table(archive, "readings")] == ["", "1.docx", "2.docx", "3.docx"]
        assert len(table(archive, "findings")) == len(table(archive, "sections")) == 3
        assert len(table(archive, "requests")) == 3
    assert {fact.value for fact in archive.facts("x", 2)} == {fact.value for fact in reading(start=7).facts}
    assert archive.facts("x") == []
    archive.replace_parsed(indexed("x"), several(reading(organ="B", start=7)))
    assert [(row["organ"], row["part"]) for row in table(archive, "reports")] == [("B", 1)]
    archive.replace_parsed(indexed("x"), reading(organ="B"))
    assert [(row["organ"], row["part"]) for row in table(archive, "reports")] == [("B", 0)]
    assert len(table(archive, "readings")) == len(table(archive, "requests")) == len(table(archive, "findings")) == 1


def test_two_copies_of_one_report_in_a_capture_are_two_readings_of_it(archive: Archive) -> None:
    archive.add(indexed("x"))
    archive.replace_parsed(indexed("x"), several(reading(facts=reading().facts[:50]), reading(), reading()))
    (row,) = table(archive, "reports")
    assert (row["part"], row["readings"], row["numbers"]) == (2, 3, len(reading().facts))


def test_a_part_that_lacks_its_reader_is_tried_again(archive: Archive) -> None:
    archive.add(indexed("x"))
    lacking = replace(reading().findings[0], rule="reader_missing")
    archive.replace_parsed(indexed("x"), several(reading(), reading(kind="unreadable", findings=(lacking,))))
    assert [one.id for one in archive.unparsed("1")] == ["x"]
    archive.replace_parsed(indexed("x"), several(reading(), reading()))
    assert archive.unparsed("1") == []
