"""The offline edition of a release of many reports in Chromium: the first search, a report page, what was asked for.

python bench/offline.py [--reports 100000] [--release DIR] [--times 5]

The release is made from the reports of bench/synthetic.py, or is one that there is. Each time the browser starts anew,
with nothing in its cache; the server of files is Python's, with ranges. What the browser takes for a tab of its own is
shown by a page that is a style sheet.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import click
import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from archive.export import export
from archive.releases.about import About
from archive.store import Archive
from bench.export import shorter
from bench.synthetic import COVERS, put, reports
from commands.offline import pages
from parsers.forms import INDICATORS
from tests.offline import chromium, unpacked
from tests.static_server import files

SEARCHES = {
    "a phrase of a fifth of all reports": COVERS[2:8],
    "one character": "公",
    "an organ": "水利局",
    "nothing": "没有这个",
}
DONE = "body[data-ready] #main[aria-busy=false]"


def made(folder: Path, count: int) -> Path:
    """A release of so many synthetic reports."""
    with Archive.open(folder / "archive", INDICATORS) as archive:
        put(archive, shorter(reports(count), 4))
    with Archive.open_readonly(folder / "archive") as archive:
        about = About(date="2026-01-01", version="bench", pages=pages())
        export(archive, folder / "release", about, lambda what: None)
    return folder / "release"


def worked() -> float:
    """Seconds of one core that this process, the server in it and the browser took."""
    every = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return float(sum(sum(one.cpu_times()[:2]) for one in every))


def first(browser: Browser, site: str, address: str, done: str = DONE) -> tuple[float, float, int]:
    """Seconds from nothing at all to the page, of the clock and of a core; how often the database was asked for."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    begin, work = time.perf_counter(), worked()
    page.goto(f"{site}/offline/{address}")
    page.wait_for_selector(done, timeout=120_000)
    took, work = time.perf_counter() - begin, worked() - work
    assert all(one.startswith(site) for one in asked), asked
    assert page.locator("[role=alert]").count() == 0, page.inner_text("main")
    context.close()
    return took, work, sum(one.endswith(".zip") for one in asked)


def next_one(page: Page, address: str) -> tuple[float, float, int]:
    """The same to another page, where the database is open."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin, work = time.perf_counter(), worked()
    page.evaluate("address => { location.hash = address; }", address)
    page.wait_for_selector(f'#main[data-shown="{address}"]', timeout=120_000)
    return time.perf_counter() - begin, worked() - work, sum(one.endswith(".zip") for one in asked)


def show(name: str, found: list[tuple[float, float, int]]) -> None:
    took, work, requests = zip(*found, strict=True)
    said = f"{statistics.median(took):6.2f} s, at the most {max(took):.2f} s; {statistics.median(work):.2f} s of a core"
    click.echo(f"  {name:<40} {said}; {max(requests)} requests for the database")


@click.command()
@click.option("--reports", "count", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--release", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--times", default=5, show_default=True, type=click.IntRange(1))
def main(count: int, release: Path | None, times: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = release or made(folder, count)
        with unpacked(found, folder / "unpacked") as db:
            (there,) = db.execute("SELECT count(*) FROM reports").fetchone()
            query = "SELECT organ, year, division FROM reports ORDER BY organ LIMIT ? OFFSET ?"
            some = db.execute(query, (times, there // 2)).fetchall()
        click.echo(f"{there} reports, {(found / 'nianbao.db.zip').stat().st_size / 1e6:.0f} MB packed")
        site, browser = stack.enter_context(files(found)), stack.enter_context(chromium())
        show("a style sheet, for comparison", [first(browser, site, "offline.css", "pre") for _ in range(times)])
        for name, q in SEARCHES.items():
            show(f"first search, {name}", [first(browser, site, f"#/search?q={quote(q)}") for _ in range(times)])
        addresses = [f"#/report/{quote(organ)}/{year}?division={division}" for organ, year, division in some]
        show("a report page, first of all", [first(browser, site, address) for address in addresses])
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{site}/offline/#/")
        page.wait_for_selector(DONE, timeout=120_000)
        show("a report page, from the first page", [next_one(page, address) for address in addresses])


if __name__ == "__main__":
    main()
