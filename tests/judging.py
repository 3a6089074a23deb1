"""Findings to be judged, and the commands that judge them: what tests of reviews share."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.records import Finding
from archive.reviews import NAME, Review
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import indexed, reading

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
