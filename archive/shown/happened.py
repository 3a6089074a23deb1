"""Events of reports, narrowed by what people choose, the latest first; and how many there are of each choice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from archive.checking.histories import Kind
from archive.shown import browse
from archive.shown.browse import PROVINCE, SHOWN, rows

FACETS = ("name", "region", "year")
GOOD = browse.GOOD | {"kind": re.compile("|".join(get_args(Kind)))}
TALLIED = "SELECT name, year, region, number AS n FROM tallies WHERE counted = 'events'"
LATEST = "ORDER BY at DESC, key DESC"
COUNTED = """
SELECT kind AS name, year, substr(division, 1, 2) AS region, count(*) AS n FROM events WHERE {where}
GROUP BY kind, year, substr(division, 1, 2)
"""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is asked for; "" and None leave it open."""

    kind: str = ""  # published, edited, moved, removed, blocked, restored
    region: str = ""  # first digits of the division: two, four or six
    year: int | None = None
    organ: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return vars(self) | {"last": self.region + "\U0010ffff"}

    def conditions(self, *names: str) -> str:
        """SQL for these choices, as far as they are made."""
        return " AND ".join(["true", *self._conditions(names)])

    def _conditions(self, names: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            if name == "region" and len(self.region) == PROVINCE:
                yield "substr(division, 1, 2) = :region"  # the expression that is indexed
            elif name == "region" and self.region:
                yield "division BETWEEN :region AND :last"
            elif getattr(self, name):
                # of a kind there may be a million: a year's or a county's index is the way to few of them
                other = name == "kind" and (self.year or len(self.region) > PROVINCE)
                yield f"{'+' if other else ''}{name} = :{name}"


def listed(db: sqlite3.Connection, chosen: Chosen, page: int = 1) -> list[dict[str, Any]]:
    """One page of events, the latest first; one more if there are more."""
    where = chosen.conditions("kind", "region", "year", "organ")
    found = f"SELECT key FROM events WHERE {where} {LATEST} LIMIT {SHOWN + 1} OFFSET {(page - 1) * SHOWN}"
    # keys alone are sorted, not whole rows
    return rows(db, f"SELECT * FROM events WHERE key IN ({found}) {LATEST}", chosen.values)


def counts(db: sqlite3.Connection, chosen: Chosen) -> dict[str, list[tuple[Any, int]]]:
    """For each facet: value and how many events it would leave, all other choices as they are; under "" all of them."""
    live = chosen.organ or len(chosen.region) > PROVINCE
    base = COUNTED.format(where=chosen.conditions("region", "organ")) if live else TALLIED
    found = {}
    for facet in ("", *FACETS):
        where = ["true"]
        if chosen.kind and facet != "name":
            where.append("name = :kind")
        if chosen.year and facet != "year":
            where.append("year = :year")
        if chosen.region and facet != "region" and not live:
            where.append("region = :region")
        query = f"SELECT {facet or repr('')} AS value, sum(n) FROM ({base}) WHERE {' AND '.join(where)} GROUP BY value"
        tally = [(value, n) for value, n in db.execute(query, chosen.values) if n]
        found[facet] = sorted(tally, key=lambda one: _order(facet, *one))
    return found


def _order(facet: str, value: Any, n: int) -> tuple[Any, ...]:
    return (-value,) if facet == "year" else (value,) if facet == "region" else (-n, value)
