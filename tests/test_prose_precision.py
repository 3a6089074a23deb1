"""Prose of 292 real reports, worded anew, against tables as a person who reads it fills them: what is found is right.

Each text is judged as it stands, and once for each number it plainly says with that number changed in the table: every
finding is then to be the one that is labelled, or about what was changed. Read by eye as they were first read, the
real texts held 412 numbers bound, four of them wrongly (two zeros of another year, a number closed that was said to be
new in doubt, one with what was carried over that was said to be without doubt), and of three contradictions two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from archive.records import Finding
from parsers.checks import check
from parsers.checks.rule import Evidence
from parsers.forms import BY_TABLE
from parsers.prose.indicators import named, summands
from tests.test_checks import SOUND, evidence, fact

TEXTS = Path(__file__).parent / "prose" / "reports.tsv"
RULES = {"zero_claim", "prose_against_table", "prose_sums"}
ROWS = {  # the square that stands for a row of several
    "partly": "requests.partly_disclosed.total",
    "denied": "requests.denied.process_information.total",
    "unavailable": "requests.unavailable.not_held.total",
    "not_processed": "requests.not_processed.repeat.total",
    "licensing": "proactive.licensing.decisions",
    "penalties": "proactive.penalties.decisions",
    "coercion": "proactive.coercion.decisions",
    "repealed": "proactive.normative_documents.repealed",
    "in_force": "proactive.normative_documents.in_force",
}


class Read(NamedTuple):
    """A text, what its tables count, and the findings that a careful reader agrees with."""

    year: int
    prose: str
    table: Mapping[str, int]
    wrong: frozenset[str]


def texts() -> Iterator[Read]:
    for line in TEXTS.read_text(encoding="utf-8").splitlines()[1:]:
        year, prose, table, wrong = line.split("\t")
        pairs = (pair.split("=") for pair in table.split())
        counted = {_square(name, int(year)): int(number) for name, number in pairs}
        yield Read(int(year), prose, counted, frozenset([wrong] if wrong else []))


def _square(name: str, year: int) -> str:
    if name in ROWS:
        return ROWS[name]
    if name == "issued":
        return named("proactive.normative_documents.issued", year)
    if name == "other":
        return "requests.other.total" if year < 2021 else "requests.other.misc.total"
    row, _, column = name.partition(".")
    if row in ("reconsideration", "litigation"):
        return f"review.{'litigation_direct' if row == 'litigation' else row}.{column or 'total'}"
    return f"requests.{row}.{column or 'total'}"


def judged(read: Read, table: Mapping[str, int]) -> tuple[Evidence, dict[str, Finding]]:
    """The report as the rules see it, and what the rules of the prose say against it."""
    form = "2019" if read.year < 2021 else "2021"
    sound = [*SOUND, "requests.total.natural_person"]
    none = dict.fromkeys([*sound, *(i.replace("natural_person", "total") for i in sound)], 0)
    report = replace(evidence(none | dict(table), form=form, prose=read.prose), year=read.year)
    found = [f for f in check(report)[0] if f.rule in RULES and f.verdict in ("FAIL", "WARN")]
    return report, {f"{f.rule} {f.verdict} {f.expected:g} {f.actual:g}": f for f in found}


def changed(read: Read, report: Evidence) -> Iterator[tuple[str, dict[str, int]]]:
    """One number of the table at a time that the text plainly says is another one."""
    form = "2019" if read.year < 2021 else "2021"
    for statement in report.statements:
        squares = summands(named(statement.indicator, read.year), form)
        said = [square for square in squares if read.table.get(square)]
        counted = sum(read.table[square] for square in said)
        if statement.certain and counted == statement.value and statement.value:
            yield said[0], {**read.table, said[0]: read.table[said[0]] + 13}


def test_what_is_found_in_real_prose_is_right() -> None:
    right, wrong = 0, []
    for read in texts():
        _, found = judged(read, read.table)
        assert read.wrong <= set(found), read.prose
        right += len(read.wrong)
        wrong += [f"{read.prose}: {name}" for name in set(found) - read.wrong]
    assert right >= 0.95 * (right + len(wrong)), wrong


def test_what_is_found_where_one_number_is_another_is_about_it() -> None:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for read in texts():
        report, found = judged(read, read.table)
        for square, table in changed(read, report):
            new = {name: f for name, f in judged(read, table)[1].items() if name not in found}
            about = [name for name, f in new.items() if square in f.indicators]
            wrong += [f"{read.prose}: {name}" for name in set(new) - set(about)]
            counts += Counter(changed=1, right=len(about), seen=bool(about))
    assert counts["changed"] >= 110
    assert counts["right"] >= 0.95 * (counts["right"] + len(wrong)), wrong
    assert counts["seen"] >= 0.7 * counts["changed"]  # the others may mean another sum that did not change


def test_every_square_of_the_sample_is_one_of_the_form() -> None:
    for read in texts():
        form = "2019" if read.year < 2021 else "2021"
        known = {
            f"{table}.{row}.{column}"
            for table in ("proactive", "requests", "review")
            for row, column in BY_TABLE[form, table].indicators
        }
        assert set(read.table) <= known, read.prose
        assert all(fact(square, number).value == number for square, number in read.table.items())
