"""Kill -9 a running crawl of a portal of 500 reports 200 times, and see that nothing is lost and nothing asked twice.

python bench/kills.py [--kills 200] [--reports 500] [--columns 2] [--seed 1]
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

import click

from tests.kills import Killed, assert_nothing_lost, column_path, large_portal
from tests.portal import Portal


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--reports", default=500, show_default=True)
@click.option("--columns", default=1, show_default=True, help="So many crawls at once write into the archive.")
@click.option("--seed", default=1, show_default=True)
def main(kills: int, reports: int, columns: int, seed: int) -> None:
    pages = large_portal(reports, columns)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Portal(pages) as portal:
        sources = [portal.source(id=f"column{n}", path=column_path(n)) for n in range(columns)]
        killed = Killed(directory=Path(folder) / "a", portal=portal, sources=sources, random=random.Random(seed))
        with click.progressbar(range(kills), label="kill -9") as numbers:
            for _ in numbers:
                killed.kill()
        before = len(killed.kept)
        crawls = killed.finish()
        if any(crawl.returncode for crawl in crawls):
            raise click.ClickException(f"the last crawl failed: {[crawl.returncode for crawl in crawls]}")
        assert_nothing_lost(killed, pages)
    click.echo(f"{killed.kills} kills of a running crawl; {before} captures stood before the last resume")
    click.echo(f"{len(killed.kept)} captures of {len(pages)} addresses, every one there once, whole and as served")
    click.echo(f"{killed.in_flight} answers were cut off by a kill and asked for again, nothing else was asked twice")
    click.echo(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
