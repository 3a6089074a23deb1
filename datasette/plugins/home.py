"""What the title page shows: how much there is, and the latest reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pluggy import HookimplMarker

from archive.reviews import DISMISSED

hookimpl = HookimplMarker("datasette")

LATEST_SHOWN = 50
# Every sum beside what it covers. A report without numbers counts for nothing in it, and never as zero.
COUNTS = """
SELECT count(*) AS reports, count(DISTINCT organ) AS organs, count(DISTINCT year) AS years,
       min(year) AS first, max(year) AS last, coalesce(sum(numbers > 0), 0) AS readable,
       coalesce(sum(findings), 0) + (SELECT count(*) FROM audits WHERE verdict IN ('FAIL', 'WARN')) AS found,
       (SELECT count(*) FROM snapshots) AS snapshots
FROM reports
"""
# Not from the view report_findings, all of which SQLite would make for what only a row or a list names.
DISMISSED_OF_ALL = """
SELECT (SELECT count(*) FROM findings JOIN reports USING (organ, year, snapshot, part)
        WHERE key IN said AND verdict IN ('FAIL', 'WARN'))
     + (SELECT count(*) FROM audits WHERE key IN said AND verdict IN ('FAIL', 'WARN')) AS dismissed
"""
LATEST = f"""
SELECT organ, year, division, published, source, requests_new, numbers, blanks,
       findings - {DISMISSED.format(of="reports")}
       + (SELECT count(*) FROM audits WHERE (organ, year, division) = (reports.organ, reports.year, reports.division)
          AND verdict IN ('FAIL', 'WARN') AND key NOT IN said) AS findings
FROM (SELECT * FROM reports ORDER BY published DESC, organ, year LIMIT ?) AS reports
ORDER BY published DESC, organ, year
"""
SAID = "WITH said AS (SELECT key FROM reviews WHERE standing AND judgement = 'dismissed')"


@hookimpl
def extra_template_vars(view_name: str, datasette: Any) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """For the title page alone."""
    if view_name != "index":
        return {}

    async def home() -> dict[str, Any]:
        database = datasette.get_database()
        counts = dict((await database.execute(COUNTS)).first())
        counts |= dict((await database.execute(SAID + DISMISSED_OF_ALL)).first())
        counts["findings"] = counts["found"] - counts["dismissed"]
        latest = (await database.execute(SAID + LATEST, [LATEST_SHOWN])).rows
        tables = datasette.metadata("tables", database=database.name) or {}
        # The wide tables last: they are for those who know what they look for.
        ordered = dict(sorted(tables.items(), key=lambda item: "states" in item[1].get("columns", {})))
        return {"counts": counts, "latest": latest, "tables": ordered}

    return home
