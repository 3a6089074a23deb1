"""The project's form files against the measured list, and the rules' own description."""

from __future__ import annotations

import csv
from dataclasses import astuple
from pathlib import Path

import pytest

from parsers import checks
from parsers.forms import APPLICANT_ORDER, BY_TABLE, FORMS, INDICATORS

MEASURED = Path(__file__).parent.parent.parent / "shared" / "indicators.csv"


@pytest.mark.parametrize(
    ("form", "table", "squares"),
    [
        ("2019", "proactive", 22),
        ("2019", "requests", 161),
        ("2019", "review", 15),
        ("2021", "proactive", 10),
        ("2021", "requests", 175),
        ("2021", "review", 15),
        ("2014", "statistics", 58),
        ("fujian", "statistics", 32),
    ],
)
def test_squares_of_a_form(form: str, table: str, squares: int) -> None:
    assert len(BY_TABLE[form, table].indicators) == squares


def test_table_three_has_seven_columns_in_every_row() -> None:
    for form in FORMS:
        assert set(BY_TABLE[form, "requests"].columns.values()) == {APPLICANT_ORDER}


@pytest.mark.skipif(not MEASURED.is_file(), reason="../shared/indicators.csv is not here")
def test_the_forms_are_the_measured_ones() -> None:
    with MEASURED.open(encoding="utf-8", newline="") as lines:
        measured = [tuple(row.values()) for row in csv.DictReader(lines) if row["form"] in ("2014", *FORMS)]
    ours = [astuple(i) for i in INDICATORS if i.form in ("2014", *FORMS)]
    assert sorted(ours) == sorted(measured)


def test_rules_have_a_name_a_version_and_both_languages() -> None:
    names = [rule.name for rule in checks.RULES]
    assert names == [
        "flow_balance",
        "outcome_total",
        "row_total",
        "review_total",
        "statistics_totals",
        "located_error",
        "shifted_row",
        "split_digits",
        "filed_under_wrong_applicant",
        "missing_row",
        "unclaimed_number",
        "second_table",
        "not_a_number",
        "hidden_table",
        "blank_table",
        "local_row",
        "several_numbers",
        "not_negative",
        "whole_number",
        "stock_not_flow",
        "power",
        "implausible_unit",
        "wrong_form",
        "unit_in_square",
        "readings_disagree",
        "recognised_in_broken_sum",
        "recognised_unconfirmed",
        "zero_claim",
        "prose_against_table",
        "prose_sums",
        "period",
        "organ_agrees",
        "year_named",
        "organ_resolved",
        "structure",
        "deadline",
    ]
    for rule in checks.RULES:
        assert rule.version >= 1
        assert rule.zh.strip()
        assert rule.en.isascii()
        assert rule.source
