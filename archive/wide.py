"""The wide tables: one row a reading, one column an indicator; and the view `facts` that gives one row an indicator."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby, takewhile
from operator import itemgetter
from typing import Any

from archive.errors import ArchiveError
from archive.records import Fact, Indicator, Parsed, State

# The 2021 form only added rows to these two; the others have a table for each form.
SHARED = ("requests", "review")
LETTERS: dict[str, State] = {"n": "number", "b": "blank", "p": "placeholder", "t": "text", "u": "unreadable"}
ABSENT = "-"
NOTES = ("states", "raws", "methods", "squares")
INT64 = 2**63

Square = tuple[int | None, int, int]


@dataclass(frozen=True, kw_only=True)
class WideTable:
    """One wide table: its name and its indicators in column order."""

    name: str
    table: str  # as in the forms
    forms: Mapping[str, frozenset[str]]  # form -> its indicators
    units: Mapping[str, str]  # indicator -> unit; the order of the columns

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Those of its indicators."""
        return tuple(map(column, self.units))

    def sql_type(self, indicator: str) -> str:
        """Amounts of money may have a fraction, counts may not."""
        return "REAL" if self.units[indicator] in ("10k CNY", "CNY") else "INTEGER"


def wide_tables(indicators: Iterable[Indicator]) -> list[WideTable]:
    """The tables that these forms need, in the order of the forms."""
    grouped: dict[str, list[Indicator]] = {}
    for indicator in sorted(indicators, key=lambda indicator: indicator.form):
        shared = indicator.table in SHARED
        name = indicator.table if shared else f"{indicator.table}_{indicator.form}"
        grouped.setdefault(name, []).append(indicator)
    return [
        WideTable(
            name=name,
            table=members[0].table,
            forms={
                form: frozenset(member.indicator for member in same)
                for form, same in groupby(members, key=lambda member: member.form)
            },
            units={member.indicator: member.unit for member in members},
        )
        for name, members in grouped.items()
    ]


def column(indicator: str) -> str:
    """The column of an indicator."""
    return indicator.replace(".", "_")


def ddl(tables: Sequence[WideTable]) -> list[str]:
    """The statements that make the wide tables and the view."""
    statements = []
    for table in tables:
        columns = ", ".join(f'"{column(name)}" {table.sql_type(name)}' for name in table.units)
        notes = ", ".join(f"{name} TEXT NOT NULL" for name in NOTES)
        statements += [
            f"CREATE TABLE {table.name} (snapshot TEXT NOT NULL REFERENCES snapshots (id), part INTEGER NOT NULL,"
            f" organ TEXT NOT NULL, division TEXT NOT NULL, year INTEGER, form TEXT NOT NULL, {columns}, {notes},"
            " PRIMARY KEY (snapshot, part)) WITHOUT ROWID",
            f"CREATE INDEX {table.name}_report ON {table.name} (organ, year)",
            f"CREATE INDEX {table.name}_place ON {table.name} (division, year)",
        ]
    arms = [_arm(table, position, name) for table in tables for position, name in enumerate(table.units, 1)]
    if arms:
        statements.append("CREATE VIEW facts AS " + " UNION ALL ".join(arms))
    return statements


def _arm(table: WideTable, position: int, indicator: str) -> str:
    letter = f"substr(states, {position}, 1)"
    state = " ".join(f"WHEN '{letter}' THEN '{state}'" for letter, state in LETTERS.items())
    value, key = f'"{column(indicator)}"', f"""'$."{indicator}"'"""
    return (
        f"SELECT snapshot, part, organ, division, year, form, '{indicator}' AS indicator, {value} AS value,"
        f" CASE {letter} {state} END AS state,"
        f" coalesce(json_extract(raws, {key}), CAST({value} AS TEXT), '') AS raw,"
        f" coalesce(json_extract(methods, {key}), json_extract(methods, '$.default')) AS method"
        f" FROM {table.name} WHERE {letter} <> '{ABSENT}'"
    )


def rows(tables: Sequence[WideTable], snapshot: str, parsed: Parsed) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The facts of one reading: a table that has any of them, and its row."""
    for table, form, facts in _sorted_out(tables, parsed):
        ordered = [(name, facts.get(name)) for name in table.units]
        whose = (snapshot, parsed.part, parsed.organ, parsed.division, parsed.year, form)
        yield table.name, (*whose, *(_stored(fact) for _, fact in ordered), *_notes(table, ordered))


def remove(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str) -> None:
    """Take the facts of every reading of a capture out."""
    for table in tables:
        db.execute(f"DELETE FROM {table.name} WHERE snapshot = ?", (snapshot,))


def facts(db: sqlite3.Connection, tables: Sequence[WideTable], snapshot: str, part: int) -> list[Fact]:
    """The facts of one reading with their squares, in the order of the form."""
    found: list[Fact] = []
    for table in tables:
        cursor = db.execute(f"SELECT * FROM {table.name} WHERE snapshot = ? AND part = ?", (snapshot, part))
        names = [description[0] for description in cursor.description]
        for values in cursor:
            found += _facts(table, dict(zip(names, values, strict=True)))
    return found


def decode_squares(squares: str) -> list[Square]:
    """The squares (table, row, column) of one row's facts, in the order of the letters of `states` other than "-"."""
    return [
        (run[0], run[1] + step * down, run[2] + step * right)
        for run in json.loads(squares)
        for down, right in [run[4:] or (0, 1)]
        for step in range(run[3])
    ]


