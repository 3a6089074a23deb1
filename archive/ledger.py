"""The ledger: what every organ owed for every year and what became of it; the rows of `owed`.

Nothing is held against an organ that only our watching explains: what nobody looked for well is `unknown`.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

from archive.database import transaction
from archive.duty import REVISED, deadline, judged, later, organ_kind
from archive.duty import day as day_of
from archive.organs import SOURCES, UNREAD, Organ, Peers, Row, organs, peers, rows
from archive.watching import Column, Link, columns, links

_GOVERNMENT = re.compile("(?:人民)?政府(?:办公[室厅])?$")
_INNER = re.compile("(?:00){1,2}$")  # of a division code: what says nothing
WELL_AFTER = 14  # days after a deadline from which a column that lacks a report says something
SIBLINGS = 2  # organs of a kind and division that have to have published, and at least half of those known

COLUMNS = (
    "organ, year, division, kind, standing, flags, timely, timely_by, deadline, printed, list_date, modified,"
    " first_seen, snapshot, part, source, because"
)


# Whose rows may be others than before: organs of the divisions and kinds in which something changed, for siblings speak
# for each other; whoever could not be read; whose columns were seen otherwise.
AFFECTED = """
WITH names (organ) AS (SELECT value FROM json_each(:names)), stale (source) AS (SELECT value FROM json_each(:stale)),
hit (organ, division) AS (
    SELECT p.organ, p.division FROM names JOIN reports p USING (organ)
    UNION SELECT o.organ, o.division FROM names JOIN owed o USING (organ)
    UNION SELECT r.organ, r.division FROM stale CROSS JOIN snapshots s ON s.source = stale.source
    CROSS JOIN readings r ON r.snapshot = s.id WHERE r.kind = 'report'),
kinds (division, kind) AS MATERIALIZED (SELECT DISTINCT division, organ_kind(organ) FROM hit WHERE division <> ''),
near (division) AS (SELECT DISTINCT division FROM kinds),
siblings (organ, division) AS (
    SELECT p.organ, p.division FROM near CROSS JOIN reports p USING (division)
    UNION SELECT o.organ, o.division FROM near CROSS JOIN owed o USING (division))
SELECT organ FROM names UNION SELECT organ FROM hit
UNION SELECT organ FROM siblings WHERE (division, organ_kind(organ)) IN kinds
UNION SELECT organ FROM owed WHERE standing = 'unreadable'
"""


WITHHELD = """
SELECT DISTINCT r.value ->> 0, r.value ->> 1 FROM withholdings w JOIN json_each(w.reports) r WHERE w.standing
"""
HUSHED = """
SELECT DISTINCT source FROM skips
WHERE source <> '' AND reason NOT IN ('out_of_scope', 'duplicate') AND url IN (SELECT url FROM withheld)
"""
# What is as it was stays, so that it is not counted again.
GONE = f"""
DELETE FROM owed WHERE {{of}} AND NOT EXISTS (
    SELECT 1 FROM temp.due WHERE {" AND ".join(f"due.{name} IS owed.{name}" for name in COLUMNS.split(", "))})
"""


@dataclass(frozen=True, kw_only=True)
class World:
    """What the row of one organ depends on besides itself."""

    today: str
    columns: Mapping[str, Column]
    links: Mapping[tuple[str, int], Sequence[Link]]
    portals: Mapping[str, Row]  # by id of the source
    peers: Peers
    withheld: Set[tuple[str, int]]  # reports of which a reading is withheld
    hushed: Set[tuple[str]]  # sources with links to what was not had and is withheld: whose reports, nobody may say


def recompute(db: sqlite3.Connection, today: str, changed: Iterable[str] | None = None) -> None:
    """Make `owed` again as of a day, YYYY-MM-DD: for the organs of which something changed, or for all."""
    portals = {row["id"]: row for row in rows(db, SOURCES)}
    world = World(
        today=today,
        columns=columns(db),
        links=links(db),
        portals=portals,
        peers=peers(db),
        withheld=frozenset(db.execute(WITHHELD)),
        hushed=frozenset(db.execute(HUSHED)),
    )
    states = _states(world)
    before = dict(db.execute("SELECT source, state FROM watched"))
    names: set[str] | None = None
    if changed is not None and before.get("") == states[""]:
        stale = [source for source in {*before, *states} if before.get(source) != states.get(source)]
        db.create_function("organ_kind", 1, organ_kind, deterministic=True)
        names = {*changed, *(row["organ"] for row in rows(db, UNREAD)), *_registered(stale, portals, before)}
        told = {"names": json.dumps([*names], ensure_ascii=False), "stale": json.dumps(stale, ensure_ascii=False)}
        names |= {organ for (organ,) in db.execute(AFFECTED, told)}
    marks = ", ".join("?" * len(COLUMNS.split(",")))
    db.execute("DROP TABLE IF EXISTS temp.due")
    db.execute(f"CREATE TEMP TABLE due AS SELECT {COLUMNS} FROM owed WHERE false")
    with transaction(db, lock=False):
        rows_of_all = (row for organ in organs(db, names) for row in _rows(organ, world))
        db.executemany(f"INSERT INTO temp.due VALUES ({marks})", rows_of_all)
        db.execute("CREATE INDEX temp.due_report ON due (organ, year, division)")
    with transaction(db):
        of = "true" if names is None else "organ IN (SELECT value FROM json_each(?))"
        db.execute(GONE.format(of=of), () if names is None else (json.dumps([*names], ensure_ascii=False),))
        db.execute(f"INSERT INTO owed ({COLUMNS}) SELECT * FROM temp.due WHERE true ON CONFLICT DO NOTHING")
        db.execute("DELETE FROM watched")
        db.executemany("INSERT INTO watched VALUES (?, ?)", states.items())


def _states(world: World) -> dict[str, str]:
    """What the rows were made from besides reports, by source, as a hash; and under "" which years were due."""
    named: dict[str, list[object]] = defaultdict(list)
    for (source, year), links_of_year in world.links.items():
        named[source].append((year, [(link.text, link.why) for link in links_of_year]))
    states = {"": " ".join(str(_last_due(organ, world.today)) for organ in ("某县财政局", "某县人民政府"))}
    for source in {*world.columns, *named, *world.portals}:
        portal = world.portals.get(source, {})
        column = asdict(world.columns[source]) if source in world.columns else None
        # the organ comes first, so that one that is registered no more is found as well
        told = [
            list(portal.values()),
            column,
            named.get(source),
            world.peers.columns.get(source),
            (source,) in world.hushed,
        ]
        states[source] = f"{portal.get('organ', '')}\n{_hash(told)}"
    return states


def _registered(stale: Iterable[str], portals: Mapping[str, Row], before: Mapping[str, str]) -> set[str]:
    """Organs whose own columns these sources are or were."""
    now = {portals[source]["organ"] for source in stale if source in portals}
    return (now | {before[source].partition("\n")[0] for source in stale if source in before}) - {""}


def _hash(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _last_due(organ: str, today: str) -> int:
    """The newest report year whose deadline is over."""
    last = int(today[:4]) - 1
    return last if deadline(organ, last) < today else last - 1


def _rows(organ: Organ, world: World) -> Iterator[tuple[object, ...]]:
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
    last = _last_due(organ.name, world.today)
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
    if seen and any((source,) in world.hushed for source in organ.sources):
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
