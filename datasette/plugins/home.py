"""What the title page shows: how much there is, and the latest reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

LATEST_SHOWN = 50
COUNTS = """
SELECT count(*) AS reports, count(DISTINCT organ) AS organs, count(DISTINCT year) AS years,
       min(year) AS first, max(year) AS last, coalesce(sum(findings), 0) AS findings,
       (SELECT count(*) FROM snapshots) AS snapshots
FROM reports
"""
LATEST = """
SELECT organ, year, published, source, requests_new, numbers, blanks, findings
FROM reports ORDER BY published DESC, organ, year LIMIT ?
"""


@hookimpl
def extra_template_vars(view_name: str, datasette: Any) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """For the title page alone."""
    if view_name != "index":
        return {}

    async def home() -> dict[str, Any]:
        database = datasette.get_database()
        counts = (await database.execute(COUNTS)).first()
        latest = (await database.execute(LATEST, [LATEST_SHOWN])).rows
        tables = datasette.metadata("tables", database=database.name) or {}
        # The wide tables last: they are for those who know what they look for.
        ordered = dict(sorted(tables.items(), key=lambda item: "states" in item[1].get("columns", {})))
        return {"counts": counts, "latest": latest, "tables": ordered}

    return home
