"""The ledger: what every organ owed for every year and what became of it, judged by what is known of organ and column.

Nothing is held against an organ that only our watching explains: what nobody looked for well is `unknown`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from archive.checking.duty import REVISED, deadline, judged, later
from archive.checking.duty import day as day_of
from archive.checking.organs import Organ, Peers, Row
from archive.checking.watching import Column, Link

_GOVERNMENT = re.compile("(?:人民)?政府(?:办公[室厅])?$")
_INNER = re.compile("(?:00){1,2}$")  # of a division code: what says nothing
WELL_AFTER = 14  # days after a deadline from which a column that lacks a report says something
SIBLINGS = 2  # organs of a kind and division that have to have published, and at least half of those known


@dataclass(frozen=True, kw_only=True)
class World:
    """What the row of one organ depends on besides itself."""

    today: str
    columns: Mapping[str, Column]
    links: Mapping[tuple[str, int], Sequence[Link]]
    portals: Mapping[str, Row]  # by id of the source
    peers: Peers
    withheld: Set[tuple[str, int]]  # reports of which a reading is withheld
    hushed: Set[str]  # sources with links to what was not had and is withheld: whose reports, nobody may say


def last_due(organ: str, today: str) -> int:
    """The newest report year whose deadline is over."""
    last = int(today[:4]) - 1
    return last if deadline(organ, last) < today else last - 1


def rows_of(organ: Organ, world: World) -> Iterator[tuple[object, ...]]:
    because = _because(organ, world)
    for year in sorted({*because, *organ.reports, *organ.unread}):
        due = deadline(organ.name, year)
        row = organ.reports.get(year) or organ.unread.get(year, {})
        flags = [row["fate"]] if row.get("fate") in ("removed", "blocked") else []
        seen = day_of(row["first_seen"] or "") if row else ""
        by = row.get("published_by", "")
        column = world.columns.get(row.get("first_source") or "")
        watched = bool(seen > due and column and column.lacked(row["via"], due, row["first_seen"]))
        told = judged(due, year, first_seen=seen, published=row.get("published", ""), by=by, watched=watched)
        yield (
            organ.name,
            year,
            organ.division,
            organ.kind,
            _standing(organ, year, due, world),
            " ".join(flags),
            told.timely if row else "",
            told.by,
            due,
            row.get("published") or None,
            row.get("list_date") or None,
            row.get("modified") or None,
            row.get("first_seen") or None,
            row.get("snapshot"),
            row.get("part"),
            row["source"] if row else " ".join(organ.sources),
            json.dumps(because.get(year, {}), ensure_ascii=False),
        )


def _because(organ: Organ, world: World) -> dict[int, dict[str, Any]]:
    """Why a report is owed, for each year whose deadline is over."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    last = last_due(organ.name, world.today)
    for source in organ.registered:
        column = world.columns.get(source["id"])
        watched = column.days[0] if column and column.days else "9999"  # who began later knows nothing of before
        for year in range(source["since"] or int(watched[:4]) - 1, last + 1):
            if source["since"] or deadline(organ.name, year) >= watched:
                found[year]["registry"] = source["id"]
    for year in range(min(organ.reports, default=last) + 1, last + 1):
        found[year]["earlier"] = max(other for other in organ.reports if other < year)
        if after := min((other for other in organ.reports if other > year), default=None):
            found[year]["later"] = after
    # before the reform of 2018 organs had other names: their siblings prove nothing of it
    others = world.peers.known.get((organ.division, organ.kind), 0) - bool(organ.reports)
    for year in range(REVISED, last + 1) if organ.division else ():
        published = world.peers.published.get((organ.division, organ.kind, year), 0) - (year in organ.reports)
        if published >= SIBLINGS and 2 * published >= others:
            found[year]["siblings"] = [published, others]
    return found


def _standing(organ: Organ, year: int, due: str, world: World) -> str:
    """found, unreadable, blank, withheld, missing, blocked; unknown where nobody looked well enough to say."""
    if report := organ.reports.get(year):
        if report["unread"]:
            return "unreadable"
        return "blank" if report["blanks"] and not report["numbers"] else "found"
    if (organ.name, year) in world.withheld:
        return "withheld"
    if year in organ.unread:
        return "unreadable"
    named = {
        link.why
        for source in organ.sources
        for link in world.links.get((source, year), ())
        if link.names(organ.name, year, (world.portals.get(source) or {}).get("organ", ""))
    }
    if named:
        return next((why for why in ("blocked", "unreadable") if why in named), "unknown")
    watched = [world.columns.get(source, Column()) for source in organ.sources]
    seen = bool(watched) and all(column.days and column.days[-1] >= later(due, WELL_AFTER) for column in watched)
    seen = seen and not any((world.portals.get(source) or {}).get("lacks") for source in organ.sources)
    if seen and any(source in world.hushed for source in organ.sources):
        return "unknown"
    if seen and all(_is_its(source, organ, world) and _goes_on(source, year, world) for source in organ.sources):
        return "unknown" if _under_another_name(organ, year, world) else "missing"
    return "blocked" if any(column.walled > due for column in watched) else "unknown"


def _is_its(source: str, organ: Organ, world: World) -> bool:
    """Whether a column is where an organ publishes: its own, or that of the place it lies in, as the registry says.

    Collections hold reports of other places as well, and the next year's is not missing where it never was to come.
    """
    portal = world.portals.get(source)
    if portal is None:
        return True
    seat, place = _GOVERNMENT.sub("", portal["organ"]), _INNER.sub("", portal["division"])
    return bool((seat and seat in organ.name) or (place and organ.division.startswith(place)))


def _goes_on(source: str, year: int, world: World) -> bool:
    """Whether a column has a report of that year or later; where all of several organs end it has been given up."""
    published = world.peers.columns.get(source, {})
    return max(published, default=year) >= year or len({name for names in published.values() for name in names}) == 1


def _under_another_name(organ: Organ, year: int, world: World) -> bool:
    """Whether its column has a report of that year under a longer or shorter name: 周村区财政局, 淄博市周村区财政局."""
    names = (name for source in organ.sources for name in world.peers.columns.get(source, {}).get(year, ()))
    return any(name.endswith(organ.name) or organ.name.endswith(name) for name in names)
