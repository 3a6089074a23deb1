"""Which reading of a report is current: each step of the rule alone, and none of the others lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.current import RULE, decided_by, differences, from_official, in_order
from archive.records import Fact, Parsed
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import indexed, reading, rows, table

MIRROR = "http://www.mirror.example/nb.html"
OFFICIAL = "https://www.zhoucun.gov.cn/nb.html"
PLAIN: dict[str, Any] = {
    "url": OFFICIAL, "source": "", "numbers": 190, "unreadable": 2, "recognised": 10, "timestamp": "20220202000000",
    "snapshot": "b", "part": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("step", "worse", "better"),
    [
        ("official", {"url": MIRROR, "numbers": 198, "unreadable": 0, "recognised": 0, "timestamp": "20300101"}, {}),
        ("numbers", {"numbers": 189, "unreadable": 0, "recognised": 0, "timestamp": "20300101000000"}, {}),
        ("unreadable", {"recognised": 0, "timestamp": "20300101000000"}, {"unreadable": 1}),
        ("recognised", {"timestamp": "20300101000000"}, {"recognised": 0}),
        ("latest", {"snapshot": "a"}, {"timestamp": "20220202000001"}),
        ("name", {"part": 2}, {}),
        ("name", {"snapshot": "c", "part": 0}, {}),
    ],
)
def test_each_step_goes_before_all_after_it(step: str, worse: dict[str, Any], better: dict[str, Any]) -> None:
    first, second = PLAIN | better, PLAIN | worse
    assert in_order([second, first]) == in_order([first, second]) == [first, second]
    assert decided_by(first, second) == step
    assert decided_by(first, first) == ""


def test_every_step_is_tried_above() -> None:
    assert [one.name for one in RULE] == ["official", "numbers", "unreadable", "recognised", "latest", "name"]


@pytest.mark.parametrize(
    ("url", "source", "official"),
    [
        (OFFICIAL, "", True),
        ("http://www.gov.cn:8080/a", "", True),
        (MIRROR, "", False),
        (MIRROR, "zhoucun", True),  # the crawl asks other hosts only where the registry names them
        ("http://web.archive.example/web/2020/http://www.zhoucun.gov.cn/", "", False),
        ("http://www.gov.cn.mirror.example/", "", False),
        ("http://notgov.cn/", "", False),
        ("http://[::1/", "", False),
        ("", "", False),
    ],
)
def test_what_was_captured_from_an_official_host(url: str, source: str, official: bool) -> None:
    assert from_official({"url": url, "source": source}) is official


def fact(**changes: Any) -> Fact:
    return replace(reading().facts[0], **changes)


@pytest.mark.parametrize(
    ("current", "other", "differ"),
    [
        (fact(value=3, raw="3"), fact(value=3, raw="３件", method="ocr", table=7), False),
        (fact(value=3, raw="3"), fact(value=4, raw="4"), True),
        (fact(value=0, raw="0"), fact(value=None, raw="", state="blank"), True),
        (fact(value=None, raw="", state="blank"), fact(value=None, raw="", state="unreadable"), True),
        (fact(value=None, raw="/", state="placeholder"), fact(value=None, raw="—", state="placeholder"), True),
        (None, fact(value=None, raw="", state="blank"), True),
    ],
)
def test_what_two_readings_say_differently(current: Fact | None, other: Fact, differ: bool) -> None:
    name = other.indicator
    found = differences({name: current} if current else {}, {name: other})
    assert [(one.indicator, one.current, one.other) for one in found] == ([(name, current, other)] if differ else [])


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def put(archive: Archive, name: str, parsed: Parsed, **changes: Any) -> None:
    archive.add(indexed(name, **changes))
    archive.replace_parsed(indexed(name, **changes), parsed)


def test_two_that_disagree_are_one_report_and_two_readings(archive: Archive) -> None:
    """Of one organ and year; nothing is lost, nothing counted twice."""
    page = reading()
    attachment = replace(page, facts=tuple(replace(one, value=7, raw="7") for one in page.facts))
    put(archive, "a", page, url=MIRROR, source="")
    put(archive, "b", attachment, url=OFFICIAL, source="")
    (row,) = table(archive, "reports")
    assert (row["snapshot"], row["readings"], row["official"], row["requests_new"]) == ("b", 2, 1, 7)
    values = {name: {one.value for one in archive.facts(name)} for name in ("a", "b")}
    assert values == {"a": {one.value for one in page.facts}, "b": {7}}
    assert len(table(archive, "findings")) == 2


def test_a_mirror_alone_is_current_and_said_to_be_one(archive: Archive) -> None:
    put(archive, "a", reading(), url=MIRROR, source="")
    assert [(row["snapshot"], row["official"]) for row in table(archive, "reports")] == [("a", 0)]
    put(archive, "b", replace(reading(), facts=reading().facts[:9]), url=OFFICIAL, source="")
    assert [(row["snapshot"], row["official"]) for row in table(archive, "reports")] == [("b", 1)]


def test_text_goes_before_a_picture_that_says_as_much(archive: Archive) -> None:
    seen = tuple(replace(one, method="ocr") for one in reading().facts)
    put(archive, "a", reading(facts=seen), timestamp="20230101000000")
    put(archive, "b", reading())
    (row,) = table(archive, "reports")
    assert row["snapshot"] == "b"
    assert {row["snapshot"]: row["recognised"] for row in table(archive, "readings")} == {"a": len(seen), "b": 0}


def test_fewer_unreadable_squares_go_first(archive: Archive) -> None:
    last = replace(reading().facts[-1], value=None, raw="", state="unreadable")
    put(archive, "a", reading(facts=(*reading().facts[:-1], last)), timestamp="20230101000000")
    put(archive, "b", reading(facts=(*reading().facts[:-1], replace(last, state="blank"))))
    assert [row["snapshot"] for row in table(archive, "reports")] == ["b"]


def test_the_order_of_work_decides_nothing(tmp_path: Path) -> None:
    work = [
        (indexed(f"s{n}", url=(MIRROR, OFFICIAL)[n % 2], source="", timestamp=f"2022010{n % 3 + 1}000000"), reading())
        for n in range(8)
    ]
    seen = []
    for seed in range(3):
        random.Random(seed).shuffle(work)
        with Archive.open(tmp_path / str(seed), INDICATORS) as archive:
            for snapshot, parsed in work:
                archive.add(snapshot)
                archive.replace_parsed(snapshot, parsed)
            seen.append(table(archive, "reports"))
        assert rows(tmp_path / str(seed))["reports"] == rows(tmp_path / "0")["reports"]
    assert seen[0][0]["snapshot"] == "s5"
