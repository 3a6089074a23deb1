"""The rows of `owed`: judged again where anything changed that they depend on, written where they are others now."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace

from archive.checking.duty import organ_kind
from archive.checking.ledger import World, last_due, rows_of
from archive.checking.organs import SOURCES, UNREAD_KINDS, Organ, organs, peers, rows
from archive.checking.watching import beside, columns, links
from archive.database import transaction

COLUMNS = (
    "organ, year, division, kind, standing, flags, timely, timely_by, deadline, printed, list_date, modified,"
    " first_seen, snapshot, part, source, because"
)
ALL = """
SELECT source FROM snapshots UNION SELECT source FROM reports UNION SELECT source FROM skips
UNION SELECT id FROM sources
"""
# Whose rows may be others than before: organs of the divisions and kinds in which something changed, for siblings speak
# for each other; whoever could not be read, where anything came or went; what is or was withheld; whose columns were
# seen otherwise.
AFFECTED = f"""
WITH marked (source) AS (SELECT value FROM json_each(:marked)), stale (source) AS (SELECT value FROM json_each(:stale)),
names (organ) AS (
    SELECT value FROM json_each(:names)
    UNION SELECT r.organ FROM marked CROSS JOIN snapshots s ON s.source = marked.source
    CROSS JOIN readings r ON r.snapshot = s.id WHERE r.kind IN {UNREAD_KINDS} AND r.organ <> ''
    UNION SELECT o.organ FROM marked CROSS JOIN owed o USING (source) WHERE o.standing = 'unreadable'
    UNION SELECT organ FROM owed WHERE standing = 'withheld'),
hit (organ, division) AS (
    SELECT p.organ, p.division FROM names CROSS JOIN reports p USING (organ)
    UNION SELECT o.organ, o.division FROM names CROSS JOIN owed o USING (organ)
    UNION SELECT r.organ, r.division FROM stale CROSS JOIN snapshots s ON s.source = stale.source
    CROSS JOIN readings r ON r.snapshot = s.id WHERE r.kind = 'report'),
kinds (division, kind) AS MATERIALIZED (SELECT DISTINCT division, organ_kind(organ) FROM hit WHERE division <> ''),
near (division) AS (SELECT DISTINCT division FROM kinds),
siblings (organ, division) AS (
    SELECT p.organ, p.division FROM near CROSS JOIN reports p USING (division)
    UNION SELECT o.organ, o.division FROM near CROSS JOIN owed o USING (division))
SELECT organ FROM names UNION SELECT organ FROM hit
UNION SELECT organ FROM siblings WHERE (division, organ_kind(organ)) IN kinds
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
HUSH = "hushed"


def recompute(
    db: sqlite3.Connection, today: str, changed: Iterable[str] | None = None, marked: Collection[str] = ()
) -> None:
    """Make `owed` again as of a day, YYYY-MM-DD: for organs of which something changed and sources that are marked.

    Or for all, where `changed` is None or other years are due than before.
    """
    db.create_function("organ_kind", 1, organ_kind, deterministic=True)
    world = World(
        today=today,
        columns={},
        links={},
        portals={row["id"]: row for row in rows(db, SOURCES)},
        peers=peers(db, (), ()),
        withheld=frozenset(db.execute(WITHHELD)),
        hushed=frozenset(source for (source,) in db.execute(HUSHED)),
    )
    due = " ".join(str(last_due(organ, today)) for organ in ("某县财政局", "某县人民政府"))
    before = dict(db.execute("SELECT source, state FROM watched"))
    if changed is None or before.get("") != due:
        sources = {source for (source,) in db.execute(ALL)} - {""}
        divisions = {
            division for (division,) in db.execute("SELECT DISTINCT division FROM reports WHERE division <> ''")
        }
        world = _seen(db, world, sources, divisions)
        found = organs(db)
        _write(db, world, found, None, {"": due} | _states(world, sources), None)
        return
    hushed = {source for source, state in before.items() if state.endswith(HUSH)}
    sources = {*marked, *hushed, *world.hushed}
    sources = (sources | beside(db, sources)) - {""}
    states = _states(_seen(db, world, sources, ()), sources)
    stale = [source for source in sources if before.get(source) != states.get(source)]
    names = {*changed, *_registered(stale, world, before), *(organ for organ, _ in world.withheld)}
    told = {"names": [*names], "stale": stale, "marked": [*sources]}
    values = {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}
    names |= {organ for (organ,) in db.execute(AFFECTED, values)}
    found = organs(db, names)
    needed = {source for organ in found for source in organ.watched}
    world = _seen(db, world, needed, {organ.division for organ in found} - {""})
    _write(db, world, found, names, states, sources)


def _seen(db: sqlite3.Connection, world: World, sources: Collection[str], divisions: Collection[str]) -> World:
    """With what is known of these sources and divisions."""
    return replace(world, columns=columns(db, sources), links=links(db, sources), peers=peers(db, sources, divisions))


def _write(
    db: sqlite3.Connection,
    world: World,
    found: Iterable[Organ],
    names: Collection[str] | None,
    states: Mapping[str, str],
    sources: Collection[str] | None,
) -> None:
    """The rows of the organs that were found, which have these names; None stands for all."""
    marks = ", ".join("?" * len(COLUMNS.split(",")))
    db.execute("DROP TABLE IF EXISTS temp.due")
    db.execute(f"CREATE TEMP TABLE due AS SELECT {COLUMNS} FROM owed WHERE false")
    with transaction(db, lock=False):
        db.executemany(f"INSERT INTO temp.due VALUES ({marks})", (row for one in found for row in rows_of(one, world)))
        db.execute("CREATE INDEX temp.due_report ON due (organ, year, division)")
    with transaction(db):
        of = "true" if names is None else "organ IN (SELECT value FROM json_each(?))"
        db.execute(GONE.format(of=of), () if names is None else (json.dumps([*names], ensure_ascii=False),))
        db.execute(f"INSERT INTO owed ({COLUMNS}) SELECT * FROM temp.due WHERE true ON CONFLICT DO NOTHING")
        if sources is None:
            db.execute("DELETE FROM watched")
        db.executemany("DELETE FROM watched WHERE source = ?", ((source,) for source in sources or ()))
        db.executemany("INSERT INTO watched VALUES (?, ?)", states.items())


def _states(world: World, sources: Iterable[str]) -> dict[str, str]:
    """What rows are made from besides reports, as a hash, of each of these sources of which anything is known."""
    named: dict[str, list[object]] = defaultdict(list)
    for (source, year), links_of_year in sorted(world.links.items()):
        named[source].append((year, [(link.text, link.why) for link in links_of_year]))
    states = {}
    for source in sources:
        portal = world.portals.get(source, {})
        column = asdict(world.columns[source]) if source in world.columns else None
        told = [list(portal.values()), column, named.get(source), world.peers.columns.get(source)]
        if any(told):
            hush = HUSH if source in world.hushed else ""
            # the organ comes first, so that one that is registered no more is found as well
            states[source] = f"{portal.get('organ', '')}\n{_hash([*told, hush])} {hush}"
    return states


def _registered(stale: Iterable[str], world: World, before: Mapping[str, str]) -> set[str]:
    """Organs whose own columns these sources are or were."""
    now = {world.portals[source]["organ"] for source in stale if source in world.portals}
    return (now | {before[source].partition("\n")[0] for source in stale if source in before}) - {""}


def _hash(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]
