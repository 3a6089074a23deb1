"""An organ that falls silent where another one of its kind comes into the same column may have a new name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.audits.missing import RULES
from archive.checking import tallies
from archive.store import Archive
from tests.audited import PLACE, keep, made, opened

OLD, NEW, OTHER = "青石县卫生和计划生育局", "青石县卫生健康局", "青石县医疗保障局"


def told(archive: Archive, because: dict[str, object]) -> tuple[str, str]:
    """What the rule says of the organ that is missing in 2021, and how sure it is."""
    db = archive.db
    tallies.register(db)
    row = (OLD, 2021, PLACE["division"], "department", "missing", "", "", "", "2022-01-31", "column")
    db.execute(
        "INSERT INTO owed (organ, year, division, kind, standing, flags, timely, timely_by, deadline, source, because)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, json.dumps(because)),
    )
    db.execute("CREATE TEMP TABLE affected AS SELECT organ, year, division FROM owed")
    (result,) = RULES[0].check(RULES[0], db, {})
    return result.finding.verdict, result.finding.message_zh


@pytest.mark.parametrize(
    ("came", "because", "verdict", "named"),
    [
        ([NEW], {"earlier": 2020}, "INFO", True),
        ([NEW, OTHER], {"earlier": 2020}, "WARN", False),  # nobody can say which
        ([], {"earlier": 2020}, "WARN", False),
        ([NEW], {"earlier": 2020, "later": 2022}, "WARN", False),  # it is there again under its own name
    ],
)
def test_a_newcomer_in_the_same_column(
    tmp_path: Path, came: list[str], because: dict[str, object], verdict: str, named: bool
) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(2020, organ=OLD), source="column")
        for organ in came:
            keep(archive, made(2021, organ=organ), source="column")
        keep(archive, made(2021, organ="青石县公安局"), source="elsewhere")
        said = told(archive, because)
    assert (said[0], NEW in said[1]) == (verdict, named)
