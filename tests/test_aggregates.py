"""Sums by place, tier and year: right against the reports, the same in steps as at once, and blank is never zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.checking import audit, sums
from archive.checking.aggregates import tier
from archive.records import Candidate
from archive.store import Archive
from bench.synthetic import put, reports
from parsers.forms import INDICATORS
from tests.captures import capture, indexed, reading, table, writer

TODAY = "2026-11-01"
TABLES = ("places", "report_years", "measures", "ledger_years", "totals")
ZHOUCUN: dict[str, Any] = {"division": "370306", "province": "山东省", "city": "淄博市", "county": "周村区"}
JINAN: dict[str, Any] = {"division": "370100", "province": "山东省", "city": "济南市", "county": ""}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def add(archive: Archive, name: str, numbers: dict[str, int | None], **changes: Any) -> None:
    """One report in the form of 2021 with these numbers in table three, all others zero."""
    own: dict[str, Any] = {"year": 2022, "organ": f"{name}财政局"} | ZHOUCUN | changes
    whole = reading("2021", findings=(), passed=(), **own)
    facts = [replace(fact, value=0, raw="0") for fact in whole.facts]
    archive.add(indexed(name))
    archive.replace_parsed(indexed(name), replace(whole, facts=tuple(said(fact, numbers) for fact in facts)))


def said(fact: Any, numbers: dict[str, int | None]) -> Any:
    if fact.indicator not in numbers:
        return fact
    value = numbers[fact.indicator]
    state = "blank" if value is None else "number"
    return replace(fact, value=value, raw="" if value is None else str(value), state=state)


def measure(archive: Archive, place: str, of: str, year: int, indicator: str) -> tuple[int, ...]:
    found: tuple[int, ...] = archive.db.execute(
        "SELECT counted, total, paired, part, whole FROM measures"
        " WHERE (place, tier, year, indicator) = (?, ?, ?, ?)", (place, of, year, indicator),
    ).fetchone()  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("organ", "division", "of"),
    [
        ("山东省人民政府", "370000", "province"),
        ("济南市人民政府", "370100", "city"),
        ("周村区人民政府", "370306", "county"),
        ("周村区财政局", "370306", "department"),
        ("王村镇人民政府", "370306", "town"),
        ("河南省人民政府", "", "province"),
    ],
)
def test_tiers(organ: str, division: str, of: str) -> None:
    assert tier(organ, division) == of


def test_blank_is_left_out_and_said_so(archive: Archive) -> None:
    add(
        archive,
        "甲",
        {"requests.new.total": 30, "requests.denied.internal_affairs.total": 5, "requests.total.total": 20},
    )
    add(archive, "乙", {"requests.new.total": None, "requests.denied.internal_affairs.total": None})
    add(
        archive, "丙", {"requests.new.total": 12, "requests.denied.state_secret.total": 1, "requests.total.total": None}
    )
    audit.recompute(archive, today=TODAY)
    assert measure(archive, "370306", "department", 2022, "requests.new.total")[:2] == (2, 42)
    # of two reports with all eight rows; a share only of those that say the whole as well
    assert measure(archive, "370306", "department", 2022, "requests.denied.total") == (2, 6, 1, 5, 20)
    for place in ("3703", "37", "CN"):
        assert measure(archive, place, "department", 2022, "requests.new.total")[:2] == (2, 42)
    (years,) = [row for row in table(archive, "report_years") if row["place"] == "CN"]
    assert (years["reports"], years["readable"]) == (3, 3)


def test_a_group_has_the_rows_of_its_form(archive: Archive) -> None:
    other: dict[str, int | None] = {f"requests.other.{row}.total": 2 for row in ("not_corrected", "fee_unpaid", "misc")}
    add(archive, "甲", other)
    early = reading("2019", year=2020, organ="甲财政局", findings=(), passed=(), **ZHOUCUN)
    facts = tuple(replace(f, value=5, raw="5") if f.indicator == "requests.other.total" else f for f in early.facts)
    archive.add(indexed("早"))
    archive.replace_parsed(indexed("早"), replace(early, facts=facts))
    audit.recompute(archive, today=TODAY)
    of_years = [measure(archive, "37", "department", year, "requests.other.total")[1] for year in (2020, 2022)]
    assert of_years == [5, 6]


def test_nobody_counts_twice(archive: Archive) -> None:
    add(archive, "甲", {"requests.new.total": 30}, organ="周村区人民政府")
    add(archive, "乙", {"requests.new.total": 20})
    add(archive, "丙", {"requests.new.total": 7}, organ="济南市财政局", **JINAN)
    audit.recompute(archive, today=TODAY)
    assert measure(archive, "37", "county", 2022, "requests.new.total")[1] == 30
    assert measure(archive, "37", "department", 2022, "requests.new.total")[1] == 27
    assert measure(archive, "370100", "department", 2022, "requests.new.total")[1] == 7


def test_nonsense_stops_nothing(archive: Archive) -> None:
    for name in "甲乙丙":
        add(archive, name, {"requests.new.total": 2**63 - 1})
    audit.recompute(archive, today=TODAY)
    assert measure(archive, "CN", "department", 2022, "requests.new.total")[0] == 3


def test_places_and_their_names(archive: Archive) -> None:
    add(archive, "甲", {})
    add(archive, "乙", {}, organ="天门市财政局", division="429006", province="湖北省", city="", county="天门市")
    add(archive, "丙", {}, organ="东城区财政局", division="110101", province="北京市", city="", county="东城区")
    audit.recompute(archive, today=TODAY)
    found = {row["code"]: (row["place"], row["parent"], row["level"], row["name"]) for row in table(archive, "places")}
    assert found == {
        "370000": ("37", "", "province", "山东省"),
        "370300": ("3703", "370000", "city", "淄博市"),
        "370306": ("370306", "370300", "county", "周村区"),
        "420000": ("42", "", "province", "湖北省"),
        "429006": ("429006", "420000", "county", "天门市"),
        "110000": ("11", "", "province", "北京市"),
        "110101": ("110101", "110000", "county", "东城区"),
    }


def test_in_steps_as_at_once(archive: Archive) -> None:
    made = list(reports(900, seed=3))
    for batch in (made[:300], made[300:310], made[310:]):
        put(archive, batch)
        audit.recompute(archive, today=TODAY)
    grown = {name: table(archive, name) for name in TABLES}
    assert len(grown["measures"]) > 100
    sums.recompute(archive, audit.AUDITS, everything=True)
    assert {name: table(archive, name) for name in TABLES} == grown
    (total,) = archive.db.execute(
        "SELECT sum(w.requests_new_total) FROM requests w JOIN reports USING (snapshot, part)"
        " WHERE reports.year = 2022 AND reports.organ LIKE '%局'"
    ).fetchone()
    assert measure(archive, "CN", "department", 2022, "requests.new.total")[1] == total


def test_what_went_is_in_no_sum(archive: Archive) -> None:
    add(archive, "甲", {"requests.new.total": 30})
    audit.recompute(archive, today=TODAY)
    archive.replace_parsed(indexed("甲"), reading("2021", kind="notice", facts=()))
    audit.recompute(archive, today=TODAY)
    assert measure(archive, "CN", "department", 2022, "requests.new.total") is None
    assert table(archive, "report_years") == []


def test_the_ledger_is_counted(archive: Archive) -> None:
    with writer(archive) as into:
        for year, published in ((2019, "2020-01-10"), (2022, "2023-05-02")):
            page = capture(archive, into, url=f"http://www.example.gov.cn/{year}.html")
            said_by = (Candidate(field="published", value=published, source="label:发布时间"),)
            dated = reading("2021", year=year, published=published, candidates=said_by, organ="周村区财政局")
            archive.replace_parsed(page, dated)
    audit.recompute(archive, today="2023-12-01")
    rows = {row["year"]: row for row in table(archive, "ledger_years") if row["place"] == "3703"}
    assert {year: (row["owed"], row["found"], row["late"]) for year, row in rows.items()} == {
        2019: (1, 1, 0), 2020: (1, 0, 0), 2021: (1, 0, 0), 2022: (1, 1, 1),
    }  # fmt: skip
    assert {rows[2020]["missing"], rows[2020]["unknown"]} == {0, 1}


def test_what_is_farthest_off_comes_first_and_dismissed_never(archive: Archive) -> None:
    for name, new, carried in (("甲", 100, 50), ("乙", 1000, 10)):
        add(archive, name, {"requests.carried_out.total": new})
        add(archive, f"{name}次", {"requests.carried_in.total": carried}, year=2023, organ=f"{name}财政局")
    audit.recompute(archive, today=TODAY)
    first, *rest = archive.db.execute("SELECT organ, key FROM striking ORDER BY score DESC").fetchall()
    assert first[0] == "乙财政局"
    assert rest
    archive.db.execute(
        "INSERT INTO reviews VALUES ('1', '2026-01-01T00:00:00Z', '李', 'dismissed', '', 2023, '', '', '', ?, 1)",
        (first[1],),
    )
    sums.recompute(archive, audit.AUDITS, everything=True)
    assert first[1] not in [row["key"] for row in table(archive, "striking")]
