"""English counts as people do: one report, two reports."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.plugins import plugin, spoken

NUMBERS = "n|of|all|yes|no|reports|readable|sources|broken|weaker|wrong|passed|length"
UNCOUNTED = re.compile(rf"(?<!most )(?<!first )(?<!than )\{{(?:{NUMBERS})\}} (?:more )?[a-z]+s\b")
# Of these there are never few: tables of Datasette, a part of many, bytes of what is too long and of a WARC record.
ALWAYS_MANY = {"coverage.more_sources", "home.tables_all", "snapshot.too_long", "snapshot.warc_of"}


@pytest.fixture(scope="module")
def words() -> Any:
    return plugin("words")


def said(words: Any, language: str, key: str, **values: object) -> str:
    return spoken(words, language, "t", key, **values)


@pytest.mark.parametrize(
    ("key", "n", "told"),
    [
        ("place.reports", 1, "1 report"),
        ("place.reports", 2, "2 reports"),
        ("place.reports", 0, "0 reports"),
        ("findings.results", "1", "1 finding"),  # as templates write thousands
        ("findings.results", "1,001", "1,001 findings"),
        ("report.mentioned", 1, "1 finding of another report speaks of this one"),
        ("report.lawsuits", None, "lawsuits"),  # the square is blank
    ],
)
def test_one_is_not_many(words: Any, key: str, n: object, told: str) -> None:
    assert said(words, "en", key, n=n) == told


def test_chinese_knows_no_plural(words: Any) -> None:
    assert [said(words, "zh", "place.reports", n=n) for n in (1, 2)] == ["1 份报告", "2 份报告"]


def test_whatever_english_counts_has_both_forms(words: Any) -> None:
    assert {key for key, text in words.words("en").items() if UNCOUNTED.search(text)} == ALWAYS_MANY
