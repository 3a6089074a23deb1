"""When an address is looked at again: a pure function of what it gave, since when, the last look and now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.standing import Kind, Sight, Standing, told
from crawler.schedule import MARKS, is_due, season_age

MAY = datetime(2023, 5, 1, tzinfo=UTC)  # eight in the morning in China
JANUARY = datetime(2023, 1, 1, tzinfo=UTC)
LONG = timedelta(days=1500)


def looks(since: datetime, kind: Kind = "report", *, until: timedelta = LONG, every: float = 0.25) -> list[float]:
    """Days after the first capture on which a crawl that runs so often looks again."""
    found, seen, now = [], since, since
    while now - since < until:
        now += timedelta(days=every)
        if is_due(Standing(kind=kind, since=since, seen=seen), now):
            found.append((now - since) / timedelta(days=1))
            seen = now
    return found


def test_a_report_is_looked_at_less_and_less_often() -> None:
    # from the end of October to New Year are 65 days, the 121 until May count as 242, and 58 are left of the year
    assert looks(MAY, until=timedelta(days=600)) == [1, 7, 30, 90, 180, 424]


def test_sooner_from_january_to_april() -> None:
    assert looks(JANUARY, until=timedelta(days=120)) == [0.5, 3.5, 15, 45, 90]


def test_the_season_is_that_of_china() -> None:
    new_year = datetime(2022, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai
    hour = timedelta(hours=1)
    assert season_age(new_year - hour, new_year) == hour
    assert season_age(new_year, new_year + hour) == 2 * hour
    may = datetime(2023, 4, 30, 16, tzinfo=UTC)
    assert season_age(may - hour, may + hour) == 3 * hour


def test_what_is_no_report_is_looked_at_seldom() -> None:
    assert looks(MAY, "other", until=timedelta(days=600)) == [30, 320]
    assert looks(MAY, "gone", until=timedelta(days=200)) == [1, 7, 30, 90, 180]


def test_trouble_is_asked_again_for_a_day_then_seldom() -> None:
    assert looks(MAY, "trouble", until=timedelta(days=100)) == [0.25, 0.5, 0.75, 1, 7, 30, 90]


KINDS: st.SearchStrategy[Kind] = st.sampled_from(["report", "gone", "trouble", "other"])
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(), timedelta(days=5000))


@given(KINDS, TIMES, SPANS, SPANS, SPANS)
def test_what_is_due_stays_due_until_it_is_looked_at(
    kind: Kind, since: datetime, seen: timedelta, wait: timedelta, more: timedelta
) -> None:
    standing = Standing(kind=kind, since=since, seen=since + seen)
    now = standing.seen + wait
    if is_due(standing, now):
        assert is_due(standing, now + more)


@given(KINDS, TIMES, SPANS)
def test_a_look_is_enough_and_a_year_is_the_longest(kind: Kind, since: datetime, seen: timedelta) -> None:
    standing = Standing(kind=kind, since=since, seen=since + seen)
    if kind != "trouble" or seen >= timedelta(days=1):
        assert not is_due(standing, standing.seen)
    assert is_due(standing, standing.seen + timedelta(days=365))


@given(TIMES, SPANS, SPANS)
def test_a_day_counts_as_one_or_two(start: datetime, first: timedelta, then: timedelta) -> None:
    age = season_age(start, start + first)
    assert first <= age <= 2 * first
    assert season_age(start, start + first + then) == age + season_age(start + first, start + first + then)


def test_a_clock_that_was_wrong_and_dates_that_are_none() -> None:
    assert season_age(MAY, MAY - LONG) == timedelta()
    ancient = datetime.min.replace(tzinfo=UTC)
    assert is_due(Standing(kind="report", since=ancient, seen=ancient), MAY)


def page(day: int, content: str = "", kind: str = "report", version: str = "1") -> Sight:
    at = f"202206{day:02}000000"
    return Sight(at, "page", kind, version, content) if content else Sight(at, "page")


def other(day: int, gives: str) -> Sight:
    return Sight(f"202206{day:02}000000", gives)


@pytest.mark.parametrize(
    ("sights", "kind", "since"),
    [
        ([page(1, "a")], "report", 1),
        ([page(1, "a"), page(2, "a"), page(3, "a")], "report", 1),
        ([page(1, "a"), page(2, "b"), page(3, "b")], "report", 2),
        ([page(1, "a"), page(2, "b"), page(3, "a")], "report", 3),
        ([page(1), page(2)], "report", 1),  # not read yet: nothing is known to have changed
        ([page(1, "a"), page(2)], "report", 1),
        ([page(1, "a"), page(2), page(3, "b")], "report", 2),
        ([page(1, "a", version="1"), page(2, "b", version="2")], "report", 1),  # another parser, no edit
        ([page(1, "a"), page(2, "x", version="2"), page(3, "b")], "report", 2),
        ([page(1, "a", "notice"), page(2, "a", "notice")], "other", 1),
        ([page(1, "a", "notice"), page(2)], "other", 1),
        ([page(1, "a"), other(2, "404")], "gone", 2),
        ([page(1, "a"), other(2, "404"), other(3, "404")], "gone", 2),
        ([page(1, "a"), other(2, "404"), page(3, "a")], "report", 3),  # back again
        ([page(1, "a"), other(2, "301"), other(3, "404")], "gone", 3),
        ([page(1, "a"), other(2, "trouble"), page(3, "a")], "report", 1),  # down for a day
        ([page(1, "a"), other(2, "trouble"), other(3, "trouble")], "trouble", 2),
        ([other(1, "404"), other(2, "trouble"), other(3, "404")], "gone", 1),
    ],
)
def test_since_when_an_address_gives_what_it_gives(sights: list[Sight], kind: Kind, since: int) -> None:
    assert told(sights) == Standing(
        kind=kind, since=datetime(2022, 6, since, tzinfo=UTC), seen=datetime(2022, 6, len(sights), tzinfo=UTC)
    )


def test_an_address_that_was_never_captured() -> None:
    assert told([]) is None
    assert MARKS == (1, 7, 30, 90, 180)
