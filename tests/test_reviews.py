"""What people say of findings: a file that git can merge, kept through re-runs, opened again when a value changes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive import reviews
from archive.errors import ArchiveError
from archive.records import Finding
from archive.reviews import NAME, Review
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import indexed, reading, table

HOUSE = Path(__file__).parent.parent
WRONG = reading().findings[0]
ODD = Finding(
    rule="period", version=1, verdict="WARN", indicators=(), evidence="20201月1日", message_zh="统计期限有缺损",
    message_en="the period is mangled",
)  # fmt: skip
HINT = replace(ODD, rule="unit_in_square", verdict="INFO", evidence="40万元")
SAID = Review(at="2026-01-02T03:04:05Z", by="甲", judgement="dismissed", key="0123456789abcdef")


def run(directory: Path, *words: str | Path) -> Result:
    command = [*map(str, words)]
    place = 2 if command[0] == "review" else 1
    command[place:place] = ["--archive", str(directory)]
    return CliRunner().invoke(nianbao.main, command, catch_exceptions=False)


def listed(directory: Path, *words: str) -> list[dict[str, Any]]:
    result = run(directory, "review", "list", "--json", *words)
    assert result.exit_code == 0, result.stderr
    return list(json.loads(result.stdout))


def keys(directory: Path, *words: str) -> list[str]:
    return [row["key"] for row in listed(directory, *words)]


def put(directory: Path, name: str, **changes: Any) -> None:
    with Archive.open(directory, INDICATORS) as archive:
        archive.add(indexed(name))
        archive.replace_parsed(indexed(name), reading(**changes))


def lines(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / NAME).read_text("utf-8").splitlines()]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Two reports: three findings and one."""
    put(tmp_path / "a", "x", findings=(WRONG, ODD, HINT))
    put(tmp_path / "a", "y", organ="乙县人民政府", year=2022)
    return tmp_path / "a"


# The commands


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


# The file


def write(directory: Path, *said: Review | str) -> Path:
    text = "\n".join(one if isinstance(one, str) else one.line for one in said)
    (directory / NAME).write_text(text, encoding="utf-8")  # without the end of the last line
    return directory / NAME


def holding(path: Path) -> dict[str, str]:
    return {key: f"{one.judgement} by {one.by}" for key, one in reviews.standing(reviews.read(path)).items()}


def test_order_and_doubles_mean_nothing(tmp_path: Path) -> None:
    later, other = replace(SAID, at="2026-01-02T03:04:06Z", judgement="confirmed"), replace(SAID, key="f" * 16)
    tie = replace(later, by="乙")
    mine: list[Review | str] = [
        SAID,
        later,
        tie,
        other,
        replace(other, judgement="withdrawn", at="2026-02-01T00:00:00Z"),
    ]
    seen = []
    for seed in range(5):
        shuffled = [*mine, *mine[:seed], "", "  "]
        random.Random(seed).shuffle(shuffled)
        seen.append((holding(write(tmp_path, *shuffled)), reviews.read(tmp_path / NAME)))
    assert all(one == seen[0] for one in seen)
    assert seen[0][0] == {SAID.key: "confirmed by 甲"}
    assert len(seen[0][1]) == 5


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_what_editors_do_to_a_file_is_borne(directory: Path, mark: str) -> None:
    key = keys(directory)[0]
    path = directory / NAME
    path.write_bytes(f"{mark}{replace(SAID, key=key).line}\r\n\r\n{SAID.line}".encode())
    assert run(directory, "review", "confirm", key, "--by", "乙").exit_code == 0
    assert holding(path) == {key: "confirmed by 乙", SAID.key: "dismissed by 甲"}
    assert len(reviews.read(path)) == 3


def test_a_judgement_comes_after_one_of_a_clock_that_is_ahead(directory: Path) -> None:
    key = keys(directory)[0]
    write(directory, replace(SAID, key=key, at="2999-01-01T00:00:00Z"))
    assert run(directory, "review", "confirm", key).exit_code == 0
    assert listed(directory)[0]["review"] == "confirmed"
    assert reviews.read(directory / NAME)[-1].at == "2999-01-01T00:00:01Z"


def changed(**values: Any) -> str:
    return json.dumps(asdict(SAID) | values, ensure_ascii=False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Expecting"),
        ("[]", "no JSON object"),
        ("[" * 90_000, "recursion"),
        ('"' + "x" * 200_000 + '"', "too long"),
        ("<<<<<<< HEAD", "git left a conflict"),
        (">>>>>>> theirs", "git left a conflict"),
        ("{}", "missing"),
        (changed(judgment="confirmed"), "unknown judgment"),
        (changed(judgement="right"), "judgement cannot be"),
        (changed(key="0123"), "key cannot be"),
        (changed(key="0123456789ABCDEF"), "key cannot be"),
        (changed(by=None), "by cannot be"),
        (changed(year="2020"), "year cannot be"),
        (changed(year=True), "year cannot be"),
        (changed(year=10**30), "year cannot be"),
        (changed(at="2026-1-2T03:04:05Z"), "at is"),
        (changed(at="2026-02-30T03:04:05Z"), "day is out of range"),
        (changed(at="9999-12-31T23:59:59Z"), "at is"),
        (json.dumps(asdict(SAID) | {"note": "\ud800"}), "note cannot be"),
        ("\udcff{}", "can't decode"),
    ],
)
def test_a_bad_line_is_named_and_nothing_lost(directory: Path, tmp_path: Path, line: str, said: str) -> None:
    key = keys(directory)[0]
    path = directory / NAME
    path.write_bytes(f"{SAID.line}\n\n{line}\n{SAID.line}\n".encode(errors="surrogateescape"))
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=f":3: not a review .*{said}"):
        reviews.read(path)
    for words in (["review", "list"], ["review", "confirm", key], ["check"]):
        result = run(directory, *words)
        assert (result.exit_code, f"{NAME}:3: not a review" in result.stderr) == (1, True)
    other = tmp_path / "theirs.jsonl"
    path.rename(other)
    result = run(directory, "review", "import", other)
    assert (result.exit_code, "theirs.jsonl:3: not a review" in result.stderr) == (1, True)
    assert not path.exists()
    assert other.read_bytes() == before


