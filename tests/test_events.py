"""Events: each kind alone gives exactly that event, and what is none gives none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive.checking import events
from archive.content import changes, sentences
from archive.records import Section
from parsers.pipeline import parse
from tests.history import GONE, WALL, Portal, page, report, told
from tests.maker.report import Made

MADE = report()
PAGE = page(MADE)


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with closing(Portal(tmp_path / "data", monkeypatch)) as visited:
        yield visited


def raised(made: Made, indicator: str, by: int = 1) -> Made:
    return replace(made, values={**made.values, indicator: (made.values[indicator] or 0) + by})


def test_first_seen_is_published_with_its_dates_apart(portal: Portal) -> None:
    headers = [
        ("Content-Type", "text/html"),
        ("Content-Encoding", "gzip"),
        ("Date", "Tue, 01 Mar 2022 08:00:05 GMT"),
        ("Last-Modified", "Fri, 28 Jan 2022 01:02:03 GMT"),
    ]
    shown = page(MADE, published="2022-01-27")
    portal.visit("2022-03-01", {"a.html": shown}, list_date="2022-01-28", response_headers=headers)
    (event,) = portal.events()
    assert (event["kind"], event["organ"], event["year"]) == ("published", "青石县财政局", 2021)
    assert event["at"].startswith("20220301")
    assert event["before"] is None
    assert event["detail"] == {
        "first_seen": event["at"],
        "printed": "2022-01-27",
        "list_date": "2022-01-28",
        "served": "20220301080005",
        "modified": "20220128010203",
    }
    assert portal.rebuilt() == [event]


def test_a_report_in_whose_place_another_stands_is_removed(portal: Portal) -> None:
    def kinds() -> list[str]:
        portal.ledger("2023-12-01")  # a check of what changed alone
        return [one["kind"] for one in told(portal.archive) if (one["organ"], one["year"]) == ("青石县财政局", 2021)]

    portal.visit("2022-03-01", {"a.html": page(MADE)})
    following = {"a.html": page(report("青石县财政局", 2022)), "b.html": page(report("青石县水利局", 2021))}
    for day in ("2023-02-01", "2023-02-10"):
        portal.visit(day, following)
        assert kinds() == ["published"]
    portal.visit("2023-03-01", following)
    assert kinds() == ["published", "removed"]
    portal.visit("2023-04-01", following | {"c.html": page(MADE)})
    assert kinds() == ["published", "removed", "restored"]


def test_counters_and_the_time_of_making_are_no_edit(portal: Portal) -> None:
    for n, day in enumerate(("2022-03-01", "2022-04-01", "2022-05-01", "2022-06-01")):
        portal.visit(day, {"a.html": page(MADE, visits=100 + 17 * (n % 3))})
    assert portal.kinds() == ["published"]


def test_another_design_of_the_portal_is_no_edit(portal: Portal) -> None:
    head = "<div>来源：青石县人民政府 时间：2022-03-20 15:22</div><div>微信 微博 QQ空间</div><div>文字版</div>"
    portal.visit("2022-03-01", {"a.html": PAGE})
    anew = PAGE.decode().replace("<body>", f"<body>{head}", 1).replace("</body>", "<div>附件下载</div></body>", 1)
    portal.visit("2022-04-01", {"a.html": anew.encode()})
    assert portal.kinds() == ["published"]


def test_an_unchanged_page_and_two_captures_at_one_time_are_nothing(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-03-01", {"a.html": page(MADE, visits=2)})
    portal.visit("2022-04-01", {"a.html": page(MADE, visits=2)})
    assert portal.kinds() == ["published"]


def test_an_edit_is_told_square_by_square_and_sentence_by_sentence(portal: Portal) -> None:
    changed = page(raised(MADE, "review.reconsideration.total"), visits=9).decode()
    sentence = "本机关另行公布有关数据。"
    start = changed.index("二、主动公开政府信息情况")
    place = changed.rindex("</p>", 0, start)
    changed = changed[:place] + sentence + changed[place:]
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-04-01", {"a.html": changed.encode()})
    first, event = portal.events()
    assert (first["kind"], event["kind"], event["before"]) == ("published", "edited", first["after"])
    value = MADE.values["review.reconsideration.total"]
    assert isinstance(value, int)
    assert event["detail"]["squares"] == [
        {
            "indicator": "review.reconsideration.total",
            "before": {"state": "number", "value": value, "raw": str(value)},
            "after": {"state": "number", "value": value + 1, "raw": str(value + 1)},
        }
    ]
    assert [one["after"] for one in event["detail"]["sentences"]] == [sentence]
    assert "1 格、1 句" in event["message_zh"]
    assert portal.rebuilt() == [first, event]


def test_a_newer_parser_edits_nothing(portal: Portal) -> None:
    """Only what the same version read is compared; both are read again, and then nothing differs."""
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-04-01", {"a.html": page(MADE, visits=5)})
    archive = portal.archive
    one, two = archive.unparsed("", everything=True)
    old = parse(one, archive.body(one))
    archive.replace_parsed(one, replace(old, version="older", facts=old.facts[:40]))
    assert portal.kinds() == ["published"]
    archive.replace_parsed(one, replace(old, version="newer"))
    archive.replace_parsed(two, replace(parse(two, archive.body(two)), version="newer"))
    assert portal.kinds() == ["published"]


@pytest.mark.parametrize("answer", [404, 410, GONE], ids=["404", "410", "soft"])
def test_removed_takes_two_confirmations_two_weeks_apart(portal: Portal, answer: int | bytes) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-04-01", {"a.html": answer})
    assert portal.kinds() == ["published"]
    portal.visit("2022-04-14", {"a.html": answer})
    assert portal.kinds() == ["published"]
    portal.visit("2022-04-16", {"a.html": answer})
    event = portal.events()[-1]
    assert (event["kind"], event["at"][:8], event["detail"]["first"]["at"][:8]) == ("removed", "20220416", "20220401")
    portal.visit("2022-06-16", {"a.html": answer})
    assert portal.kinds() == ["published", "removed"]
    portal.visit("2022-07-16", {"a.html": PAGE})
    assert portal.kinds() == ["published", "removed", "restored"]
    assert [event["kind"] for event in portal.rebuilt()] == ["published", "removed", "restored"]


def test_a_broken_portal_removes_nothing(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    for day in ("2022-04-01", "2022-05-01", "2022-06-01"):
        portal.visit(day, {"a.html": 404}, listed=False)
    for day in ("2022-07-01", "2022-08-01", "2022-09-01"):
        portal.visit(day, {"a.html": 502})
    assert portal.kinds() == ["published"]


def test_a_report_that_comes_back_in_between_was_not_removed(portal: Portal) -> None:
    for day, answer in (("2022-03-01", PAGE), ("2022-04-01", 404), ("2022-04-10", PAGE), ("2022-04-20", 404)):
        portal.visit(day, {"a.html": answer})
    assert portal.kinds() == ["published"]


def test_a_lost_copy_is_no_removed_report(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE, "b.html": page(MADE, visits=2)})
    for day in ("2022-04-01", "2022-05-01"):
        portal.visit(day, {"a.html": 404, "b.html": page(MADE, visits=3)})
    assert portal.kinds() == ["published"]


def test_blocked_then_restored(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-04-01", {"a.html": WALL})
    assert portal.kinds() == ["published", "blocked"]
    portal.visit("2022-05-01", {"a.html": 412})
    portal.visit("2022-06-01", {"a.html": page(MADE, visits=3)})
    kinds = ["published", "blocked", "restored"]
    assert portal.kinds() == kinds
    assert [event["kind"] for event in portal.rebuilt()] == kinds


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_moved(portal: Portal, order: tuple[str, str]) -> None:
    """Whether the new address is seen first or the old one missed first."""
    portal.visit("2022-03-01", {"a.html": PAGE})
    answers: dict[str, tuple[str, bytes | int]] = {"old": ("a.html", 404), "new": ("b.html", page(MADE, visits=7))}
    portal.visit("2022-04-01", dict(answers[name] for name in order))
    portal.visit("2022-05-01", dict(answers[name] for name in order))
    event = portal.events()[-1]
    assert portal.kinds() == ["published", "moved"]
    assert (event["url"].endswith("b.html"), event["detail"]["url_before"].endswith("a.html")) == (True, True)
    assert event["at"].startswith("20220401")


def test_a_redirect_to_the_same_report_is_a_move(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    for day in ("2022-04-01", "2022-05-01"):
        portal.visit(day, {"a.html": "b.html", "> b.html": page(MADE, visits=2)})
    assert portal.kinds() == ["published", "moved"]


def test_a_redirect_to_the_front_door_is_an_absence(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    for day in ("2022-04-01", "2022-05-01"):
        portal.visit(day, {"a.html": "index.html", "> index.html": "<html><p>首页</p></html>".encode()})
    assert portal.kinds() == ["published", "removed"]


def test_a_report_that_stands_elsewhere_in_other_words_was_edited(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2022-04-01", {"a.html": 404, "b.html": page(raised(MADE, "requests.new.natural_person"))})
    event = portal.events()[-1]
    assert portal.kinds() == ["published", "edited"]
    assert event["detail"]["url_before"].endswith("a.html")


def test_another_year_is_another_report(portal: Portal) -> None:
    portal.visit("2022-03-01", {"a.html": PAGE})
    portal.visit("2023-03-01", {"a.html": page(report(year=2022))})
    assert [(event["kind"], event["year"]) for event in portal.events()] == [("published", 2021), ("published", 2022)]


def test_some_made_again_are_as_all_made_again(portal: Portal) -> None:
    other = report("青石县审计局", seed=2)
    portal.visit("2022-03-01", {"a.html": PAGE, "b.html": page(other)})
    whole = portal.events()
    portal.visit("2022-04-01", {"a.html": 404, "b.html": page(raised(other, "review.reconsideration.total"))})
    events.recompute(portal.archive.db, portal.archive.tables, [("青石县审计局", 2021), ("无此机关", 2021)])
    some = told(portal.archive)
    assert [event for event in whole if event not in some] == []
    assert len(some) == 3
    assert portal.events() == some


def test_many_sentences_that_differ_are_told_apart_quickly() -> None:
    old = sentences([Section(number=1, heading="", text="".join(f"甲{n}。" for n in range(3000)))])
    new = sentences([Section(number=1, heading="", text="".join(f"乙{n}。" for n in range(3000)))])
    assert len(changes(old, new)) == 6000
    assert changes(old, [*old[:7], *old[8:]])[0].before == "甲7。"
