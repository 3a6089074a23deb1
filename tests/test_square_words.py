"""English findings name the squares of the forms by words, as Chinese ones do."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from archive.records import Finding
from bench.faults import damaged, evidence
from parsers import checks
from parsers.forms import INDICATORS
from tests.maker.report import make
from tests.plugins import plugin, spoken


@pytest.fixture(scope="module")
def words() -> Any:
    return plugin("words")


def english(words: Any, message: str) -> str:
    return spoken(words, "en", "message", {"message_en": message})


def test_every_square_since_2019_has_words_in_both_languages(words: Any) -> None:
    named = [one for one in INDICATORS if one.form in ("2019", "2021")]
    assert len(named) > 200
    for language in ("zh", "en"):
        known = words.words(language)
        for one in named:
            row, _, column = one.indicator.rpartition(".")
            assert known[f"form_row.{row}"]
            assert known[f"form_column.{column}"]


def test_every_row_of_before_has_words_in_both_languages(words: Any) -> None:
    named = {one.indicator for one in INDICATORS if one.table == "statistics"}
    assert len(named) > 120
    for language in ("zh", "en"):
        known = words.words(language)
        assert all(known[f"form_row.{name}"] for name in named)
    assert not any(re.search("[\u3400-\u9fff]", words.words("en")[f"form_row.{name}"]) for name in named)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("requests.new.total now 3, would be 4.", "I. new requests · total now 3, would be 4."),
        ("requests.disclosed: sum over applicants", "III (1) disclosed: sum over applicants"),
        ("5 for requests.denied.total; no", "5 for III (3) refused · total; no"),
        ("statistics.requests.received: 4", "Requests received (form of before 2019): 4"),
        ("statistics.training.courses: 4", "training courses: 4"),
        ("see www.requests.gov.cn", "see www.requests.gov.cn"),
    ],
)
def test_words_stand_for_the_names_of_squares(words: Any, message: str, told: str) -> None:
    assert english(words, message) == told


def test_no_name_of_the_data_is_left_in_what_the_rules_say(words: Any) -> None:
    said: list[Finding] = []
    for seed in range(6):
        made, rng = make(("2019", "2021")[seed % 2], seed), random.Random(seed)
        values, _ = damaged(made, 1 + seed % 3, 0.1 * (seed % 2), False, rng)
        said += checks.check(evidence(made.form, values))[0]
    texts = [english(words, finding.message_en) for finding in said if finding.verdict != "PASS"]
    assert len(texts) > 10
    assert [text for text in texts if re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", text)] == []
