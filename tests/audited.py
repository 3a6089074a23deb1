"""Reports made for the rules across reports: zero but for the squares that a test names, kept as the parser's are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.checking import audit
from archive.records import Fact, Parsed, Section
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import indexed, number, of_form, reading, refuse_stale_index, table

ORGAN = "青石县财政局"
PLACE = {"division": "370306", "province": "山东省", "city": "淄博市", "county": "周村区"}
Squares = Mapping[str, float | str | None]  # indicator -> number, or text of the square, or None where it is missing


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    with Archive.open(path, INDICATORS) as archive:
        yield archive


def made(year: int, squares: Squares | None = None, *, organ: str = ORGAN, **changes: Any) -> Parsed:
    """A reading in the form of its year, all zero but for some squares."""
    form = "2021" if year >= 2021 else "2019"
    facts = [_fact(number(indicator, 0), (squares or {}).get(indicator.indicator, 0)) for indicator in of_form(form)]
    regular: dict[str, Any] = {"findings": (), "passed": (), "sections": (), "title": f"{organ}{year}年度报告"} | PLACE
    kept = tuple(fact for fact in facts if fact)
    return reading(form, organ=organ, year=year, **regular | {"facts": kept} | changes)


def keep(archive: Archive, parsed: Parsed, name: str = "", **capture: Any) -> str:
    """Store a reading as of a capture of its own; returns the capture's name."""
    address = name or f"{parsed.organ} {parsed.year} {parsed.division}"
    id = hashlib.sha256(address.encode()).hexdigest()[:16]
    where = {"url": f"http://www.example.gov.cn/{id}", "offset": int(id[:12], 16)}
    snapshot = indexed(id, **where | capture)
    archive.add(snapshot)
    archive.replace_parsed(snapshot, parsed)
    return id


def prose(text: str, number: int = 1) -> Section:
    return Section(number=number, heading="一、总体情况", text=text)


def checked(archive: Archive, *, everything: bool = False) -> list[dict[str, Any]]:
    """What `nianbao check` leaves in the table."""
    audit.recompute(archive, today="2026-12-01", everything=everything)
    assert not table(archive, "unchecked")
    refuse_stale_index(archive.db)
    found = [{name: value for name, value in row.items() if name != "id"} for row in table(archive, "audits")]
    return sorted(found, key=lambda row: str(row["key"]))


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, int]]:
    """Rule, verdict and report of each finding."""
    return sorted((row["rule"], row["verdict"], row["organ"], row["year"]) for row in rows)


def _fact(zero: Fact, square: float | str | None) -> Fact | None:
    if square is None:
        return None
    if isinstance(square, str):
        state = {"": "blank", "/": "placeholder"}.get(square, "text")
        return replace(zero, value=None, raw=square, state=state)  # type: ignore[arg-type]
    return replace(zero, value=square, raw=str(square))
