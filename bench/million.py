"""A synthetic archive of a million reports to load (bench/load.py), with what pages show made by the real code.

python bench/million.py FOLDER [--reports 1000000]

A part of the country is made and checked as any archive is (bench/synthetic.py, bench/visits.py, `check`); the rest are
copies of it with other organs, places, captures and prose. Sums and the index of words are made of all of it.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from archive import search
from archive.checking import audit, sums
from archive.database import NAME, transaction
from archive.folding import spaced
from archive.store import Archive
from bench.prose import clauses
from bench.synthetic import A_COUNTY, YEARS, name_of, place_of, put, reports
from bench.visits import visit
from parsers.forms import INDICATORS

PART = 48  # counties that are made and checked: three cities
TODAY = "2026-12-01"
SHIFT = 1 << 24  # of the ids of one copy, so that no two copies share any
A_SECTION = {1: 3, 5: 2, 6: 1}  # number -> paragraphs: some 450 characters a report
HEADINGS = {1: "一、总体情况", 5: "五、存在的主要问题及改进情况", 6: "六、其他需要报告的事项"}
PARAGRAPHS = 30_000
# What parsers say of single reports: rule, verdict, in how many of a hundred reports, words in both languages.
FOUND: tuple[tuple[str, str, int, str, str], ...] = (
    ("deadline", "NOT_ASSESSABLE", 60, "页面没有印出发布日期，无法判断是否按时发布。", "No date of publication."),
    ("zero_claim", "FAIL", 6, "正文称“未收到申请”，表中新收 {n} 件。", "The text says none came, the table says {n}."),
    ("flow_balance", "FAIL", 4, "新收＋上年结转与其余相差 {n}。", "Received + carried in differ from the rest by {n}."),
    ("structure", "WARN", 12, "六个部分中缺少“{n}”。", "A section of the six is missing."),
    ("stock_not_flow", "INFO", 20, "处理决定数量 {n} 可能是现有项目数。", "{n} may be the items that are left."),
)
# How a column of a copy is made; the others stay as they are.
NAMED = "replace(t.{0}, m.was, m.name)"
MARKED = "m.mark || substr(t.{0}, 5)"
MOVED = "replace(t.{0}, m.was_division, m.division)"
COLUMNS: dict[str, str] = (
    dict.fromkeys(("organ", "other_organ", "message_zh", "message_en", "title", "anchor"), NAMED)
    | dict.fromkeys(("snapshot", "before", "after", "digest", "content", "key"), MARKED)
    | dict.fromkeys(("url", "via", "source"), MOVED)
    | dict.fromkeys(("division", "other_division"), "CASE t.{0} WHEN '' THEN '' ELSE m.division END")
    | {name: f"m.{name}" for name in ("province", "city", "county")}
)
BY_DIVISION = "m.was_division = t.division"
BY_SOURCE = "m.was_division = substr(t.source, 2)"
TABLES = {
    **dict.fromkeys(("snapshots", "runs", "looked", "watched", "source_totals"), BY_SOURCE),
    "sources": "m.was_division = substr(t.id, 2)",
    **dict.fromkeys(("readings", "findings", "reports", "events", "audits", "owed"), BY_DIVISION),
}
RUN = """
INSERT INTO runs
SELECT id, :day || '000000', :day || '010000', 3, 21, 21, 21, 21, 3, 0, 0, 30, 'trs', 'complete', '', '' FROM sources
"""


def part(directory: Path, counties: int, seed: int = 1) -> None:
    """What is made and checked as any archive is."""
    with Archive.open(directory, INDICATORS) as archive:
        db = archive.db
        db.execute("PRAGMA synchronous = OFF")
        put(archive, reports(counties * A_COUNTY, seed))
        visit(db, seed)
        with transaction(db):
            db.execute("UPDATE readings SET numbers = 60, candidates = '[]', reasons = '[]', outlines = '[]'")
            db.execute("UPDATE reports SET numbers = 60, official = 1, published = (year + 1) || '-01-20',"
                       " title = organ || year || '年政府信息公开工作年度报告'")  # fmt: skip
            _find(db, random.Random(seed))
            db.execute(
                "INSERT INTO sources SELECT 'c' || division, organ, division, 'county',"
                " 'http://www.example.gov.cn/list/' || division, 2019, '20200101000000', '', '', '' FROM reports"
                " WHERE organ GLOB '*区人民政府' GROUP BY division"
            )
            for year in (*YEARS, YEARS[-1] + 1):
                db.execute(RUN, {"day": f"{year}0120"})
        click.echo(f"checking {counties * A_COUNTY} reports")
        audit.recompute(archive, today=TODAY)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _find(db: sqlite3.Connection, chosen: random.Random) -> None:
    """Findings inside the reports."""
    rows = db.execute("SELECT snapshot, organ, year, division FROM reports ORDER BY id").fetchall()
    for snapshot, organ, year, division in rows:
        told = [one for one in FOUND if chosen.randrange(100) < one[2]]
        for position, (rule, verdict, _, zh, en) in enumerate(told):
            n = chosen.randint(1, 400)
            wrong = n if verdict == "FAIL" else None
            row = (snapshot, 0, position, name_of(f"{snapshot}{position}"), organ, year)
            said = (division, rule, 1, verdict)
            numbers = ('["requests.new.total"]', 0 if wrong else None, wrong, wrong, None, "")
            id = search.next_id(db, "findings")
            values = (*row, *said, *numbers, zh.format(n=n), en.format(n=n), id, None)
            db.execute(f"INSERT INTO findings VALUES ({', '.join('?' * len(values))})", values)
        wrong = sum(verdict in ("FAIL", "WARN") for _, verdict, *_ in told)
        db.execute("UPDATE reports SET findings = ? WHERE snapshot = ?", (wrong, snapshot))


def multiply(archive: Archive, made: Path, counties: int, copies: int) -> None:
    """Copies of a checked part, each elsewhere and with prose of its own."""
    db = archive.db
    db.execute("ATTACH ? AS part", (str(made),))
    db.execute(
        "CREATE TEMP TABLE m (was, was_division PRIMARY KEY, name, division, province, city, county, mark, shift)"
    )
    places = [place_of(county) for county in range(counties * copies)]
    wide = {table.name: BY_DIVISION for table in archive.tables}
    for copy in range(copies):
        with transaction(db):
            db.execute("DELETE FROM temp.m")
            for was, now in zip(places[:counties], places[copy * counties :], strict=False):
                row = (was[3], was[0], now[3], *now, f"{copy:04x}", copy * SHIFT)
                db.execute("INSERT INTO temp.m VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            for table, on in (TABLES | wide).items():
                values = _values(db, table)
                db.execute(
                    f"INSERT OR IGNORE INTO main.{table} SELECT {values} FROM part.{table} t JOIN temp.m m ON {on}"
                )
    db.execute("INSERT INTO audited SELECT * FROM part.audited")
    db.execute("INSERT INTO watched SELECT * FROM part.watched WHERE source = ''")
    db.execute("DETACH part")


def write_prose(db: sqlite3.Connection, seed: int = 9) -> None:
    """Sections of all reports and their index; a paragraph that many have is spaced once, not as by search.rebuild."""
    chosen = random.Random(seed)
    sentences = clauses(chosen, 60_000)
    printed = ["，".join(chosen.choices(sentences, k=5)) + "。" for _ in range(PARAGRAPHS)]
    paragraphs = [(text, spaced(text)) for text in printed]
    heads = {number: spaced(f"{heading}\n") for number, heading in HEADINGS.items()}
    marks = f"SELECT r.id, r.snapshot, {search.MARKS.format(of='r', more=repr(''))} FROM reports r ORDER BY r.snapshot"
    id, between = 0, spaced("\n")
    for snapshot, marked in [row[1:] for row in db.execute(marks).fetchall()]:
        for position, (number, many) in enumerate(A_SECTION.items()):
            id += 1
            told = chosen.choices(paragraphs, k=many)
            row = (snapshot, position, number, HEADINGS[number], "\n".join(text for text, _ in told), id)
            db.execute("INSERT INTO sections VALUES (?, 0, ?, ?, ?, ?, ?, NULL)", row)
            words = heads[number] + between.join(apart for _, apart in told)
            db.execute(
                "INSERT INTO sections_fts (rowid, words, marks) VALUES (?, ?, ?)", (id, words, f"{marked} s{number}")
            )


def _values(db: sqlite3.Connection, table: str) -> str:
    """The columns of a copy, in SQL."""
    named = []
    for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})"):
        made = COLUMNS.get(name, "t.{0}")
        if name == "id":
            sign = "-" if table == "audits" else "+"
            made = f"t.id {sign} m.shift" if kind == "INTEGER" else MOVED if table == "sources" else MARKED
        named.append(made.format(f'"{name}"'))
    return ", ".join(named)


@contextmanager
def without_indices(db: sqlite3.Connection) -> Iterator[None]:
    """They are made at the end, of all rows at once."""
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in found:
        db.execute(f'DROP INDEX "{name}"')
    yield
    for _, sql in found:
        db.execute(sql)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reports", "count", default=1_000_000, show_default=True, type=click.IntRange(A_COUNTY))
@click.option("--counties", default=PART, show_default=True, help="How many of them are made and checked.")
def main(folder: Path, count: int, counties: int) -> None:
    counties = min(counties, -(-count // A_COUNTY))
    copies = -(-count // (counties * A_COUNTY))
    begin = time.perf_counter()

    def tell(what: str) -> None:
        click.echo(f"{time.perf_counter() - begin:6.0f} s: {what}")

    made = folder.with_name(f"{folder.name}.part")
    if not (made / "done").exists():
        shutil.rmtree(made, ignore_errors=True)
        part(made / "archive", counties)
        (made / "done").touch()
    tell("the part is checked")
    with Archive.open(folder, INDICATORS) as archive:
        db = archive.db
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -1000000")
        with without_indices(db):
            multiply(archive, made / "archive" / NAME, counties, copies)
            tell(f"{copies} copies")
            with transaction(db):
                write_prose(db)
            tell("prose")
        tell("indices")
        sums.recompute(archive, audit.AUDITS, everything=True)
        tell("sums")
        with transaction(db):
            search.rebuild(db, "reports_fts", "findings_fts")
        tell("index of words")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main()
