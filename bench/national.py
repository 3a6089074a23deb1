"""A crawl of a whole simulated country: is every report found and nothing else, politely, and at what cost.

python bench/national.py [--hosts 200] [--delay 0.5] [--seed 1] [--faults/--no-faults]

Portals of all families stand on one host each, or two on one; with faults on a third of them. The crawl and the reading
are `nianbao crawl` and `nianbao parse`, as anybody runs them; politeness is asserted from the servers' own logs.
Exits with 1 if anything is not as it has to be.
"""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic

import click

from bench.country import Host, Server, country
from crawler.sources import COLUMNS

ROOT = Path(__file__).parent.parent
SLACK = 0.01  # seconds by which clocks may differ
MOST_MEMORY = 500  # MB
# A process begins with the peak of the one that it was forked from: so a small one stands between.
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=sys.stderr)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
READ = "SELECT url, kind FROM snapshots JOIN readings ON snapshot = id WHERE part = 0 AND role = 'article'"
CONTACT = "bench@example.org"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one country."""

    hosts: int
    reports: int  # that there are
    found: int  # of them, kept and read as reports
    wrong: int  # kept and read as reports, and none
    requests: int
    seconds: float  # of the crawl
    bound: float  # seconds that the slowest host takes at its own pace
    megabytes: float  # of the crawl's memory at its peak
    code: int  # exit code of the crawl
    rude: tuple[str, ...]  # what was not polite

    @property
    def recall(self) -> float:
        """Of the reports that there are."""
        return self.found / self.reports

    @property
    def precision(self) -> float:
        """Of what was taken for one."""
        return self.found / max(self.found + self.wrong, 1)


def run(hosts: int, *, faulty: bool, delay: float, seed: int, directory: Path) -> Outcome:
    """Crawl and read one country."""
    there = country(hosts, faulty, seed, delay)
    with Server(there, seed).running() as server:
        lines = _registry(directory / "sources.csv", there, server.port)
        begun = monotonic()
        options = ("--archive", directory / "data", "--registry", lines, "--delay", delay, "--contact", CONTACT)
        code, megabytes = _measured("crawl", *options)
        seconds = monotonic() - begun
        _measured("parse", "--archive", directory / "data")
    read = dict(_readings(directory / "data"))
    true = {f"http://{host.address}:{server.port}{path}" for host in there for path in host.reports}
    taken = {url for url, kind in read.items() if kind == "report"}
    return Outcome(
        hosts=hosts,
        reports=len(true),
        found=len(true & taken),
        wrong=len(taken - true),
        requests=sum(len(host.log) for host in there),
        seconds=seconds,
        bound=max(len(host.log) * max(delay, host.crawl_delay) for host in there),
        megabytes=megabytes,
        code=code,
        rude=tuple(said for host in there for said in _rude(host, delay)),
    )


def _rude(host: Host, delay: float) -> Iterator[str]:
    """Requests that met another at the host, came before its delay had passed, or ask for what it forbids.

    A delay runs from when an answer went: what the server takes note of too late makes no gap look shorter.
    """
    log, pace = sorted(host.log), max(delay, host.crawl_delay)
    for number, ((_, went, before), (came, _, path)) in enumerate(pairwise(log)):
        if came < went:
            yield f"{host.address}: {path} came while {before} was answered"
        elif number and came - went < pace - SLACK:  # before the first one nobody knows what robots.txt asks for
            yield f"{host.address}: {path} came {pace - (came - went):.2f} s too early"
    yield from (f"{host.address}: {path} is forbidden" for _, _, path in log if path == host.closed)


def _registry(path: Path, hosts: Sequence[Host], port: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, COLUMNS)
        lines.writeheader()
        for number, host in enumerate(hosts):
            for place, site in enumerate(host.sites):
                told = {"id": f"h{number}-{place}", "organ": "青石县人民政府", "division": "370300", "level": "county"}
                told |= {"url": f"http://{host.address}:{port}{site.column}", "evidence": "a simulation"}
                lines.writerow(dict.fromkeys(COLUMNS, "") | told | {"evidence_date": "2026-01-01"})
    return path


def _measured(*words: object) -> tuple[int, float]:
    """Exit code of a command, and MB of its memory at its peak; without that of whoever called this."""
    command = [sys.executable, "-c", MEASURE, sys.executable, str(ROOT / "nianbao.py"), *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    code, kilobytes = done.stdout.split()
    return int(code), int(kilobytes) / 1024


def _readings(archive: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(archive / "nianbao.db")) as db:
        return db.execute(READ).fetchall()


def told(outcome: Outcome) -> str:
    """The numbers, in one line each."""
    o = outcome
    return "\n".join(
        (
            f"{o.hosts} hosts, {o.reports} reports: recall {o.recall:.2%}, precision {o.precision:.2%}"
            f" ({o.found} found, {o.wrong} wrong)",
            f"{o.requests} requests in {o.seconds:.0f} s ({o.requests / o.seconds:.0f} a second);"
            f" politeness alone takes {o.bound:.0f} s: {o.seconds / o.bound:.1f} times",
            f"{o.megabytes:.0f} MB of memory; exit code {o.code}; {len(o.rude)} times impolite",
            *o.rude[:10],
        )
    )


def short_of(outcome: Outcome, *, faulty: bool) -> list[str]:
    """What is not as it has to be."""
    recall, precision = (0.99, 0.999) if faulty else (1, 1)
    said = {
        f"recall is below {recall:.0%}": outcome.recall < recall,
        f"precision is below {precision:.1%}": outcome.precision < precision,
        f"more than {MOST_MEMORY} MB": outcome.megabytes >= MOST_MEMORY,
        "impolite": bool(outcome.rude),
        f"exit code {outcome.code}": outcome.code not in ((0, 3) if faulty else (0,)),
    }
    return [what for what, is_so in said.items() if is_so]


@click.command()
@click.option("--hosts", default=200, show_default=True, type=click.IntRange(1, 5000))
@click.option("--delay", default=0.5, show_default=True, type=click.FloatRange(0.01), help="Seconds between requests.")
@click.option("--seed", default=1, show_default=True)
@click.option("--faults/--no-faults", default=None, help="Only one of the two countries.")
def main(hosts: int, delay: float, seed: int, faults: bool | None) -> None:
    """A country without faults, then one with faults on a third of its hosts."""
    wrong = []
    for faulty in (False, True) if faults is None else (faults,):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(hosts, faulty=faulty, delay=delay, seed=seed, directory=Path(folder))
        click.echo(f"{'with' if faulty else 'without'} faults\n{told(outcome)}")
        wrong += short_of(outcome, faulty=faulty)
    if wrong:
        click.echo("; ".join(wrong), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
