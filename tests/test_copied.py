"""Sections and tables that are those of another report: found by sketches, said by shingles."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import search
from archive.audits import sketch
from archive.checking import audit
from archive.records import Parsed, Section
from tests.audited import checked, keep, made, opened, prose, told

WORDS = "".join(chr(0x4E00 + 7 * n) for n in range(900))
ROWS = ("new", "disclosed", "denied.state_secret", "other.other", "total", "carried_out")
NUMBERS = [f"requests.{row}.total" for row in ROWS]


def text(seed: int, clauses: int = 40) -> str:
    """Sentences that nobody else wrote."""
    chosen = random.Random(seed)
    return "。".join("".join(chosen.choices(WORDS, k=chosen.randint(6, 16))) for _ in range(clauses))


def edited(original: str, edits: int, seed: int = 0) -> str:
    """A text with some characters changed, far from each other."""
    chosen, letters = random.Random(seed), list(original)
    for place in chosen.sample(range(0, len(letters), 12), edits):
        letters[place] = "改"
    return "".join(letters)


def report(organ: str, year: int, words: str, number: int = 1) -> Parsed:
    return made(year, organ=organ, sections=(prose(words, number),))


@pytest.mark.parametrize("other", [("青石县教育局", 2021), ("青石县财政局", 2022)])
@pytest.mark.parametrize(("edits", "alike"), [(0, True), (3, True), (30, False)])
def test_a_section_of_another_organ_or_year(tmp_path: Path, other: tuple[str, int], edits: int, alike: bool) -> None:
    with opened(tmp_path) as archive:
        keep(archive, report("青石县财政局", 2021, text(1)))
        keep(archive, report(*other, edited(text(1), edits), 5))
        rows = checked(archive)
    both = other[1] == 2021  # of one year nobody knows who was first
    verdict = "WARN" if both else "INFO"  # what an organ said itself the year before is no borrowed text
    found = {("copied", verdict, *other)} | ({("copied", "WARN", "青石县财政局", 2021)} if both else set())
    assert set(told(rows)) == (found if alike else set())
    assert len(rows) == (len(found) if alike else 0)


def test_what_the_law_asks_for_and_what_is_short_is_copied_by_nobody(tmp_path: Path) -> None:
    statutory = "根据《中华人民共和国政府信息公开条例》有关规定编制本年度报告，" + text(1).replace("。", "，")
    with opened(tmp_path) as archive:
        for organ in ("青石县财政局", "青石县教育局"):
            keep(archive, made(2021, organ=organ, sections=(prose(statutory), prose(text(2, 5), 5))))
        assert checked(archive) == []


def test_a_table_with_five_different_numbers(tmp_path: Path) -> None:
    numbers = {name: n + 3 for n, name in enumerate(NUMBERS)}
    with opened(tmp_path) as archive:
        keep(archive, made(2021, numbers, organ="青石县财政局", division="110101"))
        keep(archive, made(2021, numbers, organ="青石县教育局"))
        keep(archive, made(2021, dict(list(numbers.items())[:4]), organ="青石县民政局"))
        keep(archive, made(2021, dict(list(numbers.items())[:4]), organ="青石县水务局"))
        rows = checked(archive)
    assert told(rows) == [("copied", "WARN", "青石县教育局", 2021), ("copied", "WARN", "青石县财政局", 2021)]
    assert {row["evidence"] for row in rows} == {"requests"}


@pytest.mark.parametrize("numbers", [{}, {name: n + 3 for n, name in enumerate(NUMBERS)}])
def test_reports_that_go_while_they_are_compared(tmp_path: Path, numbers: Mapping[str, float]) -> None:
    """Between recognising and comparing anybody may withhold a report, or read it again as none."""
    words = [] if numbers else [text(1), edited(text(1), 3), edited(text(1), 3)]
    said: list[tuple[Section, ...]] = [(prose(one),) for one in words] or [()] * 3
    three = [made(2021, numbers, organ=organ, sections=own) for organ, own in zip(ORGANS, said, strict=True)]
    with opened(tmp_path) as archive:
        for parsed in three:
            keep(archive, parsed)

        def goes(done: int, _: int) -> None:
            if done == audit.STEPS.index("copied"):
                for parsed in three[:2]:
                    keep(archive, replace(parsed, kind="other"))

        audit.recompute(archive, today="2026-12-01", progress=goes)
        assert checked(archive) == []
        for parsed in three[:2]:
            keep(archive, parsed)
        assert len(checked(archive)) == 3


def test_texts_that_share_nine_tenths_meet() -> None:
    """The sketch must not lose what the shingles would find."""
    pairs = [(text(seed), edited(text(seed), 4, seed)) for seed in range(150)]
    alike = [pair for pair in pairs if sketch.similarity(*map(sketch.shingles, pair)) >= sketch.ALIKE]
    assert len(alike) > 100
    met = sum(not set(sketch.bands(one)).isdisjoint(sketch.bands(other)) for one, other in alike)
    assert met >= 0.97 * len(alike)
    assert not any(set(sketch.bands(text(n))) & set(sketch.bands(text(n + 1000))) for n in range(50))


SEEDS = [text(1), edited(text(1), 2), edited(text(1), 3, 1), edited(text(1), 2, 2), text(2)]
ORGANS = ("青石县财政局", "青石县教育局", "青石县民政局")


@settings(max_examples=7, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(ORGANS), st.integers(2021, 2022), st.integers(0, len(SEEDS)), st.booleans()),
        min_size=5,
        max_size=14,
    )
)
def test_whatever_the_order_the_same_is_found(steps: list[tuple[str, int, int, bool]]) -> None:
    """One past the last text stands for a report that goes away."""
    with TemporaryDirectory() as folder, opened(Path(folder) / "a") as archive:
        for organ, year, which, check in steps:
            parsed = report(organ, year, SEEDS[which % len(SEEDS)])
            keep(archive, replace(parsed, kind="report" if which < len(SEEDS) else "other"))
            if check:
                checked(archive)
        grown = checked(archive)
        search.leave_audits(archive.db, "SELECT key FROM audits")
        for table in ("audits", "prints", "bands"):
            archive.db.execute(f"DELETE FROM {table}")
        assert checked(archive, everything=True) == grown
