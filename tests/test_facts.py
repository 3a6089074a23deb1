"""Every fact comes back from the wide tables as it went in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.records import Fact, Indicator, Method, State
from archive.store import Archive
from archive.wide import decode_squares, encode_squares
from parsers.forms import INDICATORS
from tests.captures import indexed, of_form, reading, rows, table


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def view(archive: Archive, id: str) -> set[tuple[object, ...]]:
    return set(archive.db.execute("SELECT indicator, value, state, raw, method FROM facts WHERE snapshot = ?", (id,)))


def test_regular_tables_are_small_and_come_back(archive: Archive) -> None:
    for form in ("2019", "2021"):
        parsed = reading(form)
        archive.add(indexed(form))
        archive.replace_parsed(indexed(form), parsed)
        assert sorted(archive.facts(form), key=str) == sorted(parsed.facts, key=str)
        assert view(archive, form) == {(f.indicator, f.value, f.state, f.raw, f.method) for f in parsed.facts}
        for name in (f"proactive_{form}", "requests", "review"):
            (row,) = [row for row in table(archive, name) if row["snapshot"] == form]
            assert (row["organ"], row["year"], row["form"]) == (parsed.organ, parsed.year, form)
            assert len(str(row["squares"])) <= 600
            assert row["methods"] == '{"default":"grid"}'


VALUES = st.one_of(
    st.integers(-(10**6), 10**6), st.integers(2**62, 2**64), st.floats(allow_nan=False, allow_infinity=False)
)
# no NUL: nobody prints one, and SQLite ends a text there
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
STATES: list[State] = ["number", "number", "blank", "placeholder", "text", "unreadable"]
METHODS: list[Method] = ["grid", "flat", "sums", "ocr"]


@st.composite
def fact(draw: st.DrawFn, indicator: Indicator) -> Fact:
    state = draw(st.sampled_from(STATES))
    value = draw(VALUES) if state == "number" else None
    raw = draw(st.one_of(st.just("" if value is None else str(value)), TEXTS))
    place = draw(st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 40), st.integers(0, 12)))
    return Fact(
        indicator=indicator.indicator, value=value, raw=raw, state=state, method=draw(st.sampled_from(METHODS)),
        table=place[0], row=place[1], column=place[2],
    )  # fmt: skip


@st.composite
def facts(draw: st.DrawFn) -> tuple[str, tuple[Fact, ...]]:
    form = draw(st.sampled_from(["2019", "2021"]))
    chosen = draw(st.lists(st.sampled_from(of_form(form)), max_size=12, unique_by=lambda item: item.indicator))
    return form, tuple(draw(fact(indicator)) for indicator in chosen)


def stored(value: float | None) -> float | None:
    return float(value) if isinstance(value, int) and abs(value) >= 2**63 else value


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts())
def test_every_fact_comes_back_exactly(archive: Archive, drawn: tuple[str, tuple[Fact, ...]]) -> None:
    form, given_facts = drawn
    parsed = reading(form, facts=given_facts)
    archive.replace_parsed(indexed("x"), parsed)
    expected = {replace(one, value=stored(one.value)) for one in given_facts}
    assert set(archive.facts("x")) == expected
    assert view(archive, "x") == {(f.indicator, f.value, f.state, f.raw, f.method) for f in expected}


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 30), st.integers(0, 30)), max_size=40)
)
def test_squares_come_back(squares: list[tuple[int | None, int, int]]) -> None:
    assert decode_squares(encode_squares(squares)) == squares


def test_squares_of_a_turned_table_are_small_too() -> None:
    squares = [(1, row, column) for column in range(3, 10) for row in range(25)]
    assert len(encode_squares(squares)) < 200
    assert decode_squares(encode_squares(squares)) == squares


def test_only_tables_with_facts_have_rows(archive: Archive) -> None:
    parsed = reading("2021")
    parsed = replace(parsed, facts=tuple(one for one in parsed.facts if one.indicator.startswith("review.")))
    archive.replace_parsed(indexed("x"), parsed)
    assert [len(table(archive, name)) for name in ("proactive_2019", "proactive_2021", "requests", "review")] == [
        0, 0, 0, 1,
    ]  # fmt: skip


def test_the_form_is_that_of_the_document(archive: Archive) -> None:
    # most indicators of the requests table are in both forms
    shared = {i.indicator for i in of_form("2019")} & {i.indicator for i in of_form("2021")}
    for form in ("2019", "2021"):
        some = tuple(one for one in reading(form).facts if one.indicator in shared)
        archive.replace_parsed(indexed(form), reading(form, facts=some))
        assert {row["form"] for row in table(archive, "requests") if row["snapshot"] == form} == {form}
    assert len(table(archive, "proactive_2019")) == len(table(archive, "proactive_2021")) == 1


def test_faults_of_a_parser_are_named(archive: Archive) -> None:
    one = reading().facts[0]
    archive.replace_parsed(indexed("x"), reading())
    before = rows(archive.directory)
    with pytest.raises(ArchiveError, match="two facts for"):
        archive.replace_parsed(indexed("x"), reading(facts=(one, one)))
    with pytest.raises(ArchiveError, match=r"no form has the indicator no\.such"):
        archive.replace_parsed(indexed("x"), reading(facts=(replace(one, indicator="no.such"),)))
    assert rows(archive.directory) == before


def test_the_facts_of_one_report_are_found_by_index(archive: Archive) -> None:
    for n in range(20):
        archive.replace_parsed(indexed(f"s{n}"), reading(organ=f"organ {n}"))
    found = view(archive, "s7")
    assert len(found) == len(of_form("2021"))
    plan = archive.db.execute("EXPLAIN QUERY PLAN SELECT * FROM facts WHERE snapshot = 's7'").fetchall()
    assert {step.split()[0] for *_, step in plan if "facts" not in step} <= {"SEARCH", "COMPOUND", "LEFT-MOST", "UNION"}
