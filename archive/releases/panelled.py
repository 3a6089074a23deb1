"""The panel as Parquet, and from it the coverage: the same rows as those of the view, made column by column."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive.releases import files
from archive.releases.panel import DOUBT, Arm, by_table, state
from archive.wide import ABSENT

Row = tuple[object, ...]
MEMORY = 4096  # MB that all years that are made at a time may take
# What touches a number, by the arm that it comes by: a map for each of the few reports that have any.
BASE = """
CREATE TEMP TABLE base AS
WITH named AS (SELECT t.organ, t.year, t.division, s.arm, t.rule, t.verdict
               FROM {touches} t JOIN named_sources s ON s.source = t.indicator),
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
FROM {reports} r LEFT JOIN mapped m ON (m.organ, m.year, m.division) = (r.organ, r.year, r.division)
LEFT JOIN {copies} c ON (c.organ, c.year, c.division) = (r.organ, r.year, r.division)
ORDER BY r.organ, r.division, r.year
"""
COVERAGE = """
SELECT p.year, p.province, indicator, any_value(n.reports), count(*), count(*) FILTER (state = 'number'),
       count(*) FILTER (state = 'blank'), count(*) FILTER (state = 'placeholder'), count(*) FILTER (state = 'text'),
       count(*) FILTER (state = 'unreadable')
FROM {panel} p
JOIN (SELECT province, count(*) AS reports FROM {reports} GROUP BY ALL) n ON n.province = p.province
GROUP BY ALL ORDER BY 1, 2, 3
"""


def write(arms: Sequence[Arm], target: Path, work: Path, progress: Callable[[str], None]) -> list[Row]:
    """One file a year, of the Parquet files of that year; returns the coverage.

    A year is made by one thread, so that its rows are always in one order; several years at a time.
    """
    files_of = (target / files.PARQUET / "reports").iterdir()
    years = sorted(path.stem for path in files_of)
    (target / files.PARQUET / "panel").mkdir(parents=True)
    jobs = min(len(years), os.cpu_count() or 1)
    found: list[Row] = []
    with ThreadPoolExecutor(jobs) as pool:
        for year, rows in zip(years, pool.map(lambda year: _year(arms, target, work, year, jobs), years), strict=True):
            progress(f"panel {year}")
            found += rows
    return found


def _year(arms: Sequence[Arm], target: Path, work: Path, year: str, jobs: int) -> list[Row]:
    with files.connect(work / f"panel-{year}", f"{MEMORY // jobs}MB") as duck:
        duck.execute("CREATE TEMP TABLE named_sources (arm VARCHAR, source VARCHAR)")
        pairs = [(_name(arm), source) for arm in arms for source in arm.sources]
        if pairs:
            duck.executemany("INSERT INTO named_sources VALUES (?, ?)", pairs)
        there = {name: _file(target, name, year) for name in ("reports", "copies", "touches", "panel")}
        duck.execute(BASE.format(doubt=_texts(DOUBT), **there))
        query = " UNION ALL ".join(f"({_select(_file(target, table, year), those)})" for table, those in by_table(arms))
        out = files.quoted(target / files.PARQUET / "panel" / f"{year}.parquet")
        duck.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
        return list(duck.execute(COVERAGE.format(**there)).fetchall())


def _file(target: Path, table: str, year: str) -> str:
    """The rows of that year; of a table that has none, the columns of another year."""
    directory = target / files.PARQUET / table
    path = directory / f"{year}.parquet"
    if table == "panel" or path.exists():
        return f"'{files.quoted(path)}'"
    return f"(SELECT * FROM '{files.quoted(min(directory.iterdir()))}' LIMIT 0)"


def _select(table: str, arms: Sequence[Arm]) -> str:
    letters = [f"CASE WHEN w.form IN ({_texts(arm.forms)}) THEN {arm.letter} ELSE '{ABSENT}' END" for arm in arms]
    named = {
        "indicator": _texts(arm.indicator for arm in arms),
        "arm": _texts(map(_name, arms)),
        "source": _texts(arm.sources[0] for arm in arms),
    }
    counts = ", ".join(f"CAST({arm.value} AS DOUBLE)" for arm in arms)
    unnested = ", ".join(f"unnest([{values}]) AS {name}" for name, values in named.items())
    # Reports are sorted, and then taken apart: where a sort has equal rows, their order depends on the memory there is.
    return (
        "SELECT organ, division, province, city, county, CAST(year AS INTEGER) AS year, indicator, value,"
        f" {state('letter')} AS state, form, CASE WHEN several THEN coalesce(json_extract_string(methods,"
        " '$.\"' || source || '\"'), usual) ELSE usual END AS method,"
        " CASE WHEN rules IS NULL THEN '' ELSE coalesce(rules[arm], '') END AS rules,"
        " CASE WHEN doubt IS NULL THEN copied ELSE coalesce(doubt[arm], copied) END AS agreement,"
        " CAST(official AS TINYINT) AS official FROM ("
        f"SELECT *, {unnested}, unnest(counts) AS value, unnest(letters) AS letter FROM ("
        "SELECT b.*, w.form, w.methods, w.methods LIKE '%,%' AS several,"
        f" json_extract_string(w.methods, '$.default') AS usual,"
        f" [{counts}] AS counts, [{', '.join(letters)}] AS letters"
        f" FROM base b JOIN {table} w ON w.snapshot = b.snapshot AND w.part = b.part"
        f" ORDER BY b.organ, b.division)) WHERE letter <> '{ABSENT}'"
    )


def _name(arm: Arm) -> str:
    return f"{arm.indicator} = {' + '.join(arm.sources)}"


def _texts(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
