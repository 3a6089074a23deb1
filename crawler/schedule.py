"""When an address is looked at again, by what it gave and since when; pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta, timezone

from archive.standing import Kind, Standing

CHINA = timezone(timedelta(hours=8))  # one time for the whole country, and no summer time since 1991
SEASON_ENDS = 5  # month; reports are published, compared and corrected from January to April
YEAR = 365
WEEK = 7
DAY = timedelta(days=1)

# Days after it was first seen or last changed, in days of the season's clock; then every YEAR. That it is gone is a
# change as well: it is told after two looks two weeks apart.
MARKS = (1, 7, 30, 90, 180)
SPARSE = (30,)  # for what was read, and is no report


def is_due(standing: Standing | None, now: datetime) -> bool:
    """Whether a mark was passed since the last look, if there was one; what is due stays due until it is looked at."""
    if standing is None:
        return True
    seen, age = season_age(standing.since, standing.seen), season_age(standing.since, now)
    if standing.kind == "trouble" and seen < DAY:
        return True  # a crawl that goes on, or is run again, tries once more
    return _passed(standing.kind, age) > _passed(standing.kind, seen)


def list_is_due(last: datetime | None, now: datetime) -> bool:
    """Whether a column that was last read then is read again: every day of the season, else every week."""
    if last is None:
        return True
    there = now.astimezone(CHINA).date()
    return (there - last.astimezone(CHINA).date()).days >= (1 if there.month < SEASON_ENDS else WEEK)


def season_age(start: datetime, end: datetime) -> timedelta:
    """The time between, a day from January to April counted as two; nothing if `end` is the earlier."""
    start, end = start.astimezone(CHINA), end.astimezone(CHINA)
    age = max(end - start, timedelta())
    for year in range(start.year, end.year + 1):
        opens, closes = (datetime(year, month, 1, tzinfo=CHINA) for month in (1, SEASON_ENDS))
        age += max(min(end, closes) - max(start, opens), timedelta())
    return age


def _passed(kind: Kind, age: timedelta) -> int:
    marks = SPARSE if kind == "other" else MARKS
    return bisect_right(marks, age / DAY) + max((age.days - marks[-1]) // YEAR, 0)
