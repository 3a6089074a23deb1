"""Beside every count of findings stands to how many reports its rule could be applied."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.checking import audit
from archive.checking.applied import NEEDS, applied
from nianbao import main
from parsers import checks
from tests.audited import checked, keep, made, opened, prose
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.maker.statistics import html_of, plain
from tests.reports import REPORTS, read

OUT = "requests.carried_out.total"
STATUTE = ["flow_balance", "outcome_total", "row_total", "review_total"]


def counted(path: Path) -> dict[str, int]:
    with opened(path) as archive:
        checked(archive)
        return applied(archive.db, {rule.name: rule.needs for rule in checks.RULES if rule.needs}, audit.AUDITS)


def test_a_rule_that_never_passes_says_what_it_needs() -> None:
    """Else nobody could tell whether it found nothing or was never applied."""
    old, new = replace(make("2014", 3), year=2016), replace(make("2021", 3), organ="平阴县水务局", year=2022)
    told = (
        dict(STYLES)["clean"](new, 3)
        .decode()
        .replace("申请由窗口统一登记", "办结申请15件，其中予以公开10件，部分公开5件")
    )
    bodies = [html_of(old, [plain(old)]), told.encode(), *(path.read_bytes() for path in sorted(REPORTS.iterdir()))]
    passing = {rule for body in bodies for rule, _ in read(body, division="370124").passed}
    assert {rule.name for rule in checks.RULES if not rule.needs} == passing - {"blank_table"}
    assert {rule.needs for rule in checks.RULES} - {""} == NEEDS.keys()


def test_rules_inside_are_counted_where_they_had_an_answer(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        keep(archive, made(2021, passed=(("flow_balance", 7), ("row_total", 2))))
        keep(archive, made(2022, passed=(("flow_balance", 7),)))
        keep(archive, made(2023, facts=(), passed=()))
    found = counted(tmp_path)
    assert [found.get(rule, 0) for rule in STATUTE] == [2, 0, 1, 0]
    assert [found[rule] for rule in ("missing_row", "unclaimed_number", "located_error")] == [3, 2, 2]
    assert found["recognised_unconfirmed"] == 0


def test_what_could_not_be_said_is_no_answer(tmp_path: Path) -> None:
    rule = next(rule for rule in checks.RULES if rule.name == "row_total")
    with opened(tmp_path) as archive:
        for year, verdicts in ((2021, ("FAIL", "UNCERTAIN")), (2022, ("NOT_ASSESSABLE",)), (2023, ("NOT_REPORTED",))):
            findings = tuple(rule.finding(verdict, [], verdict, verdict) for verdict in verdicts)  # type: ignore[arg-type]
            keep(archive, made(year, findings=findings))
    assert counted(tmp_path)["row_total"] == 1


def test_rules_across_are_counted_where_there_is_something_to_compare(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for year in (2019, 2020, 2021, 2023):
            keep(archive, made(year, sections=(prose("一" * 400),)))
        keep(archive, made(2020, sections=(prose("一" * 400),)), "copy")
        blank = dict.fromkeys((fact.indicator for fact in made(2022).facts), "")
        keep(archive, made(2022, blank))
        keep(archive, made(2020, organ="淄博市周村区人民政府"))
        keep(archive, made(2020, organ="周村区财政局"))
        keep(archive, made(2021, organ="周村区人民政府"))
    found = counted(tmp_path)
    assert (found["carry_over"], found["in_force_chain"], found["previous_chain"]) == (2, 0, 1)
    assert (found["two_copies"], found["rolls_up"], found["outlier"], found["copied"]) == (1, 1, 0, 4)


def test_peers_are_counted_from_thirty_on(tmp_path: Path) -> None:
    for count in (29, 30):
        with opened(tmp_path / str(count)) as archive:
            for place in range(count):
                keep(archive, made(2022, {"requests.new.total": 5 + place}, organ=f"第{place}区财政局"))
        assert counted(tmp_path / str(count))["outlier"] == (30 if count == 30 else 0)


@pytest.mark.parametrize("words", [[], ["--all"]])
def test_the_command_prints_it_with_every_count(tmp_path: Path, words: list[str]) -> None:
    with opened(tmp_path) as archive:
        for year in (2021, 2022, 2023):
            keep(archive, made(year, {OUT: 1}))
    result = CliRunner().invoke(main, ["check", "--archive", str(tmp_path), "--json", *words])
    assert result.exit_code == 0, result.output
    for row in json.loads(result.stdout):
        assert (row["rule"], row["reports"], row["applied"], row["of_reports"]) == ("carry_over", 2, 2, 3)
        assert row["reports"] <= row["applied"]
