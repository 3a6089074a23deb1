"""Which indicators of which forms mean the same (crosswalk.csv), and which do not and why (uncrossed.csv)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from archive.errors import ArchiveError
from archive.records import Indicator

HERE = Path(__file__).parent
APPLICANTS = ("natural_person", "business", "research", "social_welfare", "legal_service", "other", "total")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One common indicator, as one form has it."""

    indicator: str
    form: str
    sources: tuple[str, ...]  # its indicators of that form; several are added up
    reason_zh: str
    reason_en: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An indicator of a form that nothing of another form may be put beside."""

    form: str
    indicator: str
    reason_zh: str
    reason_en: str


@cache
def lines() -> tuple[Line, ...]:
    """One for each applicant where the file says "*"."""
    return tuple(
        Line(
            indicator=row["indicator"].replace("*", applicant),
            form=form,
            sources=tuple(row["sources"].replace("*", applicant).split(" + ")),
            reason_zh=row["reason_zh"],
            reason_en=row["reason_en"],
            evidence=row["evidence"],
        )
        for row in _rows("crosswalk.csv")
        for applicant in (APPLICANTS if "*" in row["indicator"] else ("",))
        for form in row["form"].split()
    )


def refusals(indicators: Sequence[Indicator]) -> Iterator[Refusal]:
    """Every indicator that is in no line; the first pattern of the file that fits says why."""
    taken = {(line.form, source) for line in lines() for source in line.sources}
    patterns = [Refusal(**row) for row in _rows("uncrossed.csv")]
    for item in indicators:
        if (item.form, item.indicator) in taken:
            continue
        fits = (one for one in patterns if one.form == item.form and fnmatchcase(item.indicator, one.indicator))
        if (why := next(fits, None)) is None:
            raise ArchiveError(f"crosswalk.csv and uncrossed.csv say nothing of {item.indicator} of form {item.form}")
        yield Refusal(form=item.form, indicator=item.indicator, reason_zh=why.reason_zh, reason_en=why.reason_en)


def known(indicators: Iterable[Indicator]) -> list[Line]:
    """The lines of the forms that a database has."""
    there = {(item.form, item.indicator) for item in indicators}
    return [line for line in lines() if all((line.form, source) in there for source in line.sources)]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
