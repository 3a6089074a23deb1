"""What the title page shows: how much there is, the country at a glance, what happened, what does not add up."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.aggregates import COUNTRY
from archive.reviews import DISMISSED
from archive.shown import summaries
from archive.shown.kept import kept

hookimpl = HookimplMarker("datasette")

LATEST_SHOWN = 20
EVENTS_SHOWN = 8
STRIKING_SHOWN = 8
OUTCOMES = ("new", "total", "disclosed", "partly_disclosed", "denied", "unavailable")
SHOWN = tuple(f"requests.{row}.total" for row in OUTCOMES)
# Not from the view report_findings, all of which SQLite would make for what only a row or a list names.
DISMISSED_OF_ALL = """
SELECT (SELECT count(*) FROM said CROSS JOIN findings USING (key) CROSS JOIN reports USING (organ, year, snapshot, part)
        WHERE verdict IN ('FAIL', 'WARN'))
     + (SELECT count(*) FROM said CROSS JOIN audits USING (key) WHERE verdict IN ('FAIL', 'WARN')) AS dismissed
"""
LATEST = f"""
SELECT organ, year, division, province || city || county AS place, published, source, requests_new, numbers, blanks,
       findings - {DISMISSED.format(of="reports")}
       + (SELECT count(*) FROM audits WHERE (organ, year, division) = (reports.organ, reports.year, reports.division)
          AND verdict IN ('FAIL', 'WARN') AND key NOT IN said) AS findings
FROM (SELECT * FROM reports ORDER BY published DESC, organ DESC, year DESC LIMIT ?) AS reports
ORDER BY published DESC, organ DESC, year DESC
"""
SAID = "WITH said AS (SELECT key FROM reviews WHERE standing AND judgement = 'dismissed')"
EVENTS = "SELECT * FROM events ORDER BY at DESC, key DESC LIMIT ?"
# A report that was read anew may have lost the finding since the last check.
STRIKING = f"""
{SAID}, first AS (SELECT * FROM striking WHERE key NOT IN said ORDER BY score DESC, key LIMIT ?)
SELECT s.organ, s.year, s.division, s.score, f.rule, f.message_zh, f.message_en, f.position, f.key
FROM first s CROSS JOIN findings f ON f.key = s.key
JOIN reports p ON (p.organ, p.year, p.snapshot, p.part) = (f.organ, f.year, f.snapshot, f.part)
UNION ALL SELECT s.organ, s.year, s.division, s.score, a.rule, a.message_zh, a.message_en, NULL, a.key
FROM first s CROSS JOIN audits a ON a.key = s.key
ORDER BY 4 DESC, 9
"""
WAITING = "SELECT count(*) FROM (SELECT 1 FROM unchecked LIMIT 1000)"
# A release is compared in full, and holds nothing of what the machinery keeps for itself.
NAMES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """In place of Datasette's own, which counts the rows of every table first."""
    return [(r"/$", home_page)]


async def home_page(request: Any, datasette: Any) -> Any:
    """The title page."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    asked = request.args.get("tier")
    made = await database.execute_fn(lambda db: kept(db, ("home", asked), lambda: glance(db, asked)))
    found: dict[str, Any] = dict(made)
    tables = datasette.metadata("tables", database=database.name) or {}
    # The wide tables last: they are for those who know what they look for.
    told = {name: table for name, table in tables.items() if name in found["names"]}
    found["tables"] = dict(sorted(told.items(), key=lambda item: "states" in item[1].get("columns", {})))
    return Response.html(await datasette.render_template("index.html", found, request=request))


def glance(db: sqlite3.Connection, asked: str | None) -> dict[str, Any]:
    """All that comes from the archive; sums are as of the last check, lists of now."""
    ((dismissed,),) = db.execute(SAID + DISMISSED_OF_ALL)
    names = {name for (name,) in db.execute(NAMES)}
    ((waiting,),) = db.execute(WAITING) if "unchecked" in names else [(0,)]
    counts = summaries.totals(db)
    if counts:
        counts |= {"dismissed": dismissed, "findings": counts["wrong"] - dismissed}
    provinces = summaries.children(db)
    years, ledgers = summaries.ledgers(db, [COUNTRY, *(one["place"] for one in provinces)])
    tiers = summaries.tiers(db, COUNTRY)
    tier = summaries.chosen_tier(tiers, asked)
    return {
        "counts": counts,
        "names": names,
        "waiting": waiting,
        "latest": summaries.rows(db, SAID + LATEST, LATEST_SHOWN),
        "events": summaries.rows(db, EVENTS, EVENTS_SHOWN),
        "striking": summaries.rows(db, STRIKING, STRIKING_SHOWN),
        "provinces": provinces,
        "years": years,
        "ledgers": ledgers,
        "tiers": tiers,
        "tier": tier,
        "series": summaries.series(db, COUNTRY, tier, SHOWN) if tier else {},
        "indicators": SHOWN,
    }
