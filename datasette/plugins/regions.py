"""The page of one division, and of the whole country: /region/<six digits>, /region."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.aggregates import COUNTRY, INDICATORS
from archive.checking.duty import organ_kind
from archive.shown import summaries

hookimpl = HookimplMarker("datasette")

ORGANS_SHOWN = 500
DRAWN = ("new", "total", "disclosed", "partly_disclosed", "denied", "unavailable")
SHOWN = tuple(f"requests.{row}.total" for row in DRAWN)
ORGANS = """
SELECT organ, count(*) AS reports, min(year) AS first, max(year) AS last FROM reports
WHERE division = ? GROUP BY organ ORDER BY organ LIMIT ?
"""
MISSING = """
SELECT organ, year, deadline FROM owed WHERE division = ? AND standing = 'missing' ORDER BY year DESC, organ LIMIT 100
"""
EARLIER = tuple(name for name in INDICATORS if name.startswith("statistics."))
REVIEWS = tuple(name for name in INDICATORS if name.startswith("review."))


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The country, and each division."""
    return [(r"/region/?$", country_page), (r"/region/(?P<code>.+?)/?$", region_page)]


async def country_page(request: Any, datasette: Any) -> Any:
    """All provinces."""
    return await shown(request, datasette, "")


async def region_page(request: Any, datasette: Any) -> Any:
    """One division, or a 404."""
    return await shown(request, datasette, request.url_vars["code"])


async def shown(request: Any, datasette: Any, code: str) -> Any:
    """The page of a division that has reports."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    asked = request.args.get("tier")
    context = await database.execute_fn(lambda db: page(db, code, asked))
    if context is None:
        html = await datasette.render_template("missing_region.html", {"code": code[:40]}, request=request)
        return Response.html(html, status=404)
    return Response.html(await datasette.render_template("region.html", context, request=request))


def page(db: sqlite3.Connection, code: str, asked: str | None) -> dict[str, Any] | None:
    """Everything that the page shows; None where there is no such division."""
    here = summaries.place(db, code)
    if code and here is None:
        return None
    place = here["place"] if here else COUNTRY
    children = summaries.children(db, code)
    years, ledgers = summaries.ledgers(db, [one["place"] for one in children])
    tiers = summaries.tiers(db, place)
    tier = summaries.chosen_tier(tiers, asked)
    organs = summaries.rows(db, ORGANS, code, ORGANS_SHOWN + 1)
    return {
        "code": code,
        "here": here,
        "path": summaries.path(db, code),
        "children": children,
        "years": years,
        "ledgers": ledgers,
        "ledger": summaries.ledger(db, place),
        "tiers": tiers,
        "tier": tier,
        "indicators": SHOWN,
        "series": summaries.series(db, place, tier, SHOWN) if tier else {},
        "others": {names: summaries.series(db, place, tier, names) for names in (REVIEWS, EARLIER)} if tier else {},
        "organs": {
            kind: [one for one in organs[:ORGANS_SHOWN] if organ_kind(one["organ"]) == kind]
            for kind in ("government", "department", "town")
        },
        "more_organs": len(organs) > ORGANS_SHOWN,
        "missing": summaries.rows(db, MISSING, code) if code else [],
    }
