"""Which reading of a report is the current one: the rule, in one place. The other readings stay beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from archive.content import said
from archive.official import is_official
from archive.records import Fact

Reading = Mapping[str, Any]  # a row of `readings` with url, source and timestamp of its capture
R = TypeVar("R", bound=Reading)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One step of the rule: of readings that are equal in the steps before, the one with the smaller key goes first."""

    name: str
    key: Callable[[Reading], Any]


def from_official(reading: Reading) -> bool:
    """Was it captured for a source of the registry, which goes to official hosts alone, or else from *.gov.cn?"""
    try:
        return bool(reading["source"]) or is_official(urlsplit(reading["url"]).hostname or "")
    except ValueError:
        return False


# Official host, then page or attachment by completeness, then the latest. Mirrors and what was imported from elsewhere
# stand behind however full they are, and a picture behind a text that says as much.
RULE = (
    Criterion(name="official", key=lambda reading: not from_official(reading)),
    Criterion(name="numbers", key=lambda reading: -reading["numbers"]),
    Criterion(name="unreadable", key=lambda reading: reading["unreadable"]),
    Criterion(name="recognised", key=lambda reading: reading["recognised"]),
    Criterion(name="latest", key=lambda reading: -int(reading["timestamp"] or 0)),
    # Nothing is left that speaks for either; the same one has to win whatever the order of work.
    Criterion(name="name", key=lambda reading: (reading["snapshot"], reading["part"])),
)


def in_order(readings: Iterable[R]) -> list[R]:
    """The readings of one report, the current one first."""
    return sorted(readings, key=lambda reading: [step.key(reading) for step in RULE])


def decided_by(current: Reading, other: Reading) -> str:
    """Name of the step of the rule that puts the other reading behind the current one."""
    return next((step.name for step in RULE if step.key(current) != step.key(other)), "")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A square that two readings of a report do not agree on; None where one has no such square."""

    indicator: str
    current: Fact | None
    other: Fact | None


def differences(current: Mapping[str, Fact], other: Mapping[str, Fact]) -> list[Difference]:
    """What another reading says differently, in the order of the form; how a number is written makes no difference."""
    return [
        Difference(indicator=name, current=current.get(name), other=other.get(name))
        for name in dict.fromkeys([*current, *other])
        if _said(current.get(name)) != _said(other.get(name))
    ]


def _said(fact: Fact | None) -> tuple[object, ...] | None:
    return said(fact) if fact else None
