"""What is covered and how the crawls went: /coverage, the same facts as `nianbao status`."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.aggregates import COUNTRY
from archive.shown import summaries
from archive.shown.kept import kept

hookimpl = HookimplMarker("datasette")

RUNS_SHOWN = 20
SOURCES_SHOWN = 300  # of each list; the country has some thousands
# What broke first, then what weakened, then the rest; crawls are of now, sums as of the last check.
SOURCES = """
SELECT n.source, coalesce(s.organ, '') AS organ, coalesce(s.division, '') AS division, coalesce(s.url, '') AS url,
       coalesce(s.lacks, '') AS lacks, coalesce(h.broken, '') AS broken, h.broken_since, h.last_run, h.last_good,
       coalesce(h.completeness, '') AS completeness, coalesce(h.family, '') AS family, t.captures, t.reports,
       t.with_numbers, t.found, t.missing, t.errors, t.skipped, t.findings, coalesce(t.weaker, '') AS weaker,
       t.weaker_since
FROM (SELECT id AS source FROM sources UNION SELECT source FROM runs UNION SELECT source FROM source_totals) n
LEFT JOIN sources s ON s.id = n.source LEFT JOIN health h ON h.source = n.source
LEFT JOIN source_totals t ON t.source = n.source
ORDER BY coalesce(h.broken, '') = '', coalesce(t.weaker, '') = '', n.source
"""
RUNS = """
SELECT started, max(ended) AS ended, count(*) AS sources, sum(failed <> '') AS failed, sum(seen) AS seen,
       sum(new) AS new, sum(blocked) AS blocked, sum(errors) AS errors, sum(captured) AS captured,
       max(stopped) AS stopped
FROM runs GROUP BY started ORDER BY started DESC LIMIT ?
"""
SKIPS = "SELECT reason, count(*) AS addresses FROM skips GROUP BY reason ORDER BY reason"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """One page."""
    return [(r"/coverage/?$", coverage_page)]


async def coverage_page(request: Any, datasette: Any) -> Any:
    """The ledger, the sources, the last crawls."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    context = await database.execute_fn(lambda db: kept(db, "coverage", lambda: page(db)))
    return Response.html(await datasette.render_template("coverage.html", context, request=request))


def page(db: sqlite3.Connection) -> dict[str, Any]:
    """Everything that the page shows."""
    sources = summaries.rows(db, SOURCES)
    provinces = summaries.children(db)
    years, ledgers = summaries.ledgers(db, [one["place"] for one in provinces])
    broken = [one for one in sources if one["broken"]]
    weaker = [one for one in sources if one["weaker"] and not one["broken"]]
    return {
        "sources": sources[:SOURCES_SHOWN],
        "broken": broken[:SOURCES_SHOWN],
        "weaker": weaker[:SOURCES_SHOWN],
        "counted": {"sources": len(sources), "broken": len(broken), "weaker": len(weaker)},
        "runs": summaries.rows(db, RUNS, RUNS_SHOWN),
        "skips": summaries.rows(db, SKIPS),
        "ledger": summaries.ledger(db, COUNTRY),
        "provinces": provinces,
        "years": years,
        "ledgers": ledgers,
        "counts": summaries.totals(db),
    }
