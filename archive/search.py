"""The index of words (FTS5): what stands in it, and how it is kept in step with the tables it is made from.

Its content are SQL views, so that stock SQLite can rebuild and check it; it is loaded from here, which is faster. Every
row has marks beside its words: whether it is of a current reading, of which year, division, level, section or verdict.
So a search within a province, or one over current readings alone, never looks at anything else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping

from archive.folding import SPACED, spaced

# Every kind of punctuation and sign is a token: 复。议 is not 复议.
TOKENIZE = "unicode61 remove_diacritics 0 categories 'L* N* P* S* Co'"
LEVELS = ("province", "city", "county", "town", "none")
LEVEL = """CASE WHEN {of}.organ GLOB '*[镇乡]人民政府' OR {of}.organ GLOB '*[镇乡]政府' OR {of}.organ GLOB '*苏木*政府'
 OR {of}.organ GLOB '*街道办事处' OR {of}.organ GLOB '*街道' OR {of}.organ GLOB '*[镇乡]' THEN 'town'
 WHEN {of}.division = '' THEN 'none' WHEN {of}.division GLOB '*0000' THEN 'province'
 WHEN {of}.division GLOB '*00' THEN 'city' ELSE 'county' END"""
MARKS = f"""CASE WHEN {{of}}.year IS NULL THEN '' ELSE 'current y' || {{of}}.year || ' l' || {LEVEL}
 || CASE {{of}}.division WHEN '' THEN '' ELSE ' d' || substr({{of}}.division, 1, 2)
 || ' d' || substr({{of}}.division, 1, 4) || ' d' || {{of}}.division END || {{more}} END"""
OF_READING = "LEFT JOIN reports r ON r.snapshot = {of}.snapshot AND r.part = {of}.part"
MESSAGES = "coalesce({of}.folded, {of}.message_zh || char(10) || {of}.message_en)"
ROWS = {
    "sections": f"""SELECT s.id, coalesce(s.folded, s.heading || char(10) || s.text) AS words,
 {MARKS.format(of="r", more="' s' || s.number")} AS marks FROM sections s {OF_READING.format(of="s")}""",
    "reports": f"""SELECT r.id, coalesce(r.folded, r.organ || char(10) || r.title) AS words,
 {MARKS.format(of="r", more="''")} AS marks FROM reports r""",
    "findings": f"""SELECT f.id, {MESSAGES.format(of="f")} AS words,
 {MARKS.format(of="r", more="' v' || f.verdict")} AS marks FROM findings f {OF_READING.format(of="f")}""",
    "audits": f"""SELECT a.id, {MESSAGES.format(of="a")} AS words,
 {MARKS.format(of="a", more="' v' || a.verdict")} AS marks FROM audits a""",
}
# Findings of one report and those across reports are searched together; the ids of the latter are below zero.
INDEXES = {"sections_fts": ("sections",), "reports_fts": ("reports",), "findings_fts": ("findings", "audits")}

# While all is made again: bytes of words that are gathered before they are written as a segment, and how many segments
# may wait until all are merged at once. Merged as they come, a fifth of the time goes into merging again.
ALL_AT_ONCE = {"hashsize": 64 << 20, "automerge": 0, "crisismerge": 1000}
USUAL = {"hashsize": 1 << 20, "automerge": 4, "crisismerge": 16}  # FTS5's own

Place = tuple[str, int]  # capture and part: one reading
Entries = dict[tuple[str, int], tuple[str, str]]  # index and id -> words and marks


def ddl() -> list[str]:
    """The statements that make the indexes and the views they are made from."""
    statements = []
    for index, tables in INDEXES.items():
        rows = " UNION ALL ".join(f"SELECT * FROM ({ROWS[table]})" for table in tables)
        statements += [
            f"CREATE VIEW {index}_words AS SELECT id, {SPACED.format(words='words')} AS words, marks FROM ({rows})",
            f"CREATE VIRTUAL TABLE {index} USING fts5 (words, marks, content='{index}_words', content_rowid='id',"
            f' columnsize=0, tokenize="{TOKENIZE}")',
        ]
    return statements


def next_id(db: sqlite3.Connection, table: str) -> int:
    """An id that no row of the table has; inside a transaction of the caller."""
    (last,) = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(last) + 1


def current(db: sqlite3.Connection, reports: Iterable[tuple[str, int]]) -> set[Place]:
    """The current readings of these reports: of all readings of a report these alone have marks."""
    query = "SELECT snapshot, part FROM reports WHERE organ = ? AND year = ?"
    return {place for report in reports for place in db.execute(query, report)}


def entries(
    db: sqlite3.Connection, snapshot: str, places: Iterable[Place], reports: Iterable[tuple[str, int]]
) -> Entries:
    """What the index has, or is to have, of a capture, of other readings and of reports."""
    found: Entries = {}
    for report in reports:
        found |= _entries(db, "reports", "r.organ = ? AND r.year = ?", report)
    for of, table in (("s", "sections"), ("f", "findings")):
        found |= _entries(db, table, f"{of}.snapshot = ?", (snapshot,))
        for place in places:
            found |= _entries(db, table, f"{of}.snapshot = ? AND {of}.part = ?", place)
    return found


def unmarked(entries: Entries) -> Entries:
    """The same as the index has them of readings that are not current."""
    return {key: (words, "") for key, (words, _) in entries.items()}


def replace(db: sqlite3.Connection, before: Entries, after: Entries) -> None:
    """Bring the index from the one state to the other."""
    for key, entry in before.items():
        if after.get(key) != entry:
            _leave(db, *key, *entry)
    for key, entry in after.items():
        if before.get(key) != entry:
            _enter(db, key[0], [(key[1], *entry)])


def leave_audits(db: sqlite3.Connection, keys: str, values: Collection[object] = ()) -> None:
    """Take findings across reports out, before they are deleted; `keys` is SQL that gives theirs."""
    for (index, id), entry in _entries(db, "audits", f"a.key IN ({keys})", values).items():
        _leave(db, index, id, *entry)


def enter_audits(db: sqlite3.Connection, above: int) -> None:
    """Put those in that came since the lowest id was that."""
    _enter(db, "findings_fts", db.execute(f"{ROWS['audits']} WHERE a.id < ?", (above,)))


def rebuild(db: sqlite3.Connection, *only: str) -> None:
    """Make the whole index again, or some of it, in one segment each; inside a transaction of the caller."""
    for index in only or INDEXES:
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
        _set(db, index, ALL_AT_ONCE)
        for table in INDEXES[index]:
            _enter(db, index, db.execute(f"{ROWS[table]} ORDER BY 1"))
        _set(db, index, USUAL)
    compact(db, *only)


def compact(db: sqlite3.Connection, *only: str) -> None:
    """One segment each: then nothing of what left the index is in the file any more."""
    for index in only or INDEXES:
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")


def _set(db: sqlite3.Connection, index: str, settings: Mapping[str, int]) -> None:
    db.executemany(f"INSERT INTO {index} ({index}, rank) VALUES (?, ?)", settings.items())


def _entries(db: sqlite3.Connection, table: str, where: str, values: Collection[object]) -> Entries:
    (index,) = (index for index, tables in INDEXES.items() if table in tables)
    rows = db.execute(f"{ROWS[table]} WHERE {where}", tuple(values))
    return {(index, id): (words, marks) for id, words, marks in rows}


def _enter(db: sqlite3.Connection, index: str, rows: Iterable[tuple[int, str, str]]) -> None:
    ready: Iterator[tuple[int, str, str]] = ((id, spaced(words), marks) for id, words, marks in rows)
    db.executemany(f"INSERT INTO {index} (rowid, words, marks) VALUES (?, ?, ?)", ready)


def _leave(db: sqlite3.Connection, index: str, id: int, words: str, marks: str) -> None:
    row = (id, spaced(words), marks)
    db.execute(f"INSERT INTO {index} ({index}, rowid, words, marks) VALUES ('delete', ?, ?, ?)", row)
