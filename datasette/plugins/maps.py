"""The map of the provinces: /map?show=&year=&tier=, one square each, with the table of the same data."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.aggregates import COUNTRY, INDICATORS, WHOLE
from archive.shown import summaries
from archive.shown.kept import kept
from archive.shown.tiles import NOT_BOUND, TILES

hookimpl = HookimplMarker("datasette")

LEDGER = ("found", "late", "missing", "blocked", "unknown", "removed")
LATE = ("late",)  # a share of the reports that are known to have come in time or not


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """One page."""
    return [(r"/map/?$", map_page)]


async def map_page(request: Any, datasette: Any) -> Any:
    """What was chosen."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    asked = {name: request.args.get(name) for name in ("show", "year", "tier")}
    key = ("map", *asked.values())
    context = await database.execute_fn(lambda db: kept(db, key, lambda: page(db, asked)))
    return Response.html(await datasette.render_template("map.html", context, request=request))


def page(db: sqlite3.Connection, asked: dict[str, str | None]) -> dict[str, Any]:
    """Everything that the page shows."""
    years = summaries.years(db)
    shows = [*(f"ledger.{name}" for name in LEDGER), *INDICATORS]
    show = summaries.offered("show", asked["show"] or "requests.denied.total", shows)
    tiers = summaries.tiers(db, COUNTRY)
    tier = summaries.chosen_tier(tiers, asked["tier"])
    if asked["year"]:
        summaries.offered("year", asked["year"], [str(one) for one in years])
    year, found = None, dict[str, dict[str, Any]]()
    # where no year was asked for, the latest of which there is something: the last one is owed before it is published
    for year in [one for one in years if str(one) == asked["year"]] or years:
        is_ledger = show.startswith("ledger.")
        found = owed(db, year, show.removeprefix("ledger.")) if is_ledger else measured(db, tier or "", year, show)
        if found:
            break
    return {
        "years": years,
        "year": year,
        "shows": shows,
        "show": show,
        "tiers": tiers,
        "tier": tier,
        "is_ledger": show.startswith("ledger."),
        "is_share": show.startswith("ledger.") or show in WHOLE,
        "whole": WHOLE.get(show, ""),
        "enough": summaries.ENOUGH,
        "squares": [
            {"place": place, "column": column, "row": row, "bound": place not in NOT_BOUND, **found.get(place, {})}
            for place, (column, row) in sorted(TILES.items())
        ],
        "known": {one["place"] for one in summaries.children(db)},
    }


def owed(db: sqlite3.Connection, year: int, standing: str) -> dict[str, dict[str, Any]]:
    """The share of the reports owed that has one standing; of late ones, of those whose time is known."""
    found = {}
    for place in TILES:
        row = summaries.ledger(db, place).get(year)
        if row is not None:
            base = row["on_time"] + row["late"] if standing in LATE else row["owed"]
            of: dict[str, Any] = {"part": row[standing], "whole": base, "counted": base, "reports": row["owed"]}
            found[place] = of | {"value": row[standing] / base if base else None}
    return found


def measured(db: sqlite3.Connection, tier: str, year: int, indicator: str) -> dict[str, dict[str, Any]]:
    """A share where the indicator is one of something, else the mean of the reports that have a number."""
    found = {}
    for place, one in summaries.provinces(db, tier, year, indicator).items():
        share = indicator in WHOLE
        of: dict[str, Any] = {"part": one.part if share else one.total, "whole": one.whole, "reports": one.reports}
        of |= {"counted": one.paired if share else one.counted, "value": one.share if share else one.mean}
        found[place] = of
    return found
