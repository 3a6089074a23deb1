"""CHANGES.md and changes.parquet: what is new, changed and gone since the release before, square by square."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive.database import indicators_in
from archive.records import Fact
from archive.releases import differences, files, stage
from archive.releases.plan import described
from archive.wide import WideTable, facts, wide_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME, SQUARES = "CHANGES.md", "changes.parquet"
TABLE = """
CREATE TEMP TABLE squares (
    change TEXT NOT NULL, organ TEXT NOT NULL, year INTEGER NOT NULL, division TEXT NOT NULL, indicator TEXT NOT NULL,
    was REAL, was_state TEXT, was_raw TEXT, value REAL, state TEXT, raw TEXT
)
"""
FIRST = """# {date}

没有与更早的发布相比（没有用 `--since` 指明）。Not compared with an earlier release (none was named with `--since`).
"""
TEXT = """# {since} → {date}

| | 新增 new | 改变 changed | 消失 gone |
|---|---:|---:|---:|
| 报告 reports | {reports.new} | {reports.changed} | {reports.gone} |
| 数字与空格 facts | {facts.new} | {facts.changed} | {facts.gone} |
| 核对结果 findings | {findings.new} | {findings.changed} | {findings.gone} |

逐格见 `changes.parquet`：was 是原来的，value 是现在的。Square by square in `changes.parquet`: `was` and `value`.
事实只计各报告当前所用的读数。Facts are those of the current readings.
消失的可能是撤下的，见表 `withheld`。What is gone may have been withheld; see the table `withheld`.
"""


def write(new: Path, old: Path, duck: DuckDBPyConnection, target: Path, dates: tuple[str, str]) -> None:
    """Compare two databases; `dates` are those of the old and the new release."""
    with stage.both(new, old) as db, stage.reading(new) as now, stage.reading(old) as before:
        differences.compared(db)
        wide = wide_tables(indicators_in(db))
        db.execute(TABLE)
        keys = sorted(set(differences.affected(db, [table.name for table in wide])))
        found = (row for key in keys for row in _squares(key, _facts(before, wide, key), _facts(now, wide, key)))
        db.executemany(f"INSERT INTO temp.squares VALUES ({', '.join('?' * 11)})", found)
        text = TEXT.format(
            since=dates[0],
            date=dates[1],
            reports=differences.reports(db),
            facts=differences.facts(db),
            findings=differences.findings(db),
        )
        table = replace(described(db, "squares", "temp"), key=())
        files.write_parquet(db, duck, target / SQUARES, table, files.column_types(db))
    (target / NAME).write_text(text, encoding="utf-8")


def first(target: Path, date: str) -> None:
    """Say that nothing was compared."""
    (target / NAME).write_text(FIRST.format(date=date), encoding="utf-8")


def _facts(db: sqlite3.Connection, wide: Sequence[WideTable], key: tuple[str, int, str]) -> dict[str, Fact]:
    row = db.execute("SELECT snapshot, part FROM reports WHERE organ = ? AND year = ? AND division = ?", key).fetchone()
    return {fact.indicator: fact for fact in facts(db, wide, *row)} if row else {}


def _squares(
    key: tuple[str, int, str], before: Mapping[str, Fact], now: Mapping[str, Fact]
) -> Iterator[tuple[object, ...]]:
    for indicator in sorted(before.keys() | now.keys()):
        one, other = before.get(indicator), now.get(indicator)
        said = [(fact.value, fact.state, fact.raw) if fact else (None, None, None) for fact in (one, other)]
        if said[0] != said[1]:
            change = "new" if one is None else "gone" if other is None else "changed"
            yield (change, *key, indicator, *said[0], *said[1])
