"""What a release of many reports costs: time, memory, size, and a typical question to its Parquet.

python bench/export.py [--reports 100000] [--clauses 4]

The reports are those of bench/synthetic.py, with prose of so many clauses a section; the archive is made before, and
has no WARC files: reading those again is what bench/verify.py measures.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import duckdb

from archive.export import export
from archive.releases.about import About
from archive.releases.makers import JOBS
from archive.store import Archive
from bench.audit import used
from bench.synthetic import Report, put, reports
from commands.offline import pages
from parsers.forms import INDICATORS

QUESTION = """
SELECT r.province, r.year, sum(requests_denied_third_party_rights_total + requests_denied_state_secret_total) AS denied,
       count(requests_denied_third_party_rights_total) AS n, count(*) AS of
FROM '{release}/parquet/requests/*.parquet' q JOIN '{release}/parquet/reports/*.parquet' r USING (snapshot, part)
GROUP BY ALL ORDER BY ALL
"""
PANEL = """
SELECT province, year, sum(value), count(value), count(*) FROM '{release}/parquet/panel/*.parquet'
WHERE indicator = 'requests.total.total' AND state = 'number' GROUP BY ALL ORDER BY ALL
"""
PROSE = ("sections", "statements")


def shorter(found: Iterator[Report], clauses: int) -> Iterator[Report]:
    """With so many clauses a section."""
    for report in found:
        texts = {number: "，".join(text.split("，")[:clauses]) for number, text in report.texts.items()}
        yield replace(report, texts=texts)


def size(path: Path) -> float:
    """MB of a file, or of all below a directory."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def ask(release: Path, name: str, query: str) -> None:
    """The second time: what the first one reads from the disk is in memory then."""
    with duckdb.connect() as duck:
        for _ in range(2):
            begin = time.perf_counter()
            rows = duck.execute(query.format(release=release)).fetchall()
            took = time.perf_counter() - begin
    click.echo(f"  {name}: {len(rows)} rows in {took:.2f} s")


@click.command()
@click.option("--reports", "count", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--clauses", default=4, show_default=True, type=click.IntRange(1))
def main(count: int, clauses: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory, target = Path(folder) / "archive", Path(folder) / "release"
        with Archive.open(directory, INDICATORS) as archive:
            put(archive, shorter(reports(count), clauses))
        click.echo(f"{count} reports, {size(directory / 'nianbao.db'):.0f} MB")
        about = About(date="2026-01-01", version="bench", pages=pages())
        begin = last = time.perf_counter()
        work = used()

        def tell(what: str) -> None:
            nonlocal last
            now = time.perf_counter()
            if now - last > 1:
                click.echo(f"    {now - last:6.1f} s until {what}")
            last = now

        with Archive.open_readonly(directory) as archive:
            export(archive, target, about, tell)
        took = time.perf_counter() - begin
        # at the most: each of the processes that make files as large as the largest of them
        largest = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        memory = sum(size * many for size, many in zip(largest, (1, JOBS), strict=True)) / 1024
        click.echo(f"  {took:.0f} s ({used() - work:.0f} s of one core), {memory:.0f} MB of memory at the most")
        click.echo(f"  {size(target):.0f} MB in all")
        for name in ("nianbao.db.zip", "nianbao-slim.db.zip", "csv", "parquet", "offline"):
            click.echo(f"    {name:<16} {size(target / name):7.0f} MB")
        prose = sum(size(target / "parquet" / name) for name in PROSE)
        for path in sorted((target / "parquet").iterdir(), key=size)[-8:]:
            click.echo(f"      {path.name:<20} {size(path):7.1f} MB")
        click.echo(f"    Parquet without prose {size(target / 'parquet') - prose:.0f} MB")
        ask(target, "refusals by province and year", QUESTION)
        ask(target, "the same from the panel", PANEL)


if __name__ == "__main__":
    main()
