"""What `nianbao check` does with what changed: whatever the order, the same as if all were checked at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import search
from archive.alone import LOCKS
from archive.checking import audit
from archive.records import Parsed
from archive.store import Archive
from nianbao import main
from parsers import checks
from tests.audited import checked, keep, made, opened, told
from tests.captures import indexed, table

HOUSE = Path(__file__).parent.parent
OUT, IN = "requests.carried_out.total", "requests.carried_in.total"
ORGANS = ("青石县财政局", "青石县人民政府")
REPORTS = [made(year, organ=organ) for organ, year in product(ORGANS, (2020, 2021, 2022))]


def changed(parsed: Parsed, value: int) -> Parsed:
    """A reading with that number in both squares of the chain."""
    facts = [replace(f, value=value, raw=str(value)) if f.indicator in (OUT, IN) else f for f in parsed.facts]
    return replace(parsed, facts=tuple(facts))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(REPORTS) - 1), st.integers(0, 2), st.booleans()), min_size=4, max_size=14))
def test_checking_what_changed_ends_as_checking_all(steps: list[tuple[int, int, bool]]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "a") as archive:
        for which, value, check in steps:
            parsed = REPORTS[which]
            # 2 stands for a reading that is no report any more: the report goes away
            kind = "other" if value == 2 else "report"
            keep(archive, replace(changed(parsed, value), kind=kind), f"{parsed.organ}{parsed.year}")
            if check:
                checked(archive)
        grown = checked(archive)
        assert checked(archive, everything=True) == grown
        archive.db.execute("DELETE FROM audits")
        search.rebuild(archive.db)
        assert checked(archive, everything=True) == grown


def test_only_what_changed_and_its_neighbours_are_looked_at(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for parsed in REPORTS:
            keep(archive, parsed)
        assert checked(archive) == []
        keep(archive, changed(REPORTS[0], 1))
        assert table(archive, "unchecked") == [
            {"organ": REPORTS[0].organ, "year": 2020, "division": REPORTS[0].division, "taken": 0}
        ]
        assert told(checked(archive)) == [("carry_over", "FAIL", ORGANS[0], 2021)]


def test_a_run_that_was_killed_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: Any) -> Any:
        raise KeyboardInterrupt
        yield

    with opened(tmp_path) as archive:
        for parsed in REPORTS:
            keep(archive, changed(parsed, (parsed.year or 0) - 2019))
        whole = replace(audit.AUDITS[-1], check=dies)
        monkeypatch.setattr(audit, "AUDITS", (*audit.AUDITS[:-1], whole))
        with pytest.raises(KeyboardInterrupt):
            audit.recompute(archive, today="2026-12-01")
        monkeypatch.undo()
        keep(archive, changed(REPORTS[0], 7))
        assert {row["taken"] for row in table(archive, "unchecked")} == {0, 1}
        again = checked(archive)
        assert again == checked(archive, everything=True)
        assert len(again) == 4


KILLED = """
import os, sys
from pathlib import Path
from archive.checking import audit
from archive.store import Archive
from parsers.forms import INDICATORS
with Archive.open(Path(sys.argv[1]), INDICATORS) as archive:
    step = int(sys.argv[2])
    die = lambda done, steps: os.kill(os.getpid(), 9) if done == step else None
    audit.recompute(archive, today="2026-12-01", progress=die)