def encode_squares(squares: Sequence[Square]) -> str:
    """Runs of [table, row, column, how many], to the right unless [..., rows, columns] a step follow."""
    runs: list[list[int | None]] = []
    start = 0
    while start < len(squares):
        step, length = _run(squares[start:])
        runs.append([*squares[start], length, *(step if step != (0, 1) else ())])
        start += length
    return json.dumps(runs, separators=(",", ":"))


def _run(squares: Sequence[Square]) -> tuple[tuple[int, int], int]:
    first, *rest = squares
    if not rest or rest[0][0] != first[0]:
        return (0, 1), 1
    step = (rest[0][1] - first[1], rest[0][2] - first[2])
    expected = ((first[0], first[1] + n * step[0], first[2] + n * step[1]) for n in count())
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(squares, expected, strict=False)))
    # two squares a step apart are no run: the second one usually starts a row of its own
    return ((0, 1), 1) if length == 2 and step != (0, 1) else (step, length)


def _sorted_out(tables: Sequence[WideTable], parsed: Parsed) -> Iterator[tuple[WideTable, str, dict[str, Fact]]]:
    """Which facts go into which table: that of the form that the document follows and that knows most of them."""
    rest = {fact.indicator: fact for fact in parsed.facts}
    if len(rest) < len(parsed.facts):
        twice = Counter(fact.indicator for fact in parsed.facts).most_common(1)[0][0]
        raise ArchiveError(f"two facts for {twice}: a reading may have one; this is a fault of the parser")
    while rest:
        _, table, form = max(
            (
                ((form in parsed.forms, len(known & rest.keys()), -_place(parsed.forms, form), table.name), table, form)
                for table in tables
                for form, known in table.forms.items()
                if known & rest.keys()
            ),
            key=itemgetter(0),
            default=(None, None, ""),
        )
        if table is None:
            raise ArchiveError(f"no form has the indicator {min(rest)}; this is a fault of the parser")
        yield table, form, {name: rest.pop(name) for name in table.units if name in rest}


def _place(forms: Sequence[str], form: str) -> int:
    return forms.index(form) if form in forms else len(forms)


def _stored(fact: Fact | None) -> int | float | None:
    if fact is None or fact.value is None:
        return None
    # SQLite has no larger integers; such a number is nonsense anyway and its text is kept
    return fact.value if abs(fact.value) < INT64 else float(str(fact.value))


def _notes(table: WideTable, ordered: Sequence[tuple[str, Fact | None]]) -> tuple[str, str, str, str]:
    present = [fact for _, fact in ordered if fact]
    states = "".join(fact.state[0] if fact else ABSENT for _, fact in ordered)
    raws = {fact.indicator: fact.raw for fact in present if fact.raw != _printed(table, fact)}
    default = min(Counter(fact.method for fact in present).items(), key=lambda item: (-item[1], item[0]))[0]
    methods = {"default": default} | {fact.indicator: fact.method for fact in present if fact.method != default}
    squares = encode_squares([(fact.table, fact.row, fact.column) for fact in present])
    return states, _json(raws), _json(methods), squares


def _printed(table: WideTable, fact: Fact) -> str | None:
    """What the view prints if no raw text is kept; None where that is not certain."""
    if fact.value is None:
        return ""
    plain = isinstance(fact.value, int) and abs(fact.value) < INT64 and table.sql_type(fact.indicator) == "INTEGER"
    return str(fact.value) if plain else None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _facts(table: WideTable, row: Mapping[str, Any]) -> Iterator[Fact]:
    raws, methods, squares = json.loads(row["raws"]), json.loads(row["methods"]), iter(decode_squares(row["squares"]))
    for name, letter in zip(table.units, row["states"], strict=True):
        if letter != ABSENT:
            value = row[column(name)]
            square = next(squares)
            yield Fact(
                indicator=name,
                value=value,
                raw=raws.get(name, "" if value is None else str(value)),
                state=LETTERS[letter],
                method=methods.get(name, methods["default"]),
                table=square[0],
                row=square[1],
                column=square[2],
            )
