"""What `nianbao check` counts and sums: after any history the same as if all were made at once, and after kill -9."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import reviews, withheld
from archive.checking import audit, tallies
from archive.records import Parsed
from archive.store import Archive
from bench.synthetic import put
from bench.synthetic import reports as synthetic
from parsers import checks
from tests.audited import keep, made, opened, prose

HOUSE = Path(__file__).parent.parent
TODAY = "2026-12-01"
OUT, IN = "requests.carried_out.total", "requests.carried_in.total"
ELSEWHERE = {"division": "370112", "province": "山东省", "city": "济南市", "county": "历城区"}
NOWHERE = dict.fromkeys(("division", "province", "city", "county"), "")
PLACES: Mapping[str, Mapping[str, Any]] = {"青石县财政局": {}, "历城区财政局": ELSEWHERE, "某某管理局": NOWHERE}
REPORTS = [made(year, organ=organ, **place) for organ, place in PLACES.items() for year in (2020, 2021, 2022)]
MADE = (
    "places report_years measures ledger_years striking totals tallies tallied source_totals rules owed watched looked"
    " events prints bands"
).split()
ACTS = ("add", "edit", "elsewhere", "gone", "dismiss", "withdraw", "withhold", "lift", "check")


def results(archive: Archive) -> dict[str, list[Any]]:
    """Every row that a check makes."""
    found = {name: sorted(map(repr, archive.db.execute(f"SELECT * FROM {name}"))) for name in MADE}
    return found | {"audits": archive.db.execute(f"SELECT {audit.COLUMNS} FROM audits ORDER BY key").fetchall()}


def check(archive: Archive, *, everything: bool = False) -> dict[str, list[Any]]:
    """What the command does, and leaves."""
    reviews.sync(archive.db, archive.directory / reviews.NAME)
    withheld.sync(archive.db, archive.tables, archive.directory / withheld.NAME)
    audit.recompute(archive, today=TODAY, everything=everything)
    tallies.keep_rules(archive, checks.RULES, audit.AUDITS)
    for name in ("unchecked", "stale", "stale_sources"):
        assert archive.db.execute(f"SELECT * FROM {name}").fetchall() == []
    return results(archive)


def edited(parsed: Parsed, value: int) -> Parsed:
    facts = [replace(f, value=value, raw=str(value)) if f.indicator in (OUT, IN) else f for f in parsed.facts]
    rule = next(rule for rule in checks.RULES if rule.name == "row_total")
    wrong = rule.finding("FAIL", [IN], "不符", "differs", expected=value, actual=value + 3)
    passed = (("flow_balance", value + 1),)
    return replace(parsed, facts=tuple(facts), findings=(wrong,) if value else (), passed=passed)


def does(archive: Archive, act: str, which: int, value: int) -> None:
    """One step of a history."""
    parsed = REPORTS[which]
    page = f"{parsed.organ} {parsed.year}"
    capture = {"source": f"column {which % 2}".replace(" ", "-"), "digest": f"sha256:{page}"}
    if act == "add":
        keep(archive, parsed, page, **capture)
    elif act == "edit":
        keep(archive, edited(parsed, value), page, **capture)
    elif act == "elsewhere":
        keep(archive, edited(parsed, value), f"{page} copy", source="column-2", timestamp="20230301000000")
    elif act == "gone":
        keep(archive, replace(parsed, kind="other"), page, **capture)
    elif act in ("dismiss", "withdraw"):
        query = "SELECT key, organ, year, rule FROM report_findings ORDER BY key LIMIT 1 OFFSET ?"
        for key, organ, year, rule in archive.db.execute(query, (which,)):
            finding = {"key": key, "organ": organ, "year": year, "rule": rule, "message": ""}
            judgement = "dismissed" if act == "dismiss" else "withdrawn"
            reviews.judge(archive.directory / reviews.NAME, [finding], judgement=judgement, note="", by="甲")  # type: ignore[arg-type]
    elif act in ("withhold", "lift"):
        held = "withheld" if act == "withhold" else "lifted"
        path = archive.directory / withheld.NAME
        reports = [(parsed.organ, parsed.year or 0)]
        withheld.say(path, act=held, by="甲", reason="因", digest=f"sha256:{page}", reports=reports)  # type: ignore[arg-type]
    else:
        check(archive)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, len(REPORTS) - 1), st.integers(0, 3)), min_size=12, max_size=24
    )
)
def test_any_history_ends_as_if_all_were_made_at_once(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "a") as archive:
        for which in range(0, len(REPORTS), 2):
            does(archive, "edit", which, 1)
        check(archive)
        for step in steps:
            does(archive, *step)
        grown = check(archive)
        assert check(archive, everything=True) == grown
        for name in MADE:
            archive.db.execute(f"DELETE FROM {name}")
        archive.db.execute("DELETE FROM unchecked")
        assert check(archive, everything=True) == grown


KILLED = """
import os, sys
from pathlib import Path
from archive.checking import aggregates, audit, overview, sums, tallies
from archive.store import Archive
from parsers.forms import INDICATORS