"""
RESULTS = {"audits": "key", "owed": "organ, year", "events": "key", "prints": "organ, year, what", "bands": "1, 2"}


def results(archive: Archive) -> dict[str, list[Any]]:
    """Every row that a check makes."""
    return {
        name: archive.db.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall() for name, key in RESULTS.items()
    }


@pytest.mark.parametrize("step", [1, 2, 3, 4, 7, len(audit.STEPS) - 1, len(audit.STEPS)])
def test_kill_9_at_any_step_is_made_up_for_row_by_row(tmp_path: Path, step: int) -> None:
    with opened(tmp_path) as archive:
        for parsed in REPORTS[:4]:
            keep(archive, parsed)
        checked(archive)
        for parsed in REPORTS:
            keep(archive, changed(parsed, (parsed.year or 0) - 2019))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(step)], cwd=HOUSE, check=False)
    assert killed.returncode == -9
    with opened(tmp_path) as archive:
        assert table(archive, "unchecked")
        assert len(checked(archive)) >= 4
        after = results(archive)
        checked(archive, everything=True)
        assert results(archive) == after


def test_kill_9_between_events_and_ledger_is_made_up_for(tmp_path: Path) -> None:
    """A report that is found to be gone by captures alone: its events are made, the ledger is not."""
    column, url = "http://www.example.gov.cn/list/", "http://www.example.gov.cn/r.html"
    page: dict[str, Any] = {"source": "s1", "via": column}
    gone = page | {"url": url, "status": 404, "role": "article"}
    seen = page | {"url": column, "role": "list"}
    other = page | {
        "url": "http://www.example.gov.cn/q.html",
        "role": "article",
    }  # so the column is as it was looked at
    days = (
        ("0120000000", seen),
        ("0601000000", seen),
        ("0601000100", gone),
        ("0701000000", seen),
        ("0701000100", other),
    )
    with opened(tmp_path) as archive:
        keep(archive, REPORTS[1], "r", **page | {"url": url, "timestamp": "20220120000000", "digest": "sha256:r"})
        for place, (day, fields) in enumerate(days):
            more = {"timestamp": f"2022{day}", "digest": f"sha256:{place}", "offset": place + 1}
            archive.add(indexed(f"{place}" * 16, **fields | more))
        checked(archive)
        archive.add(indexed("9" * 16, **gone | {"timestamp": "20220701120000", "digest": "sha256:9", "offset": 9}))
        before = results(archive)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "1"], cwd=HOUSE, check=False)
    assert killed.returncode == -9
    with opened(tmp_path) as archive:
        assert len(results(archive)["events"]) == len(before["events"]) + 1
        checked(archive)
        after = results(archive)
        assert after["owed"] != before["owed"]
        checked(archive, everything=True)
        assert results(archive) == after


def start(directory: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nianbao", "check", "--archive", str(directory), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=HOUSE)


def test_two_checks_at_once_are_one_too_many(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for parsed in REPORTS:
            keep(archive, changed(parsed, (parsed.year or 0) - 2019))
        archive.db.execute("BEGIN IMMEDIATE")  # as a crawl that is writing: the first check has to wait for it
        with start(tmp_path) as first:
            while not re.search(f"FLOCK .* {first.pid} ", LOCKS.read_text("ascii")):
                assert first.poll() is None
            second = CliRunner().invoke(main, ["check", "--archive", str(tmp_path)])
            archive.db.execute("COMMIT")
            _, errors = first.communicate()
        assert first.returncode == 0, errors
        assert (second.exit_code, second.exception.__class__) == (1, SystemExit)
        assert f"is being checked by process {first.pid}, which was started on 20" in second.output
        assert "let it finish, or stop it" in second.output
        done = sorted(table(archive, "audits"), key=lambda row: str(row["key"]))
        assert len(done) == 4
        again = checked(archive, everything=True)
        assert [row | {"id": 0} for row in done] == [row | {"id": 0} for row in again]  # told by the order of writing
    assert CliRunner().invoke(main, ["check", "--archive", str(tmp_path)]).exit_code == 0


def test_another_version_of_a_rule_looks_at_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as archive:
        for parsed in REPORTS:
            keep(archive, changed(parsed, (parsed.year or 0) - 2019))
        before = checked(archive)
        newer = [replace(rule, version=rule.version + 1) for rule in audit.AUDITS]
        monkeypatch.setattr(audit, "AUDITS", tuple(newer))
        assert {row["version"] for row in checked(archive)} == {2}
        monkeypatch.setattr(audit, "AUDITS", tuple(rule for rule in newer if rule.name != "carry_over"))
        assert checked(archive) == []
        monkeypatch.undo()
        assert checked(archive) == before


def test_the_command_counts_findings_inside_and_across(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for parsed in REPORTS:
            keep(archive, changed(parsed, (parsed.year or 0) - 2019))
    for words in (["--json"], ["--all", "--json"]):
        result = CliRunner().invoke(main, ["check", "--archive", str(tmp_path), *words])
        assert result.exit_code == 0, result.output
        (counted,) = json.loads(result.stdout)
        assert [counted[name] for name in ("rule", "verdict", "findings", "reports")] == ["carry_over", "FAIL", 4, 4]


def test_rules_of_both_kinds_are_listed() -> None:
    listed = json.loads(CliRunner().invoke(main, ["rules", "--json"]).stdout)
    assert [rule["name"] for rule in listed] == [rule.name for rule in checks.RULES] + [
        rule.name for rule in audit.AUDITS
    ]
    for rule in audit.AUDITS:
        assert rule.version >= 1
        assert rule.zh.strip()
        assert rule.en.isascii()
        assert rule.source
