"""What the archive holds, source by source, and what its checks found: small summaries for people and scripts."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from typing import Any

from archive.database import NAME
from archive.errors import explained
from archive.health import Health, healths
from archive.store import Archive

SOURCES = """
WITH judged AS (
    SELECT source, sum(judgement <> 'dismissed') AS wrong, sum(judgement = 'dismissed') AS dismissed
    FROM report_findings JOIN reports USING (organ, year, division) WHERE verdict IN ('FAIL', 'WARN') GROUP BY source
)
SELECT n.source, count(s.id) AS captures, coalesce(sum(s.role = 'list' AND s.status = 200), 0) AS lists,
       max(CASE WHEN s.status = 200 THEN s.timestamp END) AS last_good,
       (SELECT count(*) FROM reports r WHERE r.source = n.source) AS reports,
       (SELECT count(*) FROM reports r WHERE r.source = n.source AND r.numbers > 0) AS with_numbers,
       (SELECT count(*) FROM skips k WHERE k.source = n.source) AS skipped,
       coalesce(sum(s.status >= 400), 0) AS errors, coalesce(j.wrong, 0) AS findings,
       coalesce(j.dismissed, 0) AS dismissed,
       h.last_run, h.last_good AS last_good_run, coalesce(h.broken, '') AS broken, h.broken_since,
       coalesce(h.completeness, '') AS completeness, coalesce(h.family, '') AS family
FROM (SELECT source FROM snapshots WHERE source <> '' UNION SELECT source FROM runs) n
LEFT JOIN snapshots s USING (source) LEFT JOIN judged j USING (source) LEFT JOIN health h USING (source)
GROUP BY n.source ORDER BY n.source
"""
LAST_RUNS = "SELECT source, max(ended) AS ended FROM runs WHERE stopped = '' GROUP BY source"
REPORTS = """
SELECT r.organ, r.year, r.title, r.published, d.media_type AS format, r.forms, r.numbers, r.blanks, r.findings,
       r.snapshot, r.part
FROM reports r JOIN readings d USING (snapshot, part) ORDER BY r.organ, r.year
"""
FINDINGS = """
SELECT rule, verdict, sum(judgement <> 'dismissed') AS findings, sum(judgement = 'confirmed') AS confirmed,
       sum(judgement = 'dismissed') AS dismissed, count(DISTINCT organ || '/' || year || '/' || division) AS reports,
       (SELECT count(*) FROM reports) AS of_reports, (SELECT count(*) FROM reports WHERE numbers > 0) AS with_numbers
FROM report_findings GROUP BY rule, verdict ORDER BY rule, verdict
"""
# What was owed, an organ and a year each: `unknown` is what nobody watched well enough to say.
LEDGER = """
SELECT state, count(*) AS owed, min(year) AS first_year, max(year) AS last_year
FROM ledger GROUP BY state ORDER BY state
"""
WITHHELD = 'SELECT snapshot, act, at, "by", reason, url, timestamp FROM withheld ORDER BY at, timestamp, snapshot'
EVENTS = "SELECT * FROM events ORDER BY at DESC, key"
SKIPS = "SELECT reason, count(*) AS addresses FROM skips GROUP BY reason ORDER BY reason"


def sources(archive: Archive) -> list[dict[str, Any]]:
    """Every source, with how it stands against its own past."""
    with explained("read", archive.directory / NAME):
        known = healths(archive.db)
    return [row | asdict(known.get(row["source"], Health())) for row in rows(archive, SOURCES)]


def rows(archive: Archive, query: str) -> list[dict[str, Any]]:
    """The rows of one of the queries above, as dicts."""
    with explained("read", archive.directory / NAME):
        cursor: sqlite3.Cursor = archive.db.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
