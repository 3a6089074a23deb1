"""The panel as Parquet, and from it the coverage: the same rows as those of the view, made column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archive.releases import files
from archive.releases.panel import DOUBT, Arm, by_table
from archive.wide import ABSENT, LETTERS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[object, ...]
ROWS = 491_520  # of a row group: each writes anew which texts a column has
AGREED = "ENUM('', 'agree', 'disagree')"
PLACE = ("division", "province", "city", "county")
# What touches a number, by the arm that it comes by: a map for each of the few reports that have any.
TOLD = """
CREATE TEMP TABLE told AS
WITH named AS (SELECT t.organ, t.year, t.division, s.arm, t.rule, t.verdict
               FROM {touches} t JOIN named_sources s ON s.source = t.indicator)
SELECT organ, year, division, arm,
       string_agg(DISTINCT rule, ' ' ORDER BY rule) FILTER (verdict IN ('FAIL', 'WARN')) AS rules,
       CASE WHEN bool_or(rule IN ({doubt}) AND verdict IN ('FAIL', 'WARN')) THEN 'disagree'
            WHEN bool_or(rule IN ({doubt})) THEN '' END AS doubt
FROM named GROUP BY ALL
"""
BASE = """
CREATE TEMP TABLE base AS
WITH mapped AS (SELECT organ, year, division,
                  map_from_entries(list((arm, CAST(rules AS {of_rules})) ORDER BY arm) FILTER (rules IS NOT NULL))
                    AS rules,
                  map_from_entries(list((arm, CAST(doubt AS {of_doubt})) ORDER BY arm) FILTER (doubt IS NOT NULL))
                    AS doubt
           FROM told GROUP BY ALL)
SELECT r.organ, {place}, r.year, r.official, r.snapshot, r.part, m.rules, m.doubt,
       CAST(CASE WHEN c.organ IS NULL THEN '' ELSE 'agree' END AS {of_doubt}) AS copied
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


def sources(arms: Sequence[Arm]) -> set[str]:
    """The tables whose files it is made from."""
    return {"reports", "copies", "touches", *(arm.table for arm in arms)}


def years(target: Path) -> list[str]:
    """Those that have a report."""
    return sorted(path.stem for path in (target / files.PARQUET / "reports").iterdir())


def write(duck: DuckDBPyConnection, arms: Sequence[Arm], target: Path, year: str) -> list[Row]:
    """The file of one year, of the Parquet files of that year; returns its coverage."""
    with duck.cursor() as one:  # what is temporary goes with it
        one.execute("CREATE TEMP TABLE named_sources (arm VARCHAR, source VARCHAR)")
        pairs = [(_name(arm), source) for arm in arms for source in arm.sources]
        if pairs:
            one.executemany("INSERT INTO named_sources VALUES (?, ?)", pairs)
        there = {name: _file(target, name, year) for name in ("reports", "copies", "touches", "panel")}
        one.execute(TOLD.format(doubt=_texts(DOUBT), **there))
        tables = [(_file(target, table, year), those) for table, those in by_table(arms)]
        noted = " UNION ".join(f"SELECT methods FROM {table}" for table, _ in tables)
        kinds = {
            "indicators": _of(arm.indicator for arm in arms),
            "forms": _of(form for arm in arms for form in arm.forms),
            "methods": _enum(one, f"SELECT unnest(json_extract_string(methods, '$.*')) FROM ({noted})"),
            "states": _of(LETTERS.values()),
            "of_rules": _enum(one, "SELECT rules FROM told WHERE rules <> '' UNION SELECT ''"),
        }
        places = {name: _enum(one, f"SELECT {name} FROM {there['reports']}") for name in PLACE}
        place = ", ".join(f"CAST(r.{name} AS {kind}) AS {name}" for name, kind in places.items())
        one.execute(BASE.format(place=place, of_rules=kinds["of_rules"], of_doubt=AGREED, **there))
        query = " UNION ALL ".join(f"({_select(table, those, **kinds)})" for table, those in tables)
        path = target / files.PARQUET / "panel" / f"{year}.parquet"
        path.parent.mkdir(exist_ok=True)
        one.execute(
            f"COPY ({query}) TO '{files.quoted(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS})"
        )
        return list(one.execute(COVERAGE.format(**there)).fetchall())


def _enum(duck: DuckDBPyConnection, query: str) -> str:
    """The type of a column of few texts: such a column takes a fifth of the time to write, and reads the same."""
    found = duck.execute(f"SELECT DISTINCT * FROM ({query}) ORDER BY ALL").fetchall()
    return _of(text.replace("'", "''") for (text,) in found)


def _file(target: Path, table: str, year: str) -> str:
    """The rows of that year; of a table that has none, the columns of another year."""
    directory = target / files.PARQUET / table
    path = directory / f"{year}.parquet"
    if table == "panel" or path.exists():
        return f"'{files.quoted(path)}'"
    return f"(SELECT * FROM '{files.quoted(min(directory.iterdir()))}' LIMIT 0)"


def _select(
    table: str, arms: Sequence[Arm], *, indicators: str, forms: str, methods: str, states: str, of_rules: str
) -> str:
    nothing = f"CAST('' AS {of_rules})"
    letters = [f"CASE WHEN w.form IN ({_texts(arm.forms)}) THEN {arm.letter} ELSE '{ABSENT}' END" for arm in arms]
    words = " ".join(f"WHEN '{letter}' THEN CAST('{word}' AS {states})" for letter, word in LETTERS.items())
    counts = ", ".join(f"CAST({arm.value} AS DOUBLE)" for arm in arms)
    named = {
        "indicator": f"CAST([{_texts(arm.indicator for arm in arms)}] AS {indicators}[])",
        "arm": f"[{_texts(map(_name, arms))}]",
        "source": f"[{_texts(arm.sources[0] for arm in arms)}]",
    }
    unnested = ", ".join(f"unnest({values}) AS {name}" for name, values in named.items())
    # Reports are sorted, and then taken apart: where a sort has equal rows, their order depends on the memory there is.
    return (
        "SELECT organ, division, province, city, county, CAST(year AS INTEGER) AS year, indicator, value,"
        f" CASE letter {words} END AS state, form,"
        " CASE WHEN several THEN coalesce(CAST(json_extract_string(methods, '$.\"' || source || '\"') AS"
        f" {methods}), usual) ELSE usual END AS method,"
        f" CASE WHEN rules IS NULL THEN {nothing} ELSE coalesce(rules[arm], {nothing}) END AS rules,"
        " CASE WHEN doubt IS NULL THEN copied ELSE coalesce(doubt[arm], copied) END AS agreement,"
        " CAST(official AS TINYINT) AS official FROM ("
        f"SELECT *, {unnested}, unnest(counts) AS value, unnest(letters) AS letter FROM ("
        f"SELECT b.*, CAST(w.form AS {forms}) AS form, w.methods,"
        " w.methods LIKE '%,%' AS several,"
        f" CAST(json_extract_string(w.methods, '$.default') AS {methods}) AS usual,"
        f" [{counts}] AS counts, [{', '.join(letters)}] AS letters"
        f" FROM base b JOIN {table} w ON w.snapshot = b.snapshot AND w.part = b.part"
        f" WHERE w.form IN ({_texts(sorted({form for arm in arms for form in arm.forms}))})"
        f" ORDER BY b.organ, b.division)) WHERE letter <> '{ABSENT}'"
    )


def _name(arm: Arm) -> str:
    return f"{arm.indicator} = {' + '.join(arm.sources)}"


def _texts(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _of(words: Iterable[str]) -> str:
    return f"ENUM({_texts(sorted({*words})) or _texts([''])})"
