"""The panel as Parquet, and from it the coverage: the same rows as those of the view, made column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archive.releases import files
from archive.releases.panel import DOUBT, Arm, by_table, state
from archive.wide import ABSENT

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEEDS = ("reports", "copies", "touches")
# What touches a number, by the arm that it comes by: a map for each of the few reports that have any.
BASE = """
CREATE TABLE base AS
WITH named AS (SELECT t.organ, t.year, t.division, s.arm, t.rule, t.verdict
               FROM touches t JOIN named_sources s ON s.source = t.indicator),
told AS (SELECT organ, year, division, arm,
                string_agg(DISTINCT rule, ' ' ORDER BY rule) FILTER (verdict IN ('FAIL', 'WARN')) AS rules,
                CASE WHEN bool_or(rule IN ({doubt}) AND verdict IN ('FAIL', 'WARN')) THEN 'disagree'
                     WHEN bool_or(rule IN ({doubt})) THEN '' END AS doubt
         FROM named GROUP BY ALL),
mapped AS (SELECT organ, year, division,
                  map_from_entries(list((arm, rules) ORDER BY arm) FILTER (rules IS NOT NULL)) AS rules,
                  map_from_entries(list((arm, doubt) ORDER BY arm) FILTER (doubt IS NOT NULL)) AS doubt
           FROM told GROUP BY ALL)
SELECT r.organ, r.division, r.province, r.city, r.county, r.year, r.official, r.snapshot, r.part, m.rules, m.doubt,
       CASE WHEN c.organ IS NULL THEN '' ELSE 'agree' END AS copied
FROM reports r LEFT JOIN mapped m ON (m.organ, m.year, m.division) = (r.organ, r.year, r.division)
LEFT JOIN copies c ON (c.organ, c.year, c.division) = (r.organ, r.year, r.division)
ORDER BY r.organ, r.division, r.year
"""
COVERAGE = """
SELECT p.year, p.province, indicator, any_value(n.reports), count(*), count(*) FILTER (state = 'number'),
       count(*) FILTER (state = 'blank'), count(*) FILTER (state = 'placeholder'), count(*) FILTER (state = 'text'),
       count(*) FILTER (state = 'unreadable')
FROM read_parquet('{panel}') p
JOIN (SELECT year, province, count(*) AS reports FROM reports GROUP BY ALL) n
  ON n.year = p.year AND n.province = p.province
GROUP BY ALL ORDER BY 1, 2, 3
"""


def write(duck: DuckDBPyConnection, arms: Sequence[Arm], target: Path, progress: Callable[[str], None]) -> None:
    """One file a year, of the tables that `files.write` left in DuckDB."""
    duck.execute("CREATE TABLE named_sources (arm VARCHAR, source VARCHAR)")
    pairs = [(_name(arm), source) for arm in arms for source in arm.sources]
    if pairs:
        duck.executemany("INSERT INTO named_sources VALUES (?, ?)", pairs)
    duck.execute(BASE.format(doubt=_texts(DOUBT)))
    years = [year for (year,) in duck.execute("SELECT DISTINCT year FROM base ORDER BY year").fetchall()]
    directory = target / files.PARQUET / "panel"
    directory.mkdir(parents=True)
    for year in years or [0]:
        progress(f"panel {year}" if year else "panel")
        query = " UNION ALL ".join(f"({_select(table, those, year)})" for table, those in by_table(arms))
        file = f"{year or files.UNDATED}.parquet"
        duck.execute(f"COPY ({query}) TO '{files.quoted(directory / file)}' (FORMAT parquet, COMPRESSION zstd)")


def coverage(duck: DuckDBPyConnection, target: Path) -> list[tuple[object, ...]]:
    """By year, province and indicator: how many reports there are, and in what state the number is."""
    panel = files.quoted(target / files.PARQUET / "panel" / "*.parquet")
    return list(duck.execute(COVERAGE.format(panel=panel)).fetchall())


def _select(table: str, arms: Sequence[Arm], year: int) -> str:
    letters = [f"CASE WHEN w.form IN ({_texts(arm.forms)}) THEN {arm.letter} ELSE '{ABSENT}' END" for arm in arms]
    lists = {
        "indicator": _texts(arm.indicator for arm in arms),
        "arm": _texts(map(_name, arms)),
        "source": _texts(arm.sources[0] for arm in arms),
        "value": ", ".join(f"CAST({arm.value} AS DOUBLE)" for arm in arms),
        "letter": ", ".join(letters),
    }
    unnested = ", ".join(f"unnest([{values}]) AS {name}" for name, values in lists.items())
    return (
        "SELECT organ, division, province, city, county, CAST(year AS INTEGER) AS year, indicator, value,"
        f" {state('letter')} AS state, form, CASE WHEN methods LIKE '%,%' THEN coalesce(json_extract_string(methods,"
        " '$.\"' || source || '\"'), usual) ELSE usual END AS method,"
        " CASE WHEN rules IS NULL THEN '' ELSE coalesce(rules[arm], '') END AS rules,"
        " CASE WHEN doubt IS NULL THEN copied ELSE coalesce(doubt[arm], copied) END AS agreement,"
        " CAST(official AS TINYINT) AS official FROM ("
        "SELECT b.*, w.form, w.methods, json_extract_string(w.methods, '$.default') AS usual,"
        f' {unnested} FROM base b JOIN "{table}" w ON w.snapshot = b.snapshot AND w.part = b.part'
        f" WHERE b.year = {year} ORDER BY b.organ, b.division) WHERE letter <> '{ABSENT}'"
    )


def _name(arm: Arm) -> str:
    return f"{arm.indicator} = {' + '.join(arm.sources)}"


def _texts(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
