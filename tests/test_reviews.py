"""What people say of findings: kept through re-runs, opened again when a value changes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from archive import reviews
from archive.reviews import NAME
from archive.store import Archive
from tests.captures import reading, table
from tests.judging import HINT, ODD, WRONG, keys, lines, listed, put, run

pytest_plugins = ["tests.judging"]


def test_the_list_is_narrowed(directory: Path) -> None:
    everything = listed(directory)
    assert [(row["organ"], row["rule"]) for row in everything] == [
        ("乙县人民政府", "row_total"), ("淄博市周村区人民政府", "row_total"), ("淄博市周村区人民政府", "period"),
    ]  # fmt: skip
    assert {row["review"] for row in everything} == {""}
    assert len(keys(directory, "--rule", "row_total")) == 2
    assert keys(directory, "--organ", "周村") == [row["key"] for row in everything[1:]]
    assert keys(directory, "--year", "2022", "--year", "1999") == [everything[0]["key"]]
    assert [row["rule"] for row in listed(directory, "--verdict", "INFO", "--verdict", "warn")] == [
        "period", "unit_in_square",
    ]  # fmt: skip
    assert run(directory, "review", "list", "--verdict", "PASS").exit_code == 2
    mistyped = run(directory, "review", "list", "--rule", "zero_clam")
    assert mistyped.exit_code == 2
    assert "do you mean zero_claim?" in mistyped.stderr
    assert run(directory, "review", "list", "--rule", "zero_claim").exit_code == 0
    assert keys(directory, "--organ", "' OR 1=1 --") == []


def test_several_are_judged_at_once_and_the_line_tells_people_what(directory: Path) -> None:
    first, second, third = keys(directory)
    said = run(directory, "review", "dismiss", third, second, third, "--note", "[/b] 原文如此\u2028\x85", "--by", "甲")
    assert said.exit_code == 0, said.stderr
    assert {one.key for one in reviews.read(directory / NAME)} == {third, second}
    (line,) = [one for one in reviews.read(directory / NAME) if one.key == third]
    assert (line.organ, line.year, line.rule, line.message) == (
        "淄博市周村区人民政府", 2021, "period", "统计期限有缺损",
    )  # fmt: skip
    assert keys(directory, "--open") == [first]
    assert [row["review"] for row in listed(directory)] == ["", "dismissed", "dismissed"]
    shown = run(directory, "review", "list").stdout
    assert "[/b] 原文如此" in shown
    assert "\x85" not in shown
    with Archive.open_readonly(directory) as archive:
        found_in_view = {row["key"]: (row["judgement"], row["by"]) for row in table(archive, "report_findings")}
    assert found_in_view[third] == ("dismissed", "甲")
    assert found_in_view[first] == ("", "")
    counted = {row["rule"]: row for row in json.loads(run(directory, "check", "--json").stdout)}
    counted.pop("copied")  # these reports were made with the same numbers
    assert {rule: (row["findings"], row["dismissed"]) for rule, row in counted.items()} == {
        "period": (0, 1), "row_total": (1, 1), "unit_in_square": (1, 0),
    }  # fmt: skip


def test_one_unknown_key_and_nothing_is_written(directory: Path) -> None:
    known = keys(directory)[0]
    for command in ("confirm", "dismiss", "withdraw"):
        result = run(directory, "review", command, known, "f" * 16)
        assert result.exit_code == 2
        assert "f" * 16 in result.stderr
    assert not (directory / NAME).exists()
    assert run(directory, "review", "confirm").exit_code == 2


def test_what_was_said_can_be_taken_back_and_stays_in_the_file(directory: Path) -> None:
    key = keys(directory)[0]
    for command in ("confirm", "withdraw", "dismiss", "confirm"):  # in one second: each comes after the one before
        assert run(directory, "review", command, key, "--by", "甲").exit_code == 0
    assert [one["judgement"] for one in lines(directory)] == ["confirmed", "withdrawn", "dismissed", "confirmed"]
    assert listed(directory)[0]["review"] == "confirmed"
    assert run(directory, "review", "withdraw", key).exit_code == 0
    assert listed(directory)[0]["review"] == ""
    assert run(directory, "review", "withdraw", key).exit_code == 2
    with Archive.open_readonly(directory) as archive:
        assert [row["standing"] for row in table(archive, "reviews")] == [0] * 5


def test_nothing_is_made_where_no_archive_is(tmp_path: Path) -> None:
    for words in (["check"], ["review", "list"], ["review", "confirm", "0" * 16], ["review", "import", __file__]):
        result = run(tmp_path / "none", *words)
        assert (result.exit_code, "is not an archive" in result.stderr) == (1, True)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--note", "\udcff"], "is not UTF-8"),
        (["--by", "甲\udcff"], "is not UTF-8"),
        (["\udcff"], "is not UTF-8"),
        (["--by", " "], "who says so"),
        (["--note", "x" * 100_000], "nothing was written"),
        (["--by", "𠮷" * 30_000], "nothing was written"),
    ],
)
def test_what_the_file_cannot_hold_is_not_written(directory: Path, words: list[str], said: str) -> None:
    key = keys(directory)[0]
    result = run(directory, "review", "dismiss", key, *words)
    assert (result.exit_code, said in result.stderr) == (1 if said == "nothing was written" else 2, True)
    assert not (directory / NAME).exists()
    assert keys(directory, "--open")[0] == key


def test_who_has_no_name_is_asked_for_one(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 5)
    result = run(directory, "review", "confirm", keys(directory)[0])
    assert (result.exit_code, "--by" in result.stderr) == (2, True)


def test_a_list_of_nonsense_is_wrong_usage(directory: Path) -> None:
    for words in (["--organ", "\udcff"], ["--rule", "\udcff"], ["--year", str(10**30)], ["--year", "二〇二〇"]):
        assert run(directory, "review", "list", *words).exit_code == 2


# Kept, and opened again


def test_a_re_run_keeps_a_judgement_and_a_changed_value_opens_the_question(directory: Path) -> None:
    (key,) = keys(directory, "--year", "2021", "--rule", "row_total")
    assert run(directory, "review", "dismiss", key, "--by", "甲", "--note", "笔误").exit_code == 0
    put(directory, "x", findings=(WRONG, ODD, HINT), version="2", title="再读一次")
    assert [row["review"] for row in listed(directory, "--year", "2021")] == ["dismissed", ""]
    assert listed(directory, "--stale") == []
    put(directory, "x", findings=(replace(WRONG, actual=1), ODD))
    assert keys(directory, "--open", "--rule", "row_total", "--year", "2021") not in ([], [key])
    (gone,) = listed(directory, "--stale")
    assert (gone["key"], gone["judgement"], gone["note"], gone["message"]) == (key, "dismissed", "笔误", "合计不符")
    assert gone["now"] == "no longer found in this report"
    assert "笔误" in run(directory, "review", "list", "--stale").stdout
    put(directory, "z", findings=(WRONG,), facts=reading().facts[:9])
    assert [row["now"] for row in listed(directory, "--stale")] == ["in another reading"]
    put(directory, "z", kind="notice")
    put(directory, "x", kind="notice")
    assert [row["now"] for row in listed(directory, "--stale")] == ["in another reading"]
    put(directory, "z", kind="notice", findings=())
    put(directory, "x", kind="notice", findings=())
    assert [row["now"] for row in listed(directory, "--stale")] == ["no such report"]
    assert run(directory, "review", "withdraw", key).exit_code == 0
    assert listed(directory, "--stale") == []


def test_two_readings_that_find_the_same_are_one_finding(directory: Path) -> None:
    before = keys(directory)
    put(directory, "copy", findings=(WRONG, ODD, HINT), facts=reading().facts[:50])
    assert keys(directory) == before


def test_of_equal_findings_each_is_judged_by_itself(directory: Path) -> None:
    """Two squares without a place, both with a 7, are two questions."""
    one, other = (replace(ODD, rule="unclaimed_number", evidence="7", message_zh=f"第 {n} 行") for n in (3, 9))
    put(directory, "x", findings=(ODD, one, other))
    first, second = keys(directory, "--rule", "unclaimed_number")
    assert first != second
    assert run(directory, "review", "dismiss", first, "--by", "甲").exit_code == 0
    put(directory, "x", findings=(one, other), version="2")
    told = [(row["message_zh"], row["review"]) for row in listed(directory, "--rule", "unclaimed_number")]
    assert told == [("第 3 行", "dismissed"), ("第 9 行", "")]
    for findings in ((other,), (one, other, replace(one, message_zh="第 11 行"))):  # which one is it now?
        put(directory, "x", findings=findings)
        assert len(keys(directory, "--rule", "unclaimed_number", "--open")) == len(findings)
    assert [row["key"] for row in listed(directory, "--stale")] == [first]
