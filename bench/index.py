"""How fast the index is made from WARC files alone, beside what other readers need for the same files.

python bench/index.py [--pages 6000] [--jobs 2]

Pages of 130 KB, packed by gzip as portals send them: a request, a response and a metadata record each. `warcio index`
and FastWARC only read the records; nianbao unpacks and hashes each payload as well, and writes the database.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from archive.index import rebuild
from archive.records import Snapshot
from archive.warcs import appender
from archive.warcs.record import Record, scan
from archive.warcs.warc import Writer
from parsers.forms import INDICATORS
from tests.captures import wired

PAGE = (Path(__file__).parent.parent / "demo" / "reports" / "weidong-2020.html").read_bytes()
FILE = 50 * 10**6  # bytes: several files, so that the order of files is tried as well


def make(directory: Path, pages: int) -> None:
    """An archive of that many different pages."""
    appender.ROTATE = FILE
    page = (PAGE * (130_000 // len(PAGE) + 1))[:130_000]
    (directory / "warc").mkdir(parents=True)
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    with Writer(directory / "warc", operator="bench", user_agent="bench", stored=never) as into:
        for n in range(pages):
            body = gzip.compress(page + str(n).encode(), 6, mtime=0)
            url = f"http://www.example.gov.cn/{n}.html"
            into.exchange(**wired(url=url, response_headers=headers, body=body, anchor=str(n)))


def never(snapshot: Snapshot) -> Record:
    """Every page is another: nothing is ever repeated."""
    raise AssertionError(snapshot.url)


def fastwarc(files: list[Path]) -> None:
    """Every record and its headers, as FastWARC reads them."""
    warc = importlib.import_module("fastwarc.warc")
    for path in files:
        for record in warc.ArchiveIterator(str(path), parse_http=False):
            record.reader.read()
            list(record.headers.items())


def warcio_index(files: list[Path]) -> None:
    """What `warcio index` says of them."""
    warcio = Path(sys.executable).with_name("warcio")
    subprocess.run([warcio, "index", *files], check=True, stdout=subprocess.DEVNULL)


def worked() -> float:
    """Seconds of one core, of this process and of those that it began: what other work on the machine cannot blur."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@click.command()
@click.option("--pages", default=6000)
@click.option("--jobs", default=os.cpu_count() or 1)
def main(pages: int, jobs: int) -> None:
    """Print records a second of each, and the ratio to `warcio index`."""
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "data"
        make(directory, pages)
        files = sorted((directory / "warc").iterdir())
        size = sum(path.stat().st_size for path in files)
        records = sum(1 for path in files for _ in scan(path))
        click.echo(f"{records} records in {len(files)} files of {size / 10**6:.0f} MB")
        runs: dict[str, Callable[[], object]] = {
            "warcio index": lambda: warcio_index(files),
            "our scanner, records alone": lambda: [None for path in files for _ in scan(path)],
            "nianbao index --jobs 1": lambda: rebuild(directory, INDICATORS, jobs=1),
            f"nianbao index --jobs {jobs}": lambda: rebuild(directory, INDICATORS, jobs=jobs),
        }
        if importlib.util.find_spec("fastwarc"):
            runs["FastWARC, records alone"] = lambda: fastwarc(files)
        base = 0.0
        for name, run in runs.items():
            begin, work = time.perf_counter(), worked()
            run()
            rate, each = records / (time.perf_counter() - begin), records / (worked() - work)
            base = base or rate
            click.echo(f"  {name:<28} {rate:8.0f} records/s  {rate / base:5.1f} x  {each:8.0f} a second of one core")


if __name__ == "__main__":
    main()
