"""What the title page shows at once: which places there are, and how much of everything."""

from __future__ import annotations

import sqlite3

from archive.checking import striking

# Step by step through the index, from each division, or organ, to the next: not through all reports.
DIVISIONS = """
WITH RECURSIVE divisions (division) AS (
    SELECT min(division) FROM reports
    UNION ALL SELECT (SELECT min(r.division) FROM reports r WHERE r.division > d.division)
    FROM divisions d WHERE d.division IS NOT NULL),
newest AS MATERIALIZED (
    SELECT r.division, r.province, r.city, r.county FROM divisions d CROSS JOIN reports r
    ON r.organ = (SELECT organ FROM reports o WHERE o.division = d.division ORDER BY year DESC, organ DESC LIMIT 1)
    AND r.year = (SELECT max(year) FROM reports o WHERE o.division = d.division) AND r.division = d.division
    WHERE length(d.division) = 6),
"""
PLACES = f"""
{DIVISIONS}
provinces AS (SELECT substr(division, 1, 2) AS place, max(province) AS name FROM newest GROUP BY 1),
cities AS (SELECT substr(division, 1, 4) AS place, max(city) AS name FROM newest
           WHERE city <> '' AND substr(division, 3, 2) <> '00' GROUP BY 1)
INSERT INTO places
SELECT place || '0000', place, '', 'province', coalesce(nullif(name, ''), place || '0000') FROM provinces
UNION ALL SELECT place || '00', place, substr(place, 1, 2) || '0000', 'city', name FROM cities
UNION ALL SELECT division, division,
    substr(division, 1, 2) || CASE WHEN substr(division, 1, 4) IN (SELECT place FROM cities)
                                   THEN substr(division, 3, 2) || '00' ELSE '0000' END,
    'county', coalesce(nullif(county, ''), division)
FROM newest WHERE substr(division, 5, 2) <> '00'
"""
ORGANS = """
WITH RECURSIVE organs (organ) AS (
    SELECT min(organ) FROM reports
    UNION ALL SELECT (SELECT min(r.organ) FROM reports r WHERE r.organ > o.organ)
    FROM organs o WHERE o.organ IS NOT NULL)
SELECT count(organ) FROM organs
"""
TOTALS = f"""
WITH divisions AS (SELECT * FROM report_years WHERE length(place) NOT IN (2, 4))
INSERT INTO totals
SELECT 'reports', coalesce(sum(reports), 0) FROM divisions UNION ALL
SELECT 'organs', ({ORGANS}) UNION ALL
SELECT 'years', count(DISTINCT year) FROM divisions UNION ALL
SELECT 'first', min(year) FROM divisions UNION ALL
SELECT 'last', max(year) FROM divisions UNION ALL
SELECT 'readable', coalesce(sum(readable), 0) FROM divisions UNION ALL
SELECT 'wrong', coalesce(sum(number), 0) FROM tallies
WHERE counted = 'findings' AND verdict IN ('FAIL', 'WARN') UNION ALL
SELECT 'snapshots', count(*) FROM snapshots
"""


def recompute(db: sqlite3.Connection) -> None:
    """Make the rows of `places`, `striking` and `totals` again; inside a transaction of the caller."""
    db.execute("DELETE FROM places")
    db.execute(PLACES)
    striking.recompute(db)
    db.execute("DELETE FROM totals")
    db.execute(TOTALS)