left = int(sys.argv[2])

def killing(module, name):
    known = getattr(module, name)
    def counted(*args, **more):
        global left
        made = known(*args, **more)
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)
        return made
    setattr(module, name, counted)

for module, name in ((aggregates, "recompute"), (tallies, "recompute"), (aggregates, "recompute_country"),
                     (overview, "recompute"), (sums, "_sources"), (sums, "_take"), (audit, "_replace")):
    killing(module, name)
with Archive.open(Path(sys.argv[1]), INDICATORS) as archive:
    audit.recompute(archive, today="2026-12-01")
"""


def test_kill_9_within_the_sums_is_made_up_for_row_by_row(tmp_path: Path) -> None:
    """Whichever transaction was the last one, the next check makes up for the rest."""
    order = random.Random(5)
    with opened(tmp_path) as archive:
        put(archive, synthetic(60, seed=7))
        for which in range(len(REPORTS)):
            does(archive, "edit", which, 0)
        check(archive)
    died = 0
    for place in order.sample(range(1, 19), 5):
        with opened(tmp_path) as archive:
            for which in order.sample(range(len(REPORTS)), 5):
                does(archive, "edit", which, order.randint(0, 3))
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(place)]
        died += subprocess.run(command, cwd=HOUSE, check=False).returncode == -signal.SIGKILL
    assert died == 5
    with opened(tmp_path) as archive:
        after = check(archive)
        assert check(archive, everything=True) == after


def test_a_report_read_again_during_a_check_is_made_up_for_by_the_next_one(tmp_path: Path) -> None:
    """Its marks are used up by the check that runs, which knows it as it was before."""
    long = prose("".join(f"第{number}项工作由本机关办公室会同财务科办理。" for number in range(20)))
    said = made(2022, sections=(long,))
    step = audit.STEPS.index("prints") + 1

    with opened(tmp_path) as archive:
        keep(archive, replace(said, sections=()), "a")
        check(archive)

        def read_again(done: int, steps: int) -> None:
            if done == step:
                keep(archive, said, "a")

        audit.recompute(archive, today=TODAY, progress=read_again)
        grown = check(archive)
        assert any("copied" in row for row in grown["tallies"]), "the report can be compared now"
        assert grown == check(archive, everything=True)


def test_what_is_as_it_was_is_not_counted_again(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        put(archive, synthetic(200, seed=2))
        check(archive)
        rows = archive.db.execute("SELECT organ, year, division FROM reports ORDER BY id LIMIT 1").fetchall()
        archive.db.executemany("INSERT INTO unchecked VALUES (?, ?, ?, 0)", rows)
        counted: list[str] = []
        archive.db.set_trace_callback(lambda said: counted.append(said) if "INSERT INTO tallied" in said else None)
        check(archive)
        assert counted == []


def test_a_rule_that_is_no_more_is_in_no_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as archive:
        for which in range(len(REPORTS)):
            does(archive, "edit", which, which)
        before = check(archive)
        (chain,) = (rule for rule in audit.AUDITS if rule.name == "carry_over")
        monkeypatch.setattr(audit, "AUDITS", (*audit.AUDITS, replace(chain, name="of_old")))
        assert str(check(archive)["tallies"]).count("'of_old', 'FAIL'") > 0
        monkeypatch.undo()
        assert check(archive) == before
