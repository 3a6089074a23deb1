"""What the archive holds, source by source, and what its checks found: small summaries for people and scripts."""

from __future__ import annotations

import sqlite3
from typing import Any

from archive.database import NAME
from archive.errors import explained
from archive.store import Archive

SOURCES = """
WITH judged AS (
    SELECT source, sum(judgement <> 'dismissed') AS wrong, sum(judgement = 'dismissed') AS dismissed
    FROM report_findings JOIN reports USING (organ, year, division) WHERE verdict IN ('FAIL', 'WARN') GROUP BY source
)
SELECT s.source, count(*) AS captures, sum(s.role = 'list' AND s.status = 200) AS lists,
       max(CASE WHEN s.status = 200 THEN s.timestamp END) AS last_good,
       (SELECT count(*) FROM reports r WHERE r.source = s.source) AS reports,
       (SELECT count(*) FROM reports r WHERE r.source = s.source AND r.numbers > 0) AS with_numbers,
       (SELECT count(*) FROM skips k WHERE k.source = s.source) AS skipped,
       sum(s.status >= 400) AS errors, coalesce(j.wrong, 0) AS findings, coalesce(j.dismissed, 0) AS dismissed
FROM snapshots s LEFT JOIN judged j USING (source) WHERE s.source <> '' GROUP BY s.source ORDER BY s.source
"""
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


def rows(archive: Archive, query: str) -> list[dict[str, Any]]:
    """The rows of one of the queries above, as dicts."""
    with explained("read", archive.directory / NAME):
        cursor: sqlite3.Cursor = archive.db.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
