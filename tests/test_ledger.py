"""The ledger: what is owed, what became of it, and that nothing is held against an organ that our watching explains."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.checking import audit
from archive.checking.duty import deadline, judged
from archive.checking.watching import Link
from tests.captures import table
from tests.history import HOST, SOURCE, WALL, Portal, page, report
from tests.maker.report import blanked

FINANCE, AUDIT = "青石县财政局", "青石县审计局"
NOW = "2022-12-01"


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with closing(Portal(tmp_path / "data", monkeypatch)) as visited:
        yield visited


def other(year: int = 2021) -> dict[str, bytes]:
    """A page of another organ, which shows that the column was seen well, and that it goes on."""
    return {f"other{year}.html": page(report("青石县人民政府", year))}


@pytest.mark.parametrize(
    ("organ", "year", "due"),
    [
        (FINANCE, 2021, "2022-01-31"),
        (FINANCE, 2018, "2019-03-31"),
        ("青石县人民政府", 2021, "2022-03-31"),
        ("青石县人民政府办公室", 2021, "2022-03-31"),
        ("河湾街道办事处", 2021, "2022-03-31"),
        ("平潭综合实验区管理委员会", 2021, "2022-03-31"),
        ("人力资源和社会保障部", 2021, "2022-01-31"),
        ("青石市城市管理委员会", 2021, "2022-01-31"),
        ("国家税务总局青石县税务局", 2021, "2022-03-31"),  # a branch of the centre's
        ("青石县消防救援大队", 2021, "2022-03-31"),
        ("青石县人民法院", 2021, "2022-03-31"),
    ],
)
def test_deadlines(organ: str, year: int, due: str) -> None:
    assert deadline(organ, year) == due


@pytest.mark.parametrize(
    ("seen", "published", "by", "watched", "timely"),
    [
        ("2023-05-01", "2022-01-31", "label:发布时间", False, "on_time"),
        ("2023-05-01", "2022-02-01", "label:发布时间", False, "late"),
        ("2023-05-01", "2022-02-01", "list", False, "late"),
        ("2023-05-01", "2022-02-01", "signature", False, "late"),
        ("2023-05-01", "2022-01-20", "signature", False, "unknown"),  # signed is not published
        ("2023-05-01", "2022-02-01", "meta:PubDate", False, "unknown"),  # the making of the page
        ("2023-05-01", "2022-02-01", "url", False, "unknown"),
        ("2023-05-01", "2023-04-01", "label:发布时间", False, "unknown"),  # moved and stamped anew
        ("2023-05-01", "", "", False, "unknown"),
        ("2022-01-30", "2022-02-01", "label:发布时间", False, "on_time"),  # it was there
        ("2022-02-20", "2022-01-20", "label:发布时间", True, "late"),  # it was not there
    ],
)
def test_late_is_only_what_is_proved(seen: str, published: str, by: str, watched: bool, timely: str) -> None:
    told = judged("2022-01-31", 2021, first_seen=seen, published=published, by=by, watched=watched)
    assert told.timely == timely


@pytest.mark.parametrize(("published", "timely"), [("2021-02-01", "on_time"), ("2021-02-02", "late")])
def test_a_deadline_on_a_sunday_is_over_on_monday(published: str, timely: str) -> None:
    assert judged("2021-01-31", 2020, first_seen="", published=published, by="list", watched=False).timely == timely


def test_watching_that_began_later_is_never_late(portal: Portal) -> None:
    portal.visit("2022-06-01", {"a.html": page(report())})
    portal.visit("2022-09-01", {"a.html": page(report())})
    row = portal.ledger(NOW)[FINANCE, 2021]
    assert (row["state"], row["flags"], row["timely_by"]) == ("found", "found", "")


def test_what_the_column_lacked_after_the_deadline_came_late(portal: Portal) -> None:
    portal.visit("2022-01-10", other())
    portal.visit("2022-02-10", other(2020))
    portal.visit("2022-03-01", {"a.html": page(report())})
    row = portal.ledger(NOW)[FINANCE, 2021]
    assert (row["state"], row["timely_by"]) == ("late", "watched")


def test_what_the_column_named_all_the_time_did_not_come_late(portal: Portal) -> None:
    """An interrupted crawl: the list was the same, its pages were asked for later."""
    portal.visit("2022-01-10", other())
    portal.visit("2022-02-10", other(2020), column=b"<html>as ever</html>")
    portal.visit("2022-03-01", {"a.html": page(report())}, column=b"<html>as ever</html>")
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == "found"


@pytest.mark.parametrize(("day", "state"), [("2022-01-28", "on_time"), ("2022-03-22", "late")])
def test_the_printed_date(portal: Portal, day: str, state: str) -> None:
    portal.visit("2022-06-01", {"a.html": page(report(), published=day)})
    row = portal.ledger(NOW)[FINANCE, 2021]
    assert (row["state"], row["printed"], row["deadline"], row["timely_by"]) == (state, day, "2022-01-31", "printed")


def test_an_organ_that_published_before_lacks_a_year(portal: Portal) -> None:
    portal.visit("2021-06-01", {"a.html": page(report(year=2020))})
    portal.visit("2022-02-14", other())
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == "missing"
    assert json.loads(portal.ledger(NOW)[FINANCE, 2021]["because"]) == {"earlier": 2020}
    assert (FINANCE, 2022) not in portal.ledger(NOW)
    assert (FINANCE, 2021) not in portal.ledger("2022-01-31")


@pytest.mark.parametrize(
    "visits",
    [
        [("2022-02-05", other(), True)],  # too soon after the deadline
        [("2022-03-01", other(), False)],  # the column itself was not seen
        [("2022-03-01", {}, True)],  # it led to nothing: perhaps a wall, perhaps an empty page
        [],
    ],
)
def test_a_column_that_was_not_seen_well_misses_nothing(
    portal: Portal, visits: list[tuple[str, dict[str, bytes | int | str], bool]]
) -> None:
    portal.visit("2021-06-01", {"a.html": page(report(year=2020))})
    for day, answers, listed in visits:
        portal.visit(day, answers, listed=listed)
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == "unknown"


@pytest.mark.parametrize(
    ("answer", "anchor", "state"),
    [
        (412, "财政局2021年政府信息公开工作年度报告", "blocked"),
        (WALL, "青石县财政局2021年政府信息公开工作年度报告", "blocked"),
        (500, "财政局2021年政府信息公开工作年度报告", "unknown"),
        (b"%PDF-1.4 broken", "财政局2021年政府信息公开工作年度报告.pdf", "unreadable"),
        (500, "审计局2021年政府信息公开工作年度报告", "missing"),
        (500, "财政局2019年政府信息公开工作年度报告", "missing"),
    ],
)
def test_what_the_column_names_is_not_missing(portal: Portal, answer: bytes | int, anchor: str, state: str) -> None:
    portal.visit("2021-06-01", {"a.html": page(report(year=2020))})
    portal.visit("2022-03-01", other())
    portal.visit("2022-03-01", {"b.html": answer}, anchor=anchor, listed=False)
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == state


@pytest.mark.parametrize("name", ["青石县财政局", "某市青石县财政局"])
def test_a_report_under_a_longer_name_may_be_the_missing_one(portal: Portal, name: str) -> None:
    portal.visit("2021-06-01", {"a.html": page(report("财政局" if name == FINANCE else FINANCE, 2020))})
    portal.visit("2022-03-01", {"b.html": page(report(name, 2021))})
    assert "missing" not in {row["state"] for row in portal.ledger(NOW).values()}


def test_a_page_that_was_not_read_as_a_report_may_be_the_missing_one(portal: Portal) -> None:
    portal.visit("2021-06-01", {"a.html": page(report(year=2020))})
    portal.visit("2022-03-01", other())
    nothing = "<html><p>正在整理，敬请期待。</p></html>".encode()
    portal.visit("2022-03-01", {"b.html": nothing}, listed=False, anchor="财政局2021年政府信息公开工作年度报告")
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == "unknown"


@pytest.mark.parametrize(
    ("owner", "division", "organ", "state"),
    [
        ("青石县人民政府", "", FINANCE, "missing"),
        ("淄博市人民政府", "370300", "周村区财政局", "missing"),
        ("白石县人民政府", "", FINANCE, "unknown"),
        ("威海市人民政府", "371000", "周村区财政局", "unknown"),
    ],
)
def test_a_collection_of_other_places_misses_nothing(
    portal: Portal, owner: str, division: str, organ: str, state: str
) -> None:
    portal.register(replace(SOURCE, organ=owner, division=division, since=2021))
    portal.visit("2020-06-01", {"a.html": page(report(organ=organ, year=2019))})
    portal.visit("2022-03-01", other())
    assert portal.ledger(NOW)[organ, 2020]["state"] == state


def test_a_column_that_all_its_organs_left_misses_nothing(portal: Portal) -> None:
    """It was given up, and its organs publish elsewhere; but one that is of a single organ tells of that organ."""
    portal.visit("2021-06-01", {"a.html": page(report(year=2020))})
    portal.visit("2022-03-01", {"a.html": page(report(year=2020), visits=2)})
    assert portal.ledger(NOW)[FINANCE, 2021]["state"] == "missing"
    portal.visit("2022-04-01", other(2020))
    rows = portal.ledger(NOW)
    assert {rows[organ, 2021]["state"] for organ in (FINANCE, SOURCE.organ)} == {"unknown"}
    portal.visit("2022-06-01", {"b.html": page(report(AUDIT))})
    rows = portal.ledger(NOW)
    assert {rows[organ, 2021]["state"] for organ in (FINANCE, SOURCE.organ)} == {"missing"}


def test_siblings_speak_for_an_organ_but_not_before_the_reform(portal: Portal) -> None:
    schools = "周村区教育局"
    years = {"周村区财政局": (2018, 2020, 2021), "周村区审计局": (2018, 2020, 2021), schools: (2021,)}
    pages = {
        f"{organ}{year}.html": page(report(organ, year, seed=n))
        for n, (organ, published) in enumerate(years.items())
        for year in published
    }
    portal.visit("2022-06-01", pages, division="370306")
    rows = portal.ledger(NOW)
    assert rows[schools, 2020]["state"] == "missing"
    assert json.loads(rows[schools, 2020]["because"]) == {"siblings": [2, 2]}
    assert (schools, 2018) not in rows
    assert (schools, 2019) not in rows  # nor did they publish


@pytest.mark.parametrize(
    ("text", "organ", "named"),
    [
        ("青石县财政局2021年政府信息公开工作年度报告", FINANCE, True),
        ("财政局2021年年报", FINANCE, True),
        ("关于青石县财政局2021年政府信息公开工作年度报告的公告", FINANCE, True),
        ("2021年青石县财政局政府信息公开年报", FINANCE, True),
        ("青石县2021年政府信息公开工作年度报告", "青石县人民政府", True),
        ("2021年政府信息公开工作年度报告", "青石县人民政府", True),
        ("2021年政府信息公开工作年度报告", FINANCE, False),
        ("青石县2021年政府信息公开工作年度报告", FINANCE, False),
        ("2021年青石县审计局政府信息公开年报", "青石县人民政府", False),
        ("财政局2020年年报", FINANCE, False),
        ("青石县审计局2021年年报", FINANCE, False),
    ],
)
def test_whose_report_a_link_names(text: str, organ: str, named: bool) -> None:
    assert Link(text=text, why="blocked").names(organ, 2021, "青石县人民政府") is named


def test_the_registry_owes(portal: Portal) -> None:
    portal.visit("2022-06-01", {"a.html": page(report(year=2021))})
    portal.register(replace(SOURCE, since=2020))
    rows = portal.ledger(NOW)
    assert {year: rows[SOURCE.organ, year]["state"] for year in (2020, 2021)} == {2020: "missing", 2021: "missing"}
    assert json.loads(rows[SOURCE.organ, 2021]["because"]) == {"registry": "qingshi"}


def test_a_column_that_was_not_seen_to_its_end_accuses_nobody(portal: Portal) -> None:
    """The report may stand on the page that did not come; also when the archive is made anew from its files."""
    portal.visit("2022-06-01", {"a.html": page(report(year=2021))})
    portal.register(replace(SOURCE, since=2021), "45 of 71 rows")
    assert portal.ledger(NOW)[SOURCE.organ, 2021]["state"] == "unknown"
    portal.rebuilt()
    assert portal.ledger(NOW)[SOURCE.organ, 2021]["state"] == "unknown"
    assert table(portal.archive, "sources")[0]["lacks"] == "45 of 71 rows"
    portal.register(replace(SOURCE, since=2021))
    assert portal.ledger(NOW)[SOURCE.organ, 2021]["state"] == "missing"


def test_a_registry_that_names_no_year_owes_what_was_due_while_watched(portal: Portal) -> None:
    portal.register(SOURCE)
    portal.visit("2021-02-01", {"a.html": page(report(year=2020))})
    portal.visit("2022-06-01", {"b.html": page(report(year=2021))})
    assert sorted(year for organ, year in portal.ledger(NOW) if organ == SOURCE.organ) == [2020, 2021]


def test_blank_contradictory_and_removed(portal: Portal) -> None:
    made = report()
    wrong = replace(made, values={**made.values, "requests.new.total": 4711})
    nothing = blanked(report(AUDIT), 1.0, 0)
    portal.visit("2022-01-20", {"a.html": page(wrong), "b.html": page(nothing)})
    rows = portal.ledger(NOW)
    assert (rows[FINANCE, 2021]["state"], rows[FINANCE, 2021]["flags"]) == (
        "contradictory",
        "found contradictory on_time",
    )
    assert rows[AUDIT, 2021]["state"] == "blank"
    for day in ("2022-04-01", "2022-05-01"):
        portal.visit(day, {"a.html": 404})
    assert portal.ledger(NOW)[FINANCE, 2021]["flags"] == "found contradictory on_time removed"


def test_what_is_in_a_file_of_a_page_that_came_late_came_late(portal: Portal) -> None:
    portal.visit("2022-01-10", other())
    portal.visit("2022-02-10", other(2020))
    portal.visit("2022-03-01", {"a.html": "<html><a href='b.html'>附件</a></html>".encode()})
    portal.visit("2022-03-01", {"b.html": page(report())}, listed=False, role="attachment", via=f"{HOST}/a.html")
    row = portal.ledger(NOW)[FINANCE, 2021]
    assert (row["state"], row["timely_by"]) == ("late", "watched")


def missing(portal: Portal) -> list[tuple[object, ...]]:
    """What the rule says, as (organ, year, verdict)."""
    rows = [row for row in table(portal.archive, "audits") if row["rule"] == "missing_report"]
    return [(row["organ"], row["year"], row["verdict"]) for row in sorted(rows, key=lambda row: str(row["year"]))]


def test_missing_report_says_why_and_goes_when_the_report_comes(portal: Portal) -> None:
    portal.visit("2020-06-01", {"a.html": page(report(year=2019))})
    portal.visit("2022-03-01", other())
    portal.ledger(NOW)
    # of an organ that was silent for more than a year nobody knows whether it still is
    silent = [one for one in missing(portal) if one[0] == FINANCE]
    assert silent == [(FINANCE, 2020, "WARN"), (FINANCE, 2021, "INFO")]
    (row,) = [row for row in table(portal.archive, "audits") if (row["organ"], row["year"]) == (FINANCE, 2020)]
    assert "该机关公布过 2019 年度报告" in str(row["message_zh"])
    portal.visit("2022-06-01", {"b.html": page(report(year=2021))})
    portal.ledger(NOW)
    assert (FINANCE, 2021, "INFO") not in missing(portal)
    portal.visit("2022-07-01", {"c.html": page(report(year=2020))})
    portal.ledger(NOW)
    assert FINANCE not in {organ for organ, _, _ in missing(portal)}


def test_visit_by_visit_all_at_once_and_made_again_it_is_the_same(portal: Portal) -> None:
    def everything() -> list[list[dict[str, object]]]:
        names = ("events", "owed", "audits", "ledger", "unchecked")  # an id only says what was written first
        return [[row | {"id": 0} for row in table(portal.archive, name)] for name in names]

    portal.register(replace(SOURCE, since=2019))
    visits: list[tuple[str, dict[str, bytes | int | str]]] = [
        ("2021-06-01", {"a.html": page(report(year=2020)), "c.html": page(report(AUDIT, 2020, 2))}),
        ("2022-01-10", {**other(), "a.html": 404}),
        ("2022-03-01", {"b.html": page(report(), published="2022-01-20"), "a.html": 404}),
        ("2022-04-01", {"a.html": WALL, "c.html": 404, "d.html": page(report(AUDIT, 2020, 2), visits=9)}),
        ("2022-05-01", {"a.html": page(report(year=2020), visits=3), "b.html": page(report(seed=3))}),
    ]
    for day, answers in visits:
        portal.visit(day, answers)
        portal.ledger(NOW)
    grown = everything()
    assert {event["kind"] for event in grown[0]} == {"published", "edited", "moved", "removed", "restored"}
    assert {row["state"] for row in grown[3]} >= {"missing", "found"}
    audit.recompute(portal.archive, today=NOW, everything=True)
    assert everything() == grown
    portal.rebuilt()
    audit.recompute(portal.archive, today=NOW, everything=True)
    assert everything() == grown


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_what_changed_is_enough_to_look_at(portal: Portal, seed: int) -> None:
    """Days, addresses and answers by chance: checks visit by visit end in the rows of a check of everything."""
    chance = random.Random(seed)
    made = [page(report(organ, year, n)) for n, organ in enumerate((FINANCE, AUDIT)) for year in (2020, 2021)]
    answers: list[bytes | int] = [
        *made,
        *made,
        page(report(seed=5), visits=3),
        page(report(), visits=4),
        404,
        404,
        WALL,
    ]
    day = date(2021, 3, 1)
    for _ in range(7):
        day += timedelta(days=chance.randint(1, 60))
        asked = {f"{name}.html": chance.choice(answers) for name in chance.sample("abcd", 3)}
        portal.visit(day.isoformat(), asked, listed=chance.random() < 0.8)
        audit.recompute(portal.archive, today=NOW)
    names = ("events", "owed", "audits", "ledger", "watched")
    grown = {name: table(portal.archive, name) for name in names}
    audit.recompute(portal.archive, today=NOW, everything=True)
    assert {name: table(portal.archive, name) for name in names} == grown
