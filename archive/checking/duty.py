"""Until when a report is owed, and whether it came in time: the law in a few lines; pure.

条例 article 49: departments by 31 January, governments by 31 March; before the revision of 2019 all by 31 March.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from archive.checking.histories import moment

Timely = Literal["on_time", "late", "unknown"]
OrganKind = Literal["government", "town", "department"]

REVISED = 2019  # first report year under the revised 条例
BEIJING = timedelta(hours=8)
# 县级以上人民政府, its office and the committee of a zone publish the government's own report.
_GOVERNMENT = re.compile("(?:[省市县区旗州盟]|自治区)人民政府(?:办公[室厅])?$|[区城]管(?:理)?委(?:员)?会$|行政公署$")
# Article 49 speaks of neither; the later date is the fair one.
_TOWN = re.compile("(?:[镇乡]|苏木)(?:人民)?政府$|街道(?:办事处)?$|[镇乡]$|地区办事处$")
# What a name has to prove before January is held against an organ: a department of its own government, no branch of the
# centre's, no team or institution below one.
_DEPARTMENT = re.compile("(?:[局厅署部]|委员会|(?:发改|卫健|卫计|国资|住建|经信|工信|农|教|科)委|办公室)$")
_NO_DEPARTMENT = re.compile("国家|中国|中华|[村居]民?委员会|(?<!城市)管理委员会|工作委员会|分局$")
# Where a date of publication is printed; one of signing proves only that it came no earlier.
_PUBLISHED = ("label:发布", "label:发表", "label:公", "label:时间", "label:日期", "dateline", "list")
_SIGNED = ("signature", "label:成文", "label:印发", "label:发文")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a report came in time, and what says so."""

    timely: Timely
    by: str  # first_seen, printed, watched; "" if unknown


def organ_kind(organ: str) -> OrganKind:
    """What the law says of an organ, by its name."""
    if _GOVERNMENT.search(organ):
        return "government"
    return "town" if _TOWN.search(organ) else "department"


def deadline(organ: str, year: int) -> str:
    """Last day, YYYY-MM-DD, on which the report for that year is in time."""
    proved = _DEPARTMENT.search(organ) and not _NO_DEPARTMENT.search(organ)
    early = year >= REVISED and organ_kind(organ) == "department" and proved
    return f"{year + 1}-01-31" if early else f"{year + 1}-03-31"


def day(timestamp: str) -> str:
    """YYYY-MM-DD in Beijing of a time in UTC; "" where it is none."""
    when = moment(timestamp)
    return (when + BEIJING).date().isoformat() if 1 < when.year < 9999 else ""


def later(date: str, days: int) -> str:
    """The day that many days after one."""
    return (datetime.fromisoformat(date) + timedelta(days=days)).date().isoformat()


def workday(day: str) -> str:
    """The day, or the Monday after a weekend: until then what falls due on it is commonly taken to be in time."""
    there = date.fromisoformat(day)
    return (there + timedelta(days=7 - there.weekday() if there.weekday() > 4 else 0)).isoformat()


def judged(due: str, year: int, *, first_seen: str, published: str, by: str, watched: bool) -> Verdict:
    """Late only if its date says so, or if it was missing when the column was seen after the deadline.

    `watched`: good captures of the column before and after the deadline lack it. Watching begun later says nothing.
    """
    last = workday(due)
    if first_seen and first_seen <= last:
        return Verdict(timely="on_time", by="first_seen")
    if watched:
        return Verdict(timely="late", by="watched")
    believed = published and published < f"{year + 2}"  # pages are moved and stamped anew years later
    if believed and published > last and by.startswith((*_PUBLISHED, *_SIGNED)):
        return Verdict(timely="late", by="printed")
    if believed and published <= last and by.startswith(_PUBLISHED):
        return Verdict(timely="on_time", by="printed")
    return Verdict(timely="unknown", by="")
