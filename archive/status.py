"""What the archive holds, source by source, and what its checks found: small summaries for people and scripts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from archive.database import NAME
from archive.errors import explained
from archive.health import Health, healths
from archive.store import Archive

ALL = "SELECT source FROM snapshots WHERE source <> '' UNION SELECT source FROM runs"
AMONG = "WITH among (source) AS (SELECT value FROM json_each(?))"
COUNTS = f"""
{AMONG},
seen AS (
    SELECT s.source, count(*) AS captures, sum(s.role = 'list' AND s.status = 200) AS lists,
           max(CASE WHEN s.status = 200 THEN s.timestamp END) AS last_good, sum(s.status >= 400) AS errors
    FROM among CROSS JOIN snapshots s USING (source) GROUP BY s.source),
held AS (
    SELECT r.source, count(*) AS reports, sum(r.numbers > 0) AS with_numbers
    FROM among CROSS JOIN reports r USING (source) GROUP BY r.source),
said (source, key) AS (
    SELECT r.source, f.key FROM among CROSS JOIN reports r USING (source)
    CROSS JOIN findings f ON f.snapshot = r.snapshot AND f.part = r.part WHERE f.verdict IN ('FAIL', 'WARN')
    UNION ALL SELECT r.source, a.key FROM among CROSS JOIN reports r USING (source)
    CROSS JOIN audits a ON a.organ = r.organ AND a.year = r.year AND a.division = r.division
    WHERE a.verdict IN ('FAIL', 'WARN')),
judged AS (
    SELECT s.source, count(*) AS all_of_them, count(v.key) AS dismissed FROM said s
    LEFT JOIN reviews v ON v.key = s.key AND v.standing AND v.judgement = 'dismissed' GROUP BY s.source)
SELECT n.source, coalesce(s.captures, 0) AS captures, coalesce(s.lists, 0) AS lists, s.last_good,
       coalesce(h.reports, 0) AS reports, coalesce(h.with_numbers, 0) AS with_numbers,
       (SELECT count(*) FROM skips k WHERE k.source = n.source) AS skipped, coalesce(s.errors, 0) AS errors,
       coalesce(j.all_of_them - j.dismissed, 0) AS findings, coalesce(j.dismissed, 0) AS dismissed
FROM among n LEFT JOIN seen s USING (source) LEFT JOIN held h USING (source) LEFT JOIN judged j USING (source)
WHERE s.captures OR EXISTS (SELECT 1 FROM runs WHERE runs.source = n.source) ORDER BY n.source
"""
CRAWLED = """
SELECT source, last_run, last_good AS last_good_run, coalesce(broken, '') AS broken, broken_since,
       coalesce(completeness, '') AS completeness, coalesce(family, '') AS family FROM health
"""
LAST_RUNS = "SELECT source, max(ended) AS ended FROM runs WHERE stopped = '' GROUP BY source"
REPORTS = """
SELECT r.organ, r.year, r.title, r.published, d.media_type AS format, r.forms, r.numbers, r.blanks, r.findings,
       r.snapshot, r.part
FROM reports r JOIN readings d USING (snapshot, part) ORDER BY r.organ, r.year
"""
# As the last check counted them; what people say of some of them, as it is now.
FINDINGS = """
WITH said AS (
    SELECT v.judgement, f.rule, f.verdict FROM reviews v CROSS JOIN findings f ON f.key = v.key
    CROSS JOIN reports r ON r.snapshot = f.snapshot AND r.part = f.part WHERE v.standing
    UNION ALL SELECT v.judgement, a.rule, a.verdict FROM reviews v CROSS JOIN audits a ON a.key = v.key
    WHERE v.standing),
judged AS (
    SELECT rule, verdict, sum(judgement = 'confirmed') AS confirmed, sum(judgement = 'dismissed') AS dismissed
    FROM said GROUP BY rule, verdict),
counted AS (
    SELECT name AS rule, verdict, sum(number) AS number, sum(reports) AS reports
    FROM tallies WHERE counted = 'findings' GROUP BY name, verdict),
known AS (SELECT name AS rule, max(applied) AS applied FROM rules GROUP BY name)
SELECT c.rule, c.verdict, c.number - coalesce(j.dismissed, 0) AS findings, coalesce(j.confirmed, 0) AS confirmed,
       coalesce(j.dismissed, 0) AS dismissed, c.reports, coalesce(k.applied, 0) AS applied,
       (SELECT value FROM totals WHERE name = 'reports') AS of_reports,
       (SELECT value FROM totals WHERE name = 'readable') AS with_numbers
FROM counted c LEFT JOIN judged j USING (rule, verdict) LEFT JOIN known k USING (rule) ORDER BY c.rule, c.verdict
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
    """Every source, with how its crawls went and how it stands against its own past."""
    crawled = {row["source"]: row for row in rows(archive, CRAWLED)}
    never = dict.fromkeys(("last_run", "last_good_run", "broken_since")) | dict.fromkeys(
        ("broken", "completeness", "family"), ""
    )
    names = [row["source"] for row in rows(archive, ALL)]
    return [row | never | crawled.get(row["source"], {}) for row in standing(archive, names)]


def standing(archive: Archive, names: Collection[str]) -> list[dict[str, Any]]:
    """What these sources gave, and how they stand against their own past."""
    among = json.dumps(list(names), ensure_ascii=False)
    with explained("read", archive.directory / NAME):
        known = healths(archive.db, among)
    return [row | asdict(known.get(row["source"], Health())) for row in rows(archive, COUNTS, among)]


def rows(archive: Archive, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows of one of the queries above, as dicts."""
    with explained("read", archive.directory / NAME):
        cursor: sqlite3.Cursor = archive.db.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