# Groups


def test_the_file_of_another_group_is_taken_in_once(directory: Path, tmp_path: Path) -> None:
    first, second, _ = keys(directory)
    assert run(directory, "review", "dismiss", first, "--by", "甲").exit_code == 0
    theirs = tmp_path / "theirs.jsonl"
    mine = reviews.read(directory / NAME)[0]
    unknown = replace(SAID, organ="丙县人民政府")
    theirs.write_text("\n".join(one.line for one in (unknown, mine, replace(SAID, key=second))), encoding="utf-8")
    result = run(directory, "review", "import", theirs)
    assert (result.exit_code, "2 new judgements, 1 were there already" in result.stdout) == (0, True)
    assert "1 of the new ones are of findings that are not here" in result.stdout
    after = (directory / NAME).read_bytes()
    assert [row["review"] for row in listed(directory)] == ["dismissed", "dismissed", ""]
    assert [row["organ"] for row in listed(directory, "--stale")] == ["丙县人民政府"]
    with Archive.open_readonly(directory) as archive:
        assert len(table(archive, "reviews")) == 3
    assert "0 new judgements, 3 were there already" in run(directory, "review", "import", theirs).stdout
    assert "0 new judgements, 3 were there already" in run(directory, "review", "import", directory / NAME).stdout
    assert (directory / NAME).read_bytes() == after


def test_what_is_still_to_come_is_not_taken_in(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.jsonl").write_text(f"{replace(SAID, at='2999-01-01T00:00:00Z').line}\n", encoding="utf-8")
    result = run(directory, "review", "import", tmp_path / "theirs.jsonl")
    assert (result.exit_code, "still to come" in result.stderr) == (1, True)
    assert not (directory / NAME).exists()


def test_a_pipe_is_not_waited_for(directory: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(directory / NAME)
    for words in (["review", "import", tmp_path / "pipe"], ["review", "list"], ["check"]):
        result = run(directory, *words)
        assert (result.exit_code, "is a pipe or a device" in result.stderr) == (1, True)


def test_a_file_on_a_disk_that_is_not_there_is_not_no_file(directory: Path, tmp_path: Path) -> None:
    """Else everything that was dismissed would be open again."""
    key = keys(directory)[0]
    (directory / NAME).symlink_to(tmp_path / "usb" / NAME)
    for words in (["review", "list"], ["check"], ["review", "confirm", key], ["index"]):
        result = run(directory, *words)
        assert (result.exit_code, "its disk is mounted" in result.stderr) == (1, True)


def git(where: Path, *words: str) -> str:
    names = {f"GIT_{who}_{what}": "tester@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = ["-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *settings, *words], cwd=where, env=os.environ | names, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_git_merges_what_two_people_said(tmp_path: Path) -> None:
    """As docs and README say: one line in .gitattributes, and no merge is a conflict."""
    (tmp_path / ".gitattributes").write_text(f"{NAME} merge=union\n", encoding="utf-8")
    mine, theirs = replace(SAID, key="a" * 16), replace(SAID, by="乙", key="b" * 16)

    def commit(*said: Review) -> None:
        (tmp_path / NAME).write_text("".join(f"{one.line}\n" for one in said), encoding="utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", "said")

    git(tmp_path, "init", "-q")
    commit(SAID)
    git(tmp_path, "checkout", "-qb", "theirs")
    commit(SAID, theirs)
    git(tmp_path, "checkout", "-q", "main")
    commit(SAID, mine)
    git(tmp_path, "merge", "-q", "theirs")
    assert holding(tmp_path / NAME) == dict.fromkeys([SAID.key, "a" * 16], "dismissed by 甲") | {
        "b" * 16: "dismissed by 乙"
    }


def start(directory: Path, words: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nianbao", "review", *words, "--archive", str(directory)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HOUSE)


def test_people_at_the_same_time_lose_nothing(directory: Path) -> None:
    running = [start(directory, ["confirm", *keys(directory), "--by", f"reader {n}"]) for n in range(4)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert len(lines(directory)) == 4 * 3
    with Archive.open_readonly(directory) as archive:
        assert sum(bool(row["standing"]) for row in table(archive, "reviews")) == 3
