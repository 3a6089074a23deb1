"""The file of judgements, which git can merge: bad lines, other groups, several people at once."""

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

from archive import reviews
from archive.errors import ArchiveError
from archive.reviews import NAME, Review
from archive.store import Archive
from tests.captures import table
from tests.judging import HOUSE, SAID, keys, lines, listed, run

pytest_plugins = ["tests.judging"]


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
