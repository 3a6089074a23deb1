"""What `nianbao check` costs: over a whole synthetic archive, and after some reports came to it.

python bench/audit.py [--reports 100000] [--added 100] [--verify]

Time and peak memory of a process of its own for each run; the archive is made before.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import click

from archive import status
from archive.checking import audit, tallies
from archive.checking.audit import COLUMNS
from archive.checking.parallel import JOBS
from archive.database import transaction
from archive.store import Archive
from bench.synthetic import Report, put, reports
from bench.visits import first_visits, visit
from parsers import checks
from parsers.forms import INDICATORS

SUMS = (
    "places report_years measures ledger_years striking totals tallies tallied source_totals rules owed watched looked"
    " events prints bands"
).split()


def run(directory: Path, everything: bool) -> None:
    """One check, its time and memory, and what each rule took."""
    with Archive.open(directory, INDICATORS) as archive:
        begin = last = time.perf_counter()
        work = spent = used()

        def tell(done: int, steps: int) -> None:
            nonlocal last, spent
            now, cpu = time.perf_counter(), used()
            click.echo(f"    {audit.STEPS[done - 1]:<20} {now - last:7.2f} s ({cpu - spent:7.2f} s of one core)")
            last, spent = now, cpu

        audit.recompute(archive, today="2026-12-01", everything=everything, progress=tell)
        tallies.keep_rules(archive, checks.RULES, audit.AUDITS)
        status.rows(archive, status.FINDINGS)
        took = time.perf_counter() - begin
        # at the most: each of the processes that read for it as large as the largest of them
        largest = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        memory = sum(size * many for size, many in zip(largest, (1, JOBS), strict=True)) / 1024
        (found,) = archive.db.execute("SELECT count(*) FROM audits").fetchone()
        work = used() - work
        click.echo(f"  {took:.1f} s ({work:.1f} s of one core), {memory:.0f} MB at the most, {found} findings")


def used() -> float:
    """Seconds of one core, with those of processes that came and went."""
    return sum(os.times()[:4])


def apart(directory: Path, everything: bool = False) -> None:
    """In a process of its own, so that its memory is its own."""
    process = get_context("spawn").Process(target=run, args=(directory, everything))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def made(directory: Path) -> dict[str, str]:
    """A hash of all that a check makes, by table; ids are told by the order of writing."""
    found = {}
    with Archive.open(directory, INDICATORS) as archive:
        queries = {name: f"SELECT * FROM {name}" for name in SUMS} | {"audits": f"SELECT {COLUMNS} FROM audits"}
        for name, query in queries.items():
            lines = sorted(map(repr, archive.db.execute(query)))
            found[name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


@click.command()
@click.option("--reports", "count", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--added", default=100, show_default=True, type=click.IntRange(1))
@click.option("--verify", is_flag=True, help="Check all again and compare.")
def main(count: int, added: int, verify: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "archive"
        begin = time.perf_counter()
        together: list[Report] = []
        spread: list[Report] = []

        def early() -> Iterator[Report]:
            """All but some of one place and some from everywhere, which come later."""
            step = (count + 2 * added) // added
            for place, report in enumerate(reports(count + 2 * added)):
                if place >= count // 2 and len(together) < added:
                    together.append(report)
                elif place % step == 0 and len(spread) < added:
                    spread.append(report)
                else:
                    yield report

        with Archive.open(directory, INDICATORS) as archive:
            put(archive, early())
            visit(archive.db)
        size = (directory / "nianbao.db").stat().st_size
        click.echo(
            f"{count} reports made in {time.perf_counter() - begin:.0f} s, {size / 1e6:.0f} MB; the whole audit:"
        )
        apart(directory)
        for late, whence in ((together, "of one place, as a crawl brings them"), (spread, "from everywhere")):
            with Archive.open(directory, INDICATORS) as archive:
                put(archive, late)
                with transaction(archive.db):
                    first_visits(archive.db)
            click.echo(f"after {len(late)} more reports, {whence}:")
            apart(directory)
        if verify:
            grown = made(directory)
            click.echo("all again:")
            apart(directory, everything=True)
            others = [name for name, told in made(directory).items() if told != grown[name]]
            click.echo(f"OTHER ROWS: {', '.join(others)}" if others else "the same rows in every table")


if __name__ == "__main__":
    main()
