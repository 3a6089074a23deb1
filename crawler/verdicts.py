"""How a source stands, by one look at its column: fine, or what is wrong with it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

State = Literal[
    "fine", "slow", "moved", "gone", "empty", "no report rows", "blocked", "certificate", "unreachable", "unread"
]
SLOW = 10.0  # seconds to the first page of a column

# What a problem of the column says, by its words; the first that fits.
BY_WORDS: tuple[tuple[re.Pattern[str], State], ...] = (
    (re.compile(r"^moved:"), "moved"),
    (re.compile(r"certificate"), "certificate"),
    (re.compile(r"^blocked|robots\.txt asks|forbidden by robots\.txt|Retry-After|HTTP 429"), "blocked"),
    (re.compile(r"^soft_404|^login|^HTTP 4\d\d"), "gone"),
    (re.compile(r"^the list has no rows|^no column of annual reports"), "empty"),
    (re.compile(r"^no platform family|^not a page|^our mistake"), "unread"),
)


@dataclass(kw_only=True)
class Seen:
    """What one look at a column came upon."""

    address: str = ""  # that was looked at
    reached: str = ""  # address that answered
    seconds: float = 0.0  # until it answered; 0 where the archive did
    asked: int = 0  # pages after the first
    rows: int = 0
    reports: int = 0  # of them that call themselves reports
    named: bool = False  # the page that it is on calls itself a column of reports
    likely: int = 0  # of the rows that may be reports, on such a page
    ways: int | None = None  # links of a front page that may lead to the reports; None where a column was looked at
    front: bool = False  # the front page of its host answers where the column does not


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one source stands."""

    source: str
    state: State
    detail: str
    url: str  # as in the registry
    reached: str
    rows: int
    reports: int
    seconds: float
    family: str


def judged(seen: Seen, problem: str) -> tuple[State, str]:
    """The state, and for people what it rests on."""
    if problem:
        state: State = next((state for words, state in BY_WORDS if words.search(problem)), "unreachable")
        fence = "; the front page of the host answers" if seen.front else ""
        return state, problem + fence
    if seen.ways == 0:
        return "empty", "no link of its front page promises to lead to the reports"
    if seen.ways is None and not seen.rows:
        return "empty", "its list has no rows, as it says itself"
    if seen.ways is None and not (seen.reports or seen.likely):
        return "no report rows", f"none of {seen.rows} rows calls itself a report"
    if place(seen.reached) != place(seen.address):
        return "moved", f"its address leads to {seen.reached}"
    if seen.seconds > SLOW:
        return "slow", f"{seen.seconds:.0f} seconds to its first page"
    return "fine", f"{seen.ways} links of its front page may lead to the reports" if seen.ways else ""


def place(url: str) -> str:
    """An address without what changes nothing: scheme, index page, last slash."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default)\.\w+$", "/", parts.path).rstrip("/")
    return f"{parts.netloc}{path}?{parts.query}"
