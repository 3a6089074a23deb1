"""Median time from HTML bytes to Parsed, checks included, and its ratio to bare lxml parsing of the same bytes.

python bench/parse.py [--rounds 30]
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click
import lxml
from lxml import etree, html

from archive.records import Snapshot
from parsers.pipeline import parse

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "demo" / "reports", ROOT.parent / "shared" / "real" / "pingtan")


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median of so many runs."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def bare(body: bytes) -> object:
    """The baseline: lxml's HTML parser, told the charset, and nothing else."""
    return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))


@click.command()
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(3))
def main(rounds: int) -> None:
    libxml = ".".join(map(str, etree.LIBXML_VERSION))
    print(f"baseline: lxml {lxml.__version__} (libxml2 {libxml}), {rounds} rounds, medians")
    ratios = []
    for path in sorted(p for folder in PAGES for p in folder.glob("*.html")):
        body = path.read_bytes()
        snapshot = Snapshot(
            id="", url=path.name, timestamp="", status=200, mime="", digest="", filename="", offset=0, length=len(body)
        )
        ours = seconds(lambda body=body, snapshot=snapshot: parse(snapshot, body), rounds)  # type: ignore[misc]
        theirs = seconds(lambda body=body: bare(body), rounds)  # type: ignore[misc]
        ratios.append(ours / theirs)
        size = f"{path.name:<40} {len(body) / 1000:6.0f} KB"
        print(f"{size}  {ours * 1000:7.2f} ms  lxml {theirs * 1000:6.2f} ms  {ratios[-1]:5.1f} x")
    print(f"median ratio to bare lxml: {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
