"""How long a body takes to be read, checks included, as a ratio to bare lxml, to pandas and to pdfplumber in this run.

python bench/parse.py [--rounds 30] [--memory 10000]

CPU time of one core, the best round of each; the rounds of ours and of the baselines take turns.
"""

from __future__ import annotations

import gc
import io
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import click
import pandas as pd
import pdfplumber
from lxml import etree, html

from archive.records import Finding
from parsers import checks
from parsers.checks.rule import Evidence
from parsers.pipeline import parse
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import captured, offices

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "real" / "pingtan"
PAGES = (ROOT / "demo" / "reports", REAL)
STEP = 500  # reports between two readings of the memory


def seconds(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The best of so many rounds, of each work."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, taken, strict=True):
            gc.collect()
            begin = time.process_time()
            work()
            times.append(time.process_time() - begin)
    return [min(times) for times in taken]


def ours(name: str, body: bytes) -> Callable[[], object]:
    snapshot = captured(name)
    return lambda: parse(snapshot, body)


def bare(body: bytes) -> Callable[[], object]:
    """lxml's HTML parser, told the charset, and nothing else."""
    return lambda: html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))


def by_pandas(body: bytes) -> Callable[[], object]:
    def work() -> object:
        try:
            return pd.read_html(io.StringIO(body.decode()), flavor="bs4")
        except ValueError:  # no tables found
            return None

    return work


def by_pdfplumber(body: bytes) -> Callable[[], object]:
    def work() -> object:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            return [page.extract_tables() for page in pdf.pages]

    return work


def bench_html(rounds: int) -> None:
    libxml = ".".join(map(str, etree.LIBXML_VERSION))
    click.echo(
        f"HTML; baselines: lxml {version('lxml')} (libxml2 {libxml}); pandas {version('pandas')} read_html(bs4), "
        f"beautifulsoup4 {version('beautifulsoup4')}, html5lib {version('html5lib')}"
    )
    real = []
    for path in sorted(p for folder in PAGES for p in folder.glob("*.html")):
        body = path.read_bytes()
        own, lxml, pandas = seconds([ours(path.name, body), bare(body), by_pandas(body)], rounds)
        size = f"{path.name:<40} {len(body) / 1000:6.0f} KB  {own * 1000:7.2f} ms"
        click.echo(f"{size}  {own / lxml:5.1f} x lxml  pandas takes {pandas / own:5.1f} x ours")
        real += [(own / lxml, pandas / own)] if path.parent == REAL and len(body) > 90_000 else []
    if real:
        click.echo(f"real pages of 95 to 225 KB: at most {max(r for r, _ in real):.1f} x lxml", nl=False)
        click.echo(f", pandas takes at least {min(p for _, p in real):.1f} x ours")


def bench_pdf(rounds: int) -> None:
    """Made reports, printed by LibreOffice."""
    click.echo(f"PDF; baseline: pdfplumber {version('pdfplumber')}, extract_tables() of every page")
    with tempfile.TemporaryDirectory() as folder:
        pages = [Path(folder) / f"{form}.html" for form in ("2019", "2021")]
        for page in pages:
            page.write_bytes(dict(STYLES)["semantic"](make(page.stem, 1), 1))
        bodies = {path.stem: path.read_bytes() for path in offices(pages, "pdf", Path(folder))}
    for form, body in bodies.items():
        own, theirs = seconds([ours(f"{form}.pdf", body), by_pdfplumber(body)], max(rounds // 5, 3))
        click.echo(
            f"form {form:<35} {len(body) / 1000:6.0f} KB  {own * 1000:7.2f} ms  {own / theirs:5.2f} x pdfplumber"
        )


def bench_rules(count: int) -> None:
    """What all rules inside one report cost, prose included: made reports, and the pages at hand."""
    costs: list[float] = []
    check = checks.check

    def timed(evidence: Evidence) -> tuple[tuple[Finding, ...], tuple[tuple[str, int], ...]]:
        begin = time.process_time()
        found = check(evidence)
        costs.append((time.process_time() - begin) * 1000)
        return found

    checks.check = timed
    try:
        for body in made_reports(count):
            parse(captured("made.html"), body)
        made = statistics.median(costs)
        costs.clear()
        for path in sorted(p for folder in PAGES for p in folder.glob("*.html")):
            for _ in range(5):
                parse(captured(path.name), path.read_bytes())
    finally:
        checks.check = check
    said = f"{made:.2f} ms a made report at the median, {statistics.median(costs):.2f} ms a real one"
    click.echo(f"all {len(checks.RULES)} rules: {said}")


def made_reports(count: int) -> Iterator[bytes]:
    for seed in range(count):
        _, style = STYLES[seed % len(STYLES)]
        yield style(make(random.Random(seed).choice(("2019", "2021")), seed), seed)


def bench_memory(count: int) -> None:
    """Peak memory of this process while it reads so many different reports one after another."""
    readings = []
    for n, body in enumerate(made_reports(count), start=1):
        parse(captured(f"{n}.html"), body)
        if n % STEP == 0:
            readings.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            click.echo(f"{n:>7} reports  peak {readings[-1]:6.1f} MB")
    if len(readings) > 1:
        half = statistics.median(readings[: max(len(readings) // 2, 1)])
        click.echo(f"the last reading is {readings[-1] / half:.2f} x the median of the first half")


@click.command()
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(3))
@click.option("--memory", default=0, show_default=True, help="Read so many made reports and print the peak memory.")
def main(rounds: int, memory: int) -> None:
    if memory:
        bench_memory(memory)
        return
    bench_html(rounds)
    bench_rules(rounds * 10)
    bench_pdf(rounds)


if __name__ == "__main__":
    main()
