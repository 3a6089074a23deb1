"""What Datasette asks for its tables, asked so that it is as quick at a million reports: the search box and the counts.

Datasette says `id in (all that the index finds)` for the rows of a page, for their number and for each facet, and goes
to every one of them. Here the index is asked once. Of a word that stands in a million rows it is the other way round
that is quick: row by row in the order of the page, asking the index of each.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.shown.asking import matching
from archive.shown.kept import kept

OFTEN = 20_000  # rows from which on a word counts as standing everywhere
FOUND = re.compile(
    r"\bid in \(select rowid from (?P<index>\w+_fts) where (?P=index) match escape_fts\(:search\)\)", re.ASCII
)
TABLE = re.compile(r"\bfrom (?P<table>[a-z_]+)\s+where\b.*?\bid in \(select rowid from", re.ASCII | re.DOTALL)
# Written out: SQLite takes a list into both halves of a view, and no other question.
FEW = "id in ({ids})"
PAGE = re.compile(r"\s*limit (?P<limit>\d+)(?: offset (?P<offset>\d+))?\s*", re.ASCII)
ASKED = "EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH escape_fts(:search) AND {index}.rowid = {table}.id)"
# What Datasette asks of all rows, or of all that the search box finds: how many, and how many with each value.
SEARCHED = r"(?:where id in \(select rowid from \w+_fts where \w+_fts match escape_fts\(:search\)\) )?\s*"
COUNT_OF_ALL = re.compile(rf"\s*select count\(\*\) from \w+ {SEARCHED}", re.ASCII)
FACET_OF_ALL = re.compile(
    rf"\s*select \S+ as value, count\(\*\) as count from \(\s*select [^()]+ from \w+ {SEARCHED}\)"
    r"\s*where \S+ is not null\s*group by \S+ order by count desc, value limit (?P<limit>\d+)\s*",
    re.ASCII,
)
# Tables whose rows an index has, one for one, and what parts them from others in it.
WHOLE = {
    "sections": "",
    "reports": "",
    "findings": " AND rowid > 0",
    "audits": " AND rowid < 0",
    "report_findings": "",
}
CURRENT = {"report_findings"}  # those alone that belong to a report


@dataclass(frozen=True, kw_only=True)
class Box:
    """A search of a table in the SQL of Datasette."""

    table: str
    index: str
    clause: str  # as it stands in the SQL

    @property
    def is_count(self) -> str:
        """The SQL of a count with nothing else in it."""
        return f"select count(*) from {self.table} where {self.clause}"


def box(sql: str) -> Box | None:
    """The search in it, if it has one over an index of ours."""
    found, of = FOUND.search(sql), TABLE.search(sql)
    if not found or not of or of["table"] not in WHOLE:
        return None
    return Box(table=of["table"], index=found["index"], clause=found[0])


def is_count_of_all(sql: str) -> bool:
    """Whether it counts rows that nothing but the search box narrows: there are few such questions."""
    return bool(COUNT_OF_ALL.fullmatch(sql))


def is_facet_of_all(sql: str, size: int) -> bool:
    """The same of a facet, with as many values as facets usually have: each other number is another question."""
    found = FACET_OF_ALL.fullmatch(sql)
    return bool(found and int(found["limit"]) == size + 1)


def narrowed(db: sqlite3.Connection, sql: str, params: Mapping[str, Any], box: Box) -> str | None:
    """The same question, of the few rows that have the words; None where they stand nearly everywhere."""
    text = str(params["search"])
    head, _, tail = sql.partition(box.clause)
    page = PAGE.fullmatch(tail)
    if box.table in CURRENT and page and head.rstrip().endswith("where"):  # in no order: then in that of the index
        limit, offset = int(page["limit"]), int(page["offset"] or 0)
        return f"{head}{FEW.format(ids=_ids(db, box, text, limit, offset))} limit {limit}"
    few = _few(db, box, text)
    return None if few is None else sql.replace(box.clause, FEW.format(ids=few))


def _few(db: sqlite3.Connection, box: Box, text: str) -> str | None:
    """The rows, if they are few."""

    def ask() -> str | None:
        found = _ids(db, box, text, OFTEN + 1)
        return found if found.count(",") < OFTEN else None

    return kept(db, ("few", box.table, text), ask)


def _ids(db: sqlite3.Connection, box: Box, text: str, limit: int, offset: int = 0) -> str:
    query = f"SELECT rowid FROM {box.index} WHERE {_matched(box)} ORDER BY rowid LIMIT ? OFFSET ?"
    return ",".join(str(row) for (row,) in db.execute(query, (_words(box, text), limit, offset)))


def _matched(box: Box) -> str:
    return f"{box.index} MATCH ?{WHOLE[box.table]}"


def _words(box: Box, text: str) -> str:
    words = matching(text)
    return f'({words}) AND marks : "current"' if box.table in CURRENT else words


def quicker(sql: str, box: Box) -> str:
    """The same question for words that stand nearly everywhere."""
    return sql.replace(box.clause, ASKED.format(index=box.index, table=box.table))


def count(db: sqlite3.Connection, box: Box, text: str) -> int:
    """How many rows of the table have the words: the index alone knows, no row is looked at."""
    query = f"SELECT count(*) FROM {box.index} WHERE {_matched(box)}"
    return int(db.execute(query, (_words(box, text),)).fetchone()[0])
