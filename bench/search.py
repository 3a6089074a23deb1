"""Chinese search over a synthetic archive with prose of real sentence shapes: what it takes to make, how fast it is.

python bench/search.py [--sections 1000000] [--keep FOLDER]

Every time is the best of three; beside it what LIKE takes over the same texts in the same run.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from archive import search
from archive.database import transaction
from archive.shown import results
from archive.shown.asking import understood
from archive.store import Archive
from bench.prose import SHAPES, names
from bench.synthetic import Report, empty_row, reports
from parsers.forms import INDICATORS

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
WORDS = ("复议", "诉讼", "12345", "2020年", "行政許可", "区", "政府信息公开", "社区试点公开目录", "复议 诉讼 2021年")
A_REPORT = len(HEADINGS)


def texts(seed: int = 1) -> Iterator[Callable[[Report], list[str]]]:
    """Makes the sections of one report after another."""
    chosen = random.Random(seed)
    places = names(chosen, 400)

    def sections(report: Report) -> list[str]:
        made = []
        for _ in HEADINGS:
            shapes = chosen.choices(SHAPES, k=chosen.randint(3, 9))
            told = [
                shape.format(
                    year=report.year, organ=report.organ, n=chosen.randint(0, 20_000), m=chosen.randint(0, 90),
                    name=chosen.choice(places),
                )
                for shape in shapes
            ]  # fmt: skip
            made.append("".join(one + ("。\n" if chosen.random() < 0.3 else "。") for one in told).strip())
        return made

    while True:
        yield sections


def fill(archive: Archive, sections: int) -> None:
    """So many sections in reports with nothing else; not indexed yet."""
    makers, db = texts(), archive.db
    empty = {table: empty_row(db, table) for table in ("reports", "sections", "readings", "snapshots")}

    def insert(table: str, row: dict[str, Any]) -> None:
        values = [row.get(name, value) for name, value in empty[table].items()]
        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    with transaction(db):
        for number, (report, make) in enumerate(zip(reports(sections // A_REPORT), makers, strict=False), start=1):
            division, province, city, county = report.place
            own = {"organ": report.organ, "year": report.year, "division": division, "province": province}
            own |= {"city": city, "county": county, "snapshot": f"{number:016x}", "kind": "report"}
            insert("snapshots", {"id": own["snapshot"], "url": f"http://www.example.gov.cn/{number}"})
            insert("readings", own)
            insert("reports", own | {"id": number, "title": f"{report.organ}{report.year}年政府信息公开工作年度报告"})
            for position, (heading, text) in enumerate(zip(HEADINGS, make(report), strict=True)):
                place = {"id": (number - 1) * A_REPORT + position + 1, "position": position, "number": position + 1}
                insert("sections", own | place | {"heading": heading, "text": text})


def best(what: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what it gave."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        given = what()
        times.append((time.perf_counter() - begin) * 1000)
    return min(times), given


def asked(archive: Archive, words: str) -> None:
    """What the page asks for, piece by piece, and what LIKE takes to count."""
    db, kind, question = archive.db, results.KINDS["prose"], understood(words)
    page, told = best(lambda: results.answer(db, kind, question, {}))
    far, _ = best(lambda: results.answer(db, kind, question, {}, 980))
    facets = 0.0 if told.counts else best(lambda: dict(results.counts_of_many(db, kind, question, {})))[0]
    narrow, _ = best(lambda: results.answer(db, kind, question, {"province": "11", "year": "2021"}))
    exact = "SELECT count(*) FROM sections_fts WHERE sections_fts MATCH ?"
    whole, every = best(lambda: db.execute(exact, (question.words,)).fetchone()[0])
    begin = time.perf_counter()
    likes = " AND ".join("heading || char(10) || text LIKE ?" for _ in question.phrases)
    wanted = [f"%{''.join(phrase[0])}%" for phrase in question.phrases]
    (liked,) = db.execute(f"SELECT count(*) FROM sections WHERE {likes}", wanted).fetchone()
    like = (time.perf_counter() - begin) * 1000
    click.echo(
        f"{words:<14}{every:>9} ({'same' if liked == every else liked}) all {whole:6.0f} ms | page {page:5.0f}"
        f" page 50 {far:5.0f} facets {facets:5.0f} narrowed {narrow:5.0f} | LIKE {like:6.0f} ms,"
        f" {like / max(page + facets, 0.001):5.1f} times as long"
    )


@click.command()
@click.option("--sections", default=1_000_000, show_default=True, type=click.IntRange(A_REPORT))
@click.option("--keep", type=click.Path(path_type=Path), help="Make the archive there, or use the one that is there.")
def main(sections: int, keep: Path | None) -> None:
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "archive"
        there = directory.exists()
        with Archive.open(directory, INDICATORS) as archive:
            if not there:
                fill(archive, sections)
                begin = time.perf_counter()
                with transaction(archive.db):
                    search.rebuild(archive.db)
                click.echo(f"index made in {time.perf_counter() - begin:.0f} s")
            size = "SELECT sum(length(CAST(text AS BLOB))) FROM sections"
            (text,) = archive.db.execute(size).fetchone()
            for index in search.INDEXES:
                (blocks,) = archive.db.execute(f"SELECT sum(length(block)) FROM {index}_data").fetchone()
                click.echo(f"{index}: {blocks / 1e6:.0f} MB, {blocks / text:.2f} of {text / 1e6:.0f} MB of prose")
            for words in WORDS:
                asked(archive, words)


if __name__ == "__main__":
    main()
