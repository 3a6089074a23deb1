"""What people said of a withheld report stays in their file, and is in no table, page or release."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import nianbao
from archive import reviews, withheld
from archive.database import connect_readonly
from archive.records import Snapshot
from archive.store import Archive
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION
from tests.captures import HOST, capture, reading, writer

PERSON = "张三的身份证号"
ORGAN = reading().organ
SAID: dict[str, tuple[str, int, str]] = {  # organ, year and message; the note of each says the same
    "1" * 16: (ORGAN, 2021, f"{PERSON}一"),
    "2" * 16: (ORGAN, 2022, f"按 2021 年的报告应为{PERSON}二"),
    "3" * 16: ("别处人民政府", 2022, f"与{ORGAN} 2021 年的报告相同：{PERSON}三"),
    "4" * 16: (ORGAN, 2022, "另一份报告之一"),
    "5" * 16: ("别处人民政府", 2021, "另一份报告之二"),
}
SHOWN = {"4" * 16, "5" * 16}


def did(directory: Path, *words: object) -> str:
    result = CliRunner().invoke(nianbao.main, [*map(str, words), "--archive", str(directory)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, Snapshot]:
    directory, captured = tmp_path / "data", {}
    readings = [reading(year=year, version=VERSION) for year in (2021, 2022)]
    readings += [replace(one, organ="别处人民政府") for one in readings]
    with Archive.open(directory, INDICATORS) as archive:
        with writer(archive) as into:
            for place in range(len(readings)):
                captured[place] = capture(archive, into, url=f"{HOST}/{place}", response_headers=[], body=b"%d" % place)
        for place, one in enumerate(readings):
            archive.replace_parsed(captured[place], one)
    for key, (organ, year, message) in SAID.items():
        finding: dict[str, Any] = {"key": key, "organ": organ, "year": year, "rule": "sum", "message": message}
        reviews.judge(directory / reviews.NAME, [finding], judgement="dismissed", note=message, by="甲")
    did(directory, "check")
    return directory, captured[0]


def told(directory: Path) -> set[str]:
    """The keys of the judgements whose words are in the table; either both words or none."""
    with closing(connect_readonly(directory / "nianbao.db")) as db:
        rows = db.execute("SELECT key, message, note FROM reviews WHERE standing").fetchall()
    assert {key for key, _, _ in rows} == SAID.keys()  # the judgement itself goes on to hold
    assert all(message == note and message in ("", SAID[key][2]) for key, message, note in rows)
    return {key for key, message, _ in rows if message}


def test_they_are_gone_from_the_table_and_the_file_of_it_and_come_back(house: tuple[Path, Snapshot]) -> None:
    directory, withdrawn = house
    assert told(directory) == SAID.keys()
    did(directory, "withhold", withdrawn.id, "--reason", "隐私")
    for _ in range(2):
        assert told(directory) == SHOWN
        for path in directory.glob("nianbao.db*"):
            assert PERSON.encode() not in path.read_bytes()
        did(directory, "check")
    lines = (directory / reviews.NAME).read_text("utf-8").splitlines()
    assert sum(PERSON in json.loads(line)["note"] for line in lines) == 3
    did(directory, "withhold", "lift", withdrawn.id, "--reason", "已遮盖")
    assert told(directory) == SAID.keys()


def test_they_are_gone_where_another_group_does_not_say_which_report_it_withholds(house: tuple[Path, Snapshot]) -> None:
    directory, withdrawn = house
    line = withheld.Withholding(
        at="2026-01-02T03:04:05Z", by="乙", act="withheld", reason="隐私", digest=withdrawn.digest
    ).line
    (directory / withheld.NAME).write_text(f"{line}\n", encoding="utf-8")
    for _ in range(2):
        did(directory, "check")
        assert "1" * 16 not in told(directory) >= SHOWN
