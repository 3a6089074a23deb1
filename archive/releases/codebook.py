"""The codebook, in Chinese and in English: made from the schema, the forms and the crosswalk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from archive.releases.about import About, Description
from archive.releases.files import column_types
from archive.releases.plan import LONG, Table, described, filed, views
from archive.wide import LETTERS

NAME = "CODEBOOK.{language}.md"
HEADS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {
        "columns": ("列", "类型", "单位", "含义"),
        "crosswalk": ("通用指标", "表式", "该表式的指标", "理由", "依据"),
        "uncrossed": ("表式", "指标", "理由"),
    },
    "en": {
        "columns": ("column", "type", "unit", "meaning"),
        "crosswalk": ("common indicator", "form", "indicators of the form", "reason", "evidence"),
        "uncrossed": ("form", "indicator", "reason"),
    },
}


def write(db: sqlite3.Connection, about: About, language: str, intro: str) -> str:
    """The whole text."""
    long = [described(db, name) for name in views(db) if name in LONG]
    parts = [intro.format(date=about.date, states=", ".join(LETTERS.values()))]
    types = column_types(db)  # a view's column is what a table's of that name is
    parts += [_table(table, about.tables.get(table.name), language, types) for table in [*long, *filed(db)]]
    heads = HEADS[language]
    query = f"SELECT indicator, form, sources, reason_{language}, evidence FROM crosswalk ORDER BY indicator, form"
    parts.append(f"## crosswalk\n\n{_grid(heads['crosswalk'], db.execute(query))}")
    query = f"SELECT form, indicator, reason_{language} FROM uncrossed ORDER BY form, indicator"
    parts.append(f"## uncrossed\n\n{_grid(heads['uncrossed'], db.execute(query))}")
    return "\n".join(parts)


def _table(table: Table, said: Description | None, language: str, types: Mapping[str, str]) -> str:
    rows = list(_columns(table, said, language, types))
    key = f"\n\n`{table.name}`: **{', '.join(table.key)}**" if table.key else ""
    text = getattr(said.text, language) if said else ""
    return f"## {table.name}\n\n{text}{key}\n\n{_grid(HEADS[language]['columns'], rows)}"


def _columns(
    table: Table, said: Description | None, language: str, types: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    references = dict(table.references)
    for column in table.columns:
        words = said.columns.get(column.name) if said else None
        meaning = getattr(words, language) if words else ""
        if other := references.get(column.name):
            meaning = f"{meaning} → `{other}`"
        kind = column.type or types.get(column.name, "TEXT")
        if table.name in LONG and column.name == "value":
            kind = "NUMERIC"  # counts and amounts of money stand in one column; SQLite names the type of the first
        yield f"`{column.name}`", kind, said.units.get(column.name, "") if said else "", meaning


def _grid(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"
